"""Works on the web: from a source to a published page, what pages say on the way, and accidents."""

import hashlib
import re
from html import unescape

import pytest
from django.test import override_settings
from django.utils import timezone

from cohobate.errors import Refused
from cohobate.practicum.acts import Act
from cohobate.practicum.work.acts import fields
from cohobate.practicum.work.parts import SourceOf
from cohobate.web.people.models import Person
from cohobate.web.slugs import slug
from cohobate.web.sources.models import Source, Text
from cohobate.web.works import keeper, seams
from cohobate.web.works.models import Registered, Version, Work, WorkInvitation
from cohobate.web.works.people import work_link
from cohobate.web.works.seams import Help, Outcome, Waiting

from .browsers import Somebody, does, takes_part, words

CASE = "{example: On Tuesday the pump at the lower weir stood still.}"
DRAFT = f"# Why pumps fail together\n\n{CASE}\n\n" + "So it went on, and on. " * 40


def put_on_shelf(title="On pumps", by=None, **more):
    """A source that stands on the shelf."""
    text = f"# {title}\n"
    digest = hashlib.sha256(text.encode()).hexdigest()
    row, _ = Text.objects.get_or_create(digest=digest, defaults={"text": text})
    name = slug()
    return Source.objects.create(
        name=name, path=f"{name}.md", type="source", title=title, key=name, latest=row, by=by, **more
    )


def kept(work, writer, text=DRAFT, note=""):
    return keeper.keep_version(work.pk, writer.person, text, note)[0].data["digest"]


def button(somebody, work, kind, status=302, **given):
    return somebody.do("act-on-work", work.pk, status=status, **({"id": slug(), "kind": kind} | given))


# --- the whole way ----------------------------------------------------------------------------------------------------


def test_from_a_source_to_a_published_page(writer, nobody):
    source = put_on_shelf("On pumps", author="the waterworks", url="https://example.org/pumps")
    found = writer.see("new-work", q="pumps waterworks")
    assert "On pumps" in found
    assert 'value="' + source.pk in found
    form = writer.see("new-work", source=source.pk, go="yes")
    assert "Whoever defined it gives it a confidence of 0.4" in words(form)
    id = re.search(r'name="id" value="(\w+)"', form)[1]
    begun = writer.do("new-work", id=id, source=source.pk, title="Pumps", which="bushwhacking")
    assert begun.headers["Location"] == f"/works/{id}/"
    page = words(writer.see("work", id))
    assert "Say what will make it help" in page
    assert "On pumps the waterworks" in page
    assert "questions that readers will be asked belong before the draft" in page
    writer.do("work-hypothesis", id, id=slug(), text="Cases first.", points="20", low="5", high="35")
    assert "predicts 20 points, 95 % sure of 5 to 35" in words(writer.see("work", id))
    work = Work.objects.get(pk=id)
    digest = kept(work, writer)
    assert "has all that can be counted" in words(writer.see("work", id))
    button(writer, work, "milestone", which="minimum", digest=digest)
    version = writer.see("work-version", id, digest[:12])
    assert "anybody with the link can read it" in version
    assert "Why pumps fail together" in version
    nobody.see("published", id, status=404)
    button(writer, work, "publish", digest=digest)
    shown = nobody.see("published", id)
    assert '<h1 dir="auto">Why pumps fail together</h1>' in shown
    assert "{example" not in shown
    assert "By Wanda" in shown
    assert 'href="https://example.org/pumps"' in shown
    assert "Wanda wrote 1 version." in shown
    assert f"entry {keeper.work(id).published.ledger[0]} of this server" in words(shown)
    button(writer, work, "withdraw")
    assert "withdrawn by those who wrote it" in nobody.see("published", id, status=410)


def test_a_published_page_can_be_kept_as_markdown_and_as_one_file(writer, work, nobody):
    source = put_on_shelf("On pumps", author="the waterworks", url="https://example.org/pumps")
    does(work, writer.person, "source", source=source.pk, digest=source.latest_id)
    button(writer, work, "publish", digest=kept(work, writer))
    markdown = nobody.get(f"/p/{work.pk}/page.md")
    assert markdown.headers["Content-Disposition"] == 'attachment; filename="why-pumps-fail-together.md"'
    assert markdown.content.decode().startswith("# Why pumps fail together\n\nOn Tuesday the pump at the lower weir")
    page = nobody.get(f"/p/{work.pk}/page.html")
    text = page.content.decode()
    assert page.headers["Content-Disposition"] == 'attachment; filename="why-pumps-fail-together.html"'
    assert "<h1>Why pumps fail together</h1>" in text
    assert "It distils: On pumps, by the waterworks (https://example.org/pumps)." in text
    assert keeper.work(work.pk).published.digest in text
    assert not re.search(r"<script|<link|\bsrc=", text)


