"""`sample` and `plot`: new examples at each call, the same ones for the same seed, one sentence for bad arguments."""

import numpy as np
import pytest
from PIL import Image
from variant_table import VARIANTS

import ganzoo

BY_NAME = {row.name: row for row in VARIANTS}
KINDS = [BY_NAME[name] for name in ("nsgan", "cdcgan", "lsgan", "cyclegan", "pix2pix", "vaegan", "infogan")]


def parts(samples):
    return list(samples.values()) if isinstance(samples, dict) else [samples]


@pytest.mark.cases(4)
@pytest.mark.parametrize("row", KINDS, ids=str)
def test_without_a_seed_each_call_makes_new_examples(row):
    gan = row.awake()
    for buffer in (getattr(gan, name, None) for name in ("prior", "examples_a", "examples_b")):
        if hasattr(buffer, "images"):
            buffer.images.assign(np.random.default_rng(0).uniform(-1, 1, buffer.images.shape))
    named, again, first, second = (gan.sample(4, seed=seed) for seed in (7, 7, None, None))
    for left, right in zip(parts(named), parts(again), strict=True):
        np.testing.assert_array_equal(left, right)
    assert any(not np.array_equal(*pair) for pair in zip(parts(first), parts(second), strict=True))


@pytest.mark.parametrize("row", [BY_NAME["nsgan"], BY_NAME["cyclegan"], BY_NAME["pix2pix"]], ids=str)
@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"count": 0}, "`count` must be an integer of at least 1; got 0"),
        ({"count": -1}, "`count` must be an integer of at least 1; got -1"),
        ({"count": 2.5}, "`count` must be an integer of at least 1; got 2.5"),
        ({"count": True}, "`count` must be an integer of at least 1; got True"),
        ({"count": None}, "`count` must be an integer of at least 1; got None"),
        ({"count": "3"}, "`count` must be an integer of at least 1; got '3'"),
        ({"count": 3, "batch_size": 0}, "`batch_size` must be an integer of at least 1; got 0"),
        ({"count": 3, "batch_size": None}, "`batch_size` must be an integer of at least 1; got None"),
        ({"count": 2, "seed": 2**70}, "A seed is an int of at most 64 bits"),
        ({"count": 2, "seed": 1.5}, "A seed is an int of at most 64 bits, or None to draw one; got 1.5"),
        ({"count": 2, "seed": "1"}, "A seed is an int of at most 64 bits, or None to draw one; got '1'"),
        ({"count": 2, "seed": (1, 2, 3)}, "A seed is an int of at most 64 bits"),
        ({"count": 2, "seed": True}, "A seed is an int of at most 64 bits"),
    ],
)
def test_bad_arguments_get_one_sentence(row, arguments, message, untrained):
    with pytest.raises(ValueError, match=message):
        untrained(row.name).sample(**arguments)


@pytest.mark.thorough
def test_a_notebook_shows_a_grid_of_images_or_a_plot_of_vectors():
    images = BY_NAME["cdcgan"].create()
    picture = images.plot(9, labels=3, seed=0)
    assert isinstance(picture, Image.Image) and picture.mode == "L" and picture.size == (3 * 50 + 2,) * 2
    np.testing.assert_array_equal(picture, images.plot(9, labels=3, seed=0))
    assert not np.array_equal(picture, images.plot(9, labels=3))
    assert BY_NAME["cyclegan"].create().plot(4).size == (2 * 98 + 2, 2 * 50 + 2)  # an image and its translation
    points = ganzoo.create("lsgan", (2,), width=4).plot()
    assert points.mode == "RGB" and len(np.unique(points)) > 20
    with pytest.raises(ValueError, match=r"No picture shows examples of shape \(5,\): take gan.sample"):
        ganzoo.create("lsgan", (5,), width=4).plot()
