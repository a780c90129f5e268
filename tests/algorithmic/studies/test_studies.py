"""Studies in small: what a cell says, when it has come to rest, and that a study goes on where it was stopped."""

import json
from dataclasses import replace

import numpy as np
import pytest

from cohobate.algorithmic.studies import failures, repair
from cohobate.algorithmic.studies.failures import MEASURES, QUICK, Looks, compared, concluded, measured
from cohobate.algorithmic.studies.record import carried_out, conclusion
from cohobate.errors import RunProblem
from cohobate.report.studies import write

TINY = replace(
    QUICK, contexts=4, questions=4, width=16, reading=1, answering=1, looked_at=30, look=2, settle=4, least=6
)
TINY = replace(TINY, again=2, most=6)
KEY = {"sort": "random", "probability": 0.1, "teaching": "sampled", "seed": 0}


def never():
    return False


def shortened(study, count):
    """The same study with a few of its cells."""
    return replace(study, plan=study.plan[:count])


def looks_of(shares, asked=1000):
    """Looks at one height, alike for all measures."""
    looks = Looks(asked)
    for share in shares:
        looks.right.append(np.full((3, 1), round(share * asked)))
        looks.idk.append(np.zeros((3, 1), dtype=np.int64))
    return looks


# --- coming to rest -------------------------------------------------------------------------------------------------


def test_what_stays_has_come_to_rest_and_what_climbs_has_not():
    assert looks_of([0.2, 0.5, 0.8, 0.9, 0.9, 0.91, 0.9, 0.9, 0.91]).moving(0.01) == []
    climbing = looks_of(np.linspace(0.1, 0.9, 9)).moving(0.01)
    assert climbing == [(name, 1) for name in MEASURES]


def test_chance_alone_is_no_movement():
    assert looks_of([0.5] * 3 + [0.5] * 3 + [0.53] * 3, asked=50).moving(0.01) == []
    assert looks_of([0.5] * 3 + [0.5] * 3 + [0.53] * 3, asked=50_000).moving(0.01) != []


# --- one cell -------------------------------------------------------------------------------------------------------


def test_a_cell_says_what_was_found_and_what_was_predicted_at_every_height():
    cell = measured(TINY, KEY, never)
    assert cell["steps"] == 6
    for name in MEASURES:
        assert len(cell["right"][name]) == len(cell["predicted"][name]) == len(cell["course"][name]) == 2
        assert all(0 <= count <= cell["asked"] for count in cell["right"][name])
    assert cell["asked"] == 30
    assert cell["affected"] is None
    assert cell == measured(TINY, KEY, never)


def test_a_cell_of_systematic_failures_says_how_much_they_reach():
    cell = measured(TINY, {**KEY, "sort": "systematic", "probability": 1.0}, never)
    assert cell["affected"] == [1.0, 1.0]
    assert cell["predicted"]["amplify"] == cell["predicted"]["most_probable"]
    assert cell["predicted"]["amplify"][0] == 0


def test_a_cell_that_cannot_come_to_rest_is_kept_and_says_so():
    cell = measured(replace(TINY, tolerance=-1.0), KEY, never)
    assert not cell["converged"]
    assert "amplify at height 1" in cell["moving"]


def test_told_to_stop_a_cell_comes_to_nothing():
    assert measured(TINY, KEY, lambda: True) is None


# --- a whole study --------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "study"


def test_a_study_writes_each_cell_as_it_ends_and_goes_on_where_it_was_stopped(folder):
    study = shortened(failures.study(1, TINY), 4)
    told = []
    for done, _ in carried_out(study, folder, lambda: len(told) >= 2):
        told.append(done)
        assert len((folder / "cells.jsonl").read_text().splitlines()) == done
    assert told == [1, 2]
    assert (conclusion(folder)["done"], conclusion(folder)["planned"]) == (2, 4)
    assert [done for done, _ in carried_out(study, folder, never)] == [3, 4]
    found = conclusion(folder)
    assert found["done"] == 4
    assert [group["sort"] for group in found["groups"]] == ["random"] * 4
    assert list(carried_out(study, folder, never)) == []


def test_half_a_line_of_a_cell_is_done_again(folder):
    study = shortened(failures.study(1, TINY), 2)
    list(carried_out(study, folder, never))
    whole = (folder / "cells.jsonl").read_bytes()
    (folder / "cells.jsonl").write_bytes(whole[:-20])
    assert [done for done, _ in carried_out(study, folder, never)] == [2]
    assert (folder / "cells.jsonl").read_bytes() == whole


