"""Programs in a room: how far off an estimate was, in words."""

import pytest

from cohobate.web.rooms.programs import times


@pytest.mark.parametrize(
    ("factor", "said"),
    [(1.0, "1"), (1.38, "1.4"), (9.96, "10"), (66.01, "66"), (116.3, "120"), (45_678, "46,000"), (3.2e8, "3.2e+08")],
)
def test_a_factor_is_told_as_people_read_it(factor, said):
    assert times(factor) == said
