"""What X learns from: the newest batches, against hand-made ones."""

import numpy as np

from cohobate.algorithmic.memory import Memory


def batch(number, contexts=3):
    """A batch whose every number says which batch and which context it is of."""
    rows = 10 * number + np.arange(contexts)
    return rows[:, None, None], np.stack([rows, rows], 1)[..., None], np.stack([rows, rows], 1)


def test_the_newest_batches_are_kept_and_the_oldest_goes_first():
    memory = Memory(kept=2)
    for number in (1, 2, 3):
        memory.add(batch(number))
    assert [facts[0, 0, 0] for facts, _, _ in memory.batches] == [20, 30]


def test_a_draw_has_as_many_contexts_as_a_batch_none_twice_and_all_remembered():
    memory = Memory(kept=3)
    for number in (1, 2):
        memory.add(batch(number))
    seen = set()
    for seed in range(20):
        facts, questions, answers = memory.draw(np.random.default_rng(seed))
        assert facts.shape == (3, 1, 1)
        assert len(set(facts.ravel())) == 3
        seen |= set(facts.ravel().tolist())
    assert seen == {10, 11, 12, 20, 21, 22}


def test_facts_questions_and_answers_of_a_context_stay_together():
    memory = Memory(kept=4)
    for number in (1, 2, 3):
        memory.add(batch(number))
    facts, questions, answers = memory.draw(np.random.default_rng(0))
    assert (questions[..., 0] == facts[:, 0]).all()
    assert (answers == facts[:, 0]).all()


def test_from_one_batch_a_draw_is_that_batch_in_some_order():
    memory = Memory(kept=4)
    memory.add(batch(1, contexts=8))
    facts, _, _ = memory.draw(np.random.default_rng(3))
    assert sorted(facts.ravel().tolist()) == list(range(10, 18))
