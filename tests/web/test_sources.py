"""The shelf: what is brought in, in which versions, how it is shown, and how it comes out again."""

import io
import json
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from cohobate.archive.record import read_record
from cohobate.archive.tree import File, Unread, records
from cohobate.errors import RunProblem
from cohobate.web import backup
from cohobate.web.asgi import ACT
from cohobate.web.people.models import Person
from cohobate.web.sources import importing
from cohobate.web.sources.importing import bring_in, kept_path, write_out
from cohobate.web.sources.models import Link, Source, Text, Version
from cohobate.web.sources.shelf import called, follow, mentions

from .browsers import Somebody, words

TEA = """---
type: source
title: How tea cools
author: a taster
url: https://tea.example/cooling
date: 2021-04-03
status: unprocessed
claims_extracted:
  - tea cools faster in thin cups because their walls hold less heat
  - cocoa forms a skin because its proteins dry
---

# How tea cools

Thin cups cool *faster*. See [[cups]] and [[saucers]].

- a kettle
- a pot
"""
CLAIM = """---
type: claim
confidence: likely
depends_on: ["[[how-tea-cools]]"]
challenged_by: ["A saucer is faster still"]
---

# tea cools faster in thin cups because their walls hold less heat

Nine minutes.
"""
NAME = "tea cools faster in thin cups because their walls hold less heat"


def record(path, content):
    return read_record(path, content.encode() if isinstance(content, str) else content)


def brought(path="how-tea-cools.md", content=TEA, by=None):
    outcome = bring_in([record(path, content)], by)
    return Source.objects.get(pk=outcome.all[0])


@pytest.fixture
def tea(host):
    return brought(by=host.person)


@pytest.fixture
def both(tea):
    return tea, brought(f"claims/{NAME}.md", CLAIM)


# --- bringing in ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_same_content_again_changes_nothing_and_other_content_is_the_next_version():
    first = bring_in([record("a.md", TEA)])
    again = bring_in([record("a.md", TEA)])
    assert (first.new, again.same) == (again.same, first.new)
    later = bring_in([record("a.md", TEA.replace("Thin", "Small"))])
    assert later.changed == first.new
    source = Source.objects.get()
    assert source.latest.text.count("Small cups") == 1
    assert [one.text.text.count("Thin") for one in source.versions.select_related("text")] == [0, 1]
    assert Text.objects.count() == 2
    back = bring_in([record("a.md", TEA)])
    assert back.changed == first.new
    assert (Text.objects.count(), Version.objects.count()) == (2, 3)


@pytest.mark.django_db
def test_a_source_knows_what_its_front_matter_says():
    source = brought()
    assert (source.type, source.title, source.author, source.status) == (
        *("source", "How tea cools", "a taster"),
        "unprocessed",
    )
    assert (source.date, source.name, source.path) == ("2021-04-03", "how-tea-cools", "how-tea-cools.md")
    assert [(one.line, one.kind, one.target) for one in source.links.all()] == [
        (9, "claims_extracted", NAME),
        (10, "claims_extracted", "cocoa forms a skin because its proteins dry"),
        (15, "text", "cups"),
        (15, "text", "saucers"),
    ]


@pytest.mark.django_db
def test_a_folder_that_is_named_differently_brings_the_same_files():
    first = bring_in([record("notes/a.md", TEA), record("notes/b.md", TEA)])
    assert len(first.new) == 2
    again = bring_in([record("a.md", TEA), record("b.md", TEA)])
    assert sorted(again.same) == sorted(first.new)
    assert len(bring_in([record("c.md", TEA)]).new) == 1


@pytest.mark.django_db
def test_two_files_of_one_folder_with_the_same_name_and_content_stay_two():
    outcome = bring_in([record("a/x.md", TEA), record("b/x.md", TEA), record("b/x.md", TEA)])
    assert len(outcome.new) == 2
    assert sorted(Source.objects.values_list("name", flat=True)) == ["x", "x (2)"]
    assert len(bring_in([record("a/x.md", TEA), record("b/x.md", TEA)]).same) == 2


