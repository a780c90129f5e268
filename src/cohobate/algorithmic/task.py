"""What an algorithmic task is: a world of facts, questions about it with exact answers, and H's steps.

Shapes, used throughout the room:
    C  contexts (worlds) in a batch          F  facts of a context        A  slots of a fact
    Q  questions about each context          L  slots of a question       V  tokens of the task
All arrays hold tokens as int64. A question's first slot is its kind. An answer is one token.

Three tokens mean the same in every task: `IDK` ("I don't know"), `NOTHING` (an empty slot, or no sub-question in this
row), and `ASSISTANT`, which is no token but the mark of `Task.lookup` for "not simple: ask the assistant".

A context may be smaller than the task's size: it then speaks of some of the names only, in the vocabulary of all, so
that an assistant can learn on contexts that grow. What a context does not speak of is outside the domain, and so gets
IDK. Facts, and nothing else, tell which names those are; the unused ones of the F are NOTHING.
"""

from __future__ import annotations

import itertools
import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray

from cohobate.errors import WrongUse

Array = NDArray[np.int64]
Flags = NDArray[np.bool_]
Steps = Generator[Array, Array, Array]
"""H at work on a batch: yields sub-questions `(…, L)`, receives sub-answers `(…)`, returns answers `(…)`.
A row that needs nothing more yields `NOTHING` in every slot and receives `NOTHING`."""

IDK = 0
NOTHING = 1
ASSISTANT = -1


def name_symbols(
    count: int, alphabet: str = "abcdefghijklmnopqrstuvwxyz", avoid: Collection[str] = ()
) -> tuple[str, ...]:
    """The first `count` names: a … z, then aa, ab, … (as columns of a spreadsheet), without those in `avoid`."""
    names: list[str] = []
    for i in itertools.count():
        if len(names) == count:
            break
        name, rest = "", i
        while rest >= 0:
            name = alphabet[rest % len(alphabet)] + name
            rest = rest // len(alphabet) - 1
        if name not in avoid:
            names.append(name)
    return tuple(names)


def subsets(rng: np.random.Generator, count: int, of: int, size: int) -> Array:
    """`count` random sets of `size` of the numbers 0 … of − 1, each in increasing order: `(count, size)`.

    Nothing is drawn where there is no choice, so a context of full size costs no random number.
    """
    everything = np.tile(np.arange(of), (count, 1))
    return everything if size == of else np.sort(rng.permuted(everything, axis=1)[:, :size], axis=1)


def choose(rng: np.random.Generator, among: Flags, count: int) -> Array:
    """For each row of `among` `(C, N)`, `count` uniform draws from the places where it is true: `(C, count)`.

    Every row must be true somewhere.
    """
    choices = among.sum(-1)
    place = (choices.cumsum() - choices)[:, None] + rng.integers(0, choices[:, None], (len(among), count))
    return np.asarray(np.nonzero(among)[1][place])


