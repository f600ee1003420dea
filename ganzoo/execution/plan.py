"""How steps are run: how many in one call from Python, compiled by XLA or not, with their batches in a block or not."""

import dataclasses
import math

MOST_STEPS = 50
MOST_MULTIPLICATIONS = 6e9
"""Of one execution on a CPU, which takes two cores some 200 ms."""
WORTH_XLA = 1e8


@dataclasses.dataclass(frozen=True)
class Workload:
    """What a plan depends on.

    Attributes:
        multiplications: of a weight and an example, for one batch once through all networks; infinite if unknown.
        steps: train steps, or tests, in an epoch; None if unknown.
        batches_per_block: how many batches fit into a block; None if they cannot be put into blocks.
        accelerated: whether a GPU or TPU runs the steps.
        eager: whether steps run eagerly.
        every_batch: whether a callback looks at each batch.
        keras_prefers_xla: whether Keras would let XLA compile the model.
        suits_xla: whether all weights are matrices, no layer draws random numbers, and one device runs the steps.
    """

    multiplications: float = math.inf
    steps: int | None = None
    batches_per_block: int | None = None
    accelerated: bool = False
    eager: bool = False
    every_batch: bool = False
    keras_prefers_xla: bool = False
    suits_xla: bool = False


@dataclasses.dataclass(frozen=True)
class Plan:
    """`steps` in one execution; `jit_compile`: by XLA; `in_blocks`: their batches are transferred all at once."""

    steps: int = 1
    jit_compile: bool = False
    in_blocks: bool = False


def plan(workload, steps="auto", jit_compile="auto"):
    """Returns the `Plan` for a workload, in which a user may have fixed `steps` and `jit_compile`.

    >>> plan(Workload(multiplications=1e6, steps=600, batches_per_block=1000))
    Plan(steps=50, jit_compile=False, in_blocks=True)
    """
    steps = choose_steps(workload) if steps == "auto" else steps
    jit_compile = should_jit(workload) if jit_compile == "auto" else jit_compile
    in_blocks = 1 < steps <= (workload.batches_per_block or 0) and not workload.eager
    return Plan(steps, jit_compile, in_blocks)


def choose_steps(workload):
    """Returns how many steps one execution takes: a divisor of the epoch's steps, 1 if these are unknown.

    Between two executions, Python takes some tenths of a millisecond. So an accelerator takes many steps at once, and a
    CPU as many as take some 200 ms. Nothing depends on a clock: the same run always takes the same numbers of steps.
    """
    if not workload.steps or workload.steps < 0 or workload.every_batch or workload.eager:
        return 1
    wanted = MOST_STEPS if workload.batches_per_block is None else min(MOST_STEPS, workload.batches_per_block)
    if not workload.accelerated:
        wanted = min(wanted, round(MOST_MULTIPLICATIONS / max(1, workload.multiplications)))
    return max(number for number in range(1, max(1, wanted) + 1) if workload.steps % number == 0)


def should_jit(workload):
    """Returns whether XLA compiles the train step: on an accelerator if Keras would, on a CPU for large matrices alone.

    XLA moves matrices in fewer passes over the memory, but on a CPU its convolutions are slower than TensorFlow's own,
    and it draws the random numbers of layers such as dropout slowly, and differently from TensorFlow.
    """
    if workload.eager:
        return False
    if workload.accelerated:
        return workload.keras_prefers_xla
    return workload.suits_xla and WORTH_XLA <= workload.multiplications < math.inf