def test_markup_and_pictures_in_a_draft_reach_no_page(writer, work, nobody):
    text = '# T\n\n<script>alert(1)</script> <img src="https://e.example/x.png"> ![x](https://e.example/y.png)\n\n'
    text += "[a](javascript:alert(1)) <b onclick=x>b</b>\n"
    button(writer, work, "publish", digest=kept(work, writer, text))
    for page in (nobody.see("published", work.pk), nobody.get(f"/p/{work.pk}/page.html").content.decode()):
        assert "<script>alert" not in page
        assert "<img" not in page
        assert 'href="javascript' not in page
        assert "<b onclick" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_long_title_is_refused_with_what_was_typed(writer):
    refused = writer.do("new-work", status=409, id=slug(), title="t" * 250, which="rosetta")
    page = unescape(refused.content.decode())
    assert "The title has 250 characters; 200 are the most." in page
    assert "t" * 250 in page
    assert re.search(r'value="rosetta" checked', page)
    assert not Work.objects.exists()


def test_whoever_chose_no_kind_is_told_to_choose_one_of_those_by_their_titles(writer):
    refused = writer.do("new-work", status=409, id=slug(), title="Pumps")
    assert "No kind is chosen; choose what it is to be: Propagating" in words(refused.content.decode())
    untitled = writer.do("new-work", status=409, id=slug(), title="")
    assert "A title is missing" in words(untitled.content.decode())


def test_a_draft_has_as_many_words_on_every_page_and_its_marks_are_none(writer, work):
    digest = kept(work, writer)
    marked = DRAFT.replace("{example: ", "{why: {example: ").replace("still.}", "still.}}")
    other = kept(work, writer, marked)
    versions = keeper.work(work.pk).versions
    assert versions[other].words == versions[digest].words
    advice = writer.do("advice", work.pk, status=200, text=marked).content.decode()
    count = versions[digest].words
    assert f"Words {count}" in words(advice)
    for page in (writer.see("work-versions", work.pk), writer.see("work-version", work.pk, digest[:12])):
        assert f"{count} words" in words(page)


def test_a_kind_of_ones_own_is_declared_with_examples(writer):
    id = slug()
    own = {
        "which": "own",
        "name": "A warning",
        "definition": "Says what breaks.",
        "is_one": "a list",
        "is_not": "a manual",
    }
    writer.do("new-work", id=id, title="T", **own, confidence="0.2")
    page = writer.see("work", id)
    assert '<span class="chip">A warning</span>' in page
    assert 'name="name" type="text" maxlength="100" value="A warning"' in page
    refused = writer.do("new-work", status=409, id=slug(), title="T", **(own | {"is_one": ""}))
    assert "say an example of what is one" in words(refused.content.decode())
    work = Work.objects.get()
    reader = takes_part(work, "Rita", "reviewer")
    said = "Says what breaks. One: a list Not one: a manual Whoever defined it gives it a confidence of 0.2."
    assert said in words(reader.see("work", id))
    digest = keeper.keep_version(id, writer.person, "Text.")[0].data["digest"]
    does(work, writer.person, "publish", digest=digest)
    assert "Meant as a warning: Says what breaks." in words(reader.see("published", id))
    button(writer, work, "rekind", which="rosetta")
    assert '<span class="chip">Rosetta</span>' in writer.see("work", id)


# --- sources ----------------------------------------------------------------------------------------------------------


def test_a_source_that_is_gone_keeps_its_title_and_says_so(writer, work):
    source = put_on_shelf("On pumps")
    button(writer, work, "source", source=source.pk, digest=source.latest_id)
    Source.objects.update(gone_at=timezone.now())
    for view in ("work", "work-sources"):
        page = words(writer.see(view, work.pk))
        assert "On pumps" in page
        assert "stands on the shelf no more" in page
    Source.objects.all().delete()
    assert "a source that is no longer here" in words(writer.see("work", work.pk))
    button(writer, work, "source", source=source.pk, digest=source.latest_id, gone="yes")
    assert "It names none yet" in words(writer.see("work", work.pk))


