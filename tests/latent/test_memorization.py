"""Generators that know their training images by heart, and such that do not: the numbers tell them apart."""

import json

import numpy as np
import pytest
import tensorflow as tf
from scipy.spatial.distance import cdist

import ganzoo
from ganzoo import data, images, latent, priors
from ganzoo.commands import memorization
from small_gan import SMALL, read_picture

PRIOR = priors.Uniform(2)
SQUARE = np.float32([[1, 1], [1, -1], [-1, -1], [-1, 1]])


def known(count=4, seed=0):
    return np.float32(np.random.default_rng(seed).uniform(-1, 1, (count, 4, 4, 1)))


def memorizing(training):
    """Of latents in a square, the training image of the nearest corner."""
    return lambda latents: tf.gather(training, tf.argmax(latents @ SQUARE.T, axis=1))


def smooth(training):
    """From the first training image to the second, along the second coordinate."""
    first, second = training[:2]
    return lambda latents: first + (1 - latents[:, 1, None, None, None]) / 2 * (second - first)


def walk(generate, *waypoints, steps=10):
    path = latent.path(PRIOR, np.float32(waypoints)[:, None], steps)
    return latent.frames(generate, path, verbose=False)


def test_the_largest_step_of_a_smooth_generator_is_like_all_others():
    frames = walk(smooth(known()), [0.3, 1], [0.3, -1])
    np.testing.assert_allclose(latent.largest_step(frames), 1 / 10, rtol=1e-5)
    np.testing.assert_allclose(latent.largest_step(latent.snapped(frames, known(), verbose=False)), 1)


def test_a_generator_that_memorized_jumps():
    training = known()
    frames = walk(memorizing(training), [0.5, 0.9], [0.5, -0.8])
    np.testing.assert_allclose(latent.largest_step(frames), 1)
    np.testing.assert_array_equal(latent.snapped(frames, training, verbose=False), frames)
    frames = walk(memorizing(training), [0.5, 0.9], [0.5, -0.8], [-0.7, -0.8])
    jumps = np.linalg.norm([training[0] - training[1], training[1] - training[2]], axis=(1, 2)).ravel()
    np.testing.assert_allclose(latent.largest_step(frames), jumps.max() / jumps.sum(), rtol=1e-6)


def test_the_median_path_counts_of_those_that_change():
    still, even = np.zeros(5), np.arange(5)
    jumps, limps = np.array([0, 0, 1, 1, 1]), np.array([0, 2, 3, 4, 5])
    paths = np.stack([jumps, still, even, limps], axis=1)[..., None]
    np.testing.assert_allclose(latent.largest_step(paths), 2 / 5)
    np.testing.assert_allclose(latent.largest_step(paths[:, 1:]), (1 / 4 + 2 / 5) / 2)
    assert latent.largest_step(paths[:, [1]]) is None


def test_distances_and_indices_are_scipys():
    training, pictures = known(150), known(230, seed=1)
    expected = cdist(pictures.reshape(230, -1), training.reshape(150, -1))
    distances, indices = latent.nearest_images(training, pictures, 3, verbose=False)
    np.testing.assert_array_equal(indices, expected.argsort(axis=1)[:, :3])
    np.testing.assert_allclose(distances, np.sort(expected, axis=1)[:, :3], rtol=1e-6)


def test_bytes_are_images_in_the_same_range():
    training = images.to_uint8(known(9))
    distances, _ = latent.nearest_images(training, images.from_uint8(training), 99, verbose=False)
    assert distances.shape == (9, 9)
    np.testing.assert_allclose(distances[:, 0], 0, atol=1e-6)
    np.testing.assert_array_equal(latent.nearest_images(training, training, 9, verbose=False)[0], distances)
    snapped = latent.snapped(images.from_uint8(training)[None], training, verbose=False)
    np.testing.assert_array_equal(snapped[0], images.from_uint8(training))


def test_copies_are_nearer_than_held_out_images():
    training, held_out = known(60), known(100, seed=1)
    far = latent.nearest_images(training, held_out, verbose=False)[0][:, 0]
    copied = latent.draw(memorizing(training), PRIOR.sample(50, seed=0), verbose=False)
    for samples, share in ((copied, 1), (held_out, 0.01), (np.concatenate([copied[:25], held_out[:75]]), 0.25)):
        near = latent.nearest_images(training, samples, verbose=False)[0][:, 0]
        found = latent.copies(near, far)
        np.testing.assert_allclose(found["copies"], share, atol=0.011)
        np.testing.assert_allclose([found["samples"], found["held_out"]], [np.median(near), np.median(far)])
        np.testing.assert_allclose(found["threshold"], np.quantile(far, 0.01))


