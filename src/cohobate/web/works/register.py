"""The server's ledger: what was registered, in which order, by its hash.

Drafts, hypotheses, items, plans and results are entered here, each by whoever stores it and in the same transaction.
So one can show of two of them which came first, without showing what is in them. There are no clock times.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection, transaction

from cohobate.ledger import Entry, follow, genesis
from cohobate.web.works.models import Registered

LOCK = 0x636F686F
"""What PostgreSQL's sessions take in turn to append."""

CONFIGURATION = {"what": "works and their readers"}


def register(kind: str, data: Mapping[str, Any]) -> Entry:
    """Adds an entry. Within a transaction; if that is rolled back, the entry never was."""
    assert connection.in_atomic_block
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    last = Registered.objects.order_by("-index").first()
    before = entry_in(last) if last is not None else _store(genesis(CONFIGURATION))
    return _store(follow(before, kind, data))


def _store(entry: Entry) -> Entry:
    Registered.objects.create(
        index=entry.index, kind=entry.kind, previous=entry.previous, hash=entry.hash, line=entry.line.decode()
    )
    return entry


def entry_in(row: Registered) -> Entry:
    """The entry in a row, as the row has it."""
    value = json.loads(row.line)
    chain = ("index", "previous", "hash", "kind")
    data = {key: item for key, item in value.items() if key not in chain}
    return Entry(value["index"], value["previous"], value["hash"], value["kind"], data)


def find(index: int) -> Entry | None:
    """The entry at that place."""
    row = Registered.objects.filter(pk=index).first()
    return None if row is None else entry_in(row)


def lines() -> Iterator[bytes]:
    """The whole ledger as it stands in a file, line by line."""
    with transaction.atomic():
        for line in Registered.objects.values_list("line", flat=True).iterator(chunk_size=1000):
            yield line.encode() + b"\n"
