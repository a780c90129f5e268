"""What the benchmarks of rooms share: a real `cohobate serve`, people who act in its rooms, and what came of it all.

A person is what a room's page is: one connection that holds the event stream, and an outbox from which acts go out one
after the other, each with an id of its own, until the server has acknowledged them. Everything is asyncio over bare
sockets and as light as it can be, since it shares the machine with the server.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import resource
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from cohobate.practicum.workshop import shipped

WORKSHOP = "existing-evidence"
HIDDEN, OPEN = "0.2", "0.3"
"""The places in that workshop where people write: alone, never revealed here; and side by side, before everybody."""
WORDS = (
    "again",
    "and the same",
    "case",
    "stands in",
    "that street",
    "where somebody",
    "saw it",
    "before lunch",
    "one could look",
)


# --- the server ---------------------------------------------------------------------------------------------------


def free_port() -> int:
    """One that nothing listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """`cohobate serve` on a data folder, as a process that can be killed and started again on the same port."""

    data: Path
    port: int = field(default_factory=free_port)
    environment: Mapping[str, str] = field(default_factory=dict)
    link: str = ""
    """The owner's."""
    process: subprocess.Popen[str] | None = None

    def start(self) -> float:
        """Starts it, and returns the seconds until it listens."""
        began = time.monotonic()
        self.process = subprocess.Popen(
            [*cohobate("serve"), "--data", str(self.data), "--port", str(self.port), "--no-browser"],
            stdout=subprocess.PIPE,
            text=True,
            env=surroundings(self),
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line.startswith("owner link: "):
            raise SystemExit(f"the server did not start: {line or 'see above'}")
        self.link = line.removeprefix("owner link: ").strip()
        return time.monotonic() - began

    def kill(self) -> None:
        """Ends it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ends it as Ctrl-C does, and returns its exit status."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        if self.process is None:
            return 0
        self.process.send_signal(how)
        status = self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process = None
        return status

    @property
    def peak_memory_mb(self) -> float:
        """The most that it has had resident so far (VmHWM)."""
        assert self.process is not None
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        return round(int(found[1]) / 1024, 1) if found else float("nan")

    @property
    def processor_seconds(self) -> float:
        """What it has used of processors so far, in all its threads."""
        assert self.process is not None
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def database(kind: str) -> Iterator[str]:
    """What DATABASE_URL has to be for "sqlite" or for "postgres": that of a server which goes at the end."""
    if kind == "sqlite":
        yield ""
        return
    sys.path.append(str(Path(__file__).parents[1] / "tools"))
    from postgres import NoPostgres, postgres

    try:
        with postgres() as url:
            yield url
    except NoPostgres as why:
        raise SystemExit(f"PostgreSQL cannot be started here: {why}") from None


def load() -> float:
    """What goes on on this machine: runnable processes in the last minute."""
    return round(os.getloadavg()[0], 2)


def software(url: str) -> dict[str, str]:
    """The versions that matter to figures about rooms."""
    found = {name: version(name) for name in ("django", "uvicorn", "h11")}
    if not url:
        return found | {"sqlite": sqlite3.sqlite_version}
    import psycopg

    with psycopg.connect(url) as connection:
        return found | {"postgresql": str(connection.info.server_version // 10000), "psycopg": version("psycopg")}


@dataclass
class Connections:
    """How many connections the server holds to a PostgreSQL database, looked at now and then; none on SQLite."""

    url: str
    found: list[int] = field(default_factory=list)

    async def watch(self) -> None:
        """Looks twice a second until cancelled."""
        if not self.url:
            return
        import psycopg

        count = (
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        async with await psycopg.AsyncConnection.connect(self.url, autocommit=True) as connection:
            while True:
                row = await (await connection.execute(count)).fetchone()
                self.found.append(row[0] if row else 0)
                await asyncio.sleep(0.5)


def cohobate(*words: str) -> list[str]:
    """The command line of this very installation."""
    return [sys.executable, "-m", "cohobate.cli", *words]


def surroundings(server: Server) -> dict[str, str]:
    """The environment of its processes: this one's packages, its own database."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **server.environment}


def own_processor_seconds() -> float:
    """What this process has used so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


# --- browsers -----------------------------------------------------------------------------------------------------


@dataclass
class Response:
    """What a server answered."""

    status: int
    headers: dict[str, str]
    cookies: dict[str, str]
    body: bytes


async def read_head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], dict[str, str]]:
    """The status, the headers and the cookies of an answer."""
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers, cookies = {}, {}
    for line in lines[1:-2]:
        name, _, value = line.partition(":")
        name, value = name.strip().lower(), value.strip()
        headers[name] = value
        if name == "set-cookie":
            cookie, _, rest = value.partition("=")
            cookies[cookie] = rest.partition(";")[0]
    return int(lines[0].split(" ")[1]), headers, cookies


@dataclass
class Browser:
    """Cookies, and one connection for requests."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    """What forms are sent with; from the latest page that had one."""
    _reader: asyncio.StreamReader | None = None
    _writer: asyncio.StreamWriter | None = None

    async def request(self, method: str, path: str, body: str = "", **headers: str) -> Response:
        """Sends a request and reads the answer whole. Raises OSError or EOFError if the server goes away."""
        text = body.encode()
        head = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        head.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if method == "POST":
            head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(text)}"]
            head += [f"X-CSRFToken: {self.token}", f"Origin: http://127.0.0.1:{self.port}"]
        head += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        whole = "\r\n".join([*head, "", ""]).encode("latin-1") + text
        try:
            if self._reader is None or self._writer is None or self._reader.at_eof():
                await self.close()
                self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
            self._writer.write(whole)
            status, found, cookies = await read_head(self._reader)
            content = await self._reader.readexactly(int(found.get("content-length", "0")))
        except BaseException:
            await self.close()
            raise
        if found.get("connection", "").lower() == "close":
            await self.close()
        self.cookies |= cookies
        return Response(status, found, cookies, content)

    async def page(self, path: str) -> str:
        """A page that has to be there; what its forms are sent with is remembered."""
        answer = await self.request("GET", path)
        if answer.status != 200:
            raise SystemExit(f"{path} answered {answer.status}: {answer.body[:300]!r}")
        text = answer.body.decode()
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text)
        self.token = found[1] if found else self.token
        return text

    async def send(self, path: str, **fields: str) -> str:
        """A form that has to be taken; where it leads to."""
        answer = await self.request("POST", path, urlencode(fields))
        if answer.status != 302:
            raise SystemExit(f"{path} answered {answer.status}: {answer.body[:1500].decode()}")
        return answer.headers["location"]

    async def close(self) -> None:
        """Closes the connection; the next request opens another one."""
        writer, self._reader, self._writer = self._writer, None, None
        if writer is not None:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


# --- people in rooms ------------------------------------------------------------------------------------------------


@dataclass
class Done:
    """One act, from when it was sent first."""

    id: str
    kind: str
    room: str
    by: int
    """Which of the room's people."""
    hidden: bool
    sent: float
    """Seconds on this machine's monotonic clock, as all times here."""
    entry: str = ""
    acknowledged: float | None = None
    sequence: int = 0
    status: int = 0
    tries: int = 0
    doubled: bool = False
    """Whether the server said that it had been done before: it was stored, and its acknowledgement lost."""


@dataclass
class Arrival:
    """One event on somebody's stream."""

    sequence: int
    at: float
    named: bool
    """Whether it showed what was said or written, and not only that something was."""
    by: str


class Participant:
    """Somebody in a room, with a stream that is open and an outbox."""

    def __init__(self, browser: Browser, room: str, number: int, seed: int) -> None:
        self.browser, self.room, self.number = browser, room, number
        self.random = random.Random(seed)
        self.me = ""
        self.facilitates = number == 0
        self.others: list[Participant] = []
        self.seen = 0
        """The sequence of the last event that the stream brought, as in Last-Event-ID."""
        self.arrivals: list[Arrival] = []
        self.anew = 0
        """How often the stream said that all has to be fetched anew, so that single events did not come."""
        self.connections = 0
        self.done: list[Done] = []
        self.fetched: list[float] = []
        """How long it took to fetch the page's changed parts, each time."""
        self.refused: Counter[str] = Counter()
        self.mine: dict[str, tuple[int, str]] = {}
        """My own entries: the sequence of the latest writing, and the place."""
        self.theirs: list[str] = []
        """Entries of others that I may mark."""
        self.moved = False
        """Whether the room was moved back and not on again."""
        self.unrefreshed = asyncio.Event()

    # --- what comes in ------------------------------------------------------------------------------------------------

    async def open_page(self) -> None:
        """Loads the room's page, as before everything else."""
        text = await self.browser.page(f"/rooms/{self.room}/")
        self.me = str(re.search(r'data-me="(\w+)"', text)[1])  # type: ignore[index]
        self.seen = max(self.seen, int(re.search(r'data-sequence="(\d+)"', text)[1]))  # type: ignore[index]
        self.random.seed(self.me)

    async def listen(self) -> None:
        """Keeps the stream open until this is cancelled; comes back after a break and says what it had last."""
        while True:
            with suppress(OSError, EOFError):
                await self._one_stream()
            await asyncio.sleep(self.random.uniform(0.2, 0.6))

    async def _one_stream(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.browser.port)
        try:
            cookies = "; ".join(f"{name}={value}" for name, value in self.browser.cookies.items())
            resumed = f"Last-Event-ID: {self.seen}\r\n" if self.connections else ""
            writer.write(
                f"GET /rooms/{self.room}/stream?after={self.seen} HTTP/1.1\r\nHost: 127.0.0.1:{self.browser.port}\r\n"
                f"Accept: text/event-stream\r\nCookie: {cookies}\r\n{resumed}\r\n".encode()
            )
            status, headers, _ = await read_head(reader)
            if status != 200:
                raise OSError(f"the stream answered {status}")
            self.connections += 1
            chunked = headers.get("transfer-encoding") == "chunked"
            rest = b""
            while True:
                if chunked:
                    size = int(await reader.readuntil(b"\r\n"), 16)
                    piece = (await reader.readexactly(size + 2))[:-2]
                    if not size:
                        return
                else:
                    piece = await reader.read(65536)
                    if not piece:
                        return
                now = time.monotonic()
                *whole, rest = (rest + piece).split(b"\n\n")
                for one in whole:
                    self._take(one, now)
        finally:
            writer.close()

    def _take(self, text: bytes, now: float) -> None:
        sequence, data = 0, b""
        for line in text.split(b"\n"):
            if line.startswith(b"id: "):
                sequence = int(line[4:])
            elif line.startswith(b"data: "):
                data = line[6:]
        if not data:
            return
        message = json.loads(data)
        if sequence:
            self.seen = sequence
            if message.get("refresh") == ["all"]:
                self.anew += 1
            shown = [part["id"] for part in message.get("parts", ()) if part["id"].startswith(("said-", "entry-"))]
            self.arrivals.append(Arrival(sequence, now, bool(shown), message.get("by", "")))
            if message.get("by") != self.me:
                for part in shown:
                    if part.startswith("entry-") and message.get("place") == [0, 3]:
                        self.theirs = [*self.theirs[-20:], part.removeprefix("entry-")]
        if message.get("refresh"):
            self.unrefreshed.set()

    async def refresh(self) -> None:
        """Fetches what changed on the page each time that the stream says so, as the page does, until cancelled."""
        browser = Browser(self.browser.port, self.browser.cookies)
        while True:
            await self.unrefreshed.wait()
            self.unrefreshed.clear()
            began = time.monotonic()
            try:
                answer = await browser.request("GET", f"/rooms/{self.room}/live/")
            except (OSError, EOFError):
                self.unrefreshed.set()
                await asyncio.sleep(0.5)
                continue
            if answer.status == 200:
                self.fetched.append(time.monotonic() - began)

    # --- what goes out ------------------------------------------------------------------------------------------------

    async def act_until(self, over: asyncio.Event, every: float) -> None:
        """Acts about every so many seconds until it is over. An act that was held up is sent as soon as may be, and
        the next one is due by the timetable all the same, but none is made up for."""
        due = time.monotonic() + self.random.uniform(0, every)
        while True:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            if over.is_set():
                return
            fields, hidden = self.next_act()
            await self.deliver(fields, hidden)
            due = max(due + every * self.random.uniform(0.7, 1.3), time.monotonic())

    def next_act(self) -> tuple[dict[str, str], bool]:
        """What to do next, and whether the others are not to see it."""
        draw = self.random.random()
        text = " ".join(self.random.choices(WORDS, k=self.random.randint(4, 30)))
        if self.facilitates and draw < 0.03:
            self.moved = not self.moved
            return {"kind": "back" if self.moved else "advance"}, False
        if draw < (0.20 if self.theirs else 0.0):
            of = self.random.choice(self.theirs)
            respect, yes = str(self.random.randrange(3)), self.random.choice(("yes", "no"))
            return {"kind": "judge", "of": of, "respect": respect, "yes": yes}, False
        if not self.facilitates and draw < 0.45:
            entry, place = "", HIDDEN if self.random.random() < 0.3 else OPEN
            fields = {"kind": "write", "thing": "evidence", "text": text, "why": "", "direction": "for", "place": place}
            if self.mine and draw < 0.30:
                entry = self.random.choice(list(self.mine))
                latest, place = self.mine[entry]
                fields |= {"entry": entry, "latest": str(latest)}
            return fields | {"place": place}, place == HIDDEN
        said = {"kind": "say", "move": self.random.choice(("ask", "tell", "say_back", "restate"))}
        return (said | {"text": "", "aloud": "yes"} if draw < 0.65 else said | {"text": text}), False

    async def deliver(self, fields: dict[str, str], hidden: bool) -> None:
        """Sends an act until it is answered: the same act, with the same id."""
        one = Done(secrets.token_urlsafe(12), fields["kind"], self.room, self.number, hidden, time.monotonic())
        one.entry = fields.get("entry") or (one.id if one.kind == "write" else "")
        self.done.append(one)
        body = urlencode({**fields, "id": one.id})
        pause = 0.2
        while True:
            one.tries += 1
            try:
                answer = await self.browser.request("POST", f"/rooms/{self.room}/act/", body, Accept="application/json")
            except (OSError, EOFError):
                answer = None
            if answer is not None:
                one.status = answer.status
                if answer.status == 200:
                    one.acknowledged = time.monotonic()
                    told = json.loads(answer.body)
                    one.sequence, one.doubled = told["sequence"], told["doubled"]
                    if one.kind == "write":
                        self.mine[one.entry] = (one.sequence, fields["place"])
                    return
                if answer.status == 409:
                    self.refused[json.loads(answer.body)["sentence"][:60]] += 1
                    return
            await asyncio.sleep(pause)
            pause = min(pause * 1.7, 2.0)


# --- rooms with people in them --------------------------------------------------------------------------------------


async def furnished(server: Server, rooms: int, people: int, seed: int = 1) -> list[Participant]:
    """Opens rooms and lets people in, all through the web: the owner's link, forms, invitations, entering.

    In each room one asks and moves the room on, and the others search. When this returns, each is at "Side by side".
    """
    owner = Browser(server.port)
    path = urlsplit(server.link).path
    await owner.page(path)
    await owner.send(path, name="Oda", consent="yes")
    workshop = shipped()[WORKSHOP]
    await owner.page(f"/rooms/new/?workshop={workshop.digest}")
    found = []
    for number in range(rooms):
        there = await owner.send(
            "/rooms/new/",
            workshop=workshop.digest,
            topic=f"what is seen already, {number}",
            title=f"Room {number}",
            people="others",
            seat="",
            words_claim="Large organisations forget what they knew.",
        )
        room = there.split("/")[2]
        links = {}
        for seat in ("asker", "searcher"):
            await owner.send(f"/rooms/{room}/invitations/", seat=seat, lasts="", most_uses="")
            text = await owner.page(f"/rooms/{room}/invitations/")
            links[seat] = next(one for one in re.findall(r"/i/[\w.-]+", text) if one not in links.values())
        here = []
        for place in range(people):
            browser = Browser(server.port)
            link = links["searcher" if place else "asker"]
            await browser.page(link)
            await browser.send(link, name=f"Person {place}", consent="yes")
            here.append(Participant(browser, room, place, seed * 1_000_003 + number * 101 + place))
        for one in here:
            one.others = [other for other in here if other is not one]
        await here[0].open_page()
        for _ in range(4):
            await here[0].deliver({"kind": "advance"}, False)
        here[0].done.clear()
        found += here
    await owner.close()
    return found


async def streams_open(people: Sequence[Participant], patience: float = 60.0) -> None:
    """Waits until everybody listens."""
    end = time.monotonic() + patience
    while not all(one.connections for one in people):
        if time.monotonic() > end:
            raise SystemExit("not every stream could be opened")
        await asyncio.sleep(0.05)


async def settled(people: Iterable[Participant], patience: float = 20.0) -> None:
    """Waits until everybody's stream has brought every event that was acknowledged, or patience is at its end."""
    people = list(people)
    latest: dict[str, int] = defaultdict(int)
    for one in people:
        latest[one.room] = max([latest[one.room], *(act.sequence for act in one.done)])
    end = time.monotonic() + patience
    while time.monotonic() < end and any(one.seen < latest[one.room] for one in people):
        await asyncio.sleep(0.1)
    await asyncio.sleep(0.3)  # what was sent twice would come now


@dataclass
class Loop:
    """How long this process's own event loop was held up: what it measures is not finer than that."""

    samples: list[float] = field(default_factory=list)

    async def watch(self) -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.02)
            self.samples.append(time.monotonic() - before - 0.02)


