"""The demonstration's reader test: items, readers who are made up, and what came of it.

What a reader answers is drawn from a model that is as simple as can be: in each arm a share of the items is answered,
and some readers answer more of all of them than others. It is the same whatever the demonstration's seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from cohobate.errors import WrongUse
from cohobate.practicum.acts import Act
from cohobate.practicum.reader_test import DISTILLATION, NO_TEXT, SOURCE
from cohobate.practicum.reading.pasted import pasted
from cohobate.practicum.reading.sitting import UNSURE
from cohobate.web.demo.diary import Diary, text_of
from cohobate.web.slugs import drawn_by, slug

if TYPE_CHECKING:
    from cohobate.practicum.reading.sitting import Part
    from cohobate.web.readings.models import Trial
    from cohobate.web.sources.models import Source

READERS = ("Gudrun", "Hamid", "Ines", "Jonas", "Kaisa", "Lior", "Malika", "Nuno", "Olga", "Pavel", "Rosa", "Sami")
QUITS = "Lior"
"""Who stops in the middle."""
ANSWERED = {NO_TEXT: 0.4, SOURCE: 0.6, DISTILLATION: 0.67}
"""The share of the items that readers answer in each arm, on average."""
ABLER = 0.15
"""By how much more, or less, of the items some readers answer than others, at most."""
SECONDS = {NO_TEXT: (14, 32), SOURCE: (45, 85), DISTILLATION: (30, 60)}
"""For an item in each arm, reading included."""
UNSURE_IF_WRONG = 0.4
"""How often somebody who does not know says so."""


@dataclass
class Tested:
    """A test whose items are registered."""

    diary: Diary
    row: Trial
    passages: list[str]

    def read(self) -> None:
        """Lets its readers read what was published, closes it, and has its outcome registered."""
        from cohobate.web.readings import outcomes
        from cohobate.web.readings.views import invite

        self.diary.on(9, "09:00")
        self._planned()
        self.does("Dilnoza", "open")
        link = invite(self.row, self.diary.people["Dilnoza"], "reader")
        self.diary.dated(link, "made_at")
        for number, name in enumerate(READERS):
            self.diary.on(8 - number // 6, f"{9 + number % 6}:{10 + number}")
            if not link.take():
                raise WrongUse("the link has no uses left for so many readers")
            self._reads(name, Random(f"reader {number}"))
        self.diary.on(6, "19:00")
        self.does("Dilnoza", "close")
        self.diary.later(600)
        if trouble := outcomes.make(self.row, self.diary.people["Dilnoza"]):
            raise WrongUse(trouble)

    def does(self, who: str, kind: str, added: Any = None, /, **fields: Any) -> None:
        """Does something with the test."""
        from cohobate.web.readings import keeper

        self.diary.later(60)
        given = {name: str(value) for name, value in fields.items()}
        keeper.act(self.row.pk, self.diary.people[who], Act(slug(), kind, given), added)

    def _planned(self) -> None:
        """The parts of the published version that are read, and by how many."""
        from cohobate.web.readings import keeper, texts
        from cohobate.web.readings.plan import looked
        from cohobate.web.works import keeper as works

        published = works.work(self.row.work_id).published
        assert published is not None
        blocks = texts.version_blocks(self.row.work_id, published.digest)
        second = next(one.number for one in blocks if one.text.startswith("## "))
        stretches = ((2, second - 1), (second, len(blocks)))
        for passage, (first, last) in zip(self.passages, stretches, strict=True):
            where = {"work": self.row.work_id, "digest": published.digest, "blocks": len(blocks)}
            self.does("Dilnoza", "text", passage=passage, first=first, last=last, **where)
        plan = {"readers": str(len(READERS)), "spare": "0", "minutes": "12", "minutes_without": "6", "source": "yes"}
        plan |= {"baseline": "0.4", "effect": "0.3"}
        found, trouble = looked(keeper.trials.state(self.row.pk), plan)
        if trouble:
            raise WrongUse(trouble)
        # Whatever the demonstration's seed, everybody reads the same, so that the same comes of it.
        with drawn_by(Random("plan")):
            self.does("Dilnoza", "plan", found, **plan)

    def _reads(self, name: str, chance: Random) -> None:
        from cohobate.web.people.models import Person
        from cohobate.web.readings import keeper

        person = Person.objects.create(name=name)
        self.diary.dated(person, "made_at", "consented_at")
        row = keeper.arrive(self.row.pk, person, chance.choice(("new", "new", "read")), "")
        self.diary.dated(row, "begun_at")
        able = ABLER * (2 * chance.random() - 1)
        for number in range(1 + len(keeper.trials.state(self.row.pk).passages)):
            self.diary.later(30)
            keeper.do(row, person, Act(slug(), "start", {"part": str(number)}))
            part = keeper.sittings.state(row.pk).parts[number]
            for place, item in enumerate(part.items):
                if name == QUITS and part.number == 1 and place == 2:
                    keeper.do(row, person, Act(slug(), "stop", {}))
                    return
                self.diary.later(chance.uniform(*SECONDS[part.arm]))
                given = {"part": str(part.number), "item": item, "choice": self._chosen(part, item, able, chance)}
                keeper.do(row, person, Act(slug(), "answer", given))
            self.diary.later(5)
            keeper.do(row, person, Act(slug(), "finish", {"part": str(part.number)}))

    def _chosen(self, part: Part, item: str, able: float, chance: Random) -> str:
        from cohobate.web.readings import keeper

        question = keeper.trials.state(self.row.pk).items[item]
        if chance.random() < ANSWERED[part.arm] + able:
            return str(question.key)
        if chance.random() < UNSURE_IF_WRONG:
            return UNSURE
        return str(chance.choice([one for one in range(len(question.options)) if one != question.key]))


def tested(diary: Diary, work: str, *sources: Source) -> Tested:
    """Begins a test of a work whose items Ben writes and registers: two passages, a source each."""
    from cohobate.web.readings import keeper, texts

    diary.on(15, "10:00")
    row = keeper.begin(diary.people["Dilnoza"], work, "Is the letter weighed, and the bus explained?")
    diary.dated(row, "made_at")
    diary.on(15, "19:00")
    test = Tested(diary, row, [f"p{number}" for number in range(1, len(sources) + 1)])
    test.does("Ben", "join", role="examiner", name="Ben")
    for number, (passage, source) in enumerate(zip(test.passages, sources, strict=True), start=1):
        whole = {"blocks": len(texts.source_blocks(source.latest_id)), "digest": source.latest_id}
        test.does("Ben", "passage", title=source.title, source=source.pk, **whole)
        items, wrong = pasted(text_of(f"items-{number}.csv"), passage, test.passages)
        if wrong:
            raise WrongUse(wrong[0])
        for _, fields in items:
            test.does("Ben", "item", **fields)
    test.does("Ben", "register")
    return test
