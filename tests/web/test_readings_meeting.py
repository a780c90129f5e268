"""No reader meets two versions of one passage, whichever texts they stand in."""

import pytest

from cohobate.errors import Refused
from cohobate.web.readings import keeper
from cohobate.web.works import keeper as works

from . import testing_readers
from .browsers import words
from .testing_readers import PLAN, act, comes, invited, opened, person, source, start, written

pytestmark = pytest.mark.django_db

RIM = (
    "When a drop of coffee dries on a table, the stain is darkest at its rim, because the drop's edge stays where it "
    "is and more water leaves there than in the middle."
)
TEA = RIM.replace("coffee", "tea").replace("darkest", "blackest")
DOOR = (
    "People who stand in a queue that walks keep their order as long as nobody stops, and whoever stops is passed by "
    "all who come behind."
)


@pytest.fixture
def writer(db):
    return person("Wanda")


@pytest.fixture
def registered(writer):
    trial = written(writer)
    act(trial, writer, "register")
    return trial


def kept(work, writer, text):
    works.keep_version(work, writer.person, text)
    return works.digest_of(text)


def choose(trial, writer, passage, work, digest, status=302):
    sent = {"passage": passage, "version": f"{work}@{digest}", "first": "1", "last": "1"}
    return writer.do("trial-texts", trial.pk, status=status, **sent)


def test_two_versions_of_one_work_that_say_the_same_are_not_read_for_two_passages(registered, writer):
    first, second = (kept(registered.work_id, writer, text) for text in (RIM, TEA))
    choose(registered, writer, "p1", registered.work_id, first)
    refused = choose(registered, writer, "p2", registered.work_id, second, status=409)
    told = words(refused.content.decode())
    assert "What is read for 'Queues on foot' and for 'Drying fronts' has " in told
    assert "so readers would meet two versions of a passage; choose for each what is about it alone." in told
    choose(registered, writer, "p2", registered.work_id, kept(registered.work_id, writer, DOOR))


def test_two_works_that_share_a_text_are_not_read_for_two_passages(registered, writer):
    other = works.begin(writer.person, title="Tea", kind="propagating", sources="")
    choose(registered, writer, "p1", registered.work_id, kept(registered.work_id, writer, RIM))
    refused = choose(registered, writer, "p2", other.pk, kept(other.pk, writer, TEA), status=409)
    assert "two versions of a passage" in words(refused.content.decode())


def test_a_distillation_that_gives_the_other_passage_s_source_is_refused(registered, writer):
    copied = "A queue that walks keeps its order."
    refused = choose(registered, writer, "p1", registered.work_id, kept(registered.work_id, writer, copied), status=409)
    assert "7 words (“a queue that walks keeps its order”)" in words(refused.content.decode())


def test_a_source_that_says_what_another_one_says_is_no_passage_of_its_own(writer):
    trial = written(writer)
    twice = source(
        "Drying, printed again", "The front of a drying drop moves inwards! SECRET-SOURCE-1: Salt stays at the rim."
    )
    with pytest.raises(Refused, match=r"in common with 'Drying fronts', and who has read one would know of the other"):
        act(trial, writer, "passage", title="Again", source=twice.pk, digest=twice.latest_id, blocks=1)
    assert len(keeper.trials.state(trial.pk).passages) == 2


def test_texts_that_were_chosen_before_this_was_looked_at_give_no_plan_and_are_not_opened(
    registered, writer, monkeypatch
):
    with monkeypatch.context() as before:
        for check in ("version_meets_none", "none_meets"):
            before.setattr(keeper, check, lambda *given: None)
        for passage, text in (("p1", RIM), ("p2", TEA)):
            choose(registered, writer, passage, registered.work_id, kept(registered.work_id, writer, text))
        act(registered, writer, "plan", **PLAN)
    for kind, given in (("open", {}), ("plan", PLAN)):
        with pytest.raises(Refused, match="two versions of a passage"):
            act(registered, writer, kind, **given)
    choose(registered, writer, "p2", registered.work_id, kept(registered.work_id, writer, DOOR))
    act(registered, writer, "plan", **PLAN)
    act(registered, writer, "open")


def test_texts_on_different_matters_are_read_side_by_side(writer):
    assert opened(writer).state == "open"


# --- in another test --------------------------------------------------------------------------------------------------


def began(trial, name):
    """Somebody who has come to a test and begun to read."""
    reader = comes(trial, name)
    start(reader, trial)
    return reader


def test_who_began_to_read_a_passage_in_one_test_does_not_read_it_in_the_next(writer, monkeypatch):
    first = opened(writer)
    reader, idle = began(first, "Rea"), comes(first, "Ida")
    monkeypatch.setattr(
        testing_readers, "SOURCES", {f"{t}, again": text for t, text in testing_readers.SOURCES.items()}
    )
    second = opened(writer)
    with pytest.raises(Refused, match="you read one of its passages in another test"):
        keeper.arrive(second.pk, reader.person, "new", "")
    page = reader.get(invited(second))
    assert page.status_code == 403
    assert "you read one of its passages in another test, or helped to make that" in words(page.content.decode())
    # Who came and never began has met nothing.
    assert keeper.arrive(second.pk, idle.person, "new", "").trial_id == second.pk


def test_who_grades_a_test_of_the_same_passages_does_not_read_in_another(writer, monkeypatch):
    first, rater = opened(writer), person("Raul")
    act(first, rater, "join", role="rater", name="Raul")
    monkeypatch.setattr(
        testing_readers, "SOURCES", {f"{t}, again": text for t, text in testing_readers.SOURCES.items()}
    )
    with pytest.raises(Refused, match="or helped to make that"):
        keeper.arrive(opened(writer).pk, rater.person, "new", "")


def test_who_read_of_something_else_reads_in_the_next_test(writer, monkeypatch):
    reader = began(opened(writer), "Rea")
    monkeypatch.setattr(testing_readers, "SOURCES", {"Drops": f"{RIM}\n\nSo much.", "Doors": f"{DOOR}\n\nSo far."})
    monkeypatch.setattr(testing_readers, "DRAFTS", {"p1": "Coffee stains.\n\nAt rims.", "p2": "Mind the gap.\n\nWalk."})
    second = opened(writer)
    assert keeper.arrive(second.pk, reader.person, "new", "").trial_id == second.pk
