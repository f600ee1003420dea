"""Top-k training, Sinha et al. (2020): the generator learns from its best examples alone."""

from collections.abc import Callable

import tensorflow as tf

from ganzoo.arguments import check_number
from ganzoo.distribution.global_batch import all_reduce_sum, gather_rows
from ganzoo.losses.objectives import Objective
from ganzoo.schedules import Schedule, Setting


def loss_of_best(loss: Callable[[tf.Tensor], tf.Tensor], scores: tf.Tensor, share: float | tf.Tensor) -> tf.Tensor:
    """Computes a loss over the fakes that the discriminator finds most real; the others have no gradient.

    >>> from ganzoo.losses.objectives import negative_mean
    >>> float(loss_of_best(negative_mean, tf.constant([[4.0], [1.0], [2.0], [3.0]]), share=0.5))
    -3.5

    Args:
        loss: a function (scores) -> scalar, the mean of a function of each score.
        scores: the scores of the fakes, (N, 1) or (N, h, w, 1); of patches, the mean counts.
        share: the share of the global batch that is kept, from 0 to 1, at least one example.
    """
    means = tf.reduce_mean(scores, axis=range(1, len(scores.shape)))
    everyone = gather_rows(means)
    count = tf.clip_by_value(tf.round(share * tf.cast(tf.size(everyone), tf.float32)), 1.0, 1e9)
    threshold = tf.stop_gradient(tf.sort(everyone, direction="DESCENDING")[tf.cast(count, tf.int32) - 1])
    best = means >= threshold
    filled = tf.where(tf.reshape(best, [-1] + [1] * (len(scores.shape) - 1)), scores, threshold)
    size, kept = tf.cast(tf.size(means), tf.float32), tf.reduce_sum(tf.cast(best, tf.float32))
    total = size * loss(filled) - (size - kept) * loss(tf.reshape(threshold, (1, 1)))
    return total * tf.distribute.get_strategy().num_replicas_in_sync / all_reduce_sum(kept)


def check_top_k(top_k: Setting | None, objective: Objective) -> Setting | None:
    """Returns `top_k`; raises ValueError unless it is a share, a schedule or None, and if the objective has pairs."""
    if top_k is None or isinstance(top_k, Schedule):
        share = top_k
    else:
        share = check_number("top_k, the share of the fakes that the generator learns from,", top_k, "from 0 to 1")
    if share is not None and objective.relativistic:
        raise ValueError(
            f"top_k ranks fakes alone, but {objective.name!r} pairs them with real examples: leave it out."
        )
    return share
