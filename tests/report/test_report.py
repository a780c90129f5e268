"""The pages: what they must hold, whatever the run, and what they must never hold."""

import json
import re
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cohobate.errors import RunProblem, StorageProblem, WrongUse
from cohobate.fidelity import Estimate
from cohobate.ledger import Ledger
from cohobate.report import compare, write
from cohobate.report.drawing import DARK
from cohobate.report.reading import read
from cohobate.report.words import decisions_to_99
from cohobate.runs import Run

VOID = {"meta", "br", "hr", "img", "link", "input", "wbr"}
SVG = "{http://www.w3.org/2000/svg}"


class Page(HTMLParser):
    """A page taken apart; complains about a tag that is not closed in its place."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.source = path.read_text("utf-8")
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.feed(self.source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attributes)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.words.append(" ")
        self.attributes += [(tag, key, value or "") for key, value in attributes]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"{tag} at {self.getpos()}"

    def handle_data(self, data: str) -> None:
        if not {"style", "title"} & set(self.open):
            self.words.append(data)

    @property
    def text(self) -> str:
        """What a reader sees, with every white space a single blank."""
        return " ".join("".join(self.words).split())

    @property
    def ids(self) -> list[str]:
        return [value for _, key, value in self.attributes if key == "id"]

    @property
    def pictures(self) -> list[ElementTree.Element]:
        return [ElementTree.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", self.source, re.DOTALL)]


def check(path: Path) -> Page:
    """What holds of every page."""
    page = Page(path)
    assert page.source.startswith("<!DOCTYPE html>")
    assert not {"script", "link", "img", "iframe", "object", "embed", "base"} & set(page.tags)
    assert not [key for _, key, _ in page.attributes if key in ("src", "href", "srcset") or key.startswith("on")]
    assert "@import" not in page.source
    assert set(re.findall(r"https?://[^\s\"'<]*", page.source)) <= {"http://www.w3.org/2000/svg"}
    assert [name for name, times in Counter(page.ids).items() if times > 1] == []
    local = re.findall(r"url\(([^)]*)\)", page.source)
    referred = [word for _, key, value in page.attributes if key == "aria-labelledby" for word in value.split()]
    assert {name.removeprefix("#") for name in local} | set(referred) <= set(page.ids)
    assert page.tags["h1"] == 1
    for svg in page.pictures:
        assert svg.get("role") == "img"
        assert svg.findtext(f"{SVG}title")
        assert svg.findtext(f"{SVG}desc")
    assert not re.search(r"\bNone\b(?! of| came)", page.text)
    assert "nan" not in page.text.split()
    return page


@pytest.fixture(scope="module")
def demo(make_run):
    """One run and its page, for the tests that only look."""
    run = make_run()
    return run, check(write(run))


def tile(page: Page, name: str) -> str:
    """What follows a tile's name in the text."""
    return page.text.split(f" {name} ", 1)[1]


# --- one run ----------------------------------------------------------------------------------------------------------


def test_the_page_and_its_pictures_are_in_the_run_s_folder(demo):
    run, page = demo
    assert run.report.read_text("utf-8") == page.source
    names = sorted(path.name for path in (run.folder / "pictures").iterdir())
    assert names == ["accuracy.svg", "decisions.svg", "fidelity.svg", "together.svg"]
    for name in names:
        root = ElementTree.parse(run.folder / "pictures" / name).getroot()
        assert root.tag == f"{SVG}svg"
        assert float(root.get("width")) <= 800
        assert root.findtext(f"{SVG}title")
        assert "var(" not in (run.folder / "pictures" / name).read_text("utf-8")


def test_every_picture_is_in_the_page_for_a_wide_screen_and_for_a_phone(demo):
    _, page = demo
    widths = [float(svg.get("viewBox").split()[2]) for svg in page.pictures]
    assert len(widths) == 8
    assert all(wide > 600 for wide in widths[::2])
    assert all(narrow < 420 for narrow in widths[1::2])


def test_every_colour_of_a_picture_has_a_dark_one_and_the_page_says_which(demo):
    _, page = demo
    used = {svg.get(what) for picture in page.pictures for svg in picture.iter() for what in ("fill", "stroke")}
    assert used - {None, "none", "transparent"} <= set(DARK)
    for light, dark in DARK.items():
        assert f'figure svg [stroke="{light}"] {{ stroke: {dark} }}' in page.source


