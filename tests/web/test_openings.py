"""The page of openings: lists for writers, pairs for everybody else, and a ranking for whoever may see it."""

import re

from .browsers import takes_part, words


def put(writer, work, *texts):
    for number, text in enumerate(texts):
        writer.do("hooks-work", work.pk, kind="hook", id=f"hook-{number:04}", text=text)


def choose(browser, work, better):
    """Chooses between the two that are shown."""
    page = browser.see("hooks-work", work.pk)
    given = {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("id", "left", "right")}
    browser.do("hooks-work", work.pk, kind="compare", better=better, **given)


def test_two_are_compared_without_names_and_the_ranking_comes_afterwards(writer, reviewer, work):
    put(writer, work, "{example: A pump} stands still.", "Pumps *fail* in pairs.")
    page = reviewer.see("hooks-work", work.pk)
    assert "<em>fail</em>" in page
    assert "A pump stands still." in page
    assert "Wanda" not in words(page)
    assert "What people prefer" not in page
    choose(reviewer, work, "left")
    page = words(reviewer.see("hooks-work", work.pk))
    assert "You have compared all" in page
    assert "From 1 comparison by 1 person" in page
    assert page.count("too few") == 2


def test_whoever_wrote_them_sees_the_list_and_is_asked_nothing(writer, work):
    put(writer, work, "A pump stands still.", "Pumps fail in pairs.")
    page = words(writer.see("hooks-work", work.pk))
    assert "rather read on?" not in page
    assert "Nobody has compared any yet." in page


def test_a_refusal_gives_the_words_back(writer, reviewer, work):
    response = writer.do("hooks-work", work.pk, status=409, kind="hook", id="hook-0001", text="x" * 2_001)
    assert "x" * 2_001 in response.content.decode()
    response = reviewer.do("hooks-work", work.pk, status=409, kind="hook", id="hook-0001", text="Mine.")
    assert "only a writer of this work" in words(response.content.decode()).lower()


def test_one_that_was_taken_off_is_shown_no_more(writer, reviewer, work):
    put(writer, work, "A pump stands still.", "Pumps fail in pairs.")
    writer.do("hooks-work", work.pk, kind="unhook", id="unhook-01", hook="hook-0000")
    assert "nothing to compare yet" in words(reviewer.see("hooks-work", work.pk))


def test_many_people_make_a_ranking(writer, work):
    put(writer, work, "A pump stands still.", "Pumps fail in pairs.")
    for number in range(8):
        one = takes_part(work, f"Reader {number}", "reviewer")
        left = re.search(r'name="left" value="([^"]+)"', one.see("hooks-work", work.pk))[1]
        choose(one, work, "left" if left == "hook-0000" else "right")
    page = words(writer.see("hooks-work", work.pk))
    assert "From 8 comparisons by 8 people" in page
    assert page.index("A pump stands still.") < page.index("Pumps fail in pairs.")
    assert "too few" not in page


def test_all_openings_are_kept_on_one_page_for_those_who_see_them(writer, reviewer, stranger, owner, work):
    put(writer, work, "{example: A pump} stands still.", "Pumps *fail* in pairs.")
    page = reviewer.see("openings")
    assert "<em>fail</em>" in page
    assert "Once you have compared them" in words(page)
    assert "Nobody has compared any yet" in words(writer.see("openings"))
    choose(reviewer, work, "left")
    for browser in (writer, reviewer, owner):
        assert "1 comparison by 1 person" in words(browser.see("openings"))
    assert "pump" not in stranger.see("openings").lower()


def test_of_what_others_prefer_nothing_is_shown_to_whoever_has_still_to_choose(writer, reviewer, work):
    put(writer, work, "A pump stands still.", "Pumps fail in pairs.")
    choose(takes_part(work, "Rolf", "reviewer"), work, "left")
    assert "1 comparison" not in words(reviewer.see("openings"))
