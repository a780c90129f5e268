"""The board, methods, the kinds and the ledger of works."""

import json
import re

from cohobate.ledger import check
from cohobate.web.slugs import slug
from cohobate.web.sources.models import Source
from cohobate.web.works import keeper, kinds, methods, seams
from cohobate.web.works.models import Fulfilment, Method, Registered, Sorted, Wish, Work
from cohobate.web.works.register import lines
from cohobate.web.works.seams import Outcome

from .browsers import does, takes_part, words
from .test_works import put_on_shelf

# --- the board --------------------------------------------------------------------------------------------------------


def asked(somebody, **more):
    id = slug()
    somebody.do("board", id=id, title="Why do backups fail at once?", **more)
    return Wish.objects.get(pk=id)


def test_somebody_asks_and_somebody_else_points_to_a_page(host, writer):
    source = put_on_shelf("On pumps")
    wish = asked(host, text="I *know* about redundancy.", source=source.pk)
    page = writer.see("wish", wish.pk)
    assert "<em>know</em>" in page
    assert "On pumps" in page
    writer.do("wish", wish.pk, what="point", url="https://example.org/backups", text="It says so.")
    page = host.see("wish", wish.pk)
    assert 'href="https://example.org/backups"' in page
    assert "1 answer" in words(host.see("board"))
    host.do("wish", wish.pk, what="close")
    assert "Closed Why do backups" in words(host.see("board"))
    assert "I'll write it" not in writer.see("wish", wish.pk)
    host.do("wish", wish.pk, what="open")
    assert Wish.objects.get().closed_at is None


def test_whoever_says_that_they_will_write_it_begins_a_work_that_answers_it(host, writer, nobody):
    source = put_on_shelf("On pumps")
    wish = asked(host, source=source.pk)
    link = re.search(r'href="(/works/new/\?[^"]+)"', writer.see("wish", wish.pk))[1].replace("&amp;", "&")
    page = writer.get(link).content.decode()
    assert 'value="Why do backups fail at once?"' in page
    id = slug()
    for _ in range(2):
        writer.do("new-work", id=id, title="Backups", which="bushwhacking", source=source.pk, wish=wish.pk)
    assert Fulfilment.objects.get().work_id == id
    assert "Wanda is writing it." in words(host.see("wish", wish.pk))
    assert "Hedda asked for it." in words(writer.see("work", id))
    work = Work.objects.get(pk=id)
    digest = keeper.keep_version(id, writer.person, "Text.")[0].data["digest"]
    does(work, writer.person, "publish", digest=digest)
    assert f'href="/p/{id}/"' in host.see("wish", wish.pk)
    assert "Hedda asked for it." in nobody.see("published", id)


def test_whoever_points_to_a_work_is_credited_there(host, writer, work, stranger):
    digest = keeper.keep_version(work.pk, writer.person, "Text.")[0].data["digest"]
    does(work, writer.person, "publish", digest=digest)
    wish = asked(host)
    stranger.do("wish", wish.pk, what="point", work=work.pk)
    assert "Sven pointed to it, for Hedda." in words(writer.see("work", work.pk))


def test_nobody_points_to_a_work_that_they_may_not_know_of(host, writer, work, stranger):
    wish = asked(host)
    assert work.title not in stranger.see("wish", wish.pk)
    refused = stranger.do("wish", wish.pk, what="point", work=work.pk, status=409)
    assert "There is no such work" in refused.content.decode()
    writer.do("wish", wish.pk, what="point", work=work.pk)
    assert work.title not in stranger.see("wish", wish.pk)


def test_what_the_board_does_not_take_is_said(host, stranger):
    for given, sentence in [
        ({"title": " "}, "Say in a few words"),
        ({"title": "t" * 201}, "That has 201 characters; 200 are the most"),
        ({"title": "t", "text": "x" * 10_001}, "That has 10,001 characters"),
        ({"title": "t", "source": "nosuch"}, "There is no such source"),
    ]:
        assert sentence in host.do("board", status=409, id=slug(), **given).content.decode()
    wish = asked(host)
    for given, sentence in [
        ({"what": "point"}, "Give the address of a page"),
        ({"what": "point", "url": "javascript:alert(1)"}, "is no address of a page"),
        ({"what": "point", "url": "https://" + "x" * 500}, "is no address of a page"),
        ({"what": "point", "url": "https://e.org/", "text": "x" * 10_001}, "That has 10,001 characters"),
        ({"what": "close"}, "Only whoever asked closes it"),
        ({"what": "fly"}, "Nothing here is done like that"),
    ]:
        assert sentence in stranger.do("wish", wish.pk, status=409, **given).content.decode()
    assert Fulfilment.objects.count() == 0


def test_a_wish_that_is_sent_twice_stands_once_and_so_does_an_answer(host):
    id = slug()
    for _ in range(2):
        host.do("board", id=id, title="Once")
        host.do("wish", id, what="point", url="https://example.org/")
    assert (Wish.objects.count(), Fulfilment.objects.count()) == (1, 1)