def test_a_work_takes_no_source_that_is_not_there_and_no_text_that_the_source_never_had(writer, work):
    source, other = put_on_shelf("On pumps"), put_on_shelf("On valves")
    for id, digest in (("../../etc", source.latest_id), (source.pk, other.latest_id), (source.pk, ""), ("", "")):
        told = button(writer, work, "source", status=409, source=id, digest=digest).content.decode()
        assert "There is no such source with that text; reload the page, and choose it again" in told
    assert keeper.work(work.pk).sources == []
    button(writer, work, "source", source=source.pk, digest=source.latest_id)
    assert len(keeper.work(work.pk).sources) == 1


def test_a_source_whose_text_changed_says_so(writer, work):
    source = put_on_shelf("On pumps")
    button(writer, work, "source", source=source.pk, digest=source.latest_id)
    source.latest = Text.objects.create(digest="f" * 64, text="Other.")
    source.save()
    page = writer.see("work", work.pk)
    assert "Its text has changed since; this leads to what was chosen" in page
    assert f"/sources/{source.pk}/{keeper.work(work.pk).sources[0].digest}/" in page
    assert keeper.work(work.pk).sources == [SourceOf(source.pk, hashlib.sha256(b"# On pumps\n").hexdigest())]


def test_what_was_chosen_stays_chosen_while_one_searches_on(writer):
    one, two = put_on_shelf("On pumps"), put_on_shelf("On valves")
    page = writer.see("new-work", source=one.pk, q="valves")
    assert re.search(f'value="{one.pk}" checked', page)
    assert re.search(f'value="{two.pk}"(?! checked)', page)


# --- what is lacking --------------------------------------------------------------------------------------------------


def test_a_milestone_is_not_passed_before_what_it_asks_for_is_there(writer, work):
    digest = kept(work, writer, "Two words")
    refused = button(writer, work, "milestone", which="minimum", digest=digest, status=409)
    assert "No hypothesis is registered" in refused.content.decode()
    assert keeper.work(work.pk).milestones == {}
    page = words(writer.see("work", work.pk))
    assert "Register a hypothesis" in page
    does(work, writer.person, "hypothesis", text="So.")
    page = words(writer.see("work", work.pk))
    assert "It has 2 words, and 150 are the least" in page
    assert "It names no source" in page


def test_a_milestone_is_for_the_version_that_was_looked_at(writer, work):
    old = kept(work, writer)
    kept(work, writer, DRAFT + "More.")
    refused = button(writer, work, "milestone", which="minimum", digest=old, status=409)
    assert "Another version was kept meanwhile" in refused.content.decode()


# --- versions ---------------------------------------------------------------------------------------------------------


def test_the_difference_between_any_two_versions_is_shown(writer, work):
    one, two = kept(work, writer, "One old pump.\n\nSame.\n", "first"), kept(work, writer, "One new pump.\n\nSame.\n")
    page = writer.see("work-versions", work.pk, before=one[:12], after=two[:12])
    assert "<del>old</del><ins>new</ins>" in page
    assert "first" in page
    back = writer.see("work-versions", work.pk, before=two[:12], after=one[:12])
    assert "<del>new</del><ins>old</ins>" in back
    assert "word for word the same" not in back
    writer.see("work-versions", work.pk, before="nosuchdigest", after=one[:12], status=404)
    writer.see("work-version", work.pk, "f" * 12, status=404)


def test_a_version_that_is_kept_twice_is_refused_and_one_that_is_sent_twice_counts_once(writer, work):
    first, _ = keeper.keep_version(work.pk, writer.person, "One.", act_id="kept-twice")
    again, before = keeper.keep_version(work.pk, writer.person, "One. Two.", act_id="kept-twice")
    assert (again, before) == (first, True)
    assert Version.objects.count() == 1
    with pytest.raises(Refused, match="word for word version 1"):
        keeper.keep_version(work.pk, writer.person, "One.")
    with pytest.raises(Refused, match="the draft is empty"):
        keeper.keep_version(work.pk, writer.person, " \n ")
    with pytest.raises(Refused, match="2,000,001 characters; 2,000,000 are the most"):
        keeper.keep_version(work.pk, writer.person, "x" * 2_000_001)


