"""A work that is played: acts are decided, chained and taken in, as whoever keeps a work does it."""

from cohobate.events import follow
from cohobate.practicum.acts import Act
from cohobate.practicum.work import Work, decide, fold
from cohobate.practicum.work.acts import fields


class Played:
    """A work with its events. Versions are named by words: `digest` makes something that looks like one of it."""

    def __init__(self, **given):
        self.work, self.events, self.index = Work(), [], 0
        given = {"title": "Why pumps fail", "kind": "propagating", "sources": "src-one@aa\nsrc-two@bb"} | given
        self.does("ann", "begin", **given)
        self.does("ann", "join", role="writer", name="Ann")

    def does(self, who, kind, /, id="", **given):
        """Does something; raises Refused. What a store would add to a version or a registration is added."""
        act = Act(id or f"act-number-{len(self.events)}", kind, fields(**given))
        data, words = decide(self.work, who, act)
        if kind in ("hypothesis", "version", "publish", "look_back"):
            self.index += 1
            data = {**data, "ledger": [self.index, f"hash {self.index}"]}
        last = self.events[-1] if self.events else None
        at = 1000.0 + len(self.events)
        event = follow(last, id=act.id, at=at, actor=who, kind=kind, data=data, words=words, salt="salt")
        self.events.append(event)
        self.work.apply(event)
        return event

    def keeps(self, who, text, note=""):
        """Keeps a version; returns its digest."""
        return self.does(who, "version", digest=digest(text), words=len(text.split()), note=note).data["digest"]

    def replayed(self):
        """The work, folded anew."""
        return fold(self.events)


def digest(text):
    """Something to name a text by."""
    return f"digest of {text}"


def reviewed():
    """A work that two people write and one reviews, with two versions, of which one is published."""
    game = Played()
    game.does("bea", "join", role="writer", name="Bea")
    game.does("rex", "join", role="reviewer", name="Rex")
    game.does("ann", "hypothesis", text="Cases first.", points=20, low=5, high="35", method="cases", method_digest="m1")
    one = game.keeps("ann", "one two three", "first")
    game.does("rex", "comment", id="comment-1", digest=one, start=4, end=7, quote="two", before="one ", text="Which?")
    game.does("ann", "reply", to="comment-1", text="The second.")
    two = game.keeps("bea", "one two three four")
    game.does("bea", "settle", to="comment-1", how="done")
    game.does("rex", "reviewed", digest=two, text="Shorter.")
    game.does("ann", "hook", id="opening-1", text="A pump stands still.")
    game.does("bea", "hook", id="opening-2", text="Pumps fail in pairs.")
    game.does("ann", "milestone", which="minimum", digest=two)
    game.does("ann", "publish", digest=two)
    return game
