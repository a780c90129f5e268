"""The words of the archive's front matter, and what else people write for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

Type = Literal["source", "claim", "map", "other"]

TYPES: Mapping[str, Type] = {
    "source": "source",
    "claim": "claim",
    "map": "map",
    **dict.fromkeys(("evidence", "archive", "article", "book", "essay", "newsletter", "paper", "post"), "source"),
    **dict.fromkeys(("podcast", "report", "talk", "thesis", "thread", "transcript", "tweet", "video"), "source"),
    **dict.fromkeys(("proposition", "thesis-claim"), "claim"),
    **dict.fromkeys(("index", "moc", "overview", "topic"), "map"),
}
"""What a type counts as; of those that are only names for another one, the name is kept as the format."""

FIELDS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "name", "headline"),
    "author": ("author", "authors", "creator", "by"),
    "url": ("url", "link", "source_url", "source"),
    "date": ("date", "date_published", "published", "publication_date", "created", "date_claimed"),
    "format": ("format", "source_type", "medium"),
    "status": ("status", "state"),
    "tags": ("tags", "keywords"),
    "domain": ("domain", "domains"),
    "description": ("description", "summary", "abstract"),
    "claims_extracted": ("claims_extracted", "extracted_claims", "claims"),
    "enrichments": ("enrichments", "enrichments_applied"),
    "confidence": ("confidence", "certainty"),
    "depends_on": ("depends_on", "supported_by", "evidence_for", "supports"),
    "challenged_by": ("challenged_by", "evidence_against", "contradicted_by", "challenges"),
    "sources": ("sources", "source", "based_on", "references"),
    "related": ("related", "related_claims", "see_also"),
}
"""Each field by its own name, and by the names that stand for it."""

NATIVE: Mapping[Type, frozenset[str]] = {
    # In a claim these are what the field is called there.
    "claim": frozenset({"created", "source", "sources", "related_claims"}),
    "source": frozenset(),
    "map": frozenset({"created"}),
    "other": frozenset({"created"}),
}
"""Names that need no remark in files of a type."""

STATUSES: Mapping[str, tuple[str, ...]] = {
    "unprocessed": ("unprocessed", "new", "inbox", "todo", "to do", "pending", "unread", "queued", "raw", "open"),
    "processing": ("processing", "in progress", "in work", "started", "partial", "partially processed", "draft", "wip"),
    "processed": ("processed", "complete", "completed", "done", "extracted", "enrichment", "enriched", "finished"),
    "null-result": ("null-result", "null", "null result", "no claims", "nothing", "nothing found", "none"),
    "archived": ("archived", "archive", "closed", "retired", "superseded", "stale", "rejected"),
}
"""How far a file is worked through: each word, and what counts as it."""

CONFIDENCES: Mapping[str, tuple[str, ...]] = {
    "proven": ("proven", "certain", "established", "very high", "confirmed"),
    "likely": ("likely", "high", "probable", "strong", "confident"),
    "experimental": ("experimental", "medium", "moderate", "tentative", "emerging", "possible"),
    "speculative": ("speculative", "low", "weak", "unlikely", "guess", "hypothesis"),
}
"""How sure a claim is, from the surest down: each word, and what counts as it."""


def word_of(text: str, words: Mapping[str, tuple[str, ...]]) -> str:
    """The word of a vocabulary that a free text stands for: by the whole, or else by how it begins; "" for none."""
    if text in words:
        return text
    said = " ".join(text.replace("_", " ").casefold().split())
    whole, beginning = _meanings(tuple(words.items()))
    if word := whole.get(said) or whole.get(said.replace("-", " ")):
        return word
    found = beginning.match(said)
    return whole[found[0]] if found else ""


@lru_cache(maxsize=8)
def _meanings(words: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[Mapping[str, str], re.Pattern[str]]:
    """What each text counts as, and the longest of these that a text begins with."""
    whole = {other: word for word, others in words for other in others}
    longest_first = sorted(map(re.escape, whole), key=len, reverse=True)
    return whole, re.compile(rf"(?:{'|'.join(longest_first)})\b(?!-)")
