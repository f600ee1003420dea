"""Layers that Keras does not have."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("ganzoo")
class Maxout(keras.layers.Dense):
    """`units` maxima over `pieces` linear maps each, Goodfellow et al. (2013): (N, D) -> (N, units).

    Takes the keyword arguments of `keras.layers.Dense`, which draws the units * pieces maps.
    """

    def __init__(self, units, pieces, **arguments):
        super().__init__(units * pieces, **arguments)
        self.pieces = pieces

    def call(self, inputs, training=None):
        maps = super().call(inputs, training=training)
        return ops.max(ops.reshape(maps, (-1, self.units // self.pieces, self.pieces)), axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units // self.pieces)

    def get_config(self):
        return {**super().get_config(), "units": self.units // self.pieces, "pieces": self.pieces}
