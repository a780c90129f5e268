"""What the demonstration's people need in order to do things on some day: texts, a clock, and acts by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import TYPE_CHECKING, Any

from cohobate.errors import WrongUse
from cohobate.practicum.acts import Act
from cohobate.web.slugs import slug

if TYPE_CHECKING:
    from cohobate.events import Event
    from cohobate.web.people.models import Person


def text_of(name: str) -> str:
    """A text that comes with Cohobate, by its file's name, such as "claim.md"."""
    file = resources.files("cohobate.practicum") / "content" / "demo" / "works" / name
    return file.read_bytes().decode("utf-8")


class Diary:
    """Who is there, and what time it is."""

    def __init__(self, people: Mapping[str, Person], now: float) -> None:
        """now: seconds since 1970; days are counted back from it"""
        self.people = dict(people)
        self.today = datetime.fromtimestamp(now, UTC)
        self.moment = self.today

    def clock(self) -> float:
        """Seconds since 1970, as the strands' clocks have it."""
        return self.moment.timestamp()

    def on(self, days: int, time: str) -> None:
        """Goes to a time of day, such as "09:30", so many days ago."""
        hour, minute = map(int, time.split(":"))
        day = self.today - timedelta(days=days)
        self.moment = day.replace(hour=hour, minute=minute, second=0, microsecond=0)

    def later(self, seconds: float) -> None:
        """Lets some time go by."""
        self.moment += timedelta(seconds=seconds)

    def dated(self, row: Any, *names: str) -> None:
        """Dates a row, whose own clock is the computer's."""
        for name in names:
            setattr(row, name, self.moment)
        row.save(update_fields=names)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """While this lasts, works and reader tests go by this clock."""
        from cohobate.web.readings import keeper as readings
        from cohobate.web.works import keeper as works

        strands: list[Any] = [works.strands, readings.trials, readings.sittings]
        clocks = [one.clock for one in strands]
        try:
            for one in strands:
                one.clock = self.clock
            yield
        finally:
            for one, clock in zip(strands, clocks, strict=True):
                one.clock = clock

    # --- what is done with a work -----------------------------------------------------------------------------------

    def does(self, work: str, who: str, kind: str, /, **fields: Any) -> Event:
        """Does something with a work, five minutes after what was done before."""
        from cohobate.web.works import keeper

        self.later(300)
        given = {name: str(value) for name, value in fields.items()}
        return keeper.act(work, self.people[who], Act(slug(), kind, given))[0]

    def keeps(self, work: str, who: str, text: str, note: str = "") -> str:
        """Saves a draft and keeps it as a version; gives its digest."""
        from cohobate.web.works import keeper

        self.later(300)
        digest: str = keeper.keep_version(work, self.people[who], text, note)[0].data["digest"]
        self.saves(work, who, keeper.text_of(work, digest))
        return digest

    def saves(self, work: str, who: str, text: str) -> None:
        """Saves a draft."""
        from cohobate.web.works import drafts
        from cohobate.web.works.models import Earlier

        saved = drafts.save(work, self.people[who], text, drafts.draft_of(work).revision)
        assert not isinstance(saved, drafts.Conflict)
        self.dated(saved, "saved_at")
        for row in Earlier.objects.filter(work=work, revision=saved.revision):
            self.dated(row, "at")

    def remarks(self, work: str, who: str, digest: str, quote: str, said: str) -> str:
        """Makes a remark on the words that are quoted; gives its id. Raises WrongUse for words that stand nowhere."""
        from cohobate.practicum.work import anchors
        from cohobate.web.works import keeper

        text = keeper.text_of(work, digest)
        start = text.find(quote)
        if start < 0:
            raise WrongUse(f"'{quote}' does not stand in this version; quote what does")
        one = anchors.passage(text, start, start + len(quote))
        place = {"start": start, "end": start + len(quote), "quote": one.quote}
        around = {"before": one.before, "after": one.after}
        return self.does(work, who, "comment", digest=digest, text=said, **place, **around).id

    def passes(self, work: str, who: str, which: str, digest: str) -> None:
        """Passes a milestone. Raises WrongUse for what the version lacks."""
        from cohobate.web.works import keeper
        from cohobate.web.works.pages import lacking_for

        if missing := lacking_for(work, keeper.work(work), which):
            raise WrongUse(missing[0])
        self.does(work, who, "milestone", which=which, digest=digest)
