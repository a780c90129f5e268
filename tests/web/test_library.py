"""The library of workshops, and the editor."""

import html
import re

import pytest

from cohobate.practicum.workshop import forked
from cohobate.web.library.views import coverage
from cohobate.web.rooms import shelf
from cohobate.web.rooms.keeper import keeper
from cohobate.web.rooms.models import Workshop

from .browsers import opened, words

CONJECTURE = shelf.shipped()["conjecture"]
MINE = forked(CONJECTURE)


@pytest.fixture
def mine(host):
    """A fork by that host."""
    host.do("new-workshop", name="hunches", text=MINE)
    return shelf.versions_of("hunches")[0]


def changed(text, to="another name"):
    return text.replace("title: Conjecture workshop (fork)", f"title: {to}")


# --- reading --------------------------------------------------------------------------------------------------------


def test_every_workshop_that_ships_has_a_card_and_a_page(participant):
    cards = participant.see("workshops")
    for name, workshop in shelf.shipped().items():
        assert f'href="/workshops/{name}/"' in cards
        page = words(participant.see("workshop", name))
        for stage in workshop.stages:
            assert stage.name in html.unescape(page)
        assert html.escape(workshop.title) in page


def test_prompts_are_rendered_and_whatever_acts_is_left_out(host):
    text = MINE.replace(
        "Tell it as it would happen on one particular day.",
        "Tell it *slowly*. <script>alert(1)</script> [here](javascript:alert(1)) ![x](https://elsewhere.example/x.png)",
    )
    host.do("new-workshop", name="odd", text=text)
    page = host.see("workshop", "odd")
    assert "<em>slowly</em>" in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "<img" not in page


def test_a_file_is_given_out_as_it_was_written(participant):
    response = participant.get(f"/workshops/conjecture/{CONJECTURE.digest[:12]}/file/")
    assert response.content.decode() == CONJECTURE.text
    assert response.headers["Content-Disposition"] == 'attachment; filename="conjecture.md"'


def test_what_does_not_exist_is_not_found(participant):
    participant.see("workshop", "nothing", status=404)
    participant.see("workshop-version", "conjecture", "0" * 64, status=404)
    participant.see("workshop-version", "conjecture", CONJECTURE.digest[:4], status=404)


def test_coverage_counts_rooms_by_the_topics_that_are_suggested_and_tells_no_other(host, participant):
    first, second, *_ = CONJECTURE.topics
    opened(host.person, topic=first)
    opened(host.person, topic=first.upper())
    opened(host.person, topic="a secret of ours")
    assert dict(coverage(CONJECTURE)) | {first: 2, second: 0} == dict(coverage(CONJECTURE))
    page = words(participant.see("workshop", "conjecture"))
    assert f"{first} 2 rooms" in page
    assert f"{second} not yet" in page
    assert "a secret of ours" not in page


# --- writing --------------------------------------------------------------------------------------------------------


def test_a_fork_names_its_origin_and_each_is_found_from_the_other(host, participant, mine):
    assert mine.workshop.forked_from == f"conjecture@{CONJECTURE.digest[:12]}"
    assert 'href="/workshops/hunches/"' in participant.see("workshop", "conjecture")
    page = participant.see("workshop", "hunches", against=CONJECTURE.digest[:12])
    assert "forked from" in words(page)
    assert '<span class="added">+title: Conjecture workshop (fork)' in page


def test_saving_makes_a_new_version_and_leaves_the_old_one(host, mine):
    text = changed(mine.workshop.text)
    host.do("edit-workshop", "hunches", text=text, based_on=mine.digest)
    assert [one.workshop.title for one in shelf.versions_of("hunches")] == ["another name", mine.workshop.title]
    page = host.see("workshop-version", "hunches", mine.short)
    assert "This is an earlier version." in page
    page = host.see("workshop", "hunches", against=mine.short)
    assert '<span class="added">+title: another name' in page
    assert '<span class="removed">-title: Conjecture workshop (fork)' in page


def test_what_is_saved_has_the_line_ends_of_a_file(host):
    host.do("new-workshop", name="hunches", text=MINE.replace("\n", "\r\n"))
    assert Workshop.objects.get().text == MINE


def test_a_room_keeps_its_version_whatever_is_saved_later(host, mine):
    room = keeper.open(host.person, mine.workshop, "Mine", "why maps lie")
    host.do("edit-workshop", "hunches", text=changed(mine.workshop.text), based_on=mine.digest)
    room.refresh_from_db()
    assert shelf.pinned(room.workshop_id).title == mine.workshop.title


def test_a_room_whose_version_reads_no_more_says_so(host, mine):
    room = keeper.open(host.person, mine.workshop, "Mine", "why maps lie")
    Workshop.objects.filter(pk=room.workshop_id).update(text="no workshop")
    page = host.see("room-invitations", room.pk, status=409)
    assert "does not read any more; restore a backup" in page


