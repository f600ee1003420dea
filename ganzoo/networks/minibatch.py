"""Statistics of minibatches, from which a discriminator sees whether fakes vary as much as real examples."""

import math

import keras
from keras import ops

from ganzoo.arguments import check_count


@keras.saving.register_keras_serializable("ganzoo")
class MinibatchStandardDeviation(keras.layers.Layer):
    """Appends how much neighbouring examples differ, Karras et al. (2018): (N, H, W, C) -> (N, H, W, C + 1).

    The further channel is constant for each group of `group_size` examples: the mean, over all positions and channels,
    of the standard deviation within the group. The groups are neighbours in the batch, so several replicas compute what
    one would, provided that each one's part of the batch is a multiple of the group. (In the authors' code examples of
    a group are as far apart as possible.) If the last group is incomplete, the first examples of the batch fill it.

    A score then depends on the other examples in its group. Its gradient with respect to the images, as in R1, is that
    of the sum of all scores, as in the authors' code.

    Raises ValueError unless the group size is an integer of at least 1.
    """

    def __init__(self, group_size: int = 4, **arguments):
        super().__init__(**arguments)
        self.group_size = check_count("group_size", group_size)

    def call(self, features):
        size, shape = ops.shape(features)[0], features.shape[1:]
        places = ops.arange(size, -(-size // self.group_size) * self.group_size)
        filling = ops.take(features, ops.mod(places, ops.maximum(size, 1)), axis=0)
        members = ops.cast(ops.concatenate([features, filling]), "float32")
        members = ops.reshape(members, (-1, self.group_size, math.prod(shape)))
        deviations = ops.sqrt(ops.var(members, axis=1) + 1e-8)
        channel = ops.repeat(ops.mean(deviations, axis=1), self.group_size)[:size]
        channel = ops.broadcast_to(ops.reshape(channel, (-1, 1, 1, 1)), (size, *shape[:2], 1))
        return ops.concatenate([features, ops.cast(channel, features.dtype)], axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], input_shape[-1] + 1)

    def get_config(self):
        return {**super().get_config(), "group_size": self.group_size}
