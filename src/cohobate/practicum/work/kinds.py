"""Kinds of distillation that ship: what makes a work one, what is one and what is not, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

from cohobate.frontmatter import read
from cohobate.practicum.work.parts import Kind

UMBRELLA = "distillation"
"""The kind that all others are kinds of; no work declares it alone."""


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, Kind]:
    """The kinds by name, without the umbrella, in the order in which they are shown."""
    return {name: kind for name, kind in _all().items() if name != UMBRELLA}


def umbrella() -> Kind:
    """What a distillation is at all."""
    return _all()[UMBRELLA]


@lru_cache(maxsize=1)
def _all() -> Mapping[str, Kind]:
    folder = resources.files("cohobate.practicum").joinpath("content/kinds")
    found = []
    for file in folder.iterdir():
        if file.name.endswith(".md"):
            document = read(file.read_text("utf-8"))
            of = document.fields
            name = file.name.removesuffix(".md")
            kind = Kind(name, of["title"], document.body.strip(), of["is_one"], of["is_not"], float(of["confidence"]))
            found.append((int(of["place"]), name, kind))
    return {name: kind for _, name, kind in sorted(found, key=lambda one: one[0])}
