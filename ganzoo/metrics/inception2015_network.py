"""The layers of the Inception network of 2015-12-05; see `ganzoo.metrics.inception2015`."""

import keras
from keras import layers

from ganzoo.metrics.reference_classifier import in_float32

SIDE = 299


@in_float32()
def network() -> keras.Model:
    """Builds the network, from images (N, 299, 299, 3) to [features (N, 2048), logits (N, 1008)], untrained.

    Layers have the names of pytorch-fid's. Each convolution holds the batch norm that follows it.
    """
    images = x = keras.Input((SIDE, SIDE, 3), name="images")
    x = _conv(x, "Conv2d_1a_3x3", 32, 3, strides=2)
    x = _conv(x, "Conv2d_2a_3x3", 32, 3, padding="valid")
    x = _conv(x, "Conv2d_2b_3x3", 64, 3)
    x = layers.MaxPooling2D(3, 2)(x)
    x = _conv(x, "Conv2d_3b_1x1", 80, 1)
    x = _conv(x, "Conv2d_4a_3x3", 192, 3, padding="valid")
    x = layers.MaxPooling2D(3, 2)(x)
    for name, pooled in (("Mixed_5b", 32), ("Mixed_5c", 64), ("Mixed_5d", 64)):
        x = _block_35(x, name, pooled)
    x = _reduction_17(x, "Mixed_6a")
    for name, width in (("Mixed_6b", 128), ("Mixed_6c", 160), ("Mixed_6d", 160), ("Mixed_6e", 192)):
        x = _block_17(x, name, width)
    x = _reduction_8(x, "Mixed_7a")
    x = _block_8(x, "Mixed_7b", layers.AveragePooling2D)
    x = _block_8(x, "Mixed_7c", layers.MaxPooling2D)
    features = layers.GlobalAveragePooling2D()(x)
    logits = layers.Dense(1008, use_bias=False, name="fc")(features)
    return keras.Model(images, [features, logits], name="inception2015")


def _conv(x, name, filters, size, strides=1, padding="same"):
    padding = "valid" if strides > 1 else padding
    return layers.Conv2D(filters, size, strides, padding, activation="relu", name=name)(x)


def _chain(x, block, *convolutions):
    for name, filters, size, *strides in convolutions:
        x = _conv(x, f"{block}.{name}", filters, size, *strides)
    return x


def _pooled(x, block, filters, pooling=layers.AveragePooling2D):
    return _conv(pooling(3, 1, "same")(x), f"{block}.branch_pool", filters, 1)


def _block_35(x, block, pooled):
    small = _chain(x, block, ("branch1x1", 64, 1))
    large = _chain(x, block, ("branch5x5_1", 48, 1), ("branch5x5_2", 64, 5))
    twice = _chain(x, block, ("branch3x3dbl_1", 64, 1), ("branch3x3dbl_2", 96, 3), ("branch3x3dbl_3", 96, 3))
    return layers.Concatenate()([small, large, twice, _pooled(x, block, pooled)])


def _reduction_17(x, block):
    once = _chain(x, block, ("branch3x3", 384, 3, 2))
    twice = _chain(x, block, ("branch3x3dbl_1", 64, 1), ("branch3x3dbl_2", 96, 3), ("branch3x3dbl_3", 96, 3, 2))
    return layers.Concatenate()([once, twice, layers.MaxPooling2D(3, 2)(x)])


def _block_17(x, block, width):
    row, column = (1, 7), (7, 1)
    small = _chain(x, block, ("branch1x1", 192, 1))
    once = _chain(x, block, ("branch7x7_1", width, 1), ("branch7x7_2", width, row), ("branch7x7_3", 192, column))
    twice = _chain(
        x,
        block,
        ("branch7x7dbl_1", width, 1),
        ("branch7x7dbl_2", width, column),
        ("branch7x7dbl_3", width, row),
        ("branch7x7dbl_4", width, column),
        ("branch7x7dbl_5", 192, row),
    )
    return layers.Concatenate()([small, once, twice, _pooled(x, block, 192)])


def _reduction_8(x, block):
    once = _chain(x, block, ("branch3x3_1", 192, 1), ("branch3x3_2", 320, 3, 2))
    more = _chain(
        x,
        block,
        ("branch7x7x3_1", 192, 1),
        ("branch7x7x3_2", 192, (1, 7)),
        ("branch7x7x3_3", 192, (7, 1)),
        ("branch7x7x3_4", 192, 3, 2),
    )
    return layers.Concatenate()([once, more, layers.MaxPooling2D(3, 2)(x)])


def _block_8(x, block, pooling):
    def both(parent, name):
        return [_conv(parent, f"{block}.{name}a", 384, (1, 3)), _conv(parent, f"{block}.{name}b", 384, (3, 1))]

    small = _chain(x, block, ("branch1x1", 320, 1))
    once = both(_chain(x, block, ("branch3x3_1", 384, 1)), "branch3x3_2")
    twice = both(_chain(x, block, ("branch3x3dbl_1", 448, 1), ("branch3x3dbl_2", 384, 3)), "branch3x3dbl_3")
    return layers.Concatenate()([small, *once, *twice, _pooled(x, block, 192, pooling)])
