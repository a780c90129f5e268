"""What goes wrong becomes a page with one sentence, or a line for a part of a page."""

import logging

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError, OperationalError
from django.urls import reverse

from cohobate.errors import Refused, RunProblem, StorageProblem, WrongUse
from cohobate.web.edge import SENTENCES
from cohobate.web.rooms import shelf
from cohobate.web.sources.models import Source

from .browsers import words


@pytest.fixture
def failing(monkeypatch):
    """Lets the library raise what is given."""

    def fail(error):
        def failed():
            raise error

        monkeypatch.setattr(shelf, "shelf", failed)

    return fail


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (Refused("the stage is over"), 409, "The stage is over."),
        (WrongUse("a seat is missing; name one"), 400, "A seat is missing; name one."),
        (RunProblem("the chain is broken"), 400, "The chain is broken."),
        (StorageProblem("the disk is full"), 507, SENTENCES[507][0]),
        (OperationalError("database or disk is full"), 507, SENTENCES[507][0]),
        (OperationalError("could not extend file: No space left on device"), 507, SENTENCES[507][0]),
        (OperationalError("database is locked"), 503, SENTENCES[503][0]),
        (DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes"), 400, SENTENCES[400][0]),
    ],
)
def test_what_is_raised_on_purpose_is_a_page_with_its_sentence(host, failing, error, status, sentence):
    failing(error)
    assert sentence in words(host.see("workshops", status=status))


@pytest.mark.parametrize(
    ("sentence", "remedies"), [("the stage is over; wait for the next", 0), ("the stage is over", 1)]
)
def test_a_sentence_with_a_remedy_gets_no_second_one(host, failing, sentence, remedies):
    failing(Refused(sentence))
    assert host.see("workshops", status=409).count(SENTENCES[409][1]) == remedies


def test_a_part_of_a_page_gets_a_line_instead(host, failing):
    failing(Refused("the stage is over"))
    response = host.get("/workshops/", headers={"hx-request": "true"})
    assert response.status_code == 409
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode() == f"The stage is over. {SENTENCES[409][1]}"


def test_what_is_unexpected_is_a_page_that_tells_nothing_of_the_inside(host, failing, caplog):
    failing(ZeroDivisionError("division by zero"))
    host.raise_request_exception = False
    with caplog.at_level(logging.ERROR, "cohobate.web"):
        page = host.see("workshops", status=500)
    assert SENTENCES[500][0] in words(page)
    assert "division" not in page
    assert "ZeroDivisionError" in caplog.text
    assert "in the view workshops" in caplog.text


def test_the_log_holds_no_links(db, nobody, monkeypatch, caplog):
    def broken(token):
        raise ZeroDivisionError

    monkeypatch.setattr("cohobate.web.people.views.find_person", broken)
    nobody.raise_request_exception = False
    with caplog.at_level(logging.DEBUG):
        assert nobody.get("/me/somebody.1.signature").status_code == 500
    assert "somebody.1.signature" not in caplog.text


def test_a_form_with_too_many_fields_is_refused(host):
    fields = {f"field{number}": "x" for number in range(600)}
    response = host.post("/me/name/", fields)
    assert response.status_code == 400
    assert SENTENCES[400][0] in words(response.content.decode())


def test_more_files_than_are_taken_at_once_are_refused_with_the_number_that_is(host):
    def brought(number):
        files = [SimpleUploadedFile(f"{n}.md", f"# Text {n}".encode()) for n in range(number)]
        return host.post("/sources/new/", {"files": files})

    response = brought(101)
    assert response.status_code == 413
    assert "100 files are the most at once here. Send less, or send it in parts." in words(response.content.decode())
    assert not Source.objects.exists()
    assert brought(100).status_code == 302
    assert Source.objects.count() == 100


def test_a_method_that_does_not_exist_is_refused_with_those_that_do(host):
    response = host.get("/me/renew/")
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert SENTENCES[405][0] in words(response.content.decode())


def test_nothing_is_kept_by_what_lies_between(host, nobody, participant):
    assert nobody.get("/about/").headers["Cache-Control"] == "private, no-cache"
    assert "no-store" in host.get("/me/").headers["Cache-Control"]


def test_no_browser_keeps_what_stands_in_a_room(host, room, participant):
    for view in ("room", "live", "talk", "since", "record", "record-at", "record-markdown", "record-json", "own-words"):
        response = participant.get(reverse(view, args=[room.pk]))
        assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store"), view
    refused = host.do("act", room.pk, status=409, id="an-act-of-mine", kind="write", text="Typed.")
    assert refused.headers["Cache-Control"] == "no-store"


def test_every_sentence_has_something_to_do_about_it():
    assert set(SENTENCES) >= {400, 403, 404, 410, 413, 500, 507}
    for sentence, remedy in SENTENCES.values():
        assert sentence.endswith(".")
        assert remedy.endswith(".")


def test_search_engines_are_told_to_stay_away(nobody):
    response = nobody.get("/robots.txt")
    assert response.content.decode() == "User-agent: *\nDisallow: /\n"