def test_a_wish_about_a_source_that_is_gone_still_shows(host):
    source = put_on_shelf("On pumps")
    wish = asked(host, source=source.pk)
    Source.objects.all().delete()
    assert "Why do backups" in host.see("wish", wish.pk)


# --- methods ----------------------------------------------------------------------------------------------------------


def wrote(somebody, text="Begin with a case.\n\nThen say what of.", title="Cases first"):
    id = slug()
    somebody.do("new-method", id=id, title=title, text=text)
    return Method.objects.get(pk=id)


def test_a_method_is_kept_in_versions_and_what_changed_is_what_was_learned(writer, stranger):
    method = wrote(writer)
    first = method.versions.get()
    writer.do("edit-method", method.pk, title="Cases first", text="Begin with two cases.", based_on=first.digest)
    page = stranger.see("method", method.pk, since=1)
    assert "Begin with two cases." in page
    assert "Begin with <del>a</del><ins>two</ins> <del>case</del><ins>cases</ins>" in page
    assert "Begin with a case." in words(stranger.see("method-version", method.pk, 1))
    stranger.see("method-version", method.pk, 9, status=404)
    entries = [json.loads(line) for line in lines()]
    assert [entry["number"] for entry in entries if entry["kind"] == "method"] == [1, 2]
    assert "case" not in b"".join(lines()).decode()


def test_the_same_text_is_no_new_version(writer):
    method = wrote(writer)
    digest = method.versions.get().digest
    writer.do(
        "edit-method", method.pk, title="Otherwise", text="Begin with a case.\n\nThen say what of.", based_on=digest
    )
    method.refresh_from_db()
    assert (method.title, method.versions.count()) == ("Otherwise", 1)
    assert "Saved." in writer.see("method", method.pk)
    text = method.versions.get().text
    writer.do("edit-method", method.pk, title="Otherwise", text=text, based_on=digest)
    assert "Nothing had changed, so there was nothing to save." in writer.see("method", method.pk)


def test_two_tabs_on_a_method_overwrite_nothing(writer):
    method = wrote(writer)
    first = method.versions.get().digest
    writer.do("edit-method", method.pk, title="Cases", text="One tab.", based_on=first)
    refused = writer.do("edit-method", method.pk, status=409, title="Cases", text="Other tab.", based_on=first)
    page = refused.content.decode()
    assert "Another version was saved while you were writing" in page
    assert "Other tab." in page
    latest = re.search(r'name="based_on" value="(\w+)"', page)[1]
    writer.do("edit-method", method.pk, title="Cases", text="Other tab.", based_on=latest)
    assert [one.text for one in method.versions.all()][1:] == ["One tab.", "Other tab."]


def test_what_a_method_may_not_be_is_said(writer):
    for given, sentence in [
        ({"title": "", "text": "x"}, "Give the method a title"),
        ({"title": "t" * 201, "text": "x"}, "Give the method a title"),
        ({"title": "t", "text": " "}, "The method is empty"),
        ({"title": "t", "text": "x" * 50_001}, "The method has 50,001 characters"),
    ]:
        assert sentence in writer.do("new-method", status=409, id=slug(), **given).content.decode()
    assert not Method.objects.exists()


def test_works_that_applied_a_method_stand_side_by_side_with_what_came_of_them(writer, work, stranger, monkeypatch):
    method = wrote(writer)
    digest = method.versions.get().digest
    other = keeper.begin(writer.person, title="Valves", kind="rosetta")
    for one, points in ((work, "20"), (other, "10")):
        typed = {"text": "So.", "points": points, "low": "0", "high": "40", "method": f"{method.pk}@{digest}"}
        writer.do("work-hypothesis", one.pk, id=slug(), **typed)
    results = {
        work.pk: Outcome("Test", "/t/", 12, 31.0, 18.0, 44.0, "31.", registered=10**6),
        other.pk: Outcome("Test", "/t/", 3, None, None, None, "Too few.", registered=10**6),
    }
    monkeypatch.setattr(seams, "outcomes", [lambda id: [results[id]]])
    html = writer.see("method", method.pk)
    assert f'href="/works/{work.pk}/"' in html
    page = words(html)
    assert "Why pumps fail together 1 31 (18 to 44), 12 readers 20 (0 to 40)" in page
    assert "Valves 1 too few (3 readers) 10 (0 to 40)" in page
    # Nobody learns of works in the making through a method.
    assert "Valves" not in stranger.see("method", method.pk)
    does(other, writer.person, "publish", digest=keeper.keep_version(other.pk, writer.person, "x")[0].data["digest"])
    assert "Valves" in stranger.see("method", method.pk)


def test_a_method_that_is_not_there_is_not_applied(writer, work):
    refused = writer.do("work-hypothesis", work.pk, status=409, id=slug(), text="So.", method="none@none")
    assert "There is no such version of a method" in refused.content.decode()


