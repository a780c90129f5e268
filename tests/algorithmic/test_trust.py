"""The trust budget: what arms it, what trips it, and that a run it stopped can go on."""

from dataclasses import asdict

import pytest

from cohobate.algorithmic import running
from cohobate.algorithmic.running import Limits, again, begin, further
from cohobate.algorithmic.tasks import make_task
from cohobate.algorithmic.trust import Trust
from cohobate.errors import WrongUse
from cohobate.runs import Run


def entry(share, level="power 3", wrong=0.0, trees=100, differing=0):
    """What an iteration certifies of a level, on 100 questions and so many trees of H′."""
    evidence = {"answered": {level: [round(100 * wrong), 100]}, "differing": {level: [differing, trees]}}
    return {"certified": {level: share}, "evidence": evidence}


def fallen(trust, *shares):
    return [trust.note(entry(share)) for share in shares]


def test_a_level_that_never_reached_the_trust_does_not_fall_below_it():
    assert fallen(Trust(0.9), 0.0, 0.5, 0.89, 0.3) == [{}] * 4


def test_a_level_that_reached_it_falls_once_and_again_only_after_it_was_back():
    assert fallen(Trust(0.9), 0.9, 0.89, 0.5, 0.95, 0.2) == [{}, {"power 3": 0.89}, {}, {}, {"power 3": 0.2}]


def test_an_entry_that_says_nothing_of_a_level_leaves_it_armed():
    trust = Trust(0.5)
    assert [trust.note(one) for one in (entry(0.6, "sum 1"), {}, {"certified": None})] == [{}] * 3
    assert trust.note(entry(0.1, "sum 2")) == {}
    assert trust.note(entry(0.4, "sum 1")) == {"sum 1": 0.4}


def test_that_little_is_known_of_a_new_imitator_is_no_fall_until_as_much_is_known_as_before():
    trust = Trust(0.9)
    assert trust.note(entry(0.95, trees=400)) == {}
    assert trust.note(entry(0.7, trees=20)) == {}
    assert trust.note(entry(0.85, trees=399)) == {}
    assert trust.note(entry(0.85, trees=400)) == {"power 3": 0.85}


@pytest.mark.parametrize("amiss", [{"wrong": 0.2}, {"differing": 3}])
def test_what_was_seen_to_be_below_is_a_fall_however_little_is_known(amiss):
    trust = Trust(0.9)
    trust.note(entry(0.95, trees=400))
    assert trust.note(entry(0.4, trees=20, **amiss)) == {"power 3": 0.4}


@pytest.mark.parametrize("share", [0, 1, 1.5, -0.1, float("nan")])
def test_a_trust_that_is_no_share_between_none_and_all_is_refused(share):
    with pytest.raises(WrongUse, match="strictly between 0 and 1; try --trust 0.9"):
        Limits(trust=share)


@pytest.fixture
def scripted_certificates(monkeypatch):
    """What each iteration certifies, instead of what it would."""
    close = running.close_iteration
    shares = {1: 0.5, 2: 0.95, 3: 0.8, 4: 0.7, 5: 0.6}

    def closed(training, iteration):
        return close(training, iteration) | entry(shares.get(iteration, 0.6), "power 2")

    monkeypatch.setattr(running, "close_iteration", closed)


def trusting(tiny, path, name="run"):
    limits = Limits(steps=30, trust=0.9)
    folder, training, ledger = begin(path / name, make_task("powering", 4), tiny(overseer="scripted"), limits)
    return folder, training, ledger, limits


def test_a_run_stops_and_saves_where_what_is_certified_falls(tiny, tmp_path, scripted_certificates):
    folder, training, ledger, limits = trusting(tiny, tmp_path)
    with folder:
        outcome = running.run(training, folder, ledger, **asdict(limits))
    assert (outcome.status, training.steps) == ("distrusted", 18)
    assert outcome.summary["fallen"] == {"power 2": 0.8}
    assert outcome.summary["trust"] == 0.9


def test_a_run_that_was_stopped_goes_on_until_the_level_has_been_back(tiny, tmp_path, scripted_certificates):
    folder, training, ledger, limits = trusting(tiny, tmp_path)
    with folder:
        running.run(training, folder, ledger, **asdict(limits))
    opened = Run.open(folder.folder)
    training, ledger, place, limits = again(opened)
    limits = further(opened, training, place, limits)
    assert limits.trust == 0.9
    outcome = running.run(training, opened, ledger, **asdict(limits), place=place)
    opened.release()
    assert (outcome.status, training.steps) == ("finished", 30)


def test_a_crash_between_the_fall_and_the_stop_does_not_hide_the_fall(tiny, tmp_path, scripted_certificates):
    folder, training, ledger, limits = trusting(tiny, tmp_path)
    with folder:
        running.run(training, folder, ledger, **asdict(limits))
    folder.summary.unlink()  # as if it had been killed just before
    opened = Run.open(folder.folder)
    training, ledger, place, limits = again(opened)
    outcome = running.run(training, opened, ledger, **asdict(limits), place=place)
    opened.release()
    assert (outcome.status, training.steps) == ("distrusted", 18)


def test_a_fall_found_when_the_last_iteration_closes_ends_the_run_as_a_fall(tiny, tmp_path, scripted_certificates):
    # The third iteration closes at step 16 because the run ends there, at a look.
    limits = Limits(steps=16, trust=0.9)
    folder, training, ledger = begin(
        tmp_path / "run", make_task("powering", 4), tiny(overseer="scripted", iteration=6), limits
    )
    with folder:
        outcome = running.run(training, folder, ledger, **asdict(limits))
    assert (outcome.status, training.steps) == ("distrusted", 16)


def test_a_crash_soon_after_going_on_does_not_stop_the_run_for_the_same_fall_again(
    tiny, tmp_path, scripted_certificates
):
    folder, training, ledger, limits = trusting(tiny, tmp_path)
    with folder:
        running.run(training, folder, ledger, **asdict(limits))
    opened = Run.open(folder.folder)
    training, ledger, place, limits = again(opened)

    def killed(training, found):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        running.run(training, opened, ledger, **asdict(limits), place=place, watch=killed)
    opened.release()
    opened = Run.open(folder.folder)
    training, ledger, place, limits = again(opened)
    outcome = running.run(training, opened, ledger, **asdict(limits), place=place)
    opened.release()
    assert (outcome.status, training.steps) == ("finished", 30)
