"""Noise within a generator, from which details such as hair and grain can be made."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("ganzoo")
class NoiseInjection(keras.layers.Layer):
    """Adds to images (N, H, W, C) one number from N(0, 1) per pixel, times a trained strength that is 0 at first.

    In training the noise is new for each image. In inference it is an image (H, W, 1) that is drawn when the layer is
    built and saved with it, so that equal latents give equal images.
    """

    def __init__(self, **arguments):
        super().__init__(**arguments)
        self.seed_generator = keras.random.SeedGenerator()

    def build(self, input_shape):
        normal = keras.initializers.RandomNormal(stddev=1)
        self.constant_noise = self.add_weight(
            name="constant_noise", shape=(*input_shape[1:3], 1), initializer=normal, trainable=False
        )
        self.strength = self.add_weight(name="strength", shape=(), initializer="zeros")

    def call(self, images, training=False):
        noise = self.constant_noise
        if training:
            shape = (*ops.shape(images)[:3], 1)
            noise = keras.random.normal(shape, dtype=images.dtype, seed=self.seed_generator)
        return images + noise * self.strength

    def compute_output_shape(self, input_shape):
        return input_shape
