"""What the demonstration's people brought in, asked for and wrote: a shelf, a board, one work that was tested on
readers, and one that is under way."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from cohobate.web.demo.diary import Diary, text_of
from cohobate.web.demo.tested import tested
from cohobate.web.slugs import drawn_by

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cohobate.web.people.models import Person
    from cohobate.web.sources.models import Source

TWICE = "Reading the same scale twice"
WORST = "What comes after the worst day"
CLAIM = "repeating a measurement does not remove an error that every repetition shares"


def write(people: Mapping[str, Person], now: float, chance: Random) -> None:
    """All of it, by the works' and the tests' own rules."""
    diary = Diary(people, now)
    with drawn_by(chance), diary.kept():
        _Writing(diary).done()


@dataclass
class _Writing:
    diary: Diary

    def done(self) -> None:
        twice, worst = self._sources()
        wish = self._wishes()
        method = self._method("", "method-1.md", 17)
        work = self._begun(twice, worst)
        self.diary.does(
            work,
            "Dilnoza",
            "hypothesis",
            text="One case that is reckoned through to its number, six grams or seven minutes, helps more than the law "
            "that it is a case of. Whoever has followed it can reckon another one.",
            points=30,
            low=10,
            high=50,
            **method,
        )
        with_items = tested(self.diary, work, twice, worst)
        self._drafted(work)
        with_items.read()
        self._looked_back(work)
        self._method(method["method"], "method-2.md", 4)
        self._granted(wish, work)
        self._under_way()

    # --- the shelf and the board ------------------------------------------------------------------------------------

    def _sources(self) -> tuple[Source, Source]:
        from cohobate.archive.writing import new_claim, new_source

        told = "what measuring again is good for"
        twice = self._brought(
            20, "Ben", TWICE, new_source(TWICE, text_of("reading-twice.md"), author="Ben", **_source(told))
        )
        worst = self._brought(
            20, "Edda", WORST, new_source(WORST, text_of("worst-day.md"), author="Edda", **_source(told))
        )
        claim = new_claim(
            CLAIM,
            text_of("claim.md"),
            confidence="likely",
            source="Chidi",
            depends_on=["[[reading-the-same-scale-twice]]"],
        )
        self._brought(19, "Chidi", CLAIM, claim)
        return twice, worst

    def _brought(self, days: int, who: str, title: str, text: str) -> Source:
        from cohobate.archive.record import read_record
        from cohobate.archive.writing import file_name
        from cohobate.web.sources.importing import bring_in
        from cohobate.web.sources.models import Source

        self.diary.on(days, "17:30")
        (id,) = bring_in([read_record(file_name(title), text.encode())], self.diary.people[who]).new
        row: Source = Source.objects.get(pk=id)
        self.diary.dated(row, "imported_at")
        self.diary.dated(row.versions.get(), "at")
        return row

    def _wishes(self) -> str:
        from cohobate.web.works.board import ask

        self.diary.on(18, "18:05")
        wish = ask(
            self.diary.people["Femi"],
            "What does it help to measure again?",
            "I weigh everything three times, because I was told to. What does that make better, and what not? Without "
            "formulas, please: I want to tell my sister.",
        )
        self.diary.dated(wish, "at")
        self.diary.on(3, "12:40")
        other = ask(
            self.diary.people["Edda"],
            "What is a control for, when one cooks?",
            "I change the flour and the bread is better, but on that day it was warmer too. A page with one loaf "
            "beside another, please.",
        )
        self.diary.dated(other, "at")
        return str(wish.pk)

    def _granted(self, wish: str, work: str) -> None:
        from cohobate.web.works.models import Fulfilment, Wish, Work

        self.diary.on(4, "19:00")
        Fulfilment.objects.create(
            wish_id=wish,
            work=Work.objects.get(pk=work),
            text="It has no formula, and a bus.",
            by=self.diary.people["Dilnoza"],
            at=self.diary.moment,
        )
        self.diary.on(3, "08:15")
        self.diary.dated(Wish.objects.get(pk=wish), "closed_at")

    # --- one that was finished --------------------------------------------------------------------------------------

    def _method(self, id: str, name: str, days: int) -> dict[str, str]:
        from cohobate.web.works.methods import save
        from cohobate.web.works.models import Method

        self.diary.on(days, "20:10")
        before = Method.objects.filter(pk=id).first()
        method = save(self.diary.people["Dilnoza"], before, "The case first, and reckoned through", text_of(name))
        version = method.versions.last()
        assert version is not None
        self.diary.dated(version, "made_at")
        if before is None:
            self.diary.dated(method, "made_at")
        return {"method": method.pk, "method_digest": version.digest}

    def _begun(self, *sources: Source) -> str:
        from cohobate.web.works import keeper

        self.diary.on(16, "09:00")
        named = "\n".join(f"{one.pk}@{one.latest_id}" for one in sources)
        row = keeper.begin(
            self.diary.people["Dilnoza"],
            title="What measuring again can and cannot do",
            kind="propagating",
            sources=named,
        )
        self.diary.dated(row, "made_at")
        return str(row.pk)

    def _drafted(self, work: str) -> None:
        diary = self.diary
        diary.on(14, "09:00")
        first = diary.keeps(work, "Dilnoza", text_of("again-1.md"), "All of it, as short as it gets")
        diary.on(13, "18:00")
        for who in ("Chidi", "Femi"):
            diary.does(work, who, "join", role="reviewer", name=who)
        square = diary.remarks(
            work, "Femi", first, "the square root of the number of readings", "How much is that, if I weigh four times?"
        )
        offset = diary.remarks(work, "Chidi", first, "an offset and a scatter", "I see neither. Which scale was it?")
        name = diary.remarks(
            work, "Chidi", first, "This is regression to the mean.", "The name does not help me. Does it you?"
        )
        diary.does(work, "Femi", "reviewed", digest=first, text="Begin with something that you weighed.")
        diary.on(12, "09:00")
        diary.does(
            work, "Dilnoza", "reply", to=offset, text="Ours, in the kitchen. It stood on a cloth. It comes first now."
        )
        second = diary.keeps(work, "Dilnoza", text_of("again-2.md"), "With a letter and a bus")
        diary.does(work, "Dilnoza", "settle", to=offset, how="done")
        diary.does(work, "Dilnoza", "settle", to=square, how="done", text="Half as much. It stands there now.")
        diary.does(work, "Dilnoza", "settle", to=name, how="done", text="No. It is out.")
        diary.passes(work, "Dilnoza", "minimum", second)
        diary.on(11, "18:00")
        letter = diary.remarks(
            work,
            "Femi",
            second,
            "My complaint need not have done anything.",
            "Why 7, and not 5 or 12? I believe it only if I can reckon it.",
        )
        independent = diary.remarks(
            work,
            "Chidi",
            second,
            "The readings also have to be independent of each other.",
            "What would I have to do wrong for them not to be?",
        )
        blame = diary.remarks(
            work, "Chidi", second, "Chosen by an extreme", "Say “law of averages” here; everybody knows that one."
        )
        diary.does(work, "Femi", "reviewed", digest=second, text="Do the sum with the bus.")
        diary.does(work, "Chidi", "reviewed", digest=second, text="Say what one does wrong, and then what to do.")
        diary.on(10, "09:00")
        third = diary.keeps(work, "Dilnoza", text_of("again-3.md"), "Both sums are done, and the list is covered")
        diary.does(work, "Dilnoza", "settle", to=letter, how="done", text="Three tenths of the 10 are left: 4 + 3.")
        diary.does(work, "Dilnoza", "settle", to=independent, how="done", text="Look at your list while you weigh.")
        diary.does(
            work,
            "Dilnoza",
            "settle",
            to=blame,
            how="declined",
            text="People mean by it that a bad day is owed a good one. Nothing is owed here.",
        )
        diary.passes(work, "Dilnoza", "full", third)
        diary.does(work, "Dilnoza", "publish", digest=third)

    def _looked_back(self, work: str) -> None:
        self.diary.on(5, "20:00")
        self.diary.does(
            work,
            "Dilnoza",
            "look_back",
            text="What I said is above, and what came too. The test cannot say that it was the reckoning which did it: "
            "the first draft, without it, was read by nobody but Chidi and Femi.",
            next="Test a page with the sum against the same page without it. And put the sum into my method, where it "
            "was missing.",
        )

    # --- one that is under way --------------------------------------------------------------------------------------

    def _under_way(self) -> None:
        from cohobate.web.sources.models import Source
        from cohobate.web.works import keeper

        diary = self.diary
        claim = Source.objects.get(type="claim")
        diary.on(2, "10:00")
        row = keeper.begin(
            diary.people["Femi"],
            title="Label it before you pour it",
            kind="propagating",
            sources=f"{claim.pk}@{claim.latest_id}",
        )
        diary.dated(row, "made_at")
        diary.does(
            row.pk,
            "Femi",
            "hypothesis",
            text="The three jars do it. Whoever has seen them labels the fourth.",
            points=20,
            low=0,
            high=40,
        )
        first = diary.keeps(row.pk, "Femi", text_of("label.md"), "The jars")
        diary.on(1, "17:00")
        for who in ("Ada", "Ben"):
            diary.does(row.pk, who, "join", role="reviewer", name=who)
        shared = diary.remarks(
            row.pk,
            "Ben",
            first,
            "The shared error of all labels is that their writer knows what they mean.",
            "That is the best sentence, and it stands there as if it were left over. What does one do about it?",
        )
        diary.remarks(
            row.pk,
            "Ada",
            first,
            "how much of it in how much water",
            "My yoghurt has no water. What does one write if a thing is not mixed?",
        )
        diary.does(row.pk, "Femi", "reply", to=shared, text="Give the jar to somebody else. I am writing it just now.")
        diary.later(1200)
        diary.saves(row.pk, "Femi", text_of("label-draft.md"))


def _source(told: str) -> dict[str, str]:
    return {"format": "notes", "status": "processed", "description": told}