def test_of_two_who_save_at_once_the_second_sees_what_the_first_changed_and_loses_nothing(host, owner, mine):
    first, second = changed(mine.workshop.text, "of the owner"), changed(mine.workshop.text, "of the host")
    owner.do("edit-workshop", "hunches", text=first, based_on=mine.digest)
    refused = host.do("edit-workshop", "hunches", text=second, based_on=mine.digest, status=409)
    page = refused.content.decode()
    assert "Oda saved another version while you were writing" in page
    assert '<span class="added">+title: of the owner' in page
    assert "title: of the host" in page
    based_on = re.search(r'name="based_on" value="(\w+)"', page)[1]
    host.do("edit-workshop", "hunches", text=second, based_on=based_on)
    titles = [one.workshop.title for one in shelf.versions_of("hunches")]
    assert titles == ["of the host", "of the owner", mine.workshop.title]


def test_what_has_mistakes_is_not_saved_and_stays_in_the_editor(host):
    refused = host.do("new-workshop", name="hunches", text="---\ntitle: x\n---\nwords of mine", status=422)
    page = refused.content.decode()
    assert "words of mine" in page
    assert "Line 1" in page
    assert not Workshop.objects.exists()


@pytest.mark.parametrize("name", ["", "x", "new", "Über", "conjecture", "a b", "-a", "x" * 41, "../x"])
def test_a_name_that_cannot_be_is_refused_with_what_was_typed_kept(host, name):
    refused = host.do("new-workshop", name=name, text=MINE, status=422)
    assert 'role="alert"' in refused.content.decode()
    assert "title: Conjecture workshop (fork)" in refused.content.decode()
    assert not Workshop.objects.exists()


def test_a_name_belongs_to_whoever_used_it_first(host, other_host, mine):
    assert other_host.get("/workshops/hunches/edit/").headers["Location"] == f"/workshops/new/?from={mine.digest}"
    other_host.do("edit-workshop", "hunches", text=changed(MINE), based_on=mine.digest)
    assert len(shelf.versions_of("hunches")) == 1
    other_host.do("new-workshop", name="hunches", text=changed(MINE), status=422)


def test_what_ships_is_forked_and_not_changed(owner):
    assert owner.get("/workshops/conjecture/edit/").headers["Location"] == f"/workshops/new/?from={CONJECTURE.digest}"
    editor = owner.see("new-workshop", **{"from": CONJECTURE.digest})
    assert 'value="conjecture-2"' in editor
    assert f"forked_from: conjecture@{CONJECTURE.digest[:12]}" in editor


def test_the_same_file_under_another_name_is_no_other_workshop(host, mine):
    refused = host.do("new-workshop", name="copies", text=mine.workshop.text, status=422)
    assert "word for word the workshop hunches" in refused.content.decode()


def test_saving_what_is_saved_already_changes_nothing(host, mine):
    host.do("edit-workshop", "hunches", text=mine.workshop.text, based_on=mine.digest)
    assert len(shelf.versions_of("hunches")) == 1


def test_a_draft_is_forgotten_once_it_is_saved(host):
    editor = host.see("new-workshop")
    key = re.search(r'data-draft="([\w-]+)"', editor)[1]
    saved = host.do("new-workshop", name="hunches", text=MINE)
    assert f'data-forget-draft="{key}"' in host.get(saved.headers["Location"]).content.decode()


def test_the_text_that_one_begins_with_holds_together(host):
    editor = host.see("new-workshop")
    text = html.unescape(re.search(r"<textarea[^>]*>\n(.*?)</textarea>", editor, re.S)[1])
    assert shelf.read("mine", text).mistakes == ()


# --- checking -------------------------------------------------------------------------------------------------------


def test_checking_tells_each_mistake_with_its_line(host):
    text = MINE.replace("minutes: 10", "minutes: soon", 1)
    line = text[: text.index("minutes: soon")].count("\n") + 1
    answer = host.do("check-workshop", text=text, status=200).content.decode()
    assert f'data-line="{line}">Line {line}</a>' in answer
    assert "'minutes' of stage 1 is 'soon'" in html.unescape(answer)
    assert "No mistakes." in host.do("check-workshop", text=MINE, status=200).content.decode()


@pytest.mark.parametrize("text", ["", "---", "---\n---\n", "\x00", "---\ntitle: [\n---", "x" * 300_000, "## ### ---"])
def test_whatever_is_typed_is_checked_and_previewed(host, text):
    for view in ("check-workshop", "preview-workshop"):
        assert host.do(view, text=text, status=200).content


def test_a_preview_shows_the_stages(host):
    answer = host.do("preview-workshop", text=MINE, status=200).content.decode()
    assert "Conjecture workshop (fork)" in answer
    assert "<html" not in answer
