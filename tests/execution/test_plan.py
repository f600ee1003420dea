"""A plan follows from a workload alone."""

import math

import pytest

from ganzoo.execution.plan import MOST_MULTIPLICATIONS, MOST_STEPS, WORTH_XLA, Plan, Workload, plan


def steps(**workload):
    return plan(Workload(**workload)).steps


@pytest.mark.parametrize(("epoch", "expected"), [(600, 50), (17, 17), (97, 1), (30, 30), (1, 1), (-1, 1), (None, 1)])
def test_steps_divide_the_epoch_and_are_at_most_50(epoch, expected):
    assert MOST_STEPS == 50
    assert steps(multiplications=1, steps=epoch) == steps(steps=epoch, accelerated=True) == expected


@pytest.mark.parametrize(("share", "expected"), [(7.2, 7), (1, 1), (0.01, 1), (1000, 20)])
def test_a_cpu_takes_as_many_as_keep_an_execution_short(share, expected):
    assert steps(multiplications=MOST_MULTIPLICATIONS / share, steps=21 if expected == 7 else 20) == expected
    assert steps(multiplications=MOST_MULTIPLICATIONS / share, steps=20, accelerated=True) == 20


@pytest.mark.parametrize("workload", [{"multiplications": math.inf}, {"every_batch": True}, {"eager": True}], ids=str)
def test_one_step_where_the_cost_is_unknown_or_each_batch_counts(workload):
    assert steps(**{"multiplications": 1, "steps": 20} | workload) == 1


@pytest.mark.parametrize(
    ("fit_in", "expected"),
    [(None, Plan(6, in_blocks=False)), (100, Plan(6, in_blocks=True)), (3, Plan(3, in_blocks=True)), (1, Plan(1))],
)
def test_no_more_steps_at_once_than_batches_fit_into_a_block(fit_in, expected):
    assert plan(Workload(multiplications=1, steps=6, batches_per_block=fit_in)) == expected


def test_what_the_user_asks_for_is_kept():
    workload = Workload(multiplications=1, steps=6, batches_per_block=4)
    assert plan(workload, steps=5, jit_compile=True) == Plan(5, jit_compile=True, in_blocks=False)
    assert plan(workload, steps=4, jit_compile=False) == Plan(4, jit_compile=False, in_blocks=True)
    assert plan(Workload(eager=True, batches_per_block=9), steps=4) == Plan(4)


@pytest.mark.parametrize(
    ("workload", "expected"),
    [
        ({"multiplications": WORTH_XLA, "suits_xla": True}, True),
        ({"multiplications": WORTH_XLA * 0.99, "suits_xla": True}, False),
        ({"multiplications": WORTH_XLA, "suits_xla": False, "keras_prefers_xla": True}, False),
        ({"suits_xla": True}, False),
        ({"accelerated": True, "keras_prefers_xla": True}, True),
        ({"accelerated": True, "suits_xla": True, "multiplications": WORTH_XLA}, False),
        ({"accelerated": True, "keras_prefers_xla": True, "eager": True}, False),
    ],
    ids=str,
)
def test_xla_compiles_where_it_is_faster(workload, expected):
    assert plan(Workload(**workload)).jit_compile is expected