@dataclass(frozen=True)
class Symbols:
    """The tokens of a task, in three groups that models may treat differently.

    `words` mean something by themselves (kinds, bits, yes and no). `names` are labels of things, sort by sort; worlds
    that differ only in who is called what are alike. `numbers` have a value. Token ids run through the words, then
    the names in the order given, then the numbers.
    """

    words: tuple[str, ...]
    names: Mapping[str, tuple[str, ...]]
    numbers: range = range(0)

    @classmethod
    def of(
        cls, words: Iterable[str] = (), names: Mapping[str, tuple[str, ...]] | None = None, numbers: range = range(0)
    ) -> Symbols:
        return cls(("?", "·", *words), dict(names or {}), numbers)

    def __post_init__(self) -> None:
        twice = sorted({text for text in self.texts if self.texts.count(text) > 1})
        if twice:
            raise WrongUse(f"the symbol '{twice[0]}' stands for two tokens; write one of them differently")

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The written form of every token, by id; no two are alike."""
        named = [name for sort in self.names.values() for name in sort]
        return (*self.words, *named, *(str(n).replace("-", "−") for n in self.numbers))

    @cached_property
    def _ids(self) -> dict[str, int]:
        ids = {text: i for i, text in enumerate(self.texts)}
        return ids | {text.replace("−", "-"): i for text, i in ids.items()}

    def __len__(self) -> int:
        return len(self.texts)

    def token(self, text: str) -> int:
        """The token written as `text`. Raises WrongUse if the task has none."""
        try:
            return self._ids[text.strip()]
        except KeyError:
            raise WrongUse(f"'{text}' is no symbol here; the symbols are {self.listing()}") from None

    def name(self, sort: str, text: str) -> int:
        """The token of the name of one sort written as `text`. Raises WrongUse if it is none."""
        token, span = self._ids.get(text.strip(), IDK), self.span(sort)
        if token not in span:
            raise WrongUse(f"'{text.strip()}' is no {sort}; use one of {self.texts[span[0]]}…{self.texts[span[-1]]}")
        return token

    def spell(self, tokens: Array) -> str:
        """Tokens `(L,)` one by one: how a malformed question is shown."""
        return "⟨" + " ".join(self.texts[token] for token in tokens) + "⟩"

    def listing(self) -> str:
        """The symbols a person may use, abbreviated."""
        parts = list(self.words[2:])
        parts += [f"{sort[0]}…{sort[-1]}" for sort in self.names.values() if sort]
        if len(self.numbers):
            parts.append(f"{self.numbers[0]}…{self.numbers[-1]}")
        return ", ".join(parts)

    def span(self, sort: str) -> range:
        """The token ids of the names of one sort."""
        start = len(self.words)
        for other, names in self.names.items():
            if other == sort:
                return range(start, start + len(names))
            start += len(names)
        raise KeyError(sort)

    @cached_property
    def first_number(self) -> int:
        """The token id of the smallest number."""
        return len(self.texts) - len(self.numbers)

    def number(self, values: Any) -> Array:
        """Values to tokens; a value outside `numbers` becomes IDK."""
        values = np.asarray(values, dtype=np.int64)
        if not len(self.numbers):
            return np.full(values.shape, IDK, dtype=np.int64)
        inside = (values >= self.numbers[0]) & (values <= self.numbers[-1])
        return np.where(inside, values - self.numbers[0] + self.first_number, IDK)

    def value(self, tokens: Array) -> Array:
        """Tokens of numbers to values; meaningless (but finite) for other tokens, so mask with `is_number`."""
        return tokens - self.first_number + (self.numbers[0] if len(self.numbers) else 0)

    def is_number(self, tokens: Array) -> Flags:
        return tokens >= self.first_number

    def index(self, sort: str, tokens: Array) -> Array:
        """The place of each token among the names of one sort; 0 for other tokens, so mask with `is_name`."""
        return np.where(self.is_name(sort, tokens), tokens - self.span(sort).start, 0)

    def is_name(self, sort: str, tokens: Array) -> Flags:
        span = self.span(sort)
        return (tokens >= span.start) & (tokens < span.stop)


W = TypeVar("W", bound="World")


@dataclass(frozen=True)
class World:
    """A batch of contexts: what the assistant sees (`facts`) and tables derived from it for quick look-ups.

    Every field is an array whose first axis counts contexts.
    """

    facts: Array
    """`(C, F, A)`; an unused fact is NOTHING in every slot."""

    def __len__(self) -> int:
        return len(self.facts)

    def __getitem__(self: W, rows: Any) -> W:
        """Some of the contexts, as a batch again."""
        return type(self)(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


class Task(ABC):
    """One family of questions with exact answers and an overseer's way to decompose them.

    A new task is a new file with a subclass: see `tasks/powering.py` for the smallest, and the tutorial.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    """One line for listings."""
    kinds: ClassVar[tuple[str, ...]]
    """The kinds of question that are drawn and answered by the assistant, as words of `symbols`."""
    least_size: ClassVar[int] = 2
    finite: ClassVar[bool] = True
    """Whether H's tree ends: every sub-question that is not simple is of a level below the question's."""
    ordered: ClassVar[bool] = False
    """Whether H looks at which of two names comes first, to break ties. Else its acts do not depend on names at all."""

    size: int
    symbols: Symbols
    fact_slots: int
    fact_count: int
    """F, the largest number of facts of a context."""
    question_slots: int
    most_acts: int
    """The largest number of sub-questions that H asks for one question."""
    levels: range
    """The difficulty levels that `questions` may draw. Where H's tree ends, those of all that H works out in it too."""

    def __init__(self, size: int) -> None:
        if size < self.least_size:
            raise WrongUse(f"size {size}: {self.name} needs at least {self.least_size}; try --size 8")
        self.size = size

    @property
    def options(self) -> dict[str, int]:
        """What, besides the name, makes this task again: `make_task(task.name, **task.options)`."""
        return {"size": self.size}

    @property
    def largest_tree(self) -> int:
        """Where H's tree ends, the most different questions that H works out for one question, itself included.

        Audits draw places in trees of this size: much too large, and most places are empty; too small, and trees that
        are larger count as wrong.
        """
        return 1000

    @property
    def sizes(self) -> Sequence[int]:
        """The sizes of contexts that `draw` can make, increasing up to `size`.

        A task of one's own whose contexts have one size only says so here: `(self.size,)`.
        """
        return range(self.least_size, self.size + 1)

    def grows(self, size: int) -> int | None:
        """The size of contexts that follows `size` in a curriculum: the first of `sizes` about a quarter larger, at
        least 1 larger, and at last the full one. None when `size` is that already.
        """
        aim = min(max(size + 1, round(1.25 * size)), self.size)
        return None if size >= self.size else next(larger for larger in self.sizes if larger >= aim)

    def chosen_size(self, size: int | None) -> int:
        """The size that `draw` was asked for: None is the task's own. Raises WrongUse if it is none of `sizes`."""
        if size is None:
            return self.size
        if size not in self.sizes:
            known = f"{self.least_size} to {self.size}"
            if not isinstance(self.sizes, range):
                known = ", ".join(str(one) for one in self.sizes)
            raise WrongUse(
                f"contexts of size {size}: {self.name} of size {self.size} draws {known}; choose one of these"
            )
        return size

    # --- worlds and questions -----------------------------------------------------------------------------------

    @abstractmethod
    def draw(self, rng: np.random.Generator, count: int, size: int | None = None) -> World:
        """`count` fresh contexts of `size`, one of `sizes`; None is the task's own. Raises WrongUse for another."""

    @abstractmethod
    def world(self, facts: Array) -> World:
        """The world behind facts `(C, F, A)`, of any size. Raises WrongUse if they contradict the task."""

    @abstractmethod
    def questions(self, rng: np.random.Generator, world: World, count: int) -> Array:
        """`count` questions a context from the task's own distribution, each inside its domain: `(C, Q, L)`."""

    @abstractmethod
    def truth(self, world: World, questions: Array) -> Array:
        """The exact answers `(C, Q)`, found without H; IDK outside the domain."""

    def correct(self, world: World, questions: Array, answers: Array) -> Flags:
        """Which answers are right `(C, Q)`; tasks with several right answers say so here."""
        return np.asarray(answers == self.truth(world, questions))

    @abstractmethod
    def level(self, world: World, questions: Array) -> Array:
        """How hard each question is `(C, Q)`; see each task for what it counts."""

    def level_of_question(self, questions: Array) -> Array | None:
        """The levels `(…)` of questions `(…, L)`, where they can be told from a question alone; 0 if it is malformed.
        None, as here, where it takes the context to tell."""
        return None

    def kind(self, questions: Array) -> Array:
        """The index into `kinds` of each question, −1 for other questions (those that only H asks)."""
        tokens = np.array([self.symbols.token(kind) for kind in self.kinds])
        same = questions[..., 0, None] == tokens
        return np.where(same.any(-1), same.argmax(-1), -1)

    # --- H ------------------------------------------------------------------------------------------------------

    @abstractmethod
    def steps(self, questions: Array) -> Steps:
        """H's decomposition of a batch of questions `(…, L)`. It sees the sub-answers and never the context."""

    @abstractmethod
    def lookup(self, rng: np.random.Generator, world: World, questions: Array) -> Array:
        """Answers to simple questions, read off the context: `(C, Q)`.

        ASSISTANT where a question is inside the domain and not simple; IDK where it is malformed or the context does
        not speak of what it asks about; NOTHING for a blank row.
        """

    def ask(self, *slots: Array | int, where: Flags | None = None) -> Array:
        """A sub-question from its slots (arrays `(…)` or single tokens), blank where `where` is false."""
        asked = np.full((*np.broadcast_shapes(*(np.shape(s) for s in slots)), self.question_slots), NOTHING)
        for i, slot in enumerate(slots):
            asked[..., i] = slot
        if where is not None:
            asked[~where] = NOTHING
        return asked

    # --- what people read and write -----------------------------------------------------------------------------

    @abstractmethod
    def show_question(self, question: Array) -> str:
        """One question `(L,)` as people write it; malformed ones too."""

    @abstractmethod
    def read_question(self, text: str) -> Array:
        """The inverse of `show_question` for well-formed questions. Raises WrongUse with the notation."""

    @abstractmethod
    def show_fact(self, fact: Array) -> str:
        """One fact `(A,)` as people write it."""

    @abstractmethod
    def read_fact(self, text: str) -> Array:
        """The inverse of `show_fact`. Raises WrongUse with the notation."""

    def show_answer(self, answer: int) -> str:
        return "I don't know" if answer == IDK else self.symbols.texts[answer]

    def read_answer(self, text: str) -> int:
        return IDK if text.strip().lower() in ("i don't know", "?") else self.symbols.token(text)

    def show_context(self, facts: Array) -> str:
        """A context `(F, A)`, one fact a line."""
        return "\n".join(self.show_fact(fact) for fact in facts if not (fact == NOTHING).all())

    def read_line(self, line: str) -> list[Array]:
        """The facts that one line of a context states: one, unless a task says otherwise."""
        return [self.read_fact(line)]

    def read_context(self, text: str) -> World:
        """A world of one context from lines as `show_context` writes them.

        Empty lines are passed over, and comments: from a `#` that begins a line or has a space after it.
        Raises WrongUse with the line that does not read, or with what is missing or doubled.
        """
        facts: list[Array] = []
        for number, line in enumerate(text.splitlines(), start=1):
            line = re.split(r"^\s*#|#(?=\s|$)", line, maxsplit=1)[0].strip()
            if not line:
                continue
            try:
                facts += self.read_line(line)
            except WrongUse as error:
                raise WrongUse(f"line {number}: {error}") from None
            if len(facts) > self.fact_count:
                most = f"{self.fact_count} facts, the most that {self.name} of size {self.size} holds"
                raise WrongUse(f"line {number}: more than {most}")
        padded = np.full((1, self.fact_count, self.fact_slots), NOTHING, dtype=np.int64)
        if facts:
            padded[0, : len(facts)] = facts
        return self.world(padded)
