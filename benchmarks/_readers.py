"""What the benchmarks of reader tests share: a test that is open, readers with an outbox, and what came of it all.

A reader is what the page is: it comes by a link, starts a part, looks at its page, and sends each choice with an id of
its own until the server has acknowledged it, one after the other. The test itself is made past the pages, by a process
of its own before the server starts.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
import re
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from _rooms import Browser, Server, surroundings

PASSAGES, ITEMS = 2, 12
WORDS = (3000, 800)
"""Of a passage as its source and as its distillation."""


# --- the test, in processes of its own -------------------------------------------------------------------------------


def in_process(server: Server, what: str, *words: str) -> Any:
    """What a function of this module says about the server's data, as JSON."""
    told = subprocess.run(
        [sys.executable, __file__, what, str(server.data), *words],
        capture_output=True,
        text=True,
        env={**surroundings(server), "COHOBATE_DATA": str(server.data)},
    )
    if told.returncode:
        raise SystemExit(f"{what}: {told.stderr[-2000:]}")
    return json.loads(told.stdout)


def _set_up(data: str) -> None:
    os.environ |= {"DJANGO_SETTINGS_MODULE": "cohobate.web.settings", "COHOBATE_DATA": data}
    from cohobate.web.folder import DataFolder

    DataFolder(data).make()
    import django

    django.setup()
    from cohobate.web.serving import prepare

    prepare()


def furnish(data: str, readers: str, minutes: str, in_words: str = "0") -> dict[str, str]:
    """Makes a test that is open, with so many items a passage that are answered in words, and a link into it."""
    _set_up(data)
    from cohobate.practicum.acts import Act
    from cohobate.web.people.links import signed
    from cohobate.web.people.models import Person
    from cohobate.web.readings import keeper
    from cohobate.web.readings.models import TrialInvitation
    from cohobate.web.slugs import slug
    from cohobate.web.sources.models import Text
    from cohobate.web.works import keeper as works

    writer = Person.objects.create(name="Wanda")
    work = works.begin(writer, title="Coffee and queues", kind="propagating", sources="")
    trial = keeper.begin(writer, work.pk, "Coffee and queues")

    def act(kind: str, /, **fields: Any) -> None:
        keeper.act(trial.pk, writer, Act(slug(), kind, {name: str(value) for name, value in fields.items()}))

    for number in range(1, PASSAGES + 1):
        text, blocks = _text(number, WORDS[0])
        digest = hashlib.sha256(text.encode()).hexdigest()
        Text.objects.create(pk=digest, text=text)
        act("passage", title=f"Passage {number}", source=f"source{number}", digest=digest, blocks=blocks)
        for item in range(ITEMS):
            options = {f"option{place}": f"Option {place} of {item}, at some length" for place in range(1, 5)}
            asked = (
                {"form": "text", "rubric": "It says so."} if item < int(in_words) else {"key": 1 + item % 4, **options}
            )
            kind = ("text-based", "inference")[item % 2]
            act("item", passage=f"p{number}", kind=kind, question=f"What of {number}.{item}?", **asked)
    act("register")
    for number in range(1, PASSAGES + 1):
        text, blocks = _text(10 + number, WORDS[1])
        works.keep_version(work.pk, writer, text)
        act("text", passage=f"p{number}", work=work.pk, digest=works.digest_of(text), blocks=blocks)
    # A plan is for six at least, however few come.
    plan = {"readers": max(6, int(readers)), "spare": 5, "source": "yes", "baseline": 0.4, "effect": 0.2}
    act("plan", **plan, minutes=minutes, minutes_without=minutes)
    act("open")
    made = TrialInvitation.objects.create(trial=trial, role="reader", most_uses=int(readers) + 5, made_by=writer)
    return {"trial": trial.pk, "path": f"/r/{signed('r', made.pk)}"}