def test_a_folder_of_another_protocol_or_of_something_else_is_refused(folder, tmp_path):
    list(carried_out(shortened(failures.study(1, TINY), 1), folder, never))
    with pytest.raises(RunProblem, match="by another protocol"):
        list(carried_out(failures.study(1, replace(TINY, most=8)), folder, never))
    with pytest.raises(RunProblem, match="holds a study of failures"):
        list(carried_out(repair.study(1, TINY), folder, never))
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "one.txt").write_text("Dear")
    with pytest.raises(RunProblem, match="is not empty"):
        list(carried_out(failures.study(1, TINY), tmp_path / "letters", never))


def test_more_seeds_go_on_with_the_same_cells(folder):
    list(carried_out(shortened(failures.study(1, TINY), 1), folder, never))
    more = failures.study(2, TINY)
    plan = [more.plan[0], more.plan[16]]
    assert [cell["seed"] for _, cell in carried_out(replace(more, plan=plan), folder, never)] == [1]
    assert conclusion(folder)["seeds"] == 2


def test_the_plan_has_every_cell_once():
    plan = failures.study(3).plan
    assert len(plan) == len({json.dumps(key) for key in plan}) == 3 * 2 * (1 + 3 * 3)
    plan = repair.study(3).plan
    assert len(plan) == len({json.dumps(key) for key in plan}) == 3 * (8 + 3 + 4)


def test_earlier_figures_stand_beside_ours_for_drawn_sub_answers_alone():
    cells = [
        measured(TINY, {**KEY, "teaching": teaching}, never) | KEY | {"teaching": teaching}
        for teaching in failures.MANNERS
    ]
    rows = compared(concluded(cells)["groups"])
    assert [(row["probability"], row["height"]) for row in rows] == [(0.1, 1), (0.1, 2)]
    assert rows[0]["their_x"] == 0.945
    assert rows[0]["predicted"] == pytest.approx(0.92)


# --- repair ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def repaired(monkeypatch):
    """A cell of each part, with few questions."""
    monkeypatch.setattr(repair, "ASKED", 200)

    def cell(part, sort="random", seeds="independent", **more):
        return repair.measured(
            TINY, {"part": part, "sort": sort, "probability": 0.3, "seeds": seeds, "seed": 0, **more}, never
        )

    return cell


def test_overseers_that_fail_together_are_found_to_do_so_and_a_vote_of_them_repairs_nothing(repaired):
    apart, together = (repaired("overseers", seeds=seeds)["votes"]["most probable"][0] for seeds in repair.SHARED)
    assert together["dependence"]["correlation"] == pytest.approx(1.0)
    assert together["wrong"]["5"] == together["wrong"]["1"]
    assert apart["dependence"]["low"] < 0.1
    assert apart["wrong"]["5"] < apart["wrong"]["3"] < apart["wrong"]["1"]
    assert apart["wrong"]["3"] / 200 == pytest.approx(apart["predicted"]["3"], abs=0.08)


def test_a_study_of_repair_ends_with_a_page(repaired, folder, monkeypatch):
    study = repair.study(1, TINY)
    plan = [key for key in study.plan if key["part"] != "assistants" and key["sort"] == "random"][1:6:2]
    list(carried_out(replace(study, plan=plan), folder, never))
    page = write(folder).read_text("utf-8")
    assert "A vote of overseers" in page
    assert "Learning from a vote" in page
    assert "<script" not in page


def test_a_study_of_failures_ends_with_a_page(folder):
    study = failures.study(1, TINY)
    plan = [key for key in study.plan if key["probability"] == 0.3 and key["sort"] != "act"]
    list(carried_out(replace(study, plan=plan), folder, never))
    page = write(folder).read_text("utf-8")
    assert page.count("<figure") == 2
    assert "too few seeds" in page
    assert "Beside earlier figures" in page
    assert "<script" not in page


def test_a_folder_without_a_study_has_no_page(tmp_path):
    with pytest.raises(RunProblem, match="holds no study"):
        write(tmp_path)
    (tmp_path / "study.json").write_text('{"study": "weather"}')
    with pytest.raises(RunProblem, match="not as this version writes it"):
        write(tmp_path)