def test_the_figures_in_the_text_are_those_of_the_record(demo):
    run, page = demo
    summary, text = run.read_summary(), page.text
    accuracy = Estimate.of(round(summary["accuracy"] * summary["evaluated"]), summary["evaluated"])
    share, interval = f"{accuracy.share:.1%}".replace("%", " %"), str(accuracy).partition(" (")[2].rstrip(")")
    assert tile(page, "X alone is right").startswith(f"{share} {interval}")
    assert f"(95 % interval {interval.replace(', n', ' %, n')}) of fresh questions" in text
    assert tile(page, "decisions by H").startswith(
        f"{summary['decisions']} and {summary['decisions_audit']:,} to audit"
    )
    assert f"For training H made {summary['decisions']} decisions, {summary['acts']:,} single acts." in text
    first = next(row for row in run.read_metrics() if row["accuracy"] >= 0.99)
    assert f"X was first seen at 99 % or more after {first['decisions']} decisions" in text
    assert summary["ledger_head"] in text
    assert "✓ holds, checked when this page was written" in text
    assert "The target, 99 % at two looks in a row, was reached." in text


def test_what_is_measured_in_the_last_iteration_is_told_level_by_level_and_pooled_by_adding_counts(demo):
    run, page = demo
    last = list(Ledger.open(run.ledger).entries())[-1].data
    rows = [m for m in last["measurements"] if m["what"] == "distillation_preserves" and m["level"] is not None]
    pooled = Estimate.of(sum(m["agree"] for m in rows), sum(m["asked"] for m in rows))
    assert tile(page, "distillation preserves").startswith(str(pooled).replace(" (", " ").rstrip(")"))
    table = page.text.partition("The last iteration (8), level by level")[2]
    for row in rows:
        estimate = Estimate.of(row["agree"], row["asked"])
        assert f"power {row['level']} {row['asked']} " in table
        assert str(estimate).partition(", n")[0].replace(" (", " ") in table
    assert f"power all {pooled.asked} " in table


def test_single_steps_and_failed_decompositions_are_told(demo):
    _, page = demo
    assert "Every one of the 4,096 acts by H that were checked was a single small step." in page.text
    assert "In the last iteration none of 512 decompositions failed: 0.0 % (0.0–0.8 %, n = 512)." in page.text


def test_five_questions_stand_as_trees_and_wrong_answers_are_marked_in_words(demo):
    _, page = demo
    assert "Five questions worked out" in page.text
    assert page.source.count('class="question"') == 5
    assert "H′ with X: a ✓ right X alone: a ✓ right exact answer: a" in page.text
    assert "H′ with X: c ✗ wrong" in page.text
    assert "worked out by H; X alone: c ✗ wrong" in page.text
    assert "from X" in page.text
    assert "looked up" in page.text


def test_configuration_and_versions_are_told(demo):
    run, page = demo
    for words in ("options.bits 4", "settings.assistant.width 64", "settings.smallest –", "budget.until 0.99"):
        assert words in page.text
    assert f"python {run.made_with['python']}" in page.text
    assert "torch 2.13.0" in page.text


def test_the_same_run_gives_the_same_bytes(demo):
    run, page = demo
    before = (run.folder / "pictures" / "fidelity.svg").read_bytes()
    assert write(run).read_text("utf-8") == page.source
    assert (run.folder / "pictures" / "fidelity.svg").read_bytes() == before


# --- a run that certifies -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certified(make_run):
    run = make_run(certified=True, looks=3)
    return run, check(write(run))


def section(page: Page) -> str:
    """What the page says of trust."""
    return page.text.partition("How far to trust it ")[2].partition(" What it asked of the overseer")[0]