# --- what came of it ------------------------------------------------------------------------------------------------


def per_cents(seconds: Sequence[float]) -> dict[str, float | int]:
    """Milliseconds: the median, the 95th and 99th percentile, and the most."""
    if not seconds:
        return {"n": 0}
    ordered = sorted(seconds)

    def at(share: float) -> float:
        return round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)

    return {"n": len(ordered), "median": at(0.5), "p95": at(0.95), "p99": at(0.99), "max": at(1.0)}


@dataclass
class Arrived:
    """Whether everything that was acknowledged came to everybody else once, as it should."""

    seconds: list[float] = field(default_factory=list)
    lost: int = 0
    doubled: int = 0
    gaps: int = 0
    """Events that a stream skipped, or brought out of order."""
    unseen: int = 0
    """Arrivals that should have shown what was said or written, and did not."""
    leaked: int = 0
    """Arrivals that showed what was hidden."""

    @classmethod
    def of(cls, people: Sequence[Participant]) -> Arrived:
        found = cls()
        for one in people:
            at: dict[int, Arrival] = {}
            last = None
            for arrival in one.arrivals:
                if arrival.sequence in at:
                    found.doubled += 1
                    continue
                at[arrival.sequence] = arrival
                if last is not None and arrival.sequence != last + 1:
                    found.gaps += 1
                last = arrival.sequence
            for other in one.others:
                for act in other.done:
                    if act.acknowledged is None:
                        continue
                    arrival = at.get(act.sequence)
                    if arrival is None:
                        found.lost += 1
                        continue
                    found.seconds.append(arrival.at - act.sent)
                    if act.kind in ("say", "write"):
                        found.unseen += not act.hidden and not arrival.named
                        found.leaked += act.hidden and arrival.named
        return found


