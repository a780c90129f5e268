"""New files for the archive: a source or a claim, with its front matter in the usual order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cohobate.archive.links import slug
from cohobate.frontmatter import Document

LONGEST = 120
"""Bytes of a file name that is made from a title, at most, without its ending."""


def new_source(
    title: str,
    body: str,
    *,
    author: str = "",
    url: str = "",
    date: str = "",
    format: str = "",
    status: str = "unprocessed",
    tags: Sequence[str] = (),
    claims_extracted: Sequence[str] = (),
    enrichments: Sequence[str] = (),
    **more: Any,
) -> str:
    """The text of a source's file. What is "" is left out; `more` are fields of one's own.

    Raises WrongUse for a value that front matter cannot hold.
    """
    fields = {
        "type": "source",
        "title": title,
        "author": author,
        "url": url,
        "date": date,
        "format": format,
        **more,
        "status": status,
        "claims_extracted": list(claims_extracted),
        "enrichments": list(enrichments),
        "tags": list(tags),
    }
    return _file(fields, title, body)


def new_claim(
    proposition: str,
    body: str,
    *,
    confidence: str,
    source: str = "",
    created: str = "",
    depends_on: Sequence[str] = (),
    challenged_by: Sequence[str] = (),
    **more: Any,
) -> str:
    """The text of a claim's file. Its heading is the whole proposition, and so should be the name of the file.

    Raises WrongUse for a value that front matter cannot hold.
    """
    fields = {
        "type": "claim",
        **more,
        "confidence": confidence,
        "source": source,
        "created": created,
        "depends_on": list(depends_on),
        "challenged_by": list(challenged_by),
    }
    return _file(fields, proposition, body)


def file_name(title: str) -> str:
    """A name for a new file with that title."""
    short = slug(title).encode()[:LONGEST].decode("utf-8", "ignore")
    return f"{short.strip('-') or 'untitled'}.md"


def _file(fields: Mapping[str, Any], title: str, body: str) -> str:
    document = Document("", "", (), "", f"\n# {title}\n\n{body.strip()}\n", 1)
    for key, value in fields.items():
        if value != "" and (value != [] or key in ("claims_extracted", "enrichments")):
            document = document.with_field(key, value)
    return document.text
