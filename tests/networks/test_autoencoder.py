import keras
import numpy as np
import pytest
import tensorflow as tf

from ganzoo.networks import autoencoder


@pytest.mark.parametrize("data_shape", [(8, 8, 1), (28, 28, 1), (33, 40, 3), (5,)])
def test_shapes_and_ranges(data_shape):
    keras.utils.set_random_seed(0)
    generator = autoencoder.generator(6, data_shape, width=4)
    discriminator = autoencoder.discriminator(data_shape, width=4, code=3)
    made = generator(np.random.default_rng(0).normal(size=(5, 6)))
    assert made.shape == (5, *data_shape)
    outputs = discriminator(made)
    scores, codes = outputs["scores"], outputs["codes"]
    assert scores.shape == (5, 1) and codes.shape == (5, 3) and np.max(scores) <= 0 > np.min(scores)
    assert len(data_shape) == 1 or np.abs(made).max() <= 1


def test_channels_grow_on_the_way_to_the_code_and_stay_on_the_way_back():
    discriminator = autoencoder.discriminator((32, 32, 3), width=4, code=3)
    filters = [layer.filters for layer in discriminator.layers if hasattr(layer, "filters")]
    assert filters == [4, 4, 8, 8, 12, 12, 16]
    decoder = discriminator.get_layer("decoder")
    assert [layer.filters for layer in decoder.layers if hasattr(layer, "filters")] == [4, 4, 4, 4, 3]


def test_an_unknown_error_is_refused():
    with pytest.raises(ValueError, match="squared"):
        autoencoder.discriminator((8, 8, 1), error="cubed")


def test_what_is_rebuilt_black_can_be_moved_from_there():
    """A decoder that ends in tanh cannot: there its gradient is gone, and with it all that a discriminator could do."""
    keras.utils.set_random_seed(0)
    decoder = autoencoder.discriminator((8, 8, 1), width=4, code=3).get_layer("decoder")
    codes = tf.random.normal((5, 3))
    bias = decoder.trainable_variables[-1]
    bias.assign_sub([10.0])
    with tf.GradientTape() as tape:
        rebuilt = tf.reduce_mean(decoder(codes))
    assert rebuilt < -5
    np.testing.assert_allclose(tape.gradient(rebuilt, bias.value), [1], rtol=1e-5)
