"""When a run has come to an accuracy."""

import pytest

from cohobate.algorithmic.reaching import first_of_two


@pytest.mark.parametrize(
    ("shares", "place"),
    [
        ([], None),
        ([0.99], None),
        ([0.99, 0.98, 0.99], None),
        ([0.5, 0.99, 1.0], 1),
        ([0.99, None, 0.99, 0.99, 0.2, 1.0, 1.0], 2),
    ],
)
def test_it_is_the_first_of_two_in_a_row(shares, place):
    assert first_of_two(shares, 0.99) == place
