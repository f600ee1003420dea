"""The self-supervision of FastGAN's discriminator: decoders that rebuild images from its features.

Departures from the authors' code. The decoders have layer norm in place of batch norm. Each error thus belongs to one
image, and no state depends on it: where nobody reads the errors, as for fakes, TensorFlow and XLA leave the decoders'
work out. One decoder rebuilds one quarter of each image, and all quarters have their turn within a batch; there, one is
drawn for the whole batch. Images are averaged down to the decoders' size, not sampled. The distance is `PyramidError`,
in place of that of Zhang et al. (2018), which needs a trained VGG.
"""

import keras
from keras import layers, ops

from ganzoo.distribution.global_batch import replica_id
from ganzoo.networks.dcgan import layer_normalized
from ganzoo.networks.fastgan_layers import GatedLinearUnit, channels_of, convolution

MULTIPLES = (2, 1, 1, 0.5)
"""The channels of a decoder after each of its doublings, of 8 x 8 to 128 x 128 say, as multiples of the width."""
SCALES = 3
"""The number of scales at which images are compared."""


@keras.saving.register_keras_serializable("ganzoo")
class Quadrants(layers.Layer):
    """Cuts one quarter out of each image: (N, H, W, C) -> (N, H / 2, W / 2, C), for even H and W.

    The images of the global batch show, in turn, their upper left, upper right, lower left and lower right quarter.
    """

    def call(self, images):
        count = ops.shape(images)[0]
        place = ops.reshape(ops.arange(count) + replica_id() * count, (-1, 1, 1, 1))
        upper, lower = ops.split(images, 2, axis=1)
        left, right = ops.split(ops.where(place // 2 % 2 == 0, upper, lower), 2, axis=2)
        return ops.where(place % 2 == 0, left, right)

    def compute_output_shape(self, input_shape):
        count, height, width, channels = input_shape
        return (count, height // 2, width // 2, channels)


@keras.saving.register_keras_serializable("ganzoo")
class PyramidError(layers.Layer):
    """The mean absolute difference of two images (N, H, W, C), averaged over up to three scales -> (N, 1).

    At each further scale the sides are halved, by means over 2 x 2 pixels, as long as both are even.
    """

    def call(self, pair):
        difference, errors = pair[0] - pair[1], []
        for scale in range(SCALES):
            if scale and any(side % 2 for side in difference.shape[1:3]):
                break
            difference = ops.average_pool(difference, 2) if scale else difference
            errors.append(ops.mean(ops.abs(difference), axis=(1, 2, 3)))
        return ops.expand_dims(sum(errors) / len(errors), axis=1)

    def compute_output_shape(self, input_shape):
        return (input_shape[0][0], 1)


def decode(features, image_shape: tuple[int, int, int], width: int):
    """Decodes features (N, h, w, D) to images (N, H, W, C) in [-1, 1], not larger than those of `image_shape`.

    The sides of the latter are h and w times a power of two. The decoder doubles them at most four times.
    """
    x = features
    for channels in channels_of(MULTIPLES, width)[: (image_shape[0] // features.shape[1]).bit_length() - 1]:
        x = convolution(2 * channels, 3)(layers.UpSampling2D()(x))
        x = GatedLinearUnit()(layer_normalized(x))
    return layers.Activation("tanh", dtype="float32")(convolution(image_shape[2], 3)(x))


def reconstruction_error(images, features, width: int):
    """Returns the error (N, 1), float32, with which a new decoder rebuilds images from a discriminator's features.

    Images larger than what the decoder makes are averaged down to its size.
    """
    rebuilt = decode(features, images.shape[1:], width)
    factor = images.shape[1] // rebuilt.shape[1]
    small = layers.AveragePooling2D(factor, dtype="float32")(images) if factor > 1 else images
    return PyramidError(dtype="float32")([small, rebuilt])


def self_supervision_error(images, whole_features, part_features, width: int):
    """Returns the summed error (N, 1) of two decoders.

    One rebuilds the whole images, at most 16 times as large as `whole_features`; the other one quarter of each image,
    from the same quarter of `part_features`.
    """
    whole = reconstruction_error(images, whole_features, width)
    part = reconstruction_error(Quadrants(dtype="float32")(images), Quadrants()(part_features), width)
    return layers.Add(dtype="float32", name="reconstruction_error")([whole, part])
