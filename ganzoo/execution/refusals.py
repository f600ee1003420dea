"""Refusals of batches: ValueErrors that a graph, which can raise no Python error, states as assertions."""

import functools
import re

import tensorflow as tf

_STATED = re.compile(r"<refusal>(.*?)</refusal>\]((?: \[-?\d+\])*)", re.DOTALL)


def require(condition, sentence, *numbers):
    """Raises ValueError with the sentence, whose places `numbers` fill, if the condition does not hold.

    In a graph, returns an operation that does so if a function that `stating_refusals` wraps runs the graph. XLA leaves
    out the operation.

    Args:
        condition: a scalar bool tensor.
        sentence: a format string, without square brackets.
        *numbers: scalar integer tensors.
    """
    if tf.executing_eagerly():
        if not condition:
            raise ValueError(sentence.format(*map(int, numbers)))
        return None
    return tf.debugging.Assert(condition, [f"<refusal>{sentence}</refusal>", *(tf.cast(n, tf.int32) for n in numbers)])


def stating_refusals(function):
    """Wraps a function so that a requirement which fails in a graph becomes a ValueError of one sentence."""

    @functools.wraps(function)
    def stating(*arguments, **named):
        try:
            return function(*arguments, **named)
        except tf.errors.InvalidArgumentError as error:
            found = _STATED.search(str(error))
            if found is None:
                raise
            sentence, numbers = found.groups()
        raise ValueError(sentence.format(*re.findall(r"-?\d+", numbers)))

    return stating