def test_methods_of_others_are_read_and_not_changed(writer, stranger):
    method = wrote(writer)
    assert "Cases first" in stranger.see("methods")
    assert "Change it" not in stranger.see("method", method.pk)
    stranger.do("edit-method", method.pk, title="Mine", text="x", status=404)
    methods.save(stranger.person, None, "Another", "Text.")
    assert words(stranger.see("methods")).index("Another") < words(stranger.see("methods")).index("Cases first")


# --- kinds ------------------------------------------------------------------------------------------------------------


def meant(example):
    """What sorts an example as it was meant."""
    if example.kind == "distillation":
        return "other" if example.is_one else "none"
    return example.kind if example.is_one else "none"


def test_how_others_sorted_is_shown_once_one_has_sorted_oneself(writer, stranger):
    assert "How far people agree" not in writer.see("kinds")
    writer.do("kinds", **{one.key: meant(one) for one in kinds.examples()})
    page = words(writer.see("kinds"))
    assert "How far people agree" in page
    assert page.count("1 of 1") == 10
    assert "How far people agree" not in stranger.see("kinds")
    stranger.do("kinds", **{one.key: "none" for one in kinds.examples()})
    page = words(writer.see("kinds"))
    assert page.count("1 of 2") == 5
    assert page.count("2 of 2") == 5


def test_agreement_has_an_interval_and_is_too_few_with_one_person(writer, stranger, host):
    writer.do("kinds", **{one.key: meant(one) for one in kinds.examples()})
    assert (
        "1 person sorted them. Krippendorff's α, where 1 is always and 0 is as chance would: too few (n = 0)"
        in words(writer.see("kinds"))
    )
    for somebody in (stranger, host):
        somebody.do("kinds", **{one.key: meant(one) for one in kinds.examples()})
    assert re.search(r"3 people sorted them\. .*: α = 1\.00 \(0\.\d\d to 1\.00, n = 10\)", words(writer.see("kinds")))
    host.do("kinds", **{one.key: "rosetta" for one in kinds.examples()})
    found = kinds.agreement(kinds.sortings())
    assert found.alpha < 0.5
    assert found.low < found.alpha < found.high


def test_sorting_anew_replaces_what_one_said(writer):
    first = kinds.examples()[0]
    writer.do("kinds", **{first.key: "rosetta"})
    writer.do("kinds", **{first.key: "none"})
    assert [(one.example, one.said) for one in Sorted.objects.all()] == [(first.key, "none")]


def test_what_is_no_kind_and_sorting_nothing_is_refused(writer):
    first = kinds.examples()[0]
    assert "is no kind of distillation" in writer.do("kinds", status=409, **{first.key: "opera"}).content.decode()
    assert "Nothing was sorted" in writer.do("kinds", status=409).content.decode()
    assert not Sorted.objects.exists()


# --- the ledger -------------------------------------------------------------------------------------------------------


def test_the_ledger_is_shown_checked_and_kept_as_a_file(writer, work):
    assert "Nothing is registered yet." in words(writer.see("ledger"))
    does(work, writer.person, "hypothesis", text="A story first.", points=20, low=5, high=35)
    keeper.keep_version(work.pk, writer.person, "Text.")
    page = words(writer.see("ledger", check="yes"))
    assert "The chain of 3 entries is whole, and what results say follows from their answers and plans." in page
    assert "2 work version" in page
    file = writer.get("/ledger/ledger.jsonl")
    assert file.headers["Content-Disposition"] == 'attachment; filename="ledger.jsonl"'
    assert check(file.content) == []
    assert len(file.content.splitlines()) == 3
    # By whole values, for two digits stand in many a random name.
    held = [value for line in file.content.splitlines() for value in json.loads(line).values()]
    assert not any(points in held for points in (20, 5, 35))
    for said in ("story", "Text.", work.title):
        assert said not in file.content.decode()


def test_a_ledger_that_was_changed_is_said_to_be_damaged(writer, work):
    does(work, writer.person, "hypothesis", text="So.")
    keeper.keep_version(work.pk, writer.person, "Text.")
    row = Registered.objects.get(pk=1)
    Registered.objects.filter(pk=1).update(line=row.line.replace(work.pk, "another-one"))
    assert "Something in it does not hold: line 2: its content does not match its hash" in words(
        writer.see("ledger", check="yes")
    )


def test_a_long_ledger_is_shown_in_parts(writer):
    for number in range(120):
        methods.save(writer.person, None, f"Method {number}", f"Text {number}.")
    page = writer.see("ledger")
    before = re.search(r'href="\?before=(\d+)"', page)[1]
    assert before == "21"
    assert "genesis" in writer.see("ledger", before=before)


def test_a_name_that_was_taken_out_is_in_no_credit(writer, work):
    other = takes_part(work, "Bea", "writer")
    keeper.keep_version(work.pk, other.person, "Text.")
    other.do("redact-work", work.pk, all="yes")
    assert "Bea" not in writer.see("work", work.pk)