def test_the_page_says_how_far_to_trust_x_and_what_that_cost(certified):
    run, page = certified
    last = list(Ledger.open(run.ledger).entries())[-1].data
    bound = last["tree_audit_bound_canonical"]
    said = section(page)
    assert said.startswith(
        "With 95 % confidence, and if H's acts do not depend on names, the assistant agrees with H on at least 96.4 % "
        "of questions like these; H was asked 396 times to train it and 864 times to check it."
    )
    assert 0.964 <= 1 - bound < 0.965
    assert "That sentence cost 1,260 decisions by H: 396 to train and 864 to check. Its bound rests on 204 of" in said
    assert tile(page, "X certified to agree with H").startswith(
        "≥ 96.4 % tree audit, canonical, 204 decisions, if H's acts do not depend on names"
    )


def test_all_kinds_of_error_stand_side_by_side_with_the_decisions_each_rests_on(certified):
    run, page = certified
    table = section(page).partition("After the last iteration (8)")[2]
    assert "compounded bound says nothing 1.6 % seen 192 single steps, carried up" in table
    assert "compounded, canonical ≤ 14.2 % 1.6 % seen 204 the same with" in table
    assert "tree audit ≤ 11.4 % 0.4 % seen 192 X against H's full tree" in table
    assert "tree audit, canonical ≤ 3.6 % 0.4 % seen 204 the same with" in table
    assert "it holds if H's acts do not depend on names" in table
    right = list(Ledger.open(run.ledger).entries())[-1].data["measurements"]
    right = next(m for m in right if m["what"] == "accuracy_x_alone" and m["level"] is None)
    assert f"measured error {1 - right['agree'] / right['asked']:.1%}".replace("%", " %") in table
    every = "1 396 108 1 says nothing 100 % seen 48 decisions says nothing 100 % seen 60 decisions ≤ 74.8 % 31 % seen"
    assert every in table
    assert "H′ acts as H, on questions drawn, canonical" in table
    assert "H, asked again in a situation it had judged, as a rule under other names, acted alike" in table


def test_the_pictures_of_trust_show_every_curve_and_tell_them_apart_without_colour(certified):
    run, page = certified
    curves = {"compounded, canonical", "tree audit", "tree audit, canonical", "measured error"}
    trust = ElementTree.parse(run.folder / "pictures" / "trust.svg")
    texts = {element.text for element in trust.iter(f"{SVG}text")}
    assert curves | {"100%", "0.1%", "iteration"} <= texts
    assert "compounded bound" not in texts
    assert "The compounded bound is drawn in its canonical form; the plain one" in section(page)
    lines = [path for path in trust.iter(f"{SVG}path") if path.get("fill") is None and path.get("stroke-width") == "2"]
    assert len({path.get("stroke-dasharray") for path in lines}) == 4
    assert "canonical holds if H's acts do not depend on names" in trust.getroot().findtext(f"{SVG}desc")
    audits = ElementTree.parse(run.folder / "pictures" / "audits.svg")
    texts = {element.text for element in audits.iter(f"{SVG}text")}
    assert curves - {"measured error"} | {"decisions by H that it rests on"} <= texts
    assert "measured error" not in texts


def test_intervals_are_said_to_hold_together_only_where_they_do(certified, demo):
    together = "holds all at once, every interval and every bound of the run together, with 95 % confidence"
    alone = "Each interval holds by itself; that all of them hold at once is less sure."
    assert together in certified[1].text
    assert alone not in certified[1].text
    assert alone in demo[1].text
    assert together not in demo[1].text


def test_an_older_ledger_that_certifies_nothing_says_so(demo):
    run, page = demo
    assert section(page) == (
        "Nothing is certified: the ledger holds what was measured step by step, further down, but no bound on what the "
        "steps may have lost together."
    )
    assert "certified to agree" not in page.text
    assert not (run.folder / "pictures" / "trust.svg").exists()


def test_a_tree_without_end_is_certified_for_a_step_kind_by_kind(make_run):
    page = check(write(make_run(certified=True, endless=True, kinds=("distance", "step"), looks=1, iterations=2)))
    said = section(page)
    assert "the assistant answers as H would with its help on at least" in said
    assert said.startswith("With 95 % confidence, and if H's acts do not depend on names, the assistant")
    assert "Each iteration is audited anew" in said
    assert tile(page, "X certified to agree with H with X").startswith("≥ ")
    assert "how often distance step all" in said
    assert "H, asked again in a situation it had judged, as a rule under other names, acted alike – – 100.0 %" in said
    assert "Certified agreement by kind and level (6)" in said
    assert "X answers as H would with X's help on questions of this kind and level" in said


