import numpy as np
import pytest

from ganzoo.networks import dcgan, heads, mlp

HEADS = [(heads.scores, [(5, 1)]), (heads.scores_and_logits(3), [(5, 1), (5, 3)])]
HEADS += [(heads.scores_and_codes(4, units=6), [(5, 1), (5, 4)])]


@pytest.mark.parametrize(("head", "shapes"), HEADS)
@pytest.mark.parametrize("normalization", ["batch", "layer", "spectral", None])
def test_each_head_on_each_trunk(head, shapes, normalization):
    images = np.random.default_rng(0).uniform(-1, 1, (5, 8, 8, 1))
    convolutional = dcgan.discriminator((8, 8, 1), 4, normalization=normalization, head=head)
    dense = mlp.leaky_discriminator((8, 8, 1), (7,), spectral=normalization == "spectral", head=head)
    for network in (convolutional, dense):
        outputs = network(images, training=False)
        outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
        assert [tuple(output.shape) for output in outputs] == shapes
        assert all(np.abs(output).max() > 0 for output in outputs)