@dataclass
class Kept:
    """What `cohobate room export` has, against what was acknowledged."""

    acknowledged: int = 0
    missing: int = 0
    doubled: int = 0
    elsewhere: int = 0
    """Acts that are there with another sequence than the one that was acknowledged."""
    broken: list[str] = field(default_factory=list)
    """Rooms whose chain is not whole."""
    events: int = 0

    @classmethod
    def of(cls, server: Server, people: Sequence[Participant]) -> Kept:
        found = cls()
        rooms: dict[str, list[Participant]] = defaultdict(list)
        for one in people:
            rooms[one.room].append(one)
        with ThreadPoolExecutor(2) as threads:
            records = dict(zip(rooms, threads.map(lambda room: exported(server, room), rooms), strict=True))
        for room, here in rooms.items():
            record = records[room]
            if not record["chain"]["whole"]:
                found.broken.append(f"{room}: {record['chain']['problem']}")
            times = Counter(event["id"] for event in record["events"])
            sequences = {event["id"]: event["sequence"] for event in record["events"]}
            found.events += len(record["events"])
            found.doubled += sum(number - 1 for number in times.values())
            for act in (act for one in here for act in one.done if act.acknowledged is not None):
                found.acknowledged += 1
                if act.id not in times:
                    found.missing += 1
                elif sequences[act.id] != act.sequence:
                    found.elsewhere += 1
        return found


def exported(server: Server, room: str) -> dict[str, Any]:
    """A room's record, by the command line."""
    told = subprocess.run(
        cohobate("room", "export", room, "--data", str(server.data), "--json"),
        capture_output=True,
        text=True,
        env=surroundings(server),
    )
    if told.returncode:
        raise SystemExit(f"room {room} could not be exported: {told.stderr}")
    return dict(json.loads(told.stdout))


def run(main: Callable[[], Awaitable[Any]]) -> Any:
    """Runs a benchmark's coroutine; files enough for all its sockets."""
    least, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, max(least, 8192)), most))
    return asyncio.run(main())  # type: ignore[arg-type]
