"""Files of text that a command is given."""

from __future__ import annotations

from pathlib import Path

from cohobate.errors import WrongUse
from cohobate.runs import storage


def text_of(path: Path) -> str:
    """The text in a file, with its line ends as they are and without a byte order mark.

    Raises StorageProblem if the file cannot be read, WrongUse if it is no text in UTF-8.
    """
    with storage(path, "read"):
        content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = f"byte {error.start + 1} is {error.object[error.start]:#04x}"
        raise WrongUse(f"{path} is no text in UTF-8 ({where}); save it as such") from None
