"""Paths through latents: where they go, what is made on the way, and what the script leaves of them."""

import json

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image, ImageSequence
from scipy.spatial import geometric_slerp

import ganzoo
from ganzoo import images, latent, priors
from ganzoo.commands import interpolate
from ganzoo.commands.support import checkpoint_generators
from small_gan import SMALL, read_picture

PRIORS = [priors.Normal(5), priors.Uniform(5), priors.Codes(priors.Normal(2), categories=[3], continuous=1)]


def test_a_normal_path_is_scipys_and_a_uniform_one_straight():
    start, end = np.linalg.qr(np.random.default_rng(0).normal(size=(4, 2)))[0].T
    expected = geometric_slerp(start, end, np.linspace(0, 1, 8))
    np.testing.assert_allclose(latent.path(priors.Normal(4), [start, end], 7), expected, atol=1e-6)
    expected = np.linspace(start, end, 8)
    np.testing.assert_allclose(latent.path(priors.Uniform(4), [start, end], 7), expected, atol=1e-6)


@pytest.mark.parametrize("prior", PRIORS)
@pytest.mark.parametrize("closed", [False, True])
def test_every_waypoint_is_on_the_path_once_as_it_is(prior, closed):
    waypoints = prior.sample(4, seed=0).numpy()
    path = latent.path(prior, waypoints, 6, closed).numpy()
    assert path.shape == (24 if closed else 19, prior.dim)
    np.testing.assert_array_equal(path[::6], waypoints)
    assert [int((path == waypoint).all(axis=1).sum()) for waypoint in waypoints] == [1] * 4
    assert np.isfinite(prior.log_density(path)).all()
    back = latent.path(prior, waypoints[[3, 0]], 6)
    np.testing.assert_array_equal(latent.path(prior, waypoints, 6, closed=True)[18:], back[:-1])


@pytest.mark.parametrize("prior", PRIORS)
def test_paths_side_by_side_are_those_alone(prior):
    waypoints = tf.reshape(prior.sample(6, seed=0), (3, 2, -1))
    together = latent.path(prior, waypoints, 4, closed=True)
    for index in range(2):
        alone = latent.path(prior, waypoints[:, index], 4, closed=True)
        np.testing.assert_allclose(together[:, index], alone, atol=1e-6)


def test_one_step_is_the_waypoints_alone():
    waypoints = priors.Normal(3).sample(3, seed=0)
    np.testing.assert_array_equal(latent.path(priors.Normal(3), waypoints, 1), waypoints)


@pytest.mark.parametrize(("waypoints", "steps"), [(1, 3), (2, 0)])
def test_paths_that_are_none_are_refused(waypoints, steps):
    with pytest.raises(ValueError, match="A path needs two or more waypoints|steps must be an integer of at least 1"):
        latent.path(priors.Normal(2), priors.Normal(2).sample(waypoints, 0), steps)


def test_images_are_those_of_their_latents_however_many_at_once():
    weights = np.float32(np.random.default_rng(0).normal(size=(3, 4)))
    latents = priors.Normal(3).sample(7, seed=0)
    drawn = latent.draw(lambda z: tf.reshape(z @ weights, (-1, 2, 2, 1)), latents, batch_size=3, verbose=False)
    np.testing.assert_allclose(drawn, np.reshape(latents @ weights, (7, 2, 2, 1)), atol=1e-6)


def test_frames_of_one_moment_are_made_together():
    latents = np.arange(24, dtype="float32").reshape(4, 3, 2)
    label = tf.constant([10.0, 20.0, 30.0])  # one for each path: a generator that closes over labels
    found = latent.frames(lambda z: z[:, :1] + label[:, None], latents, verbose=False)
    np.testing.assert_array_equal(found, latents[..., :1] + [[10], [20], [30]])


@pytest.fixture(scope="module")
def conditional(tmp_path_factory):
    folder = tmp_path_factory.mktemp("conditional")
    gan = ganzoo.create("cdcgan", (8, 8, 1), num_classes=3, width=4, latent_dim=4, seed=0)
    gan.save(folder / "gan.keras")
    return folder, gan


def cell(picture, row, column):
    return picture[2 + 50 * row :, 2 + 50 * column :][:48, :48]


def test_the_script_leaves_rows_classes_and_a_loop(conditional):
    folder, gan = conditional
    result = interpolate.interpolate(folder / "gan.keras", count=5, steps=3, seed=1, verbose=False)
    assert json.loads((folder / "interpolation.json").read_text()) == result
    rows, classes = read_picture(folder / "interpolation.png"), read_picture(folder / "classes.png")
    assert rows.shape == (5 * 50 + 2, 4 * 50 + 2, 1) and classes.shape == (3 * 50 + 2, 4 * 50 + 2, 1)
    samples = gan.sample(10, labels=[0, 1, 2, 0, 1] * 2, seed=1)
    for row, column, index in ((0, 0, 0), (4, 0, 4), (0, 3, 5), (4, 3, 9)):
        expected = images.grid(samples[[index]], padding=0)
        np.testing.assert_allclose(cell(rows, row, column).astype(int), expected, atol=1)
    of_one_latent = [gan.sample(1, labels=label, seed=1) for label in range(3)]
    for row, column, label in ((0, 0, 0), (0, 3, 1), (1, 0, 1), (2, 0, 2), (2, 3, 0)):
        expected = images.grid(of_one_latent[label], padding=0)
        np.testing.assert_allclose(cell(classes, row, column).astype(int), expected, atol=1)
    with Image.open(folder / "interpolation.gif") as film:
        assert film.n_frames == 4 * 2 * 3 and film.size == (202, 202)
        assert {frame.info["duration"] for frame in ImageSequence.Iterator(film)} == {80}
    assert result["largest_step"].keys() == {"interpolation", "classes"}


def test_between_classes_the_label_goes_straight(conditional):
    folder, gan = conditional
    weights, latents = tf.constant([[0.25, 0, 0.75]]), gan.prior.sample(1, seed=0)
    made = checkpoint_generators.generator_of_class_weights(gan)(latents, weights)
    np.testing.assert_allclose(made, gan.generator([latents, weights], training=False), atol=1e-6)
    frames = interpolate._between_classes(gan, 3, 4, 0, verbose=False)
    np.testing.assert_allclose(frames[1, 2], made[0], atol=1e-5)  # a quarter of the way from class 2 to class 0


@pytest.mark.thorough
def test_labels_of_rows_are_those_given(conditional, tmp_path):
    folder, gan = conditional
    interpolate.interpolate(folder / "gan.keras", count=2, steps=1, labels=2, out=tmp_path, verbose=False)
    expected = images.grid(gan.sample(1, labels=2, seed=0), padding=0)
    rows = read_picture(tmp_path / "interpolation.png")
    np.testing.assert_allclose(cell(rows, 0, 0).astype(int), expected, atol=1)


@pytest.mark.thorough
def test_an_unconditional_variant_has_no_classes(tmp_path):
    gan = ganzoo.create("nsgan", (8, 8, 1), seed=0, **SMALL)
    gan.save(tmp_path / "gan.keras")
    interpolate.interpolate(tmp_path / "gan.keras", count=2, steps=2, verbose=False)
    assert not (tmp_path / "classes.png").exists() and (tmp_path / "interpolation.gif").exists()
    with pytest.raises(ValueError, match="unconditional: sample takes no labels"):
        interpolate.interpolate(tmp_path / "gan.keras", labels=3, verbose=False)
    with pytest.raises(ValueError, match="takes no label: choose a conditional variant"):
        checkpoint_generators.generator_of_class_weights(gan)