def test_samples_stand_beside_the_training_images_nearest_to_them():
    training = data.examples("digits").images
    samples = images.from_uint8(training[[5, 3, 8]])
    picture = latent.beside_nearest(samples, training, neighbours=2, verbose=False)
    assert picture.shape == (9, 8, 8, 1) and picture.dtype == np.uint8
    np.testing.assert_array_equal(picture[::3], picture[1::3])  # a copy is its own nearest
    assert all((picture[::3] != picture[2::3]).any(axis=(1, 2, 3)))


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    folder = tmp_path_factory.mktemp("memorization")
    gan = ganzoo.create("nsgan", (8, 8, 1), seed=0, **SMALL)
    for weights in gan.generator.trainable_variables[::2]:
        weights.assign(30 * weights)  # untrained ones make images that are all alike
    gan.save(folder / "gan.keras")
    result = memorization.measure(folder / "gan.keras", "digits", count=40, pairs=3, steps=6, seed=2, verbose=False)
    return folder, gan, result


@pytest.mark.thorough
def test_the_figures_are_those_of_the_generator(measured):
    folder, gan, result = measured
    assert json.loads((folder / "memorization.json").read_text()) == result
    train, test = (np.float32(data.examples("digits", split).images / 127.5 - 1) for split in ("train", "test"))
    flat = train.reshape(len(train), -1)
    samples = gan.sample(40, seed=2)
    near = cdist(samples.reshape(40, -1), flat).min(axis=1)
    far = cdist(np.reshape(test[np.random.default_rng(2).permutation(len(test))[:40]], (40, -1)), flat).min(axis=1)
    expected = [np.median(near), np.median(far), np.quantile(far, 0.01), np.mean(near < np.quantile(far, 0.01))]
    np.testing.assert_allclose(list(result["distances"].values()), expected, rtol=1e-5)
    starts, ends = np.split(gan.prior.sample(6, seed=2).numpy(), 2)
    paths = [gan.predict(gan.prior.interpolate(starts, ends, i / 6), verbose=0).reshape(3, -1) for i in range(7)]
    memory = [flat[cdist(frame, flat).argmin(axis=1)] for frame in paths]
    for name, frames in (("generator", paths), ("memory", memory)):
        steps = np.linalg.norm(np.diff(frames, axis=0), axis=-1)
        steps = steps[:, steps.sum(axis=0) > 0]
        median = np.median(steps.max(axis=0) / steps.sum(axis=0))
        np.testing.assert_allclose(result["largest_step"][name], median, rtol=1e-4, err_msg=name)
    np.testing.assert_allclose(result["largest_step"]["equal_steps"], 1 / 6)


def test_the_pictures_show_what_is_nearest(measured):
    folder, gan, _ = measured
    picture, rows = read_picture(folder / "memorization.png"), read_picture(folder / "memorization-paths.png")
    assert picture.shape == (30 + 502 + 20, 20 + 302 + 20 + 302 + 20, 3)
    train = data.examples("digits").images
    samples = gan.sample(40, seed=2)
    distances = np.sort(
        cdist(*(np.reshape(one, (len(one), -1)) for one in (samples, images.from_uint8(train)))), axis=1
    )
    for left, chosen in ((20, np.arange(10)), (342, np.argsort(distances[:, 0] / distances[:, 4])[:10])):
        beside = latent.beside_nearest(samples[chosen], train, verbose=False)
        np.testing.assert_array_equal(picture[30:532, left : left + 302, :1], images.grid(beside, columns=6))
    assert rows.shape == (3 * 102 + 2 * 12, 7 * 50 + 2, 1)
    moments = latent.path(gan.prior, gan.prior.sample(6, seed=2).numpy().reshape(2, 3, -1), 6)[:, 1]
    path = latent.draw(gan, moments, verbose=False)
    pair = np.concatenate([path, latent.snapped(path[None], train, verbose=False)[0]])
    np.testing.assert_allclose(rows[114:216].astype(int), images.grid(pair, columns=7), atol=1)
    assert read_picture(folder / "memorization-distances.png").shape[2] == 3


def test_other_data_are_refused(measured):
    with pytest.raises(ValueError, match="cannot become images of shape"):
        memorization.measure(measured[0] / "gan.keras", "ring", verbose=False)