def _text(seed: int, words: int) -> tuple[str, int]:
    chance = random.Random(seed)
    paragraphs = [
        " ".join("".join(chance.choices("abcdefghilmnoprstu", k=chance.randint(2, 9))) for _ in range(80))
        for _ in range(words // 80)
    ]
    return "\n\n".join(paragraphs), len(paragraphs)


def kept(data: str, trial: str) -> dict[str, Any]:
    """What the database has of all sittings: each answer with its sequence, what counts in the end, broken chains."""
    _set_up(data)
    from cohobate.events import problem
    from cohobate.web.readings.keeper import sittings
    from cohobate.web.readings.models import Sitting

    answers: list[list[Any]] = []
    counted, broken = {}, []
    for row in Sitting.objects.filter(trial=trial):
        events = sittings.events(row.pk)
        if wrong := problem(events):
            broken.append(f"{row.pk}: {wrong}")
        answers += [[event.id, row.person_id, event.sequence] for event in events if event.kind == "answer"]
        state = sittings.state(row.pk)
        counted[row.person_id] = {item: given.choice for part in state.parts for item, given in part.given.items()}
    return {"answers": answers, "counted": counted, "broken": broken, "sittings": len(counted)}


# --- readers --------------------------------------------------------------------------------------------------------


@dataclass
class Given:
    """One answer, from when it was sent first."""

    id: str
    item: str
    choice: int
    sent: float
    acknowledged: float | None = None
    sequence: int = 0
    tries: int = 0
    status: int = 0
    late: bool = False
    doubled: bool = False


@dataclass
class Reader:
    """Somebody who reads in a test, with a browser and an outbox."""

    port: int
    path: str
    trial: str
    number: int
    every: float
    """Seconds between two answers, in the mean."""
    pages: list[float] = field(default_factory=list)
    """How long each page took."""
    given: list[Given] = field(default_factory=list)
    me: str = ""
    statuses: Counter[int] = field(default_factory=Counter)
    through: bool = False

    def __post_init__(self) -> None:
        self.browser, self.random = Browser(self.port), random.Random(self.number)

    async def read(self) -> None:
        """All of it, from the link to the thanks."""
        text = await self.page(self.path)
        sent = {"name": f"Reader {self.number}", "knows": self.random.choice(("new", "read", "work")), "consent": "yes"}
        sent["key"] = _found(r'name="key" value="(\w+)"', text)
        await asyncio.sleep(self.random.uniform(0.5, 1.5) * self.every)
        text = await self.form(self.path, sent)
        while 'value="start"' in text:
            await asyncio.sleep(self.random.uniform(0.5, 1.5) * self.every)
            part = _found(r'name="part" value="(\d+)"', text)
            go = f"/tests/{self.trial}/reading/go/"
            text = await self.form(go, {"kind": "start", "part": part, "id": secrets.token_hex(12)})
            self.me = _found(r'data-key="cohobate\.outbox\.\w+\.(\w+)\.', text)
            for item in re.findall(r'data-item="(\w+)"', text):
                await asyncio.sleep(self.random.uniform(0.3, 1.7) * self.every)
                await self.answer(part, item)
                if self.random.random() < 0.15:
                    await self.answer(part, item)
            text = await self.form(go, {"kind": "finish", "part": part, "why": "reader", "id": secrets.token_hex(12)})
        self.through = "You are through" in text

    async def page(self, path: str) -> str:
        """A page, asked for until it comes."""
        while True:
            began = time.monotonic()
            answer = await self._try("GET", path)
            if answer is not None and answer.status == 200:
                self.pages.append(time.monotonic() - began)
                text = answer.body.decode()
                found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text)
                self.browser.token = found[1] if found else self.browser.token
                return text
            await asyncio.sleep(0.3)

    async def form(self, path: str, fields: Mapping[str, str]) -> str:
        """Sends a form, again where the server went away, and looks at the page that it leads to."""
        while True:
            answer = await self._try("POST", path, urlencode(fields))
            if answer is not None and answer.status in (302, 409):
                return await self.page(f"/tests/{self.trial}/reading/")
            if answer is not None and answer.status in (400, 403, 404, 410, 422):
                raise SystemExit(f"{path} answered {answer.status}: {answer.body[:1500].decode()}")
            await asyncio.sleep(0.3)

    async def answer(self, part: str, item: str) -> None:
        """One answer, sent until it is acknowledged."""
        one = Given(secrets.token_hex(12), item, self.random.randrange(4), time.monotonic())
        self.given.append(one)
        body = urlencode({"id": one.id, "part": part, "item": item, "choice": one.choice, "text": ""})
        pause = 0.2
        while True:
            one.tries += 1
            answer = await self._try("POST", f"/tests/{self.trial}/reading/answer/", body, Accept="application/json")
            if answer is not None and answer.status in (200, 409):
                one.status = answer.status
                told = json.loads(answer.body)
                if answer.status == 200:
                    one.acknowledged = time.monotonic()
                    one.sequence, one.late, one.doubled = told["sequence"], told["late"], told["doubled"]
                return
            await asyncio.sleep(pause)
            pause = min(pause * 1.7, 2.0)

    async def _try(self, method: str, path: str, body: str = "", **headers: str) -> Any:
        try:
            answer = await self.browser.request(method, path, body, **headers)
        except (OSError, EOFError):
            return None
        self.statuses[answer.status] += 1
        return answer


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise SystemExit(f"{pattern} is not on the page: {re.sub('<[^>]+>', ' ', text)[:800]}")
    return found[1]


def compared(readers: Sequence[Reader], found: Mapping[str, Any]) -> dict[str, int]:
    """What the database has, against what was acknowledged."""
    times = Counter(id for id, _, _ in found["answers"])
    sequences = {id: sequence for id, _, sequence in found["answers"]}
    acknowledged = [one for reader in readers for one in reader.given if one.acknowledged is not None]
    changed = 0
    for reader in readers:
        last = {one.item: one.choice for one in reader.given if one.acknowledged is not None and not one.late}
        changed += sum(found["counted"].get(reader.me, {}).get(item) != choice for item, choice in last.items())
    return {
        "acknowledged": len(acknowledged),
        "missing": sum(one.id not in times for one in acknowledged),
        "doubled": sum(number - 1 for number in times.values()),
        "elsewhere": sum(sequences.get(one.id, one.sequence) != one.sequence for one in acknowledged),
        "not_what_was_answered_last": changed,
        "never_acknowledged_but_there": len(times) - sum(one.id in times for one in acknowledged),
        "chains_broken": len(found["broken"]),
        "sittings": found["sittings"],
    }


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    print(json.dumps({"furnish": furnish, "kept": kept}[sys.argv[1]](*sys.argv[2:])))