# --- sent twice, and by two -----------------------------------------------------------------------------------------


def test_a_form_that_is_sent_twice_counts_once(writer, work):
    id = slug()
    for _ in range(2):
        writer.do("new-work", id=id, title="Pumps", which="rosetta")
    assert Work.objects.exclude(pk=work.pk).count() == 1
    hypothesis = slug()
    for _ in range(2):
        writer.do("work-hypothesis", work.pk, id=hypothesis, text="So.")
    assert len(keeper.work(work.pk).hypotheses) == 1
    assert Registered.objects.filter(kind="work hypothesis").count() == 1


def test_nobody_begins_a_work_under_the_id_of_anothers(host, work):
    refused = host.do("new-work", status=409, id=work.pk, title="Mine", which="rosetta")
    assert "Somebody else used the id of this form" in refused.content.decode()
    refused = host.do("new-work", status=409, id="../etc", title="Mine", which="rosetta")
    assert "no proper id" in refused.content.decode()
    assert Work.objects.get().title == "Why pumps fail together"


def test_what_was_typed_is_not_lost_when_it_is_refused(writer, work):
    typed = {"text": "Cases first.", "points": "20", "low": "30", "high": "9"}
    page = writer.do("work-hypothesis", work.pk, status=409, id=slug(), **typed).content.decode()
    assert "The lower end, 30, lies above the upper one, 9; write the lower end first." in page
    assert "Cases first." in page
    assert 'value="30"' in page


def test_two_writers_share_a_work_and_each_is_credited(writer, work):
    other = takes_part(work, "Bea", "writer")
    kept(work, writer, "One two three.\n")
    kept(work, other, "One two three.\n\nFour.\n")
    page = words(writer.see("work", work.pk))
    assert "Wanda wrote 1 version, 75 % of the words." in page
    assert "Bea wrote 1 version, 25 % of the words." in page
    assert "by Wanda and Bea" in page
    button(writer, work, "leave", person=other.person.pk, role="writer")
    other.see("work", work.pk, status=404)
    button(writer, work, "leave", person=writer.person.pk, role="writer", status=409)


# --- who takes part ---------------------------------------------------------------------------------------------------


def entered(link, browser, **given):
    return browser.post(link.removeprefix("http://testserver"), given)


def test_a_reviewer_comes_in_by_a_link_and_sees_the_work(writer, work, nobody):
    writer.do("work-people", work.pk, role="reviewer")
    link = re.search(r'value="(http://testserver/w/[^"]+)"', writer.see("work-people", work.pk))[1]
    shown = words(nobody.get(link.removeprefix("http://testserver")).content.decode())
    assert "Wanda invites you to review a distillation" in shown
    assert "What you write and review" in shown
    assert entered(link, nobody, name="Nora").status_code == 422
    assert entered(link, nobody, name="Nora", consent="on").headers["Location"] == f"/works/{work.pk}/"
    page = nobody.see("work", work.pk)
    assert "Your personal link" in page
    assert "Register a hypothesis" not in page
    assert "Nora" in writer.see("work-people", work.pk)
    # Once in, the same link leads to the work and counts no further use.
    assert nobody.get(link.removeprefix("http://testserver")).headers["Location"] == f"/works/{work.pk}/"
    assert WorkInvitation.objects.get().used == 1


def test_a_link_to_write_is_used_once_and_a_link_that_was_withdrawn_lets_nobody_in(writer, work):
    writer.do("work-people", work.pk, role="writer")
    link = work_link(WorkInvitation.objects.get())
    assert entered(link, Somebody(), name="Bea", consent="on").status_code == 302
    assert "used as often as it may be" in entered(link, Somebody(), name="Cai", consent="on").content.decode()
    writer.do("work-people", work.pk, role="reviewer")
    invitation = WorkInvitation.objects.get(role="reviewer")
    writer.do("withdraw-work-link", work.pk, invitation.pk)
    assert entered(work_link(invitation), Somebody(), name="Cai", consent="on").status_code == 410
    assert sorted(person.name for person in Person.objects.all()) == ["Bea", "Wanda"]


