"""Who may what with works, from nobody to the owner of the server."""

import pytest
from django.test import Client
from django.urls import reverse

from cohobate.web.people.links import signed
from cohobate.web.urls import urlpatterns
from cohobate.web.works import board, keeper, methods
from cohobate.web.works.models import Earlier, WorkInvitation

from .browsers import does, words
from .work_table import ROLES, TABLE

METHODS = ("GET", "POST", "PUT", "DELETE")
PATTERNS = [pattern for pattern in urlpatterns if pattern.name in TABLE]


@pytest.fixture
def roles(nobody, stranger, reviewer, writer, host, owner):
    return dict(zip(ROLES, (nobody, stranger, reviewer, writer, host, owner), strict=True))


@pytest.fixture
def known(work, writer):
    """What an address may name."""
    version, _ = keeper.keep_version(work.pk, writer.person, "{example: A pump.} It stands still.")
    does(work, writer.person, "publish", digest=version.data["digest"])
    invitation = WorkInvitation.objects.create(work=work, role="reviewer", made_by=writer.person)
    return {
        "work": work.pk,
        "digest": version.data["digest"],
        "invitation": invitation.pk,
        "token": signed("w", invitation.pk),
        "method": methods.save(writer.person, None, "Cases first", "Begin with a case.").pk,
        "number": 1,
        "earlier": Earlier.objects.create(work=work, text="A pump.", revision=1, by=writer.person).pk,
        "wish": board.ask(writer.person, "Something on valves", "").pk,
    }


def address(pattern, known):
    return reverse(pattern.name, kwargs={key: known[key] for key in pattern.pattern.converters})


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.name)
def test_each_role_gets_what_the_table_says(roles, known, pattern, method, role):
    response = roles[role].generic(method, address(pattern, known))
    if method not in TABLE[pattern.name]:
        # Who may not look at all is told that first.
        assert response.status_code in (403, 405)
        return
    expected = TABLE[pattern.name][method][ROLES.index(role)]
    if expected == "in":
        assert response.status_code in (200, 302, 409, 422), response.status_code
    else:
        assert response.status_code == int(expected)


def test_without_its_token_no_form_does_anything(roles, known, work):
    events = keeper.strands.events(work.pk)
    for pattern in PATTERNS:
        browser = Client(enforce_csrf_checks=True)
        browser.cookies = roles["writer"].cookies
        assert browser.post(address(pattern, known)).status_code in (403, 405), pattern.name
    assert keeper.strands.events(work.pk) == events


def test_a_work_that_does_not_exist_looks_like_one_that_is_not_yours(stranger, work):
    one, other = (words(stranger.get(f"/works/{name}/").content.decode()) for name in (work.pk, "nosuchwork"))
    assert one == other
    one, other = (words(stranger.get(f"/p/{name}/").content.decode()) for name in (work.pk, "nosuchwork"))
    assert one == other


def test_whoever_left_reaches_their_own_words_and_nothing_else(work, writer, reviewer, known):
    does(work, reviewer.person, "comment", digest=known["digest"], start=0, end=4, quote="A pu", text="Which pump?")
    does(work, reviewer.person, "leave", role="reviewer")
    for pattern in PATTERNS:
        if "work" in pattern.pattern.converters and not pattern.name.startswith("published"):
            method = "POST" if TABLE[pattern.name]["GET"][-1] == "405" else "GET"
            status = reviewer.generic(method, address(pattern, known)).status_code
            assert status == {"work-words": 200, "redact-work": 409}.get(pattern.name, 404), pattern.name
    assert reverse("work-words", args=[work.pk]) in reviewer.see("work", work.pk, status=404)
    page = words(reviewer.see("work-words", work.pk))
    assert "Which pump?" in page
    assert "Wanda" not in page


def test_pages_of_a_work_are_kept_by_no_browser(writer, work, known, nobody):
    for response in (writer.get(f"/works/{work.pk}/"), nobody.get(f"/p/{work.pk}/")):
        assert response.headers["Cache-Control"] == "no-store"
        assert "noindex" in response.headers["X-Robots-Tag"]


def test_the_owner_of_the_server_looks_into_a_work_and_does_not_write_it(owner, work):
    assert "Why pumps fail together" in owner.see("work", work.pk)
    response = owner.do("act-on-work", work.pk, status=409, id="owners-act", kind="retitle", title="Mine")
    assert "Only a writer of this work can do this" in response.content.decode()