def test_what_is_certified_of_each_level_stands_beside_what_was_right_there(certified):
    run, page = certified
    last = list(Ledger.open(run.ledger).entries())[-1].data
    right = {m["level"]: m for m in last["measurements"] if m["what"] == "accuracy_x_alone"}
    table = section(page).partition("Certified agreement by level (3)")[2]
    for level, said in ((2, "96.4"), (3, "76.4"), (4, "56.4")):
        share = 100 * right[level]["agree"] / right[level]["asked"]
        assert f"power {level} ≥ {said} % {share:.1f} %" in table
    assert "It holds if H's acts do not depend on names." in table


def test_h_as_the_overseer_needs_no_audit_and_no_condition(make_run):
    run = make_run(certified=True, overseer="scripted", looks=1, iterations=2)
    said = section(check(write(run)))
    assert said.startswith(
        "With 95 % confidence the assistant agrees with H on at least 97.6 % of questions like these;"
    )
    assert "and itself worked out what it was checked against" in said
    assert "names" not in said
    assert "H′" not in said.partition("What the bounds")[2]
    assert not (run.folder / "pictures" / "audits.svg").exists()


def test_without_an_overseer_nothing_is_certified_and_the_intervals_still_hold_together(make_run):
    page = check(write(make_run(certified=True, overseer="supervised", looks=1, iterations=1)))
    assert section(page) == "Nothing is certified: there was no overseer with whom X could agree."
    assert "holds all at once" in page.text


def test_a_single_iteration_and_very_many_have_their_pictures_of_trust(make_run):
    for iterations in (1, 60):
        run = make_run(certified=True, looks=1, iterations=iterations)
        page = check(write(run))
        assert (run.folder / "pictures" / "trust.svg").exists()
    assert "25 of 60, evenly spread" in section(page)


def test_bounds_that_all_say_nothing_still_have_a_scale(make_run):
    bounds = ("compounded_bound", "compounded_estimate", "tree_audit_bound", "tree_audit_estimate")
    names = [f"{name}{tail}" for name in bounds for tail in ("", "_canonical")]
    run = make_run(certified=True, looks=1, iterations=1, audited=0, told=dict.fromkeys(names, 1.0))
    check(write(run))
    texts = {e.text for e in ElementTree.parse(run.folder / "pictures" / "trust.svg").iter(f"{SVG}text")}
    assert {"100%", "10%"} <= texts


def test_an_iteration_in_which_nothing_could_be_bounded_leaves_dashes(make_run):
    gone = {f"{name}_bound{tail}": None for name in ("compounded", "tree_audit") for tail in ("", "_canonical")}
    page = check(write(make_run(certified=True, looks=1, iterations=2, told=gone)))
    assert section(page).startswith("Nothing is certified: the ledger holds")
    assert "2 396 216 1 – – –" in section(page)


# --- runs that lack something -------------------------------------------------------------------------------------


def test_a_supervised_run_says_that_it_had_no_overseer_and_shows_no_picture_of_decisions(make_run):
    run = make_run(overseer="supervised", looks=3, iterations=1)
    page = check(write(run))
    assert "trained on the true answers, with no overseer and no decisions" in page.text
    assert "Nothing for teaching: X learned from 1,536 true answers, and asked H for no decision." in page.text
    assert "amplified teacher" not in page.text
    assert "amplification preserves" not in page.text
    assert not (run.folder / "pictures" / "decisions.svg").exists()


def test_a_scripted_run_says_that_h_worked_out_every_target(make_run):
    page = check(write(make_run(overseer="scripted", looks=3, iterations=1)))
    assert "H itself worked out all of the 1,536 targets." in page.text
    assert "H itself worked out every one of X's 1,536 targets" in page.text
    assert tile(page, "decisions by H").startswith("all targets")


def test_a_run_stopped_before_its_first_look_has_a_page_without_pictures(make_run):
    run = make_run(looks=0, iterations=0, status="interrupted")
    page = check(write(run))
    assert page.pictures == []
    assert "X was never evaluated before the run stopped" in page.text
    assert "No decision by H for training is recorded." in page.text
    assert "No iteration was completed before the run stopped" in page.text
    assert "The run has kept no transcripts; they are written when it ends." in page.text
    assert not (run.folder / "pictures").exists()


