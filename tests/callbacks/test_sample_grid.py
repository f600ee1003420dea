import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

import ganzoo
from ganzoo.callbacks import SampleGrid
from ganzoo.images import grid, save_png
from small_gan import SMALL, fit, names, read_picture, spoil


def test_sample_grid_draws_the_same_latents_before_and_after_each_epoch(gan, tmp_path):
    before = gan.sample(9, seed=3)
    fit(gan, SampleGrid(tmp_path / "samples", count=9, every=2, seed=3), epochs=4)
    pictures = ["epoch-0000.png", "epoch-0002.png", "epoch-0004.png"]
    assert names(tmp_path / "samples") == [*pictures, "samples.gif"]
    np.testing.assert_array_equal(read_picture(tmp_path / "samples/epoch-0000.png"), grid(before))
    np.testing.assert_array_equal(read_picture(tmp_path / "samples/epoch-0004.png"), grid(gan.sample(9, seed=3)))
    assert not np.array_equal(grid(before), grid(gan.sample(9, seed=3)))
    assert Image.open(tmp_path / "samples/samples.gif").n_frames == 3


def test_sample_grid_of_a_resumed_run_makes_one_film(gan, tmp_path):
    fit(gan, SampleGrid(tmp_path, count=4), epochs=2)
    first = (tmp_path / "epoch-0000.png").read_bytes()
    fit(gan, SampleGrid(tmp_path, count=4), initial_epoch=2, epochs=3)
    assert names(tmp_path) == [f"epoch-{epoch:04d}.png" for epoch in range(4)] + ["samples.gif"]
    assert (tmp_path / "epoch-0000.png").read_bytes() == first
    assert Image.open(tmp_path / "samples.gif").n_frames == 4


@pytest.mark.thorough
def test_a_film_has_at_most_100_frames_and_none_of_a_longer_run_before(gan, tmp_path):
    for epoch in range(303):
        save_png(tmp_path / f"epoch-{epoch:04d}.png", np.full((52, 52, 1), 37 * epoch % 256, "uint8"))
    kept = (tmp_path / "epoch-0300.png").read_bytes()
    fit(gan, SampleGrid(tmp_path, count=1, every=301), initial_epoch=300, epochs=301)
    assert (tmp_path / "epoch-0300.png").read_bytes() == kept
    film = Image.open(tmp_path / "samples.gif")
    assert film.n_frames == 100
    for frame, epoch in ((0, 0), (99, 301)):
        film.seek(frame)
        picture = read_picture(tmp_path / f"epoch-{epoch:04d}.png")[..., 0]
        np.testing.assert_array_equal(np.asarray(film.convert("L")), picture)


def test_sample_grid_writes_to_tensorboard(gan, tmp_path):
    fit(gan, SampleGrid(tmp_path / "samples", count=4, tensorboard=tmp_path / "logs"), epochs=1)
    (events,) = (tmp_path / "logs").iterdir()
    images = {}
    for record in tf.data.TFRecordDataset(str(events)):
        event = tf.compat.v1.Event.FromString(record.numpy())
        for value in event.summary.value:
            assert value.tag == "samples"
            images[event.step] = tf.image.decode_png(value.tensor.string_val[2]).numpy()
    assert sorted(images) == [0, 1]
    for epoch, image in images.items():
        np.testing.assert_array_equal(image, read_picture(tmp_path / f"samples/epoch-{epoch:04d}.png"))


@pytest.mark.cases(1)
@pytest.mark.parametrize("dimension", [1, 2, 3])
def test_vectors_are_drawn_or_kept(tmp_path, dimension):
    gan = ganzoo.create("gan", data_shape=(dimension,), seed=0, **SMALL)
    real = np.random.default_rng(0).normal(size=(50, dimension))
    callback = SampleGrid(tmp_path, real=real)
    callback.set_model(gan)
    callback.on_train_begin()
    callback.on_epoch_begin(0)
    if dimension == 3:
        samples = np.load(tmp_path / "epoch-0000.npy", allow_pickle=False)
        np.testing.assert_array_equal(samples, gan.sample(1000, seed=0))
        return
    before = read_picture(tmp_path / "epoch-0000.png")
    spoil(np.nan)(gan)  # a broken generator draws nothing, which leaves the axes and the real examples
    callback.on_epoch_end(0)
    callback.on_train_end()
    after = read_picture(tmp_path / "epoch-0001.png")
    assert before.shape == after.shape
    changed = (before != after).any(axis=-1)
    assert 0 < changed[60:].sum() < changed.size / 2
    np.testing.assert_array_equal(before[-45:], after[-45:])  # the ticks of the horizontal axis


