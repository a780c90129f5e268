"""Works on the web: from a source to a published page, and what pages say on the way."""

import re

import pytest

from cohobate.practicum.acts import Act
from cohobate.practicum.work.acts import fields
from cohobate.web.slugs import slug
from cohobate.web.works import keeper
from cohobate.web.works.models import Registered, Work

from .browsers import words


def test_smoke(owner, host):
    begun = host.do("new-work", id="abcdefghjk", title="Pumps", which="propagating")
    assert begun.headers["Location"] == "/works/abcdefghjk/"
    for name in ("work", "work-hypothesis", "work-sources", "work-versions", "work-people", "work-words", "look-back"):
        host.see(name, "abcdefghjk")
    for name in ("desk", "new-work", "methods", "new-method", "board", "kinds", "ledger"):
        host.see(name)
        owner.see(name)
    host.see("new-work", go="yes")