@pytest.mark.django_db
def test_what_could_not_be_read_is_kept_apart(tmp_path):
    outcome = bring_in(records([tmp_path / "missing.md"]))
    assert (outcome.all, [type(one) for one in outcome.unread]) == ([], [Unread])
    assert isinstance(outcome.unread[0].file, File)


@pytest.mark.django_db
def test_what_is_read_differently_by_now_is_filled_in_anew():
    source = brought()
    Source.objects.update(title="", problems=7)
    Link.objects.all().delete()
    assert bring_in([record("how-tea-cools.md", TEA)]).same == [source.pk]
    source.refresh_from_db()
    assert (source.title, source.links.count(), source.versions.count()) == ("How tea cools", 4, 1)


@given(
    content=st.lists(st.sampled_from([b"---\n", b"title: x\n", b"\x00", b"\xff", b"[[a]]", b"\n", "é".encode()])).map(
        b"".join
    )
)
@examples(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.django_db
def test_any_bytes_go_onto_the_shelf_and_come_back(content):
    source = brought("odd.md", content)
    assert source.latest.content == content
    assert Text.objects.get(pk=source.latest_id).content == content


# --- writing out ----------------------------------------------------------------------------------------------------

ODD_NAMES = [
    *("a.md", "A.md", "deep/er/b.md", "deep/er", "../../outside.md", "/etc/passwd", "..", ".", "", "x/./y.md"),
    *("line\nbreak.md", "back\\slash.md", "é" * 200 + ".md", "y" * 400 + ".md", "deep.md/inner.md", "deep.md"),
    *("nul\x00.md", "x" * 300 + "/" + "z" * 400 + ".md", " ", "...", "con.md", "\udcff.md"),
]


@pytest.mark.django_db
def test_whatever_files_are_called_all_come_out_within_the_folder_and_to_the_last_byte(tmp_path):
    contents = [f"# Number {i}\n\nWords.\r\n".encode() + bytes([i, 255]) for i in range(len(ODD_NAMES))]
    bring_in(
        record(name.encode("utf-8", "replace").decode(), content)
        for name, content in zip(ODD_NAMES, contents, strict=True)
    )
    written = write_out(tmp_path / "out")
    found = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert written.files == len(found) == Source.objects.count() == len(ODD_NAMES)
    assert sorted(path.read_bytes() for path in found) == sorted(contents)
    assert len({str(path).casefold() for path in found}) == len(found)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    renamed = dict(written.renamed)
    assert renamed["../../outside.md"] == "__ (2)/__/outside.md"
    assert (tmp_path / "out" / renamed["deep/er/b.md"]).read_bytes() == contents[2]
    assert (tmp_path / "out" / "deep" / "er").read_bytes() == contents[3]


@pytest.mark.django_db
def test_what_is_gone_is_not_written_and_nothing_is_written_over_anything(tmp_path):
    brought()
    other = brought("other.md", "# Another text\n\nWords.\n")
    Source.objects.filter(pk=other.pk).update(gone_at=other.imported_at)
    assert write_out(tmp_path / "out").files == 1
    with pytest.raises(RunProblem, match="is not empty; choose a new folder"):
        write_out(tmp_path / "out")
    (tmp_path / "link").symlink_to(tmp_path / "out")
    with pytest.raises(RunProblem, match="is not empty"):
        write_out(tmp_path / "link")
    (tmp_path / "new").mkdir()
    assert write_out(tmp_path / "new").files == 1


@pytest.mark.django_db
def test_an_export_that_fails_leaves_nothing(tmp_path, monkeypatch):
    brought()
    monkeypatch.setattr(importing, "_safe", lambda part: "x" * 2000)
    with pytest.raises(Exception, match="could not be written: the name is too long"):
        write_out(tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_a_path_that_is_too_long_is_cut_and_stays_the_only_one():
    assert kept_path("x" * 900) != kept_path("x" * 901)
    assert len(kept_path("x" * 900 + ".md")) == 600
    assert kept_path("x" * 900 + ".md").endswith(".md")


@pytest.mark.django_db
def test_a_backup_holds_the_shelf_with_every_byte():
    brought("odd.md", b"caf\xe9\x00")
    brought(by=Person.objects.create(name="Ina"))
    out = io.StringIO()
    backup.dump(out)
    for model in (Link, Version, Source, Text, Person):
        model.objects.all().delete()
    backup.load(io.StringIO(out.getvalue()))
    assert sorted(one.latest.content for one in Source.objects.select_related("latest")) == sorted(
        [b"caf\xe9\x00", TEA.encode()]
    )
    again = io.StringIO()
    backup.dump(again)
    assert again.getvalue() == out.getvalue()


# --- links ----------------------------------------------------------------------------------------------------------


def test_links_lead_between_sources_and_claims_both_ways(both):
    tea, claim = both
    assert follow([NAME])[NAME].found == (claim.pk,)
    assert [(one.source, one.lines) for one in mentions(claim)] == [(tea, (9,))]
    assert [(one.source, one.lines) for one in mentions(tea)] == [(claim, (4,))]
    tea.gone_at = tea.imported_at
    tea.save()
    assert mentions(claim) == []
    assert follow(["how-tea-cools"])["how-tea-cools"].found == ()


def test_links_lead_to_what_was_brought_in_last_though_the_clock_was_set_back(both, monkeypatch):
    tea = both[0]
    assert follow(["How tea cools"])["How tea cools"].found == (tea.pk,)
    monkeypatch.setattr(importing.timezone, "now", lambda: tea.imported_at - timedelta(hours=1))
    brought(content=TEA.replace("title: How tea cools", "title: Cooling"))
    assert follow(["Cooling"])["Cooling"].found == (tea.pk,)


@pytest.mark.parametrize(
    "name", ["how-tea-cools", "how-tea-cools.md", "How tea cools", "HOW TEA COOLS!", "how-tea-cools-in"]
)
def test_a_source_is_found_by_name_path_or_title(both, name):
    assert called(name) == [both[0]]
    assert called(both[1].pk) == [both[1]]
    assert called("nothing of the kind") == []


# --- pages ----------------------------------------------------------------------------------------------------------


def test_the_list_is_narrowed_by_kind_status_and_words_and_goes_on_in_pages(both, participant):
    bring_in(
        record(f"n{i}.md", f"---\ntype: source\ntitle: Note {i:03}\nstatus: done\n---\nWord{i}.\n") for i in range(60)
    )
    page = words(participant.see("sources", order="title"))
    assert "All 62 Sources 61 Claims 1" in page
    assert "Page 1 of 2" in page
    assert "Note 059" in participant.see("sources", order="title", page=2)
    assert "Page 1 of 2" in words(participant.see("sources", page="many"))
    assert "Page 2 of 2" in words(participant.see("sources", page=99))
    claims = participant.see("sources", type="claim")
    assert NAME in claims
    assert "Note 001" not in claims
    assert "Page" not in words(participant.get("/sources/?status=likely").content.decode())
    found = words(participant.see("sources", words="word17 note"))
    assert "Note 017" in found
    assert "Note 018" not in found
    assert "Nothing on the shelf is like that" in participant.see("sources", words="no such word")


def test_an_empty_shelf_says_so(participant):
    page = participant.see("sources")
    assert "The shelf is empty" in page
    assert "everybody on this server reads it" in page


def test_a_source_has_a_page_with_facts_claims_remarks_and_numbered_passages(both, participant):
    tea, claim = both
    page = participant.see("source", tea.pk)
    said = words(page)
    for fact in ("How tea cools", "a taster", "2021-04-03", "unprocessed", "brought by Hedda"):
        assert fact in said
    assert f'<a href="/sources/{claim.pk}/">{NAME}</a>' in page
    assert "cocoa forms a skin because its proteins dry not written yet" in said
    assert [f'id="p{n}"' in page for n in (1, 2, 3, 4, 5)] == [True] * 4 + [False]
    assert "Thin cups cool <em>faster</em>" in page
    assert '<a href="#p2">Line 15</a>: the link to &#x27;cups&#x27; leads nowhere' in page
    assert '<a class="nowhere">cups</a>' in page
    assert "https://tea.example/cooling" in page


def test_a_claim_has_a_page_with_both_sides_and_what_leads_to_it(both, participant):
    tea, claim = both
    page = participant.see("source", claim.pk)
    said = words(page)
    assert f"What speaks for it {tea.title} line 4" in said
    assert "What speaks against it A saucer is faster still line 5" in said
    assert "Mentioned in 1 file" in said
    assert f'<a href="/sources/{tea.pk}/">How tea cools</a>' in page


def test_what_acts_or_is_fetched_from_elsewhere_comes_to_nothing(participant):
    text = (
        "<script>alert(1)</script> ![x](https://elsewhere.example/x.png) [j](javascript:alert(1)) "
        '<img src=x onerror=alert(1)> [[" onmouseover="alert(1)|words]] [w](wiki:%22%20onclick=alert) <svg onload=x>\n'
    )
    page = participant.see("source", brought("bad.md", text).pk)
    (shown,) = re.findall(r'<div class="prose">(.*?)</div></div>', page, re.DOTALL)
    tags = re.findall(r"<[^>]*>", shown)
    assert tags == ["<p>", '<a class="nowhere">', "</a>", '<a class="nowhere">', "</a>", "</p>"]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


def test_an_address_that_is_none_is_no_link(participant):
    page = participant.see(
        "source", brought("x.md", TEA.replace("https://tea.example/cooling", "javascript://x/%0aalert(1)")).pk
    )
    assert 'href="javascript' not in page


@pytest.mark.parametrize("content", ["", "---\ntitle: x\n---\n", "\n\n", "---\n", b"\xef\xbb\xbf", "***\n"])
def test_a_file_without_a_text_has_a_page_all_the_same(participant, content):
    page = participant.see("source", brought("x.md", content).pk)
    assert "The file has no text below its front matter." in page
    assert 'class="passage' not in page


def test_a_text_that_repeats_itself_can_be_read_once_and_keeps_its_numbers(participant):
    lines = [
        f"Line {i} of a text that a page said three times over, from its first word to its last." for i in range(5)
    ]
    source = brought("x.md", "\n\n".join([*lines, *lines, *lines, "The end of it."]))
    whole, once = participant.see("source", source.pk), participant.see("source", source.pk, once=1)
    assert "10 passages of it stand there more than once" in words(whole)
    assert (whole.count('class="passage'), once.count('class="passage')) == (17, 7)
    assert 'id="p16"' in once


def test_versions_can_be_looked_at_and_their_files_come_back_to_the_last_byte(tea, participant):
    before = tea.latest_id
    later = TEA.replace("Thin", "Small").encode() + b"\xff\x00"
    brought("how-tea-cools.md", later)
    page = participant.see("source-version", tea.pk, before[:12])
    assert "This is an earlier version" in page
    assert "Thin cups" in page
    assert "Small cups" in participant.see("source", tea.pk)
    response = participant.get(f"/sources/{tea.pk}/{before}/file/")
    assert response.content == TEA.encode()
    assert participant.get(f"/sources/{tea.pk}/{Source.objects.get().latest_id}/file/").content == later
    assert response.headers["Content-Disposition"].startswith('attachment; filename="how-tea-cools.md"')
    assert response.headers["Content-Type"] == "application/octet-stream"


def test_what_does_not_exist_is_not_found(tea, participant):
    participant.see("source", "nothing", status=404)
    participant.see("source-version", tea.pk, "0" * 64, status=404)
    participant.see("source-version", tea.pk, tea.latest_id[:4], status=404)
    participant.see("source-file", tea.pk, "%", status=404)


# --- bringing in through a page -------------------------------------------------------------------------------------


def sent(somebody, *files):
    uploads = [
        SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode()) for name, content in files
    ]
    return somebody.post("/sources/new/", {"files": uploads})


def test_anybody_brings_in_files_and_a_known_name_is_a_next_version(tea, participant):
    Source.objects.update(path="notes/how-tea-cools.md")
    response = sent(
        participant, ("how-tea-cools.md", TEA.replace("Thin", "Small")), ("new.md", CLAIM), ("café.md", b"\xff")
    )
    assert response.status_code == 302
    assert "On the shelf: 2 new, 1 changed." in words(participant.get(response.url).content.decode())
    assert sorted(Source.objects.values_list("path", flat=True)) == ["café.md", "new.md", "notes/how-tea-cools.md"]
    assert Source.objects.get(path="new.md").by == participant.person
    assert Version.objects.filter(source=tea).first().by == participant.person


def test_files_may_be_as_large_as_the_page_says(participant):
    assert ACT.fullmatch(reverse("new-source"))
    assert f"{settings.LARGEST_ACT // 10**6} MB in all" in participant.see("new-source")


def test_one_file_leads_to_its_page(participant):
    response = sent(participant, ("tea.md", TEA))
    assert response.url == f"/sources/{Source.objects.get().pk}/"
    page = words(participant.get(response.url).content.decode())
    assert "It stands on the shelf now, for everybody here." in page
    again = sent(participant, ("tea.md", TEA))
    assert "word for word" in participant.get(again.url).content.decode()


def test_a_text_is_pasted_as_a_source_with_front_matter(participant):
    response = participant.do(
        "new-source", title="Tea: a study", author="Ina", date="2021-04", url="", text="One.\r\n\r\nTwo."
    )
    source = Source.objects.get()
    assert response.url == f"/sources/{source.pk}/"
    assert (source.name, source.title, source.author, source.date) == ("tea-a-study", "Tea: a study", "Ina", "2021-04")
    assert source.latest.text.endswith("\n# Tea: a study\n\nOne.\n\nTwo.\n")
    participant.do("new-source", title="Tea: a study", text="Another one.")
    assert sorted(Source.objects.values_list("path", flat=True)) == ["tea-a-study-2.md", "tea-a-study.md"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "There is neither a file nor a text; choose files, or paste a text."),
        ({"text": "  ", "title": "x"}, "There is neither a file nor a text"),
        ({"text": "Words that must not be lost"}, "The text has no title; write one, so that others find it."),
    ],
)
def test_what_lacks_a_text_or_a_title_is_said_and_nothing_is_lost(participant, given, sentence):
    page = participant.do("new-source", status=422, **given).content.decode()
    assert sentence in page
    assert given.get("text", "").strip() in page
    assert not Source.objects.exists()


