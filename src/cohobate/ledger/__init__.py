"""The ledger: what each step did and what was measured, append-only, every entry chained to the one before by hash.

`chain` keeps entries, whatever they hold; `iterations` is what an iteration's entry holds, and `reader_tests` what a
reader test's does; `rederiving` does the arithmetic of such entries again.
"""

from cohobate.canonical import canonical
from cohobate.ledger.chain import (
    GENESIS,
    NO_HASH,
    RESERVED,
    VERSION,
    Entry,
    Ledger,
    Problem,
    check,
    entries_in,
    follow,
    genesis,
    verify,
)
from cohobate.ledger.iterations import Count, certified, counted, estimate_of, measurement, measurements, whole
from cohobate.ledger.reader_tests import READER_TEST, reader_test
from cohobate.ledger.rederiving import rederived

__all__ = [
    "GENESIS",
    "NO_HASH",
    "READER_TEST",
    "RESERVED",
    "VERSION",
    "Count",
    "Entry",
    "Ledger",
    "Problem",
    "canonical",
    "certified",
    "check",
    "counted",
    "entries_in",
    "estimate_of",
    "follow",
    "genesis",
    "measurement",
    "measurements",
    "reader_test",
    "rederived",
    "verify",
    "whole",
]