def test_a_run_with_one_look_and_no_iteration_has_a_page(make_run):
    page = check(write(make_run(looks=1, iterations=0, status="interrupted")))
    assert len(page.pictures) == 4
    assert "how faithful the steps are was not measured" in page.text


def test_a_run_that_still_goes_on_has_a_page_from_what_it_has_written(make_run):
    run = make_run(looks=4, iterations=1, status=None)
    page = check(write(run))
    assert not run.summary.exists()
    assert "not finished · seed 0" in page.text
    assert "Powering, size 8, bits 4" in page.text
    assert "The run has not come to its end." in page.text


def test_a_task_of_one_s_own_with_no_overseer_known_has_a_page(make_run):
    run = make_run(task="/home/ann/my task.py", options={"size": 5}, looks=1, iterations=0, status=None)
    config = json.loads(run.config.read_text())
    del config["configuration"]["settings"]["overseer"]
    run.config.write_text(json.dumps(config))
    page = check(write(Run.open(run.folder)))
    assert "The task was my task.py (size 5). Who the overseer was is not recorded." in page.text


def test_many_levels_several_kinds_and_huge_distances_have_a_page(make_run):
    levels = (*range(14), 10**9)
    kinds = ("label", "next", "depth", "e", "f", "g", "h", "i", "j")
    run = make_run(task="union-find", kinds=kinds, levels=levels, looks=26, iterations=3, until=None, status="finished")
    page = check(write(run))
    assert re.search(r"levels \d+ to \d+", (run.folder / "pictures" / "accuracy.svg").read_text("utf-8"))
    assert "25 of 26, evenly spread" in page.text
    assert "too few" in page.text
    assert page.text.count("label 0 ") == 1


def test_questions_too_few_for_an_interval_are_called_too_few(make_run):
    page = check(write(make_run(evaluated=3, audited=4, looks=2, iterations=1, until=None, status="finished")))
    assert tile(page, "X alone is right").startswith("too few n = 3")
    assert "of 3 (too few to speak of a share) of fresh questions" in page.text


def test_an_iteration_that_measured_on_no_question_has_no_picture(make_run):
    run = make_run(looks=1, iterations=1, audited=0)
    page = check(write(run))
    assert len(page.pictures) == 4
    assert "Neither step was measured." in page.text


def test_iterations_are_counted_in_whole_numbers(make_run):
    run = make_run(looks=1, iterations=2)
    write(run)
    texts = [e.text for e in ElementTree.parse(run.folder / "pictures" / "together.svg").iter(f"{SVG}text")]
    assert texts.count("1") == texts.count("2") == 1


def test_no_transcripts_no_trees(make_run):
    page = check(write(make_run(looks=1, iterations=0, transcripts=[])))
    assert "Questions worked out The run has kept no transcripts." in page.text


def test_a_tree_too_large_for_a_page_is_cut_and_says_so(make_run, make_transcript):
    page = check(write(make_run(looks=0, iterations=0, transcripts=[make_transcript("q", 9)])))
    assert "One question worked out" in page.text
    assert "What H would have to ask, and ask for that: 1,022 questions" in page.text
    assert "254 questions below" in page.text
    assert "questions below, not shown" in page.text
    shown = page.source.count("worked out by H</span>") + page.source.count("worked out by H;")
    assert 100 < shown < 220


def test_a_run_that_lost_the_trust_asked_for_says_so_and_where(make_run):
    run = make_run(certified=True, looks=1, iterations=1, status="distrusted")
    run.write_summary(run.read_summary() | {"trust": 0.9, "fallen": {"power 4": 0.82}})
    page = check(write(run))
    assert "trust lost · seed 0" in page.text
    assert "the agreement with H that is certified (power 4) fell below the 90 % asked for." in page.text


# --- runs that are not to be trusted ------------------------------------------------------------------------------


