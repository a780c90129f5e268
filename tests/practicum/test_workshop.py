"""Workshop files: those that ship keep what they promise, and each mistake is told with its line and a remedy."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cohobate.errors import StorageProblem, WrongUse
from cohobate.frontmatter import read
from cohobate.practicum.forms import AGAINST, FOR, FORMS
from cohobate.practicum.workshop import (
    LARGEST,
    LARGEST_FRONT,
    LONGEST_LINE,
    MOST_PEOPLE,
    difference,
    digest,
    forked,
    load,
    read_workshop,
    shipped,
)

SHIPPED = shipped()

NAMES = {
    "concrete-before-abstract",
    "conjecture",
    "existing-evidence",
    "fast-experiment",
    "framing",
    "game-tree",
    "giant-text-file",
    "great-papers",
    "hard-problem",
    "hooks",
    "prototypical-examples-abstract",
    "prototypical-examples-concept",
    "runtime-fermi",
}

BROUGHT = {"abstract", "draft"}
"""What has to be there before a workshop begins, and no workshop makes."""

every_workshop = pytest.mark.parametrize("workshop", SHIPPED.values(), ids=SHIPPED)

SMALL = """---
title: Small
version: 1
about: A small one.
topic: anything
seats:
  writer: {min: 1, max: 2}
  asker: {min: 1, max: 1, does: facilitates}
  listener: {min: 0, max: 5, does: watches}
makes:
  text: {form: statement}
  views: {form: answers}
stages:
  - name: One
    minutes: 5
    writes: text
  - name: Two
    minutes: 5
    acts: writer
    writes: views
    solo: true
    questions:
      - What is it?
---
What it is for.

## One

Write.

### asker

Ask.

## Two

