"""Words that several parts say."""

from __future__ import annotations


def clean(text: str) -> str:
    """Without what a page or a terminal could stumble over."""
    text = text.encode("utf-8", "replace").decode().replace("\r\n", "\n")
    return "".join(one if one.isprintable() or one in "\n\t" else "\ufffd" for one in text)


def size(count: int) -> str:
    """A number of bytes."""
    for power, unit in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if count >= power and count % power == 0:
            return f"{count // power} {unit}"
    return f"{count:,} bytes"