class Samples:
    """Stands for a model: its samples are the first of these."""

    def __init__(self, samples):
        self.samples = samples

    def sample(self, count, labels=None, seed=0):
        return tf.nest.map_structure(lambda part: part[:count], self.samples)


def drawn(folder, samples, **arguments):
    """The files that the samples leave, read again, by their endings."""
    callback = SampleGrid(folder, **arguments)
    callback.set_model(Samples(samples))
    callback.on_train_begin()
    callback.on_epoch_begin(0)
    read = {".png": read_picture, ".npy": np.load}
    return {path.suffix: read[path.suffix](path) for path in folder.iterdir()}


def test_vectors_of_two_numbers_are_points_in_the_plane(tmp_path):
    """Points that are reflected in the diagonal have the same coordinates, but another picture."""
    points = np.float32([[-1, 1], [-0.5, 1]] * 20)
    first, again, other = (
        drawn(tmp_path / name, samples)[".png"]
        for name, samples in (("first", points), ("again", points), ("other", points[:, ::-1]))
    )
    assert np.array_equal(first, again) and first.shape == other.shape and not np.array_equal(first, other)


@pytest.mark.parametrize("channels", [1, 3])
def test_pairs_are_drawn_side_by_side(tmp_path, channels):
    a, b = np.random.default_rng(0).uniform(-1, 1, (2, 70, 8, 8, channels)).astype(np.float32)
    (picture,) = drawn(tmp_path, {"b": b, "a": a}).values()
    np.testing.assert_array_equal(picture, grid(np.concatenate([a, b], axis=2)[:64]))


@pytest.mark.parametrize("channels", [2, 6])
def test_images_that_are_neither_grey_nor_rgb_are_kept_as_numbers(tmp_path, channels):
    images = np.random.default_rng(0).uniform(-1, 1, (70, 8, 8, channels)).astype(np.float32)
    files = drawn(tmp_path, images)
    assert files.keys() == {".npy"}
    np.testing.assert_array_equal(files[".npy"], images[:64])


def test_a_label_for_each_sample(tmp_path):
    assert SampleGrid(tmp_path, labels=np.arange(10)).count == 10


def test_a_label_for_all_samples(tmp_path):
    assert SampleGrid(tmp_path, labels="cat").count is None and SampleGrid(tmp_path, labels=3, count=2).count == 2


def rows_of(folder, names, **arguments):
    """The first picture of a conditional variant whose classes have these names, and the model."""
    gan = ganzoo.create("cdcgan", (8, 8, 1), num_classes=3, class_names=names, width=4, latent_dim=4, seed=0)
    callback = SampleGrid(folder, **arguments)
    callback.set_model(gan)
    callback.on_train_begin()
    callback.on_epoch_begin(0)
    return read_picture(folder / "epoch-0000.png"), gan


def test_names_of_classes_are_shown_beside_their_rows(tmp_path):
    arguments = {"labels": np.repeat(np.arange(3), 4), "columns": 4}
    plain, gan = rows_of(tmp_path / "plain", None, **arguments)
    np.testing.assert_array_equal(plain, grid(gan.sample(12, labels=arguments["labels"], seed=0), columns=4))
    numbers, _ = rows_of(tmp_path / "numbers", ("0", "1", "2"), **arguments)
    np.testing.assert_array_equal(numbers, plain)
    named, _ = rows_of(tmp_path / "named", ("cat", "dog", "eel"), **arguments)
    margin = named.shape[1] - plain.shape[1]
    np.testing.assert_array_equal(named[:, margin:], plain)
    assert (named[:, :margin] < 128).any()
    by_name, _ = rows_of(tmp_path / "names", ("cat", "dog", "eel"), labels=["cat"] * 4 + ["dog"] * 4, columns=4)
    np.testing.assert_array_equal(by_name[:, -plain.shape[1] :], plain[:102])


def test_more_than_twenty_classes_have_no_names_in_the_picture(tmp_path):
    model = Samples(np.zeros((30, 8, 8, 1), "float32"))
    model.is_conditional, model.class_names = True, tuple(f"kind {number}" for number in range(30))
    model.sample_context = lambda count, labels: tf.range(count)
    for count, has_names in ((20, True), (21, False)):
        callback = SampleGrid(tmp_path / str(count), count=count)
        callback.set_model(model)
        callback.on_train_begin()
        callback.on_epoch_begin(0)
        picture = read_picture(tmp_path / str(count) / "epoch-0000.png")
        assert (picture.shape == grid(model.samples[:count]).shape) != has_names