Answer.
"""


def workshop_of(text, name="small"):
    reading = read_workshop(text, name)
    assert reading.mistakes == ()
    return reading.workshop


def lines(text):
    return max(1, text.count("\n") + 1)


def words(text):
    return len(text.split())


# --- the files that ship --------------------------------------------------------------------------------------------


def test_all_that_ship_read_without_a_mistake():
    assert set(SHIPPED) == NAMES
    for name, workshop in SHIPPED.items():
        assert read_workshop(workshop.text, name).mistakes == ()


@every_workshop
def test_a_workshop_is_for_one_to_twenty_people_and_takes_half_an_hour_to_an_hour_and_a_half(workshop):
    least, most = workshop.people
    assert 1 <= least <= 2
    assert least <= most <= MOST_PEOPLE
    assert 30 <= workshop.minutes <= 90


@every_workshop
def test_there_is_a_seat_from_which_somebody_alone_can_write_all_that_is_made(workshop):
    def writes_all(seat):
        return all(
            seat in thing.by and any(seat in stage.acts and name in stage.writes for stage in workshop.stages)
            for name, thing in workshop.makes.items()
        )

    assert any(writes_all(name) for name, seat in workshop.seats.items() if seat.does in ("explains", "works"))


@every_workshop
def test_every_seat_that_acts_reads_a_prompt_that_can_be_read_at_a_glance(workshop):
    for stage in workshop.stages:
        for seat in workshop.seats:
            assert stage.prompt(seat), (stage.name, seat)
            if seat in stage.acts:
                assert 20 <= words(stage.prompt(seat)) <= 110, (stage.name, seat)
            assert words(stage.prompt(seat)) <= 110, (stage.name, seat)
    assert 50 <= words(workshop.words) <= 160


@every_workshop
def test_every_stage_names_what_to_be_annoying_about_and_has_questions_ready(workshop):
    for stage in workshop.stages:
        assert stage.annoying, stage.name
        assert words(stage.annoying) <= 25, stage.name
        if stage.questions:
            assert stage.solo
            assert 3 <= len(stage.questions) <= 6
        else:
            assert 3 <= len(stage.ask) <= 6, stage.name


@every_workshop
def test_ready_questions_ask_and_propose_nothing(workshop):
    for stage in workshop.stages:
        for question in stage.ask:
            assert question.endswith("?"), question
            assert words(question) <= 25, question
            assert not re.search(
                r"\b(you should|we should try|why not|how about|what if|have you thought|maybe)\b", question, re.I
            ), question


@every_workshop
def test_what_is_kept_in_mind_and_what_each_seat_sees_to_is_said(workshop):
    assert workshop.tracks
    assert workshop.topics
    for seat in workshop.seats.values():
        assert seat.duty, seat.name


@every_workshop
def test_what_a_workshop_starts_from_is_made_by_another_or_can_be_brought_as_words(workshop):
    for name, need in workshop.needs.items():
        makers = [one for one in SHIPPED.values() if name in one.makes and one is not workshop]
        assert all(one.makes[name].form is need.form for one in makers), name
        assert makers or need.optional or name in BROUGHT
        assert sum(field.required for field in need.form.fields) == 1


def test_things_of_one_name_have_one_form_wherever_one_workshop_may_begin_from_another():
    needed = {name for one in SHIPPED.values() for name in one.needs}
    for name in needed:
        forms = {one.makes[name].form.name for one in SHIPPED.values() if name in one.makes}
        assert len(forms) <= 1, name


@every_workshop
def test_solo_work_of_one_kind_ends_in_its_reveal_before_the_next_begins(workshop):
    # A reveal belongs to a stage: of two solo stages in a row that write the same, the first would stay hidden.
    # Under roots one can only write once they are shown; evidence against is looked for with that in favour in view.
    meant = {("game-tree", "First failures"), ("existing-evidence", "If it is false")}
    for before, stage in zip(workshop.stages, workshop.stages[1:], strict=False):
        if before.solo and stage.solo and before.reveal and before.writes[0] == stage.writes[0]:
            assert (workshop.name, stage.name) in meant


@every_workshop
def test_work_that_goes_to_another_group_is_revealed_first(workshop):
    for stage in workshop.stages:
        if stage.across:
            assert stage.solo
            assert stage.reveal


@every_workshop
def test_every_stage_that_asks_for_examples_has_somebody_who_acts_and_is_not_solo(workshop):
    for stage in workshop.stages:
        if stage.target is not None:
            assert not stage.solo
            assert stage.acts
            assert 1 <= stage.target <= 20


@every_workshop
def test_a_file_reads_well_as_it_stands(workshop):
    assert workshop.text.endswith("\n")
    assert not re.search(r"[ \t]$|\n\n\n|\t|\r", workshop.text, re.M)
    assert max(map(len, workshop.text.splitlines())) <= 121
    assert "—" not in workshop.text
    assert workshop.forked_from is None


@every_workshop
def test_a_file_is_for_any_topic_and_for_people_of_any_field(workshop):
    assert not re.search(r"\b(MATS|SERI|Google|alignment|LessWrong|AGI|fellows?|mentors?)\b", workshop.text, re.I)
    body = workshop.text.split("\n---\n", 1)[1]
    assert not any(topic in body for topic in workshop.topics if words(topic) > 2)


@pytest.mark.parametrize(
    ("name", "thing"),
    [
        ("existing-evidence", "evidence"),
        ("fast-experiment", "experiments"),
        ("framing", "instances"),
        ("game-tree", "tree"),
        ("game-tree", "bottlenecks"),
        ("giant-text-file", "fodder"),
        ("great-papers", "passages"),
        ("hard-problem", "guesses"),
        ("hooks", "hooks"),
        ("prototypical-examples-abstract", "examples"),
        ("prototypical-examples-concept", "examples"),
    ],
)
def test_people_think_alone_before_they_hear_each_other(name, thing):
    first = next(stage for stage in SHIPPED[name].stages if thing in stage.writes)
    assert first.solo


# --- what single workshops promise ----------------------------------------------------------------------------------


def test_the_text_file_is_its_writers_alone_and_feeds_other_workshops():
    workshop = SHIPPED["giant-text-file"]
    assert workshop.makes["fodder"].seen == frozenset()
    stages = [stage for stage in workshop.stages if stage.writes[0] == "fodder"]
    assert all(stage.solo and not stage.reveal for stage in stages)
    assert sum(stage.minutes for stage in stages) >= 40
    assert workshop.stages[-1].writes[0] == "threads"
    assert any("fodder" in one.needs for one in SHIPPED.values())
    assert any("threads" in one.needs for one in SHIPPED.values())


def test_the_abstract_is_read_without_looking_up_and_compared_half_way():
    workshop = SHIPPED["prototypical-examples-abstract"]
    assert not workshop.needs["abstract"].optional
    *_, across = [place for place, stage in enumerate(workshop.stages) if stage.across]
    assert workshop.stages[across - 1].name == "First half"
    assert workshop.stages[across + 1].name == "Second half"
    assert "examples" in workshop.stages[across].writes
    assert workshop.stages[across].solo
    assert workshop.stages[-1].name == "Now look"
    assert "complainer" not in workshop.makes["examples"].by
    assert all(stage.target >= 10 for stage in workshop.stages if stage.name.endswith("half"))


def test_the_concept_is_checked_with_an_example_that_grows():
    workshop = SHIPPED["prototypical-examples-concept"]
    assert workshop.makes["running"].by == {"explainer", "complainer"}
    assert workshop.makes["claim"].by == {"explainer"}
    grows, breaks = workshop.place("Condition by condition"), workshop.place("Try to break it")
    assert grows < breaks
    assert {"running", "claim"} <= set(workshop.stages[grows].writes) & set(workshop.stages[breaks].writes)
    assert "Feynman check" in workshop.words
    assert workshop.stages[-1].questions


def test_a_conjecture_begins_again_from_a_story_wherever_it_is_vague():
    workshop = SHIPPED["conjecture"]
    story = workshop.place("Story")
    assert [stage.if_vague for stage in workshop.stages] == [None, story, story, story, story, None]
    assert [stage.name for stage in workshop.stages][:5] == [
        "Story",
        "Concrete claim",
        "General claim",
        "Formal properties",
        "Wiggle",
    ]
    assert len({stage.annoying for stage in workshop.stages}) == len(workshop.stages)


def test_what_can_vary_is_for_the_conjecturer_to_say():
    freedoms = SHIPPED["conjecture"].makes["freedoms"]
    assert freedoms.by == {"conjecturer"}
    assert freedoms.form is FORMS["freedoms"]


@pytest.mark.parametrize(
    ("name", "stage"),
    [("conjecture", "Formal properties"), ("conjecture", "Wiggle"), ("hard-problem", "Where it comes from")],
)
def test_the_hard_step_has_two_people_at_most_and_the_second_one_facilitates(name, stage):
    workshop = SHIPPED[name]
    stage = workshop.stages[workshop.place(stage)]
    assert stage.most == 2
    acting = [workshop.seats[seat] for seat in stage.acts]
    assert sorted(seat.does == "facilitates" for seat in acting) == [False, True]
    assert sum(seat.most for seat in acting) == 2


def test_instances_are_unlike_all_earlier_ones_and_there_is_a_library_of_concepts():
    workshop = SHIPPED["framing"]
    assert [name for name, thing in workshop.makes.items() if thing.unlike_earlier] == ["instances"]
    assert workshop.makes["instances"].form.field("interesting") is not None
    assert len(set(workshop.topics)) == len(workshop.topics) >= 12
    names = [stage.name for stage in workshop.stages]
    assert names.index("Three new ones") < names.index("Share") < names.index("What is left")


def test_evidence_needs_a_claim_and_points_for_it_or_against():
    workshop = SHIPPED["existing-evidence"]
    assert workshop.needs["claim"].form.name == "statement"
    assert not workshop.needs["claim"].optional
    assert {"conjecture", "game-tree", "prototypical-examples-concept"} <= {
        name for name, one in SHIPPED.items() if "claim" in one.makes
    }
    assert {FOR, AGAINST} < set(workshop.makes["evidence"].form.field("direction").choices)
    assert [stage.solo for stage in workshop.stages if stage.writes[0] == "evidence"] == [True, True, False]


def test_a_way_to_look_is_marked_by_published_sentences():
    workshop = SHIPPED["fast-experiment"]
    rubric = workshop.makes["experiments"].rubric
    assert len(rubric) == 7
    assert any("first picture" in line for line in rubric)
    assert "seven sentences" in workshop.words


def test_a_program_is_estimated_block_by_block_by_two_people_and_then_run():
    workshop = SHIPPED["runtime-fermi"]
    assert workshop.seats["estimator"].most == 2
    assert [(stage.name, stage.solo) for stage in workshop.stages if stage.program] == [
        ("Each alone", True),
        ("Walk through together", False),
        ("Run it", False),
    ]
    alone, *_, last = workshop.stages
    assert workshop.makes["alone"].form is workshop.makes["agreed"].form is FORMS["estimates"]
    assert "1,000,000,000 cycles a second" in alone.prompt("estimator")
    assert last.writes[0] == "surprises"


def test_great_papers_are_read_beforehand_alone():
    workshop = SHIPPED["great-papers"]
    first, second = workshop.stages[:2]
    assert first.name == "Beforehand"
    assert first.solo
    assert first.minutes >= 30
    assert not second.solo
    for author in ("Shannon", "Turing", "Einstein"):
        assert any(author in topic for topic in workshop.topics)


def test_a_draft_is_edited_from_the_whole_down_to_sentences_and_anew_where_it_is_vague():
    workshop = SHIPPED["concrete-before-abstract"]
    assert not workshop.needs["draft"].optional
    assert "editor" not in workshop.makes["examples"].by | workshop.makes["revision"].by
    whole = workshop.place("The whole")
    assert [stage.if_vague for stage in workshop.stages[whole:]] == [None, whole, whole, None]


def test_openings_are_several_swapped_and_written_again():
    workshop = SHIPPED["hooks"]
    assert [stage.solo for stage in workshop.stages if stage.writes[0] == "hooks"] == [True, False, True, False]
    assert len(workshop.makes["hooks"].rubric) == 6
    assert workshop.needs["draft"].optional


def test_in_the_tree_two_sides_take_turns_with_a_red_team_and_known_approaches_as_roots():
    workshop = SHIPPED["game-tree"]
    assert workshop.makes["tree"].sides == ("strategy", "failure")
    assert workshop.seats["breaker"].most >= 2
    assert workshop.people[1] >= 15
    assert workshop.needs["approaches"].form.name == "list"
    assert workshop.stages[0].name == "Roots"
    names = [stage.name for stage in workshop.stages]
    assert names.index("What comes back") < names.index("Consolidate")


def test_a_hard_problem_is_guessed_at_before_anything_else_and_the_world_is_asked_before_the_attempt():
    workshop = SHIPPED["hard-problem"]
    names = [stage.name for stage in workshop.stages]
    assert names == [
        "Solve it",
        "Guess",
        "Ask the world",
        "Where it comes from",
        "The attempt",
        "What the guesses were worth",
    ]
    assert "bottlenecks" in workshop.needs
    assert "bottlenecks" in SHIPPED["game-tree"].makes


# --- what a file says -----------------------------------------------------------------------------------------------


def test_what_is_left_out_is_taken_for_granted():
    workshop = workshop_of(SMALL)
    assert workshop.people == (2, 8)
    assert workshop.minutes == 10
    assert workshop.leads == {"writer", "asker"}
    assert workshop.stages[0].acts == {"writer", "asker"}
    assert workshop.makes["text"].by == {"writer"}
    assert workshop.makes["text"].seen == {"writer", "asker", "listener"}
    assert workshop.makes["text"].title == "Text"
    assert workshop.words == "What it is for."


def test_a_seat_reads_what_everybody_reads_and_then_its_own():
    stage = workshop_of(SMALL).stages[0]
    assert stage.prompt("asker") == "Write.\n\nAsk."
    assert stage.prompt("writer") == stage.prompt(None) == "Write."


def test_a_workshop_of_facilitators_lets_them_write():
    text = SMALL.replace("  writer: {min: 1, max: 2}\n", "").replace("acts: writer", "acts: asker")
    assert workshop_of(text).makes["text"].by == {"asker"}


def test_a_room_holds_twenty_however_many_the_seats_would_take():
    text = SMALL.replace("max: 2}", "max: 20}").replace("max: 5,", "max: 20,")
    assert workshop_of(text).people == (2, 20)


def test_the_place_of_a_stage_is_found_by_name_and_an_unknown_one_is_refused():
    workshop = workshop_of(SMALL)
    assert workshop.place("Two") == 1
    with pytest.raises(WrongUse, match="'Three' is no stage of small; its stages are One, Two"):
        workshop.place("Three")


@pytest.mark.parametrize(
    ("body", "heading"),
    [("## C#\n", "C#"), ("## C # #\n", "C #"), ("##   C   ##  \n", "C"), ("##\tC\n", "C")],
)
def test_headings_are_read_as_markdown_reads_them(body, heading):
    text = SMALL.replace("name: One", f'name: "{heading}"').replace("## One\n", body)
    assert workshop_of(text).stages[0].name == heading


@pytest.mark.parametrize(
    "code",
    [
        "```\n## No heading\n```",
        "~~~text\n## None\n```\n### none\n~~~~",
        "````\n```\n## None\n```\n````",
        "```\n```python\n## None\n```",
    ],
)
def test_headings_within_code_are_none(code):
    workshop = workshop_of(SMALL.replace("Write.", code))
    assert workshop.stages[0].everyone == code
    before = workshop_of(SMALL.replace("What it is for.", f"{code}\n\nMore."))
    assert before.words == f"{code}\n\nMore."


# --- bytes ----------------------------------------------------------------------------------------------------------


def test_a_file_with_other_line_ends_or_a_mark_at_its_beginning_says_the_same(tmp_path):
    plain = workshop_of(SMALL)
    for content in (SMALL.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + SMALL.encode()):
        file = tmp_path / "small.md"
        file.write_bytes(content)
        reading = load(file)
        assert reading.mistakes == ()
        other = reading.workshop
        assert other.stages == plain.stages
        assert (other.name, other.seats, other.makes, other.words) == ("small", plain.seats, plain.makes, plain.words)
        assert other.text.encode() == content
        assert other.digest != plain.digest


def test_mistakes_in_a_file_with_other_line_ends_have_the_same_lines():
    broken = SMALL.replace("form: answers", "form: answer").replace("## Two", "## Too")
    assert read_workshop(broken.replace("\n", "\r\n")).mistakes == read_workshop(broken).mistakes != ()


def test_lines_are_counted_as_editors_count_them():
    # U+2028 and U+0085 end a line for Python and for YAML, and come in with text that is copied from elsewhere.
    text = SMALL.replace("A small one.", '"A\u2028small\u2029 one."').replace("form: answers", "form: answer")
    text = text.replace("Write.", "Wr\u2028ite\x85.").replace("## Two", "## Too")
    plain = SMALL.replace("form: answers", "form: answer").replace("## Two", "## Too")
    assert [one.line for one in read_workshop(text).mistakes] == [one.line for one in read_workshop(plain).mistakes]


def test_a_file_that_is_no_utf8_is_named_with_its_line(tmp_path):
    file = tmp_path / "small.md"
    file.write_bytes(SMALL.replace("What it is for.", "Für was.").encode("latin-1"))
    reading = load(file)
    assert reading.workshop is None
    assert [str(one) for one in reading.mistakes] == ["line 25: this is not UTF-8; save the file as UTF-8"]


def test_a_file_that_is_not_there_cannot_be_read(tmp_path):
    with pytest.raises(StorageProblem, match="could not be read"):
        load(tmp_path / "none.md")


def test_a_file_that_is_too_large_is_refused():
    (mistake,) = read_workshop(SMALL + "x" * 300_000).mistakes
    assert mistake.line == 1
    assert mistake.sentence == f"the file has {len(SMALL) + 300_000:,} characters; {LARGEST:,} are the most"


@pytest.mark.parametrize(
    ("front", "line", "what"),
    [
        (f"title: {'x' * LONGEST_LINE}\n", 2, "this line has 2,007 characters; 2,000 are the most"),
        (f"version: 1\ntopics: [{'a, ' * 1000}]\n", 3, "this line has 3,010 characters; 2,000 are the most"),
        (f"a{' ' * 100_000}\n", 2, "the front matter has 100,002 characters; 32,000 are the most"),
        ("topics:\n" + "- a\n" * 8_000, 8_001, "the front matter has 32,008 characters; 32,000 are the most"),
    ],
    ids=["a long line", "a long list in a line", "spaces", "many lines"],
)
def test_front_matter_that_would_take_long_is_refused_unread(front, line, what):
    reading = read_workshop(f"---\n{front}---\n")
    assert reading.workshop is None
    assert reading.mistakes[0].line == line
    assert reading.mistakes[0].sentence.startswith(f"{what}, so ")


def test_a_large_front_matter_is_read():
    text = SMALL.replace("seats:", "topics:\n" + f"  - {'a topic ' * 40}\n" * 90 + "seats:", 1)
    assert 0.9 * LARGEST_FRONT < len(text) < LARGEST_FRONT
    assert read_workshop(text).mistakes == ()


@pytest.mark.parametrize(
    "text",
    [
        # A few lines of aliases that stand for eight to the twelfth values.
        SMALL.replace(
            "seats:",
            "topics:\n  - &a [x]\n"
            + "".join(
                f"  - &{b} [{', '.join([f'*{a}'] * 8)}]\n" for a, b in zip("abcdefghijkl", "bcdefghijklm", strict=True)
            )
            + "seats:",
        ),
        SMALL.replace("## One", "## " + "# " * 40_000 + "x"),
        SMALL + "## a\n" * 30_000,
        SMALL + "".join(f"### a{i}\n" for i in range(18_000)),
        SMALL.replace("seats:", "leads: [" + "k, " * 50_000 + "]\nseats:"),
        SMALL.replace("seats:", "seats:\n" + "".join(f"  s{i}: {{}}\n" for i in range(9_000))),
        SMALL.replace("topic: anything", "topic: " + "[" * 20_000),
        SMALL.replace("seats:", "".join(f"k{i}: [\n" for i in range(5_000)) + "seats:"),
    ],
    ids=["aliases", "signs", "headings", "prompts", "leads", "seats", "brackets", "open"],
)
def test_no_file_takes_long_to_be_refused(text):
    assert len(text) <= LARGEST
    reading = read_workshop(text)
    assert reading.workshop is None
    assert all(1 <= one.line <= lines(text) for one in reading.mistakes)


@given(st.text(max_size=60), st.text(max_size=60))
@example("a\n", "a\r\n")
@example("a", "\ufeffa")
@example("\u00e9", "e\u0301")
def test_digests_differ_just_when_texts_do(one, other):
    assert (digest(one) == digest(other)) == (one == other)
    assert re.fullmatch("[0-9a-f]{64}", digest(one))


def test_a_version_is_its_bytes_and_no_two_that_ship_are_alike():
    assert workshop_of(SMALL).digest == digest(SMALL)
    assert workshop_of(SMALL.replace("Write.", "Write!")).digest != digest(SMALL)
    assert len({one.digest for one in SHIPPED.values()}) == len(SHIPPED)


# --- forks ----------------------------------------------------------------------------------------------------------


@every_workshop
def test_a_fork_names_its_origin_has_no_mistakes_and_differs_in_nothing_else(workshop):
    fork = workshop_of(forked(workshop), "fork")
    assert fork.forked_from == f"{workshop.name}@{workshop.digest[:12]}"
    assert fork.title == f"{workshop.title} (fork)"
    assert fork.stages == workshop.stages
    assert fork.digest != workshop.digest
    changed = [
        line for line in difference(workshop, fork) if line.startswith(("+", "-")) and line[:3] not in ("+++", "---")
    ]
    assert [line.split(":")[0] for line in changed] == ["-title", "+title", "+forked_from"]


def test_a_fork_of_a_fork_names_the_fork():
    first = workshop_of(forked(workshop_of(SMALL)), "first")
    second = workshop_of(forked(first), "second")
    assert second.forked_from == f"first@{first.digest[:12]}"
    assert second.text.count("forked_from:") == 1


def test_a_fork_of_a_workshop_with_the_longest_title_has_no_mistakes():
    text = SMALL.replace("title: Small", "title: " + "S" * 120)
    assert workshop_of(forked(workshop_of(text))).title.endswith("S (fork)")


def test_a_fork_keeps_the_ends_of_lines():
    text = forked(workshop_of(SMALL.replace("\n", "\r\n")))
    assert "\n" not in text.replace("\r\n", "")
    assert workshop_of(text).forked_from is not None


# --- mistakes -------------------------------------------------------------------------------------------------------

GOLDEN = (Path(__file__).parents[1] / "golden" / "workshop-mistakes.txt").read_text("utf-8")
"""For each kind of mistake: what is taken out of SMALL and put in, and all that is said about it. \\n is the end of a
line, \\a a bell."""

BROKEN = {block.splitlines()[0].removeprefix("# "): block.splitlines()[1:] for block in GOLDEN.strip().split("\n\n")}


def broken(rows):
    """SMALL with what the rows put in, and what they say is told of it."""
    text, told = SMALL, []
    for row, after in zip(rows, [*rows[1:], ""], strict=True):
        old, new = (one[2:].replace("\\n", "\n").replace("\\a", "\a") for one in (row, after))
        if row.startswith("- "):
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        elif not row.startswith("+"):
            told.append(row)
    return text, told


def test_at_least_eighty_kinds_of_mistakes_are_known():
    assert len(BROKEN) >= 80


@pytest.mark.parametrize("what", BROKEN)
def test_a_mistake_is_told_with_its_line_and_a_remedy(what):
    text, told = broken(BROKEN[what])
    reading = read_workshop(text)
    assert reading.workshop is None
    assert [f"{one.line}: {one.sentence}" for one in reading.mistakes] == told


@pytest.mark.parametrize("what", BROKEN)
def test_a_mistake_names_what_is_wrong_and_then_what_to_do(what):
    for mistake in read_workshop(broken(BROKEN[what])[0]).mistakes:
        assert re.fullmatch(r"[^\n]+; [^\n]+", mistake.sentence)


@pytest.mark.parametrize("text", ["", "\n\n", SMALL.split("---\n")[-1], "title: Small\n"])
def test_a_file_without_front_matter_is_told_how_to_begin(text):
    (mistake,) = read_workshop(text).mistakes
    assert str(mistake) == (
        "line 1: there is no front matter; begin the file with a line ---, keys such as title: and a line ---"
    )


@pytest.mark.parametrize(
    ("key", "entries"),
    [
        ("seats", "".join(f"  s{i}: {{min: 0}}\n" for i in range(20))),
        ("makes", "".join(f"  s{i}: {{form: note}}\n" for i in range(40))),
        ("stages", "".join(f"  - {{name: S{i}, minutes: 1}}\n" for i in range(40))),
    ],
)
def test_what_has_too_many_entries_is_told_at_its_first_line(key, entries):
    (mistake,) = read_workshop(SMALL.replace(f"{key}:\n", f"{key}:\n{entries}")).mistakes
    assert mistake.sentence.startswith(f"'{key}' has too many entries; write")
    assert SMALL.splitlines()[mistake.line - 1] == f"{key}:"


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines():
    text = SMALL.replace("form: answers", "form: answer").replace("## Two", "## Too").replace("### asker", "### askr")
    assert [one.line for one in read_workshop(text).mistakes] == [12, 17, 31, 35]


def test_of_a_key_that_does_not_read_nothing_else_is_said():
    (mistake,) = read_workshop(
        SMALL.replace("    minutes: 5\n    writes: text\n", "    minutes: [5\n    writes: text\n")
    ).mistakes
    assert "'stages' does not read" in mistake.sentence


# --- whatever is read -----------------------------------------------------------------------------------------------


def fine(text):
    reading = read_workshop(text)
    assert (reading.workshop is None) == bool(reading.mistakes)
    for mistake in reading.mistakes:
        assert 1 <= mistake.line <= lines(text)
        assert mistake.sentence
        str(mistake).encode()
    if reading.workshop is not None:
        assert reading.workshop.text == text
        assert all(stage.acts for stage in reading.workshop.stages)


SIGNS = st.sampled_from("ab1:-#'\"[]{}|>&*!?,%@`~ \t\r\n0.\u2028\x85\ufeff\x00\ud800\u00e9")


@given(st.text(max_size=200) | st.text(SIGNS, max_size=200), st.booleans())
def test_reading_never_fails_whatever_the_text(text, fenced):
    fine(f"---\n{text}\n---\n## One\n\nWrite.\n" if fenced else text)


@given(
    st.sampled_from(sorted(SHIPPED)),
    st.integers(0, 10**6),
    st.integers(0, 60),
    st.text(SIGNS, max_size=12)
    | st.sampled_from(["\n## ", "\n### ", "\n---\n", "? [a]\n  : b", "!!bool x", "&a [*a]", "\n```\n"]),
)
def test_reading_never_fails_on_a_workshop_with_something_torn_out_or_put_in(name, at, length, put):
    text = SHIPPED[name].text
    at %= len(text)
    fine(text[:at] + put + text[at + length :])


@given(st.sampled_from(sorted(SHIPPED)), st.randoms(use_true_random=False), st.sampled_from(["lose", "double", "swap"]))
def test_reading_never_fails_on_a_workshop_whose_lines_are_lost_doubled_or_swapped(name, random, how):
    rows = SHIPPED[name].text.splitlines(keepends=True)
    one, other = random.randrange(len(rows)), random.randrange(len(rows))
    if how == "lose":
        del rows[one]
    elif how == "double":
        rows.insert(other, rows[one])
    else:
        rows[one], rows[other] = rows[other], rows[one]
    fine("".join(rows))


TREES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 30)
    | st.floats(0, 3)
    | st.sampled_from(["a", "writer", "One", "text", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["min", "form", "name", "minutes", "writer", "text", "1"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.sampled_from(
        ["title", "version", "topics", "seats", "leads", "tracks", "needs", "makes", "stages", "forked_from"]
    ),
    TREES,
)
def test_reading_never_fails_whatever_shape_a_value_has(key, value):
    fine(read(SMALL).with_field(key, value).text)