def test_text_from_a_run_is_shown_and_never_run(make_run, make_transcript):
    evil = "</title></style><script>alert('x')</script><img src=x onerror=alert(1)>&{{ 7 * 7 }}"
    lines = {"context": [evil], "overseer": evil, "assistant": evil, "truth": "\ud800\x00\x1b"}
    run = make_run(
        name='<b onload="x">&amp;',
        task=f"{evil}.py",
        kinds=(evil, "]]>"),
        options={"size": 4, evil: evil},
        looks=2,
        iterations=1,
    )
    run.transcripts.write_text(json.dumps(make_transcript(evil, 1, **lines)) + "\n")
    page = check(write(run))
    assert page.text.count("alert('x')") > 5
    assert "{{ 7 * 7 }}" in page.text
    assert "�" in page.text
    for path in (run.folder / "pictures").iterdir():
        tags = {element.tag for element in ElementTree.parse(path).iter()}
        assert not {f"{SVG}script", f"{SVG}img", f"{SVG}foreignObject"} & tags
    check(compare([run, run], run.folder / "comparison.html"))


def test_nothing_is_told_from_a_ledger_that_does_not_hold(make_run):
    run = make_run(looks=1, iterations=2)
    run.ledger.write_bytes(run.ledger.read_bytes().replace(b'"agree":', b'"agrees":', 1))
    page = check(write(run))
    assert "The ledger does not hold." in page.text
    assert "Nothing from it is shown." in page.text
    assert "✗ does not hold" in page.text
    assert "The last iteration" not in page.text


def test_a_ledger_cut_short_is_told_by_the_summary(make_run):
    run = make_run(looks=1, iterations=2)
    run.ledger.write_bytes(b"".join(run.ledger.read_bytes().splitlines(keepends=True)[:-1]))
    page = check(write(run))
    assert "The ledger does not hold." in page.text
    assert "Nothing from it is shown." not in page.text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("metrics.jsonl", '{"accuracy": 2, "evaluated": 4}\n'),
        ("metrics.jsonl", '{"accuracy": 0.5, "seconds": NaN}\n'),
        ("metrics.jsonl", '{"accuracy": 0.5, "accuracy_by_level": {"high": 1}}\n'),
        ("summary.json", '{"steps": "many"}'),
        ("transcripts.jsonl", '["not", "a", "transcript"]\n'),
        ("transcripts.jsonl", '{"question": "q", "answer": "a", "tree": ' + '{"children": [' * 400 + "\n"),
    ],
)
def test_a_file_that_does_not_read_is_named_in_one_sentence(make_run, name, content):
    run = make_run(looks=1, iterations=0)
    (run.folder / name).write_text(content)
    with pytest.raises(RunProblem, match=re.escape(name)) as refused:
        write(run)
    assert "\n" not in str(refused.value)
    assert not run.report.exists()


def test_a_place_that_cannot_be_written_is_named(make_run):
    run = make_run(looks=1, iterations=0)
    (run.folder / "pictures").write_text("in the way")
    with pytest.raises(StorageProblem, match="pictures could not be made"):
        write(run)


# --- several runs -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def three(make_run):
    small = {"looks": 12, "iterations": 2}
    return [
        make_run(name="a", **small),
        make_run(name="a", speed=1.6, seed=1, **small),
        make_run(name="truth", overseer="supervised", **small),
    ]


def test_a_comparison_holds_every_run_with_its_figures(three, tmp_path):
    page = check(compare(three, tmp_path / "comparison.html"))
    assert "3 runs compared" in page.text
    assert "All were asked the same kinds of question: powering (size 8, bits 4)." in page.text
    assert "a (2) first, after" in page.text
    assert "Without decisions, and so not drawn: truth." in page.text
    assert len(page.pictures) == 6
    table = page.text.partition("The figures")[2]
    for run, name in zip(three, ("a", "a (2)", "truth"), strict=True):
        summary = run.read_summary()
        accuracy = Estimate.of(round(summary["accuracy"] * summary["evaluated"]), summary["evaluated"])
        assert f"{name} target reached, seed {summary['seed']} powering size 8, bits 4" in table
        assert str(accuracy).replace(" (", " ").rstrip(")") in table


