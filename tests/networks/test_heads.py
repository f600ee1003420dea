import keras
import numpy as np
import pytest

from ganzoo.networks import dcgan, heads, mlp

HEADS = [
    (heads.scores, (5, 1)),
    (heads.scores_and_logits(3), {"scores": (5, 1), "logits": (5, 3)}),
    (heads.scores_and_codes(4, units=6), {"scores": (5, 1), "codes": (5, 4)}),
    (heads.means_and_log_variances(2), {"means": (5, 2), "log_variances": (5, 2)}),
]


@pytest.mark.cases(8)
@pytest.mark.parametrize(("head", "shapes"), HEADS)
@pytest.mark.parametrize("normalization", ["batch", "layer", "spectral", None])
def test_each_head_on_each_trunk(head, shapes, normalization):
    images = np.random.default_rng(0).uniform(-1, 1, (5, 8, 8, 1))
    convolutional = dcgan.discriminator((8, 8, 1), 4, normalization=normalization, head=head)
    dense = mlp.leaky_discriminator((8, 8, 1), (7,), spectral=normalization == "spectral", head=head)
    for network in (convolutional, dense):
        outputs = network(images, training=False)
        assert keras.tree.map_structure(lambda output: tuple(output.shape), outputs) == shapes
        assert all(np.abs(output).max() > 0 for output in keras.tree.flatten(outputs))
