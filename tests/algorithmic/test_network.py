"""Averaging, against cases worked out by hand."""

import pytest
import torch

from cohobate.algorithmic.network import move_towards


def test_an_average_moves_by_its_share_of_the_way():
    average, value = torch.tensor([1.0, -2.0]), torch.tensor([3.0, 2.0])
    move_towards([average], [value], 0.25)
    assert average.tolist() == [1.5, -1.0]
    move_towards([average], [value], 0.25)
    assert average.tolist() == [1.875, -0.25]
    assert value.tolist() == [3.0, 2.0]


def test_after_a_horizon_of_steps_all_but_a_share_of_one_over_e_is_forgotten():
    average = torch.ones(1, dtype=torch.float64)
    for _ in range(1000):
        move_towards([average], [torch.zeros(1, dtype=torch.float64)], 1 / 1000)
    assert average.item() == pytest.approx(0.36769542477096373)  # 0.999 to the power of 1000


def test_each_average_follows_its_own_value_and_no_gradient_is_kept():
    averages = [torch.zeros(2), torch.zeros(1, 3)]
    values = [torch.ones(2, requires_grad=True), torch.full((1, 3), 2.0, requires_grad=True)]
    move_towards(averages, values, 0.5)
    assert [a.tolist() for a in averages] == [[0.5, 0.5], [[1.0, 1.0, 1.0]]]
    assert not any(a.requires_grad for a in averages)
