"""From latents and labels to the styles of StyleGAN2, Karras et al. (2020)."""

import math

import keras
from keras import layers, ops

from ganzoo.arguments import check_count
from ganzoo.networks.equalized import EqualizedDense, scaled_leaky_relu


def mapping_network(parts: list, units: int, depth: int):
    """Returns w (N, units), float32: what a mapping network makes of latents, of an embedded label, or of both.

    Args:
        parts: vectors (N, D), each of which is first scaled to a mean square of 1.
        units: the width of all layers.
        depth: the number of dense layers, which learn at a hundredth of the other layers' rate.

    Raises:
        ValueError: if the width or the depth is not an integer of at least 1.
    """
    units, depth = check_count("style_dim", units), check_count("mapping_layers", depth)
    parts = [_normalized(part) for part in parts]
    w = layers.Concatenate(dtype="float32")(parts) if len(parts) > 1 else parts[0]
    for _ in range(depth):
        w = EqualizedDense(units, scaled_leaky_relu, learning_rate_multiplier=0.01, dtype="float32")(w)
    return w


def _normalized(vectors):
    """Divides each vector (N, D) by the root of its mean square."""
    directions = layers.UnitNormalization(dtype="float32")(vectors)
    return layers.Rescaling(math.sqrt(vectors.shape[-1]), dtype="float32")(directions)


@keras.saving.register_keras_serializable("ganzoo")
class StylesPerLayer(keras.layers.Layer):
    """Gives every layer of a synthesis network its copy of w: (N, D) -> (N, count, D).

    The layer has two weights that are not trained. `mean_w` is the moving mean w_bar of w, which each call in training
    updates, over the examples of all replicas. `truncation` is psi: in inference w becomes w_bar + psi (w - w_bar),
    which makes images better and more alike if psi, 1 at first, is below 1.

    After each call, `last` is the output. Penalties may differentiate the images with respect to it.

    Args:
        count: the number of layers.
        decay: the momentum of w_bar.
    """

    def __init__(self, count: int, decay: float = 0.995, **arguments):
        super().__init__(**arguments)
        self.count, self.decay, self.last = count, decay, None

    def build(self, input_shape):
        # The variable takes the mean over replicas: if the layer reduced, `Lazy` could skip no penalty on several.
        self.mean_w = self.add_weight(
            name="mean_w", shape=input_shape[1:], initializer="zeros", trainable=False, aggregation="mean"
        )
        self.truncation = self.add_weight(
            name="truncation", shape=(), initializer="ones", trainable=False, aggregation="only_first_replica"
        )

    def call(self, w, training=False):
        if training:
            mean = ops.mean(ops.cast(w, self.mean_w.dtype), axis=0)
            self.mean_w.assign(self.decay * self.mean_w.value + (1 - self.decay) * mean)
        else:
            w = self.truncation * w + (1 - self.truncation) * self.mean_w
        # Replicas are traced in turns and change at the assignment above, so `last` is set after it.
        self.last = ops.repeat(w[:, None], self.count, axis=1)
        return self.last

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.count, *input_shape[1:])

    def get_config(self):
        return {**super().get_config(), "count": self.count, "decay": self.decay}
