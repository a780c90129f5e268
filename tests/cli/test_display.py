"""What is shown while a run goes on, on terminals large and small, and the lines it ends with."""

import pytest
from rich.console import Console

from cohobate.algorithmic.running import Limits
from cohobate.cli.display import (
    columns_that_fit,
    how_far_to_trust,
    per_cent,
    picture,
    plain_line,
    share_done,
    watching,
    what_was_learned,
)
from cohobate.fidelity.intervals import Estimate
from cohobate.ledger import measurement

LOOK = {
    "step": 1200,
    "seconds": 33.14,
    "accuracy": 0.9876,
    "accuracy_by_level": {str(level): 0.9996 for level in range(2, 9)},
    "teacher_accuracy": 0.5,
    "decisions": 640,
    "surprise": 0.0123,
}
TITLE = "powering, size 8, bits 4 · overseer H′ · seed 0 · runs/a/folder/with/a/rather/long/name/that/goes/on/and/on"


def drawn(width, height, rows):
    console = Console(width=width, height=height, force_terminal=True, color_system=None)
    with console.capture() as shown:
        console.print(picture(width, height, TITLE, "step 1,200 · 33.1 s", 0.4, rows))
    return shown.get().splitlines()


@pytest.mark.parametrize(("width", "height"), [(200, 60), (80, 24), (60, 12), (40, 10), (20, 6)])
def test_the_live_picture_fits_the_terminal(width, height):
    lines = drawn(width, height, [LOOK] * 100)
    assert max(len(line) for line in lines) <= width
    assert len(lines) <= height
    assert any("1200" in line and "98.7" in line for line in lines)


def test_before_the_first_look_there_is_a_picture_too():
    lines = drawn(80, 24, [])
    assert "step 1,200" in lines[1]
    assert lines[-1].strip() == "Ctrl-C saves and stops"


def test_the_newest_looks_are_the_ones_shown():
    lines = drawn(80, 10, [LOOK | {"step": step} for step in range(50)])
    assert [int(line.split()[0]) for line in lines[3:-1]] == [45, 46, 47, 48, 49]


def test_a_small_terminal_gets_the_most_telling_columns():
    def titles(width, look=LOOK):
        return [column.title for column in columns_that_fit(width, look)]

    assert titles(20) == ["step", "accuracy"]
    assert titles(80)[:6] == ["step", "accuracy", "seconds", "teacher", "decisions", "surprise"]
    assert titles(200)[6:] == [f"lv {level}" for level in range(2, 9)]
    supervised = {key: value for key, value in LOOK.items() if key not in ("teacher_accuracy", "surprise")}
    assert titles(48, supervised) == ["step", "accuracy", "seconds", "decisions", "lv 2"]


def test_a_plain_line_says_the_same():
    assert plain_line(LOOK | {"accuracy_by_level": {"2": 1.0, "3": 0.9996}}) == (
        "step 1200 · 33.1 s · accuracy 98.7 % · teacher 50.0 % · levels 2: 100.0 3: 99.9 · 640 decisions by H · "
        "H′ surprise 0.012"
    )


def test_nearly_all_does_not_read_as_all():
    assert [per_cent(share) for share in (1.0, 0.9999, 0.29, 0.0, None)] == ["100.0", "99.9", "29.0", "0.0", "–"]


@pytest.mark.parametrize(
    ("limits", "done"),
    [
        (Limits(0.9, 100.0, 30), 0.5),
        (Limits(0.9, 100.0), 0.2),
        (Limits(0.9), 0.5),
        (Limits(steps=10), 1.0),
        (Limits(), 0.0),
    ],
)
def test_progress_is_what_is_used_up_or_how_near_the_target_is(limits, done):
    assert share_done(limits, steps=15, seconds=20.0, accuracy=0.45) == pytest.approx(done)


class Standing:
    steps, seconds = 1200, 33.1


def test_on_a_terminal_every_step_is_shown_and_elsewhere_every_look():
    terminal = Console(width=80, height=24, force_terminal=True)
    with terminal.capture() as shown, watching(terminal, Limits(steps=10), TITLE) as watch:
        watch(Standing, None)
        watch(Standing, LOOK)
    assert "step 1,200" in shown.get()
    assert "98.7" in shown.get()
    plain = Console(width=80, force_terminal=False)
    with plain.capture() as shown, watching(plain, Limits(steps=10), TITLE) as watch:
        watch(Standing, None)
        watch(Standing, LOOK)
    assert shown.get().splitlines() == [TITLE, plain_line(LOOK)]


SUMMARY = {
    "task": "powering",
    "size": 8,
    "accuracy": 0.9912,
    "evaluated": 2048,
    "steps": 1200,
    "seconds": 33.14,
    "decisions": 1640,
    "overseer": "imitated",
}


def test_the_first_of_the_last_lines_says_what_was_learned_and_from_whom():
    assert what_was_learned(SUMMARY) == (
        "Learned: X alone is right on 99.1 % of 2,048 fresh questions of powering, size 8, after 1,200 steps and "
        "33.1 s; H was asked for 1,640 decisions."
    )
    assert what_was_learned(SUMMARY | {"overseer": "supervised"}).endswith("; the truth was the teacher.")
    assert what_was_learned(SUMMARY | {"overseer": "scripted"}).endswith("; H itself was the overseer.")


def test_the_second_says_how_far_to_trust_it_for_the_worst_kind_with_n_and_interval():
    entry = {
        "iteration": 4,
        "measurements": [
            measurement("distillation_preserves", "distance", None, Estimate.of(500, 512)),
            measurement("distillation_preserves", "distance", 2, Estimate.of(1, 9)),
            measurement("distillation_preserves", "step", None, Estimate.of(450, 512)),
            measurement("amplification_preserves", "distance", None, Estimate.of(2, 3)),
        ],
    }
    line = how_far_to_trust("imitated", entry)
    assert line == (
        f"Trust: X answers as its teacher Amplify^H′(X) on {Estimate.of(450, 512)} of fresh questions of kind step, "
        "the worst, the teacher as Amplify^H(X) on too few (n = 3) of fresh questions (95 % intervals)."
    )
    assert "as its teacher the truth on" in how_far_to_trust("supervised", entry)
    assert how_far_to_trust("imitated", None).startswith("Trust: no iteration was closed")
    assert how_far_to_trust("imitated", entry | {"confidence_together": 0.95}).endswith(
        "(all intervals at once, with 95 % confidence)."
    )


def test_where_something_is_certified_the_second_line_is_the_sentence_of_the_report():
    entry = {
        "iteration": 4,
        "decisions_training": 412,
        "decisions_audit": 380,
        "confidence_together": 0.95,
        "tree_audit_bound": 0.114,
        "decisions_tree_audit": 192,
        "measurements": [measurement("distillation_preserves", "power", None, Estimate.of(450, 512))],
    }
    assert how_far_to_trust("imitated", entry) == (
        "Trust: with 95 % confidence the assistant agrees with H on at least 88.6 % of questions like these; H was "
        "asked 412 times to train it and 380 times to check it."
    )
