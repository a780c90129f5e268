"""A reader test that is made act by act, for tests."""

from cohobate.events import follow
from cohobate.practicum.acts import Act
from cohobate.practicum.reading import sitting as sittings
from cohobate.practicum.reading.trial import fold
from cohobate.practicum.reading.trial_acts import decide

PLAN = {"readers": 8, "minutes": 10, "minutes_without": 5, "baseline": 0.4, "effect": 0.2, "seed": 7, "spare": 2}


class Test:
    """A test of the work w1, led by "lead"."""

    __test__ = False  # it is one of readers

    def __init__(self):
        self.events = []
        self.do("begin", work="w1", title="Drops")
        self.do("join", role="lead", name="Lena")

    @property
    def state(self):
        return fold(self.events)

    def do(self, kind, /, who="lead", **fields):
        act = Act("act-12345", kind, {name: str(value) for name, value in fields.items()})
        data, words = decide(self.state, who, act)
        last = self.events[-1] if self.events else None
        id = f"event-{len(self.events):04}"
        at = 1000.0 + len(self.events)
        self.events.append(follow(last, id=id, at=at, actor=who, kind=kind, data=data, words=words, salt="s"))
        return self.state

    def passage(self, title="Rims", first=1, last=2, **more):
        return self.do(
            "passage", **{"title": title, "source": "s1", "digest": "d", "blocks": 9} | more, first=first, last=last
        )

    def item(self, passage="p1", **more):
        fields = {
            "passage": passage,
            "kind": "inference",
            "question": "Why?",
            "option1": "so",
            "option2": "thus",
            "key": 2,
        }
        return self.do("item", **fields | more)

    def written(self, items=4, in_words=0):
        self.passage("Rims", 1, 2)
        self.passage("Queues", 3, 5)
        for passage in ("p1", "p2"):
            for number in range(items):
                more = {"form": "text", "rubric": "says it"} if number < in_words else {}
                self.item(passage, question=f"Why {number}?", **more)
        return self

    def registered(self, **more):
        self.written(**more).do("register", salt="pepper")
        return self

    def planned(self, plan=PLAN, **more):
        self.registered(**more)
        for block, passage in enumerate(("p1", "p2"), start=1):
            self.do("text", passage=passage, work="w1", digest="v", blocks=3, first=block, last=block)
        self.do("plan", **plan)
        return self

    def opened(self, **more):
        self.planned(**more).do("open")
        return self


def sat(test, number, answers, parts=3, stops=False):
    """The sitting of a reader who answers as `answers(arm, item)` says: right, wrong, "unsure", words, or None for
    nothing; each item takes 10 seconds."""
    state = test.state
    now = 0.0
    events = []

    def add(kind, data, words=None):
        last = events[-1] if events else None
        id = f"event-{number:02}-{len(events):04}"
        events.append(follow(last, id=id, at=now, actor="reader", kind=kind, data=data, words=words, salt="s"))

    add("begin", {"number": number, "parts": state.dealt(number)})
    add("background", {"knows": ("new", "read", "work")[number % 3]})
    for part in range(parts):
        add("start", {"part": part})
        for item, _ in state.dealt(number)[part]["items"]:
            now += 10
            found = answers(state.dealt(number)[part]["arm"], item)
            key = state.items[item].key
            if found in ("right", "wrong"):
                choice = key if found == "right" else 1 - key
                add("answer", {"part": part, "item": item, "choice": choice})
            elif found == "unsure":
                add("answer", {"part": part, "item": item, "choice": "unsure"})
            elif found is not None:
                add("answer", {"part": part, "item": item, "choice": None}, {"text": found})
        if not (stops and part == parts - 1):
            add("finish", {"part": part, "why": "reader"})
    return sittings.fold(events)


def named(trial, number, item):
    """What raters know an answer by, here."""
    return f"{number}-{item}"
