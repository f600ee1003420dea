"""Transforms of a discriminator's input: packs of several examples, and augmentation."""

import typing

import keras
from keras import ops

from ganzoo.arguments import check_count
from ganzoo.networks.augmentation import StochasticAugment
from ganzoo.networks.augmentation_control import AdaptiveProbability

COLOR, TRANSLATION, CUTOUT = "color", "translation", "cutout"


@keras.saving.register_keras_serializable("ganzoo")
class Pack(keras.layers.Layer):
    """Packs neighbouring examples into the channels, Lin et al. (2018): (N, ..., C) -> (ceil(N/count), ..., C * count).

    If the last pack is incomplete, it is filled with the first examples of the batch.
    """

    def __init__(self, count: int, **arguments):
        super().__init__(**arguments)
        self.count = count

    def call(self, examples):
        size = ops.shape(examples)[0]
        packs = -(-size // self.count)
        order = ops.mod(ops.arange(packs * self.count), ops.maximum(size, 1))
        shape, rank = examples.shape[1:], len(examples.shape)
        packed = ops.reshape(ops.take(examples, order, axis=0), (packs, self.count, *shape))
        side_by_side = ops.transpose(packed, (0, *range(2, rank), 1, rank))
        return ops.reshape(side_by_side, (packs, *shape[:-1], self.count * shape[-1]))

    def compute_output_shape(self, input_shape):
        return (None, *input_shape[1:-1], input_shape[-1] * self.count)

    def get_config(self):
        return {**super().get_config(), "count": self.count}


@keras.saving.register_keras_serializable("ganzoo")
class DiffAugment(keras.layers.Layer):
    """Differentiable augmentation, Zhao et al. (2020), of images (N, H, W, C) in [-1, 1], in training only.

    Each image is augmented differently. Gradients pass through, so that both players train on augmented images.

    Args:
        policy: names separated by commas: color (brightness +-.5, saturation x 0 to 2 if there are several channels,
            contrast x .5 to 1.5), translation (by up to 1/8 of each side, with zeros outside) and cutout (a box of
            zeros with half of each side, of which the image may cut off up to half). Fractions of a pixel are rounded
            as in the authors' code, halves upwards.

    Raises:
        ValueError: for an unknown name.
    """

    def __init__(self, policy: str = "color,translation,cutout", **arguments):
        super().__init__(**arguments)
        if not isinstance(policy, str):
            raise ValueError(f"augment names augmentations, separated by commas; got {policy!r}.")
        self.policy = policy
        self.names = [name.strip() for name in policy.split(",")]
        for name in self.names:
            if name not in (COLOR, TRANSLATION, CUTOUT):
                raise ValueError(
                    f"Unknown augmentation {name!r}. Known: {COLOR}, {TRANSLATION}, {CUTOUT}, or ada alone."
                )
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, images, training=False):
        if training:
            for name in self.names:
                images = getattr(self, f"_{name}")(images)
        return images

    def _uniform(self, images, low, high, dtype=None):
        shape = (ops.shape(images)[0], 1, 1, 1)
        return keras.random.uniform(shape, low, high, dtype or images.dtype, self.seed_generator)

    def _color(self, images):
        images = images + self._uniform(images, -0.5, 0.5)
        mean = ops.mean(images, axis=3, keepdims=True)
        images = mean + (images - mean) * self._uniform(images, 0.0, 2.0)
        mean = ops.mean(images, axis=(1, 2, 3), keepdims=True)
        return mean + (images - mean) * self._uniform(images, 0.5, 1.5)

    def _translation(self, images):
        for axis in (1, 2):
            side = images.shape[axis]
            reach = int(side / 8 + 0.5)
            shift = ops.floor(self._uniform(images, -reach, reach + 1, "float32"))  # float16 cannot hold all positions
            source = ops.reshape(ops.arange(side, dtype="float32"), (1, side)) - ops.reshape(shift, (-1, 1))
            inside = ops.cast((source >= 0) & (source < side), images.dtype)
            index = ops.cast(ops.clip(source, 0, side - 1), "int32")
            shape = [-1, 1, 1, 1]
            shape[axis] = side
            images = ops.take_along_axis(images, ops.reshape(index, shape), axis=axis) * ops.reshape(inside, shape)
        return images

    def _cutout(self, images):
        outside = 0.0
        for axis in (1, 2):
            side = images.shape[axis]
            size = int(side / 2 + 0.5)
            centre = ops.floor(self._uniform(images, 0, side + 1 - size % 2, "float32"))
            shape = [1, 1, 1, 1]
            shape[axis] = side
            offset = ops.reshape(ops.arange(side, dtype="float32"), shape) - centre
            outside = ops.maximum(
                outside, ops.cast((offset < -(size // 2)) | (offset >= size - size // 2), images.dtype)
            )
        return images * outside

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "policy": self.policy}


def get_augmentation(augment: str | keras.layers.Layer) -> keras.layers.Layer:
    """Returns the layer that augments a discriminator's images.

    Args:
        augment: "ada" for a `StochasticAugment` with an `AdaptiveProbability`, "ada:0.3" for one with a probability of
            .3, the policy of a `DiffAugment`, or a layer, which is returned itself.

    Raises:
        ValueError: for an unknown name, or a probability that is not a number from 0 to 1.

    >>> float(get_augmentation("ada:0.25").augmentation_probability)
    0.25
    """
    if isinstance(augment, keras.layers.Layer):
        return augment
    name, _, probability = str(augment).partition(":")
    if name.strip() != "ada":
        return DiffAugment(augment)
    try:
        return StochasticAugment(float(probability) if probability else AdaptiveProbability())
    except ValueError as error:
        raise ValueError(
            f"The probability of augmentation, as in 'ada:0.3', is a number from 0 to 1; got {augment!r}."
        ) from error


def with_input_transforms(
    build: typing.Callable[[tuple[int, ...]], keras.Model],
    data_shape: tuple[int, ...],
    packing: int = 1,
    augment: str | keras.layers.Layer = "",
) -> keras.Model:
    """Builds a discriminator of examples (N, *data_shape) that are augmented and packed before it sees them.

    Args:
        build: a function from the shape of a pack to the discriminator, which may take a label beside the examples.
        data_shape: the shape of one example.
        packing: the number of examples in a pack.
        augment: what `get_augmentation` takes, or "" for none.

    Raises:
        ValueError: for a packing below 1, an unknown augmentation, or augmentation of vectors.
    """
    packing = check_count("packing", packing)
    discriminator = build((*data_shape[:-1], data_shape[-1] * packing))
    if packing == 1 and not augment:
        return discriminator
    if augment and len(data_shape) != 3:
        raise ValueError(
            f"augment is for images (height, width, channels), not for vectors {data_shape}: leave it out."
        )
    examples = x = keras.Input(data_shape, name="examples")
    x = get_augmentation(augment)(x) if augment else x
    x = Pack(packing)(x) if packing > 1 else x
    others = [keras.Input(one.shape[1:], name=one.name) for one in discriminator.inputs[1:]]
    inputs, transformed = ([examples, *others], [x, *others]) if others else (examples, x)
    return keras.Model(inputs, discriminator(transformed), name="discriminator")