def test_a_link_into_a_work_is_no_link_into_a_room(writer, work, nobody):
    invitation = WorkInvitation.objects.create(work=work, role="writer", made_by=writer.person)
    token = work_link(invitation).rpartition("/")[2]
    assert nobody.get(f"/i/{token}").status_code == 404
    assert nobody.get(f"/w/{token[:-1]}x").status_code == 404


def test_a_reviewer_invites_nobody(reviewer, work):
    reviewer.do("work-people", work.pk, role="reviewer", status=403)
    assert not WorkInvitation.objects.exists()


# --- looking back -----------------------------------------------------------------------------------------------------


@pytest.fixture
def outcome(monkeypatch):
    """A test of a work, with a result."""
    found = []
    monkeypatch.setattr(seams, "outcomes", [lambda id: found])

    def add(**given):
        usual = {
            "title": "Test one",
            "address": "/tests/one/",
            "readers": 12,
            "points": 31.0,
            "low": 18.0,
            "high": 44.0,
        }
        found.append(Outcome(**(usual | {"sentence": "Readers answer 31 points more.", "registered": 10**6} | given)))

    return add


def test_looking_back_opens_with_a_hypothesis_and_a_published_work(writer, work):
    assert "There is nothing to look back on yet" in words(writer.see("look-back", work.pk))
    writer.do("look-back", work.pk, status=409, id=slug(), text="So it was.")
    does(work, writer.person, "hypothesis", text="So.")
    button(writer, work, "publish", digest=kept(work, writer))
    assert "No test has a result yet" in words(writer.see("look-back", work.pk))
    writer.do("look-back", work.pk, id=slug(), text="So it was.", next="Otherwise.")
    assert "So it was." in writer.see("work", work.pk)


def test_a_prediction_is_told_back_to_the_digit(writer, work, outcome):
    does(work, writer.person, "hypothesis", text="So.", points="20.5", low="-2.5", high=50)
    outcome()
    assert "You predicted 20.5 points, and were 95 % sure of −2.5 to 50." in words(writer.see("work", work.pk))


def test_the_prediction_stands_beside_the_outcome(writer, work, outcome):
    does(work, writer.person, "hypothesis", text="So.", points=20, low=5, high=50)
    button(writer, work, "publish", digest=kept(work, writer))
    outcome()
    for view in ("look-back", "work"):
        page = words(writer.see(view, work.pk))
        assert "Readers answer 31 points more." in page
        assert "You predicted 20 points, and were 95 % sure of 5 to 50." in page
        assert "12 readers answered 31 points more with the page than without (18 to 44)." in page
        assert "All of that lies where you said it would." in page
    assert "Readers answer 31 points more." in writer.see("published", work.pk)


def test_too_few_readers_are_said_to_be_too_few(writer, work, outcome):
    does(work, writer.person, "hypothesis", text="So.", points=20, low=5, high=50)
    outcome(points=None, low=None, high=None, readers=3)
    assert "3 readers are too few" in words(writer.see("work", work.pk))


def test_what_waits_elsewhere_and_who_helped_is_told_through_the_seams(writer, work, monkeypatch):
    monkeypatch.setattr(seams, "waiting", [lambda person: [Waiting("Items to write", person.name, "/t/", "three")]])
    monkeypatch.setattr(
        seams, "helped", [lambda id: Help({writer.person.pk: 4}, {writer.person.pk: 9}, 12, ["Nora", "Otto"])]
    )
    page = words(writer.see("desk"))
    assert "Items to write Wanda three" in page
    page = words(writer.see("work", work.pk))
    assert "Wanda wrote 4 items to test it." in page
    assert "Wanda rated 9 answers." in page
    assert "12 people read for it, Nora and Otto among them." in page


def test_a_reviewer_is_told_to_read_the_latest_version_until_it_is_reviewed(writer, work, reviewer):
    assert "There is no version to review yet." in words(reviewer.see("work", work.pk))
    digest = kept(work, writer)
    page = words(reviewer.see("work", work.pk))
    assert "Read version 1, and say where you lost the thread." in page
    assert "still lacks" not in page
    does(work, reviewer.person, "reviewed", digest=digest, text="Shorter.")
    assert "You have reviewed version 1." in words(reviewer.see("work", work.pk))
    assert f"{reviewer.person}: Shorter." in words(reviewer.see("work-version", work.pk, digest[:12])).replace(
        " :", ":"
    )
    kept(work, writer, DRAFT + "More.")
    assert "Read version 2" in words(reviewer.see("work", work.pk))


