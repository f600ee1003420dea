"""What a discriminator may see instead of one plain example: several at once, or changed ones."""

import keras
from keras import ops

COLOR, TRANSLATION, CUTOUT = "color", "translation", "cutout"


@keras.saving.register_keras_serializable("ganzoo")
class Pack(keras.layers.Layer):
    """Lin et al. (2018): (N, ..., C) -> (ceil(N / count), ..., C * count), neighbours side by side in the channels.

    Where they do not fill the last pack, the first examples do once more.
    """

    def __init__(self, count, **arguments):
        super().__init__(**arguments)
        self.count = count

    def call(self, examples):
        size = ops.shape(examples)[0]
        packs = -(-size // self.count)
        order = ops.mod(ops.arange(packs * self.count), ops.maximum(size, 1))
        shape, rank = examples.shape[1:], len(examples.shape)
        apart = ops.reshape(ops.take(examples, order, axis=0), (packs, self.count, *shape))
        side_by_side = ops.transpose(apart, (0, *range(2, rank), 1, rank))
        return ops.reshape(side_by_side, (packs, *shape[:-1], self.count * shape[-1]))

    def compute_output_shape(self, input_shape):
        return (None, *input_shape[1:-1], input_shape[-1] * self.count)

    def get_config(self):
        return {**super().get_config(), "count": self.count}


@keras.saving.register_keras_serializable("ganzoo")
class DiffAugment(keras.layers.Layer):
    """Zhao et al. (2020): changes images (N, H, W, C) in [-1, 1] at random, each in its own way, in training alone.

    `policy` names some of color (brightness +-.5; saturation x 0 to 2, where there are channels; contrast x .5 to 1.5),
    translation (up to 1/8 of each side, zeros outside) and cutout (a zero box of half the sides), with commas between.
    Generator and discriminator both see changed images; gradients pass through. Raises ValueError for another name.
    """

    def __init__(self, policy="color,translation,cutout", **arguments):
        super().__init__(**arguments)
        self.policy = policy
        self.changes = [name.strip() for name in policy.split(",")]
        for name in self.changes:
            if name not in (COLOR, TRANSLATION, CUTOUT):
                raise ValueError(f"Unknown augmentation {name!r}. Known: {COLOR}, {TRANSLATION}, {CUTOUT}.")
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, images, training=False):
        if training:
            for name in self.changes:
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
            shift = ops.floor(self._uniform(images, -reach, reach + 1, "float32"))  # places: 16 bits are too few
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
            half = int(side * 0.25 + 0.5)
            centre = ops.floor(self._uniform(images, 0, side + (1 - int(side * 0.5) % 2), "float32"))
            shape = [1, 1, 1, 1]
            shape[axis] = side
            away = ops.reshape(ops.arange(side, dtype="float32"), shape) - centre
            outside = ops.maximum(outside, ops.cast((away < -half) | (away >= half), images.dtype))
        return images * outside

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "policy": self.policy}


def before(build, data_shape, packing=1, augment=""):
    """The discriminator `build(shape)` of packs of so many examples, or of augmented ones, as one of examples.

    Raises ValueError for a packing below 1 and an unknown augmentation.
    """
    if not isinstance(packing, int) or packing < 1:
        raise ValueError(f"packing is how many examples D judges at once, at least 1; got {packing!r}.")
    discriminator = build((*data_shape[:-1], data_shape[-1] * packing))
    if packing == 1 and not augment:
        return discriminator
    if augment and len(data_shape) != 3:
        raise ValueError(f"augment changes images (height, width, channels), not vectors {data_shape}: leave it out.")
    examples = x = keras.Input(data_shape, name="examples")
    x = DiffAugment(augment)(x) if augment else x
    x = Pack(packing)(x) if packing > 1 else x
    return keras.Model(examples, discriminator(x), name="discriminator")