# --- off the shelf --------------------------------------------------------------------------------------------------


def test_who_brought_it_in_and_the_owner_take_it_off_the_shelf_and_put_it_back(tea, host, owner, participant):
    participant.do("gone-source", tea.pk, status=403)
    host.do("gone-source", tea.pk)
    assert tea.pk not in participant.see("sources")
    assert tea.pk in participant.see("sources", type="gone")
    page = participant.see("source", tea.pk)
    assert "This was taken off the shelf" in page
    assert "Thin cups" in page
    assert Text.objects.filter(pk=tea.latest_id).exists()
    owner.do("gone-source", tea.pk)
    assert Source.objects.get().gone_at is None


def test_what_came_by_the_command_line_is_the_owners_to_take_off(owner, host):
    source = brought()
    host.do("gone-source", source.pk, status=403)
    owner.do("gone-source", source.pk)


def test_what_is_gone_comes_back_when_it_is_brought_in_again(tea):
    Source.objects.update(gone_at=tea.imported_at)
    assert bring_in([record("how-tea-cools.md", TEA)]).back == [tea.pk]
    source = Source.objects.get()
    assert (source.gone_at, source.versions.count(), source.links.count()) == (None, 1, 4)


def test_a_person_who_is_gone_leaves_what_they_brought(tea, participant):
    other = Somebody(Person.objects.create(name="Otto"))
    source = brought("theirs.md", CLAIM, other.person)
    other.person.delete()
    source.refresh_from_db()
    assert source.by is None
    assert participant.see("source", source.pk)


def test_json_of_a_problem_can_be_written():
    assert json.dumps([problem.as_json("x") for problem in record("x.md", b"\xff---").problems])