def test_the_step_of_testing_leads_to_the_test_that_was_begun_and_no_second_one(writer, work, monkeypatch):
    begin = f'href="/tests/new/?work={work.pk}"'
    assert writer.see("work", work.pk).count(begin) == 2
    monkeypatch.setattr(seams, "tests", [lambda id: [seams.Test("On pumps", "/tests/one/", "registered")]])
    does(work, writer.person, "hypothesis", text="So.")
    digest = kept(work, writer)
    for which in ("minimum", "full"):
        does(work, writer.person, "milestone", which=which, digest=digest)
    for name in ("Nora", "Otto"):
        does(work, takes_part(work, name, "reviewer").person, "reviewed", digest=digest, text="Good.")
    does(work, writer.person, "publish", digest=digest)
    page = writer.see("work", work.pk)
    assert '<a class="button" href="/tests/one/">To the test that was begun</a>' in page
    assert page.count(begin) == 1
    assert "Begin another test" in page


def test_the_hashes_that_pages_show_are_found_in_the_ledger(writer, work):
    does(work, writer.person, "hypothesis", text="So.")
    digest = kept(work, writer)
    state = keeper.work(work.pk)
    ledger = words(writer.see("ledger"))
    hypothesis, version = state.hypotheses[0].ledger[1][:16], state.versions[digest].ledger[1][:16]
    assert hypothesis in ledger
    assert f"{version} text {digest[:16]}" in ledger
    assert hypothesis in writer.see("work", work.pk)
    assert digest[:16] in writer.see("work-versions", work.pk)
    page = writer.see("work-version", work.pk, digest[:12])
    assert version in page
    assert digest in page


# --- the desk ---------------------------------------------------------------------------------------------------------


def test_the_desk_shows_the_next_step_and_what_waits(writer, work, reviewer, owner):
    put_on_shelf("On dams", by=writer.person)
    assert "Say what will make it help" in words(writer.see("desk"))
    digest = kept(work, writer)
    assert "To review Why pumps fail together version 1" in words(reviewer.see("desk"))
    does(work, reviewer.person, "reviewed", digest=digest, text="Shorter.")
    assert "To review" not in words(reviewer.see("desk"))
    comment = does(work, reviewer.person, "comment", digest=digest, start=0, end=1, quote="#", text="Why?").id
    desk = words(writer.see("desk"))
    assert "Remarks to answer Why pumps fail together one remark" in desk
    assert "On dams" in desk
    assert "Remarks to answer" not in words(reviewer.see("desk"))
    does(work, writer.person, "reply", to=comment, text="Because.")
    assert "Remarks to answer" not in words(writer.see("desk"))
    assert "Remarks to answer" in words(reviewer.see("desk"))
    does(work, writer.person, "settle", to=comment, how="done")
    assert "Remarks to answer" not in words(reviewer.see("desk"))
    assert "Other works on this server Why pumps fail together" in words(owner.see("desk"))


# --- a server with other ideas --------------------------------------------------------------------------------------


def test_the_address_of_a_published_page_is_in_its_file(writer, work, nobody):
    button(writer, work, "publish", digest=kept(work, writer))
    with override_settings(SITE_URL="https://rooms.example.org"):
        assert f"https://rooms.example.org/p/{work.pk}/" in nobody.get(f"/p/{work.pk}/page.html").content.decode()


def test_an_act_that_has_no_button_is_refused(writer, work):
    for kind in ("version", "comment", "join", "begin", "fly", ""):
        refused = button(writer, work, kind, status=409, role="writer", name="x", digest="x", words="1")
        assert "Nothing here is done like that" in refused.content.decode()
    assert [event.kind for event in keeper.strands.events(work.pk)] == ["begin", "join"]


def test_a_clock_that_runs_backwards_leaves_a_record_in_order(writer, work, monkeypatch):
    monkeypatch.setattr(keeper.strands, "clock", lambda: 5.0)
    keeper.act(work.pk, writer.person, Act(slug(), "retitle", fields(title="Later")))
    times = [event.at for event in keeper.strands.events(work.pk)]
    assert times == sorted(times)
    assert "Later" in writer.see("work", work.pk)