def test_a_comparison_says_how_the_error_of_each_run_grows_with_the_level(make_run, tmp_path):
    runs = [make_run(name=name, kinds=("label", "depth"), looks=2, iterations=1, seed=i) for i, name in enumerate("ab")]
    page = check(compare(runs, tmp_path / "comparison.html"))
    *_, last = Ledger.open(runs[1].ledger).entries()
    rows = last.data["measurements"]
    wrong = {}
    for row in rows:
        if row["what"] == "accuracy_x_alone" and row["level"] is not None:
            agree, asked = wrong.get(row["level"], (0, 0))
            wrong[row["level"]] = agree + row["agree"], asked + row["asked"]
    low, high = (str(Estimate.of(n - agree, n)).split(" (")[0] for agree, n in (wrong[2], wrong[4]))
    told = page.text.partition("How error compounds")[2]
    assert f"In b (one X) X is wrong on {low}" in told
    assert f"on {high}" in told
    assert "it differs from its amplified predecessor on" in told
    table = told.partition("X not as amplified")[2]
    assert [f"{kind} {level}" in table for kind in ("label", "depth", "all") for level in (2, 3, 4)] == [True] * 9


def test_where_nothing_was_measured_by_level_nothing_is_said_of_compounding(make_run, tmp_path):
    runs = [make_run(looks=2, iterations=0), make_run(looks=2, iterations=1, levels=(2,))]
    assert "How error compounds" not in check(compare(runs, tmp_path / "comparison.html")).text


def test_runs_that_were_asked_different_questions_are_not_compared_silently(three, make_run, tmp_path):
    other = make_run(task="wildcard", options={"size": 8}, looks=0, iterations=0, status=None)
    page = check(compare([three[0], other], tmp_path / "comparison.html"))
    assert "These runs were not asked the same questions." in page.text


def test_a_comparison_tells_what_is_certified_of_each_run(three, make_run, tmp_path):
    small = {"looks": 2, "certified": True}
    few = {"tree_audit_bound": 1.0, "tree_audit_bound_canonical": 0.62}
    runs = [three[0], make_run(name="sure", **small), make_run(name="unsure", told=few, **small)]
    page = check(compare(runs, tmp_path / "comparison.html"))
    table = page.text.partition("The figures")[2]
    assert "certified to agree with H" in table
    assert "≥ 96.4 % tree audit, canonical 204 decisions" in table
    assert "nothing yet tree audit, canonical 204 decisions" in table
    assert "where it is canonical, it holds if H's acts do not depend on names" in table
    old = check(compare(three, tmp_path / "old.html"))
    assert "certified" not in old.text


def test_a_comparison_of_runs_without_looks_says_so(make_run, tmp_path):
    empty = make_run(looks=0, iterations=0, status=None)
    page = check(compare([empty, empty], tmp_path / "comparison.html"))
    assert page.pictures == []
    assert "None of these runs has been evaluated yet." in page.text
    assert "None came to 99 %." in page.text


def test_the_decisions_to_99_are_among_the_first_figures_of_a_report(make_run):
    run = make_run(looks=6, iterations=1)
    rows = run.read_metrics()
    for row, accuracy in zip(rows, (0.99, 0.98, 0.99, 0.995, 1.0, 0.5), strict=True):
        row["accuracy"] = accuracy
    run.metrics.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    write(run)
    assert f"decisions to 99 % {rows[2]['decisions']} at the first of two looks in a row" in check(run.report).text


@pytest.mark.parametrize(
    ("overseer", "told"), [("imitated", ("–", "not seen twice in a row")), ("supervised", ("–", ""))]
)
def test_where_99_was_not_seen_twice_no_decisions_are_told(make_run, overseer, told):
    assert decisions_to_99(read(make_run(looks=1, iterations=0, overseer=overseer))) == told


def test_no_runs_are_refused(tmp_path):
    with pytest.raises(WrongUse, match="no runs to compare"):
        compare([], tmp_path / "comparison.html")
    assert list(tmp_path.iterdir()) == []


# --- what it takes ------------------------------------------------------------------------------------------------


def test_a_report_is_written_without_torch(make_run):
    run = make_run(looks=1, iterations=0)
    code = (
        f"import sys; sys.path[:0] = {[p for p in sys.path if p]!r}\n"
        "import cohobate.report\nassert not {'altair', 'jinja2', 'torch'} & set(sys.modules)\n"
        f"from cohobate.runs import Run\ncohobate.report.write(Run.open({str(run.folder)!r}))\n"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    check(run.report)
