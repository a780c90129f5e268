"""The editor of a draft: what is typed is saved, never over somebody else's words, and nothing is thrown away."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from cohobate.markdown import NOTE
from cohobate.web.asgi import DRAFT
from cohobate.web.slugs import slug
from cohobate.web.works import drafts, earlier, keeper, revisions
from cohobate.web.works.models import Draft, Earlier

from .browsers import takes_part, words

THREE = "One.\n\nTwo.\n\nThree."


@pytest.fixture
def second(work):
    return takes_part(work, "Willa", "writer")


def save(browser, work, text, revision, status=200, **given):
    """What saving answers."""
    given |= {"text": text, "revision": revision}
    response = browser.post(f"/works/{work.pk}/draft/", given, headers={"accept": "application/json"})
    assert response.status_code == status, response.content.decode()
    return response.json()


def meet(writer, second, work):
    """Two begin from the same text, and both save. Gives what the later one is told."""
    save(writer, work, THREE, 0)
    for one in (writer, second):
        one.see("edit-work", work.pk)
    save(second, work, "One!\n\nTwo.\n\nThree.", 1)
    return save(writer, work, "One.\n\nTwo.\n\nThree, and four.", 1, status=409)["conflict"]


# --- saving ---------------------------------------------------------------------------------------------------------


def test_each_pause_saves_the_whole_draft_under_the_next_revision(writer, work):
    assert save(writer, work, "It began", 0)["revision"] == 1
    assert save(writer, work, "It began on a Friday.", 1)["revision"] == 2
    assert "It began on a Friday." in writer.see("edit-work", work.pk)


def test_without_a_script_the_page_says_what_is_saved_and_when(writer, work):
    page = writer.see("edit-work", work.pk)
    assert "Nothing is saved yet" in words(page)
    assert "What you change is saved when you press a button, and not before." in words(page)
    for text, told in (("It began.", "Saved."), ("It began.", "Nothing had changed, so there was nothing to save.")):
        revision = Draft.objects.get().revision
        writer.do("edit-work", work.pk, text=text, revision=revision, do="save")
        assert told in words(writer.see("edit-work", work.pk))
    assert Draft.objects.get().revision == 1


def test_a_form_that_was_saved_and_is_sent_again_is_saved(writer, work):
    for _ in range(2):  # the answer to the first one was lost
        writer.do("edit-work", work.pk, text="It began.", revision=0, do="save")
        assert "Saved." in words(writer.see("edit-work", work.pk))
    assert Draft.objects.get().revision == 1


def test_the_same_text_is_no_conflict_from_whatever_revision_it_comes(writer, second, work):
    save(writer, work, "Alike.", 0)
    assert save(second, work, "Alike.", 0)["revision"] == 1
    assert Draft.objects.get().saved_by == writer.person


def test_an_answer_that_was_lost_makes_no_conflict_with_oneself(writer, work):
    save(writer, work, "It began", 0, act="first-save")
    answer = save(writer, work, "It began on a Friday.", 0, act="second-save", follows="first-save")
    assert answer["revision"] == 2


def test_whose_answer_was_lost_still_meets_what_somebody_else_saved_since(writer, second, work):
    save(writer, work, "It began", 0, act="first-save")
    save(second, work, "It ended", 1, act="other-save")
    save(writer, work, "It began on a Friday.", 0, status=409, act="second-save", follows="first-save")
    assert Draft.objects.get().text == "It ended"


def test_line_ends_and_signs_that_no_store_keeps_come_out_alike(writer, work):
    save(writer, work, "One\r\nTwo\rThree\x00", 0)
    assert Draft.objects.get().text == "One\nTwo\nThree"


@pytest.mark.parametrize(("text", "status"), [("🙂" * keeper.LARGEST, 200), ("a" * (keeper.LARGEST + 1), 409)])
def test_two_million_characters_are_taken_and_one_more_is_refused_with_a_sentence(writer, work, text, status):
    answer = save(writer, work, text, 0, status=status)
    if status == 409:
        assert answer["sentence"].startswith("The draft has 2,000,001 characters, and 2,000,000 are the most")
        assert Draft.objects.get().text == ""


def test_the_longest_draft_fits_into_a_request():
    assert 4 * keeper.LARGEST < settings.LARGEST_DRAFT <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert all(DRAFT.fullmatch(f"/works/abc/{name}/") for name in ("edit", "draft", "aside"))
    assert not DRAFT.fullmatch("/works/abc/say/")


def test_a_page_of_somebody_who_is_another_person_by_now_saves_nothing(writer, second, work):
    answer = save(writer, work, "Mine", 0, status=403, **{"as": second.person.pk})
    assert answer["as"] == writer.person.pk
    assert "kept in this browser" in answer["sentence"]
    assert Draft.objects.get().text == ""


def test_the_owner_of_the_server_looks_on_and_writes_nothing(owner, writer, work):
    save(writer, work, "Hers.", 0)
    assert "Hers." in owner.see("edit-work", work.pk)
    assert (
        "Only a writer of this work"
        in owner.do("save-draft", work.pk, status=409, text="x", revision=1).content.decode()
    )


def test_whoever_asks_learns_which_revision_is_there_and_whose(writer, second, work):
    save(writer, work, "Hers.", 0)
    told = second.get(f"/works/{work.pk}/draft/").json()
    assert (told["revision"], told["by"], told["mine"]) == (1, "Wanda", False)


# --- two people -----------------------------------------------------------------------------------------------------


def test_somebody_elses_words_are_not_overwritten(writer, second, work):
    found = meet(writer, second, work)
    assert Draft.objects.get().text == found["text"] == "One!\n\nTwo.\n\nThree."
    assert (found["by"], found["revision"], found["mine"]) == ("Willa", 2, False)
    assert "<ins>" in found["html"]
    assert "<del>" in found["html"]


def test_what_does_not_meet_is_put_together(writer, second, work):
    found = meet(writer, second, work)
    assert found["both"] == "One!\n\nTwo.\n\nThree, and four."


def test_what_meets_is_not(writer, second, work):
    save(writer, work, THREE, 0)
    second.see("edit-work", work.pk)
    save(second, work, "One!\n\nTwo.\n\nThree.", 1)
    assert save(writer, work, "One?\n\nTwo.\n\nThree.", 1, status=409)["conflict"]["both"] is None


def test_whatever_is_not_chosen_is_kept(writer, second, work):
    found = meet(writer, second, work)
    mine = "One.\n\nTwo.\n\nThree, and four."
    save(writer, work, mine, found["revision"])
    assert found["text"] in kept(work)
    found = save(second, work, "Another one.", 2, status=409)["conflict"]
    second.do("set-aside", work.pk, status=200, text="Another one.", base=2)
    assert [one.text for one in Earlier.objects.filter(aside=True)] == ["Another one."]
    assert "set aside" in second.see("earlier-texts", work.pk)


def kept(work):
    """The earlier texts of a work, all of them."""
    return [revisions.text_of(one) for one in Earlier.objects.filter(work=work)]


def listed(work):
    """Those that its list shows, the latest first."""
    return [revisions.text_of(one) for one in drafts.earlier(work.pk)]


def test_without_a_script_a_conflict_is_a_page_with_both_texts_and_a_choice(writer, second, work):
    save(writer, work, THREE, 0)
    for one in (writer, second):
        one.see("edit-work", work.pk)
    second.do("edit-work", work.pk, text="One!\r\n\r\nTwo.\r\n\r\nThree.", revision=1, do="save")
    given = {"text": "One.\r\n\r\nTwo.\r\n\r\nThree, and four.", "revision": 1, "do": "save"}
    page = writer.do("edit-work", work.pk, status=409, **given)
    assert "Willa saved another text meanwhile" in words(page.content.decode())
    assert Draft.objects.get().text == "One!\n\nTwo.\n\nThree."
    shown = page.context["page"]
    assert (shown.text, shown.revision, shown.conflict.base) == ("One.\n\nTwo.\n\nThree, and four.", 2, 1)
    writer.do("edit-work", work.pk, **(given | {"revision": 2, "base": 1, "do": "both"}))
    assert Draft.objects.get().text == "One!\n\nTwo.\n\nThree, and four."
    assert "One.\n\nTwo.\n\nThree, and four." in kept(work)


@pytest.mark.parametrize(("choice", "left"), [("mine", "Mine."), ("theirs", "Theirs.")])
def test_without_a_script_one_goes_on_with_ones_own_text_or_with_theirs(writer, second, work, choice, left):
    save(second, work, "Theirs.", 0)
    writer.do("edit-work", work.pk, status=409, text="Mine.", revision=0, do="save")
    writer.do("edit-work", work.pk, text="Mine.", revision=1, base=0, do=choice)
    assert Draft.objects.get().text == left
    assert {"Mine.", "Theirs."} - {left} <= set(kept(work))


def test_whoever_chooses_while_a_third_saves_chooses_again(writer, second, work):
    save(second, work, "Theirs.", 0)
    save(second, work, "Theirs, changed.", 1)
    page = writer.do("edit-work", work.pk, status=409, text="Mine.", revision=1, base=0, do="mine")
    assert page.context["page"].conflict.theirs.text == "Theirs, changed."
    assert page.context["page"].text == "Mine."


# --- earlier texts --------------------------------------------------------------------------------------------------


def test_while_somebody_writes_every_text_is_kept_and_one_listed_every_two_minutes(writer, work, monkeypatch):
    began = timezone.now()
    for revision, minutes in enumerate((0, 1, 1.5, 3.2, 3.4, 6)):
        monkeypatch.setattr(timezone, "now", lambda: began + timedelta(minutes=minutes))  # noqa: B023
        save(writer, work, f"After {minutes} minutes.", revision)
    assert listed(work)[::-1] == ["After 0 minutes.", "After 1.5 minutes.", "After 3.4 minutes."]
    assert kept(work)[::-1] == [f"After {minutes} minutes." for minutes in (0, 1, 1.5, 3.2, 3.4, 6)]


def test_what_loses_much_is_listed_at_once(writer, work):
    long = "A sentence. " * 30
    save(writer, work, "It begins.", 0)
    for revision, text in enumerate((long, f"{long}And on.", f"{long}And on. ", "Short."), start=1):
        save(writer, work, text, revision)
    assert listed(work) == [f"{long}And on. ", "It begins."]


def test_what_somebody_else_replaces_is_listed_at_once(writer, second, work):
    save(writer, work, "One.", 0)
    save(writer, work, "One. Two.", 1)
    save(second, work, "One. Two. Three.", 2)
    assert "One. Two." in listed(work)


def test_an_earlier_text_is_shown_beside_the_draft_and_taken_back(writer, work):
    save(writer, work, "It was good.", 0)
    writer.see("edit-work", work.pk)
    save(writer, work, "It is bad.", 1)
    one = Earlier.objects.get(revision=1)
    assert "It was good." in writer.see("earlier-text", work.pk, one.pk)
    writer.do("earlier-text", work.pk, one.pk, revision=2)
    assert Draft.objects.get().text == "It was good."
    assert "It is bad." in kept(work)


def test_an_earlier_text_is_not_taken_back_over_what_nobody_has_looked_at(writer, second, work):
    save(writer, work, "It was good.", 0)
    writer.see("edit-work", work.pk)
    save(second, work, "It is different.", 1)
    for revision in (1, "9" * 5_000):
        writer.do("earlier-text", work.pk, Earlier.objects.last().pk, status=409, revision=revision)
    assert Draft.objects.get().text == "It is different."


def test_earlier_texts_of_another_work_are_not_there(writer, work):
    other = keeper.begin(writer.person, title="Another", kind="propagating")
    one = Earlier.objects.create(work=other, text="Elsewhere.", revision=1)
    writer.see("earlier-text", work.pk, one.pk, status=404)


def test_of_very_many_none_goes_and_the_list_has_pages(writer, work, monkeypatch):
    monkeypatch.setattr(earlier, "A_PAGE", 4)
    monkeypatch.setattr(revisions, "CHAIN", 5)
    drafts.set_aside(work.pk, writer.person, "Set aside.", 0)
    typed = ["A pump stood still. " * 20 + "And on. " * count for count in range(40)]
    for revision, text in enumerate(typed):
        if revision % 3 == 0:
            writer.see("edit-work", work.pk)
        save(writer, work, text, revision)
    assert set(kept(work)) == {"Set aside.", *typed}
    assert listed(work) == [*typed[38::-3], typed[0], "Set aside."]
    pages = [writer.get(f"/works/{work.pk}/earlier/?page={page}").content.decode() for page in range(1, 5)]
    assert [page.count("<li>") for page in pages] == [4, 4, 4, 3]
    assert "Page 4 of 4" in words(pages[3])


def test_the_texts_between_two_that_are_listed_are_reached_from_these(writer, work):
    for revision, text in enumerate(("One.", "One. Two?", "One. Three.")):
        save(writer, work, text, revision)
    first, second, third = Earlier.objects.order_by("revision")
    assert listed(work) == ["One."]
    page = writer.see("earlier-text", work.pk, first.pk)
    assert f"/earlier/{second.pk}/" in page
    assert "saved before it" not in words(page)
    page = writer.see("earlier-text", work.pk, second.pk)
    assert "One. Two?</textarea>" in page
    assert f"/earlier/{first.pk}/" in page
    assert f"/earlier/{third.pk}/" in page
    writer.do("earlier-text", work.pk, second.pk, revision=3)
    assert Draft.objects.get().text == "One. Two?"


# --- versions, and what stands beside -------------------------------------------------------------------------------


def test_a_version_is_kept_of_what_is_there(writer, work):
    writer.do("edit-work", work.pk, text="A first page.", revision=0, do="version", note="It begins")
    (version,) = keeper.work(work.pk).versions.values()
    assert (version.number, version.note, keeper.text_of(work.pk, version.digest)) == (1, "It begins", "A first page.")
    page = writer.do("edit-work", work.pk, status=409, text="A first page.", revision=1, do="version")
    assert "word for word version 1" in words(page.content.decode())


def test_a_second_click_keeps_the_same_version_and_another_text_from_that_form_is_another_version(writer, work):
    sent = {"act": slug(), "revision": 0, "do": "version"}
    for text in ("A first page.", "A first page.", "A first page, and more."):
        assert writer.do("edit-work", work.pk, text=text, **sent).status_code == 302
        sent["revision"] = 1
    assert [one.number for one in keeper.work(work.pk).versions.values()] == [1, 2]


def test_no_version_is_kept_over_a_conflict(writer, second, work):
    save(second, work, "Theirs.", 0)
    writer.do("edit-work", work.pk, status=409, text="Mine.", revision=0, do="version")
    assert keeper.work(work.pk).versions == {}


def test_a_preview_shows_marks_and_neither_markup_nor_pictures_from_elsewhere(writer, work):
    text = "{example: A *pump* <b onclick=x>} ![p](http://elsewhere.example/p.png) <script>alert(1)</script>\n\n"
    text += "[x](javascript:a)"
    shown = writer.do("preview-work", work.pk, status=200, text=text).content.decode()
    assert '<span class="tint example">A </span><em><span class="tint example">pump</span></em>' in shown
    assert "&lt;script&gt;" in shown
    assert not any(bad in shown for bad in ("<img", "<script", 'href="javascript:', "<b "))


def test_marks_go_on_over_paragraphs_and_keep_lists_what_they_are(writer, work):
    text = "{idea: - one\n- two {term: within}}\n\n{why: a\n\nb} c"
    shown = writer.do("preview-work", work.pk, status=200, text=text).content.decode()
    assert shown.count("<li>") == 2
    assert '<span class="tint term">within</span>' in shown
    assert '<p><span class="tint why">b</span> c</p>' in shown


def test_very_many_signs_of_markdown_are_shown_as_they_were_typed_wherever_the_text_is_shown(writer, work, reviewer):
    text = "{idea: All is <b>flux</b>.}\n\n" + "- [\n" * 30_000
    shown = writer.do("preview-work", work.pk, status=200, text=text).content.decode()
    assert shown.startswith(f"<p><em>{NOTE}</em></p>")
    assert '<pre><span class="tint idea">All is &lt;b&gt;flux&lt;/b&gt;.</span>\n\n- [\n' in shown
    assert "figures" in writer.do("advice", work.pk, status=200, text=text).content.decode()
    digest = keeper.keep_version(work.pk, writer.person, text)[0].data["digest"]
    assert words(NOTE) in words(reviewer.see("review-work", work.pk))
    given = {"kind": "comment", "id": "remark-on-flux", "digest": digest, "block": 2, "quote": "flux", "text": "Why?"}
    reviewer.do("say-of-work", work.pk, **given)
    (remark,) = keeper.work(work.pk).comments.values()
    assert text[remark.start : remark.end] == "flux"
    writer.do("act-on-work", work.pk, kind="publish", id="publish-flux", digest=digest)
    page = writer.get(f"/p/{work.pk}/").content.decode()
    assert NOTE in page
    assert "<pre>All is &lt;b&gt;flux" in page


def test_advice_leads_to_its_line_and_says_which_figures_are_background(writer, work):
    shown = writer.do("advice", work.pk, status=200, text="One.\n\n{idea: All is flux.}").content.decode()
    assert 'data-line="3"' in shown
    assert "none is advice" in words(shown)


def test_the_editor_opens_on_an_empty_draft_and_on_a_very_long_one(writer, work):
    assert "Nothing is saved yet" in writer.see("edit-work", work.pk)
    save(writer, work, "A sentence of some words.\n\n" * 70_000, 0)
    page = writer.see("edit-work", work.pk)
    assert "100,000 characters around the caret are shown" in words(page)
    assert page.count("<p>A sentence of some words.</p>") < 5_000
