"""The control of adaptive discriminator augmentation: how its probability follows the discriminator's overfitting."""

import keras
import tensorflow as tf

from ganzoo.arguments import check_count, check_number
from ganzoo.distribution.global_batch import all_reduce_sum

TURNS = 4
"""After how many turns of the discriminator the probability changes, as in the paper."""


@keras.saving.register_keras_serializable("ganzoo")
class AdaptiveProbability(keras.layers.Layer):
    """A probability p that follows the discriminator's overfitting, Karras et al. (2020b), section 3.1.

        r = E sign D(x) over the real images x of 4 turns
        p <- p + sign(r - target) * (number of these images) / adjustment_images, limited to [0, 1]

    It starts at 0. As D overfits, the scores of more and more real images become positive, and r tends to 1. So D's
    scores must be positive for what it takes for real and negative for what it takes for fake, as they are with
    "minimax" and "hinge", but not with least-squares, Wasserstein or relativistic losses. The images are those of all
    replicas; a pack of images counts as one. The counts are saved with the model, so a resumed run continues exactly.

    Args:
        target: the value of r that p is to maintain, .6 in the paper.
        adjustment_images: the number of real images over which p can rise from 0 to 1: 500,000 in the paper;
            100,000 suits fine-tuning.

    Raises:
        ValueError: if the target is not a number from 0 to 1, or `adjustment_images` is not an integer of at least 1.
    """

    def __init__(self, target: float = 0.6, adjustment_images: int = 500_000, **arguments):
        super().__init__(**arguments)
        self.target = check_number("The target of adaptive augmentation", target, "from 0 to 1")
        self.adjustment_images = check_count("adjustment_images", adjustment_images)
        self.signs, self.images, self.turns = (add_state(self, name) for name in ("signs", "images", "turns"))
        self.built = True  # it has no inputs

    def update(self, probability: tf.Tensor, scores: tf.Tensor) -> tf.Tensor:
        """Counts the scores (n, 1) of a turn's real images on this replica; returns p for the next turn, a scalar."""
        positive, negative = (tf.math.count_nonzero(one, dtype=tf.float32) for one in (scores > 0, scores < 0))
        signs = self.signs + all_reduce_sum(positive - negative)
        images = self.images + all_reduce_sum(tf.cast(tf.shape(scores)[0], tf.float32))
        turns = self.turns + 1
        due = turns >= TURNS
        for state, value in ((self.signs, signs), (self.images, images), (self.turns, turns)):
            state.assign(tf.where(due, 0.0, value))
        step = tf.sign(signs - self.target * images) * images / self.adjustment_images
        return tf.where(due, tf.clip_by_value(probability + step, 0.0, 1.0), probability)

    def get_config(self):
        return {**super().get_config(), "target": self.target, "adjustment_images": self.adjustment_images}


def add_state(layer: keras.layers.Layer, name: str, initializer="zeros") -> keras.Variable:
    """Adds a float32 scalar to a layer that training changes, but no optimizer, and on which all replicas agree."""
    return layer.add_weight(
        name=name,
        shape=(),
        initializer=initializer,
        trainable=False,
        dtype="float32",
        autocast=False,
        aggregation="only_first_replica",
    )
