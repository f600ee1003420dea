import csv
import os
import re
import resource
import signal
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from sklearn.datasets import load_digits

import ganzoo
from ganzoo.callbacks import Checkpoints, HistoryPlot, Progress, SampleGrid, StopOnNaN, latest
from ganzoo.callbacks.figures import curves
from ganzoo.images import grid, save_png

SMALL = {"units": 8, "maxout_units": 4, "pieces": 2, "latent_dim": 4}
STEPS = 4


@pytest.fixture(scope="module")
def trained():
    """One GAN for the whole file, so that it is traced once."""
    gan = ganzoo.create("gan", data_shape=(8, 8, 1), seed=0, **SMALL)
    random = np.random.default_rng(0)
    for weight in gan.generator.trainable_variables + gan.discriminator.trainable_variables:
        weight.assign(random.normal(size=weight.shape) / 2)  # far from grey, so that the pictures of two epochs differ
    return gan


@pytest.fixture
def gan(trained):
    optimizers = trained.generator_optimizer, trained.discriminator_optimizer
    variables = [*trained.variables, *(variable for optimizer in optimizers for variable in optimizer.variables)]
    values = [variable.numpy() for variable in variables]
    yield trained
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def fit(gan, *callbacks, **arguments):
    images = (load_digits().images[: 16 * STEPS, ..., None] / 8 - 1).astype("float32")
    dataset = tf.data.Dataset.from_tensor_slices(images).batch(16)
    return gan.fit(dataset, callbacks=list(callbacks), verbose=0, **arguments)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def read_picture(path):
    picture = np.asarray(Image.open(path))
    return picture if picture.ndim == 3 else picture[..., None]


def table(folder):
    with open(folder / "history.csv", newline="") as file:
        return list(csv.DictReader(file))


class At(keras.callbacks.Callback):
    """Does something to the model after the batch of that step."""

    def __init__(self, step, action):
        super().__init__()
        self.step, self.action = step, action

    def on_train_batch_end(self, batch, logs=None):
        if batch == self.step:
            self.action(self.model)


def spoil(value):
    def action(model):
        weight = model.generator.trainable_variables[0]
        weight.assign(np.full(weight.shape, value))

    return action


# SampleGrid


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


def test_a_label_for_each_sample(tmp_path):
    assert SampleGrid(tmp_path, labels=np.arange(10)).count == 10


# StopOnNaN


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_stop_on_nan_stops_at_the_first_broken_batch(gan, tmp_path, capsys, value):
    begin = int(gan.step)
    stop = StopOnNaN()
    fit(gan, At(1, spoil(value)), stop, epochs=3)
    assert int(gan.step) == begin + 3
    assert stop.stopped.startswith(f"Stopped at step {begin + 3}: ") and "generator_loss is nan" in stop.stopped
    assert capsys.readouterr().out == stop.stopped + "\n"


def test_stop_on_nan_reads_every_log_not_only_loss():
    for logs, broken in [({"loss": 1.0, "value": np.inf}, True), ({"loss": 1.0, "value": -1.0}, False)]:
        model = keras.Sequential()
        model.step, model.stop_training = keras.Variable(7, dtype="int64"), False
        stop = StopOnNaN()
        stop.set_model(model)
        stop.on_train_batch_end(0, logs)
        assert model.stop_training is broken and bool(stop.stopped) is broken


def test_stop_on_nan_lets_a_healthy_run_pass(gan):
    stop = StopOnNaN()
    begin = int(gan.step)
    fit(gan, stop, epochs=2)
    assert stop.stopped is None and int(gan.step) == begin + 2 * STEPS


# HistoryPlot


def test_history_holds_what_fit_reports(gan, tmp_path):
    images = np.zeros((16, 8, 8, 1), "float32")
    history = fit(gan, HistoryPlot(tmp_path), epochs=3, validation_data=(images,), validation_freq=2).history
    rows = table(tmp_path)
    assert [row["epoch"] for row in rows] == ["0", "1", "2"]
    assert all(float(row["seconds"]) > 0 for row in rows)
    for name, values in history.items():
        np.testing.assert_array_equal([float(row[name]) for row in rows if row[name]], values)
    assert [row["val_loss"] == "" for row in rows] == [True, False, True]
    assert read_picture(tmp_path / "curves.png").shape[-1] == 3


def test_a_resumed_history_loses_and_doubles_nothing(gan, tmp_path):
    fit(gan, HistoryPlot(tmp_path), epochs=3)
    old = table(tmp_path)
    images = np.zeros((16, 8, 8, 1), "float32")
    fit(gan, HistoryPlot(tmp_path), initial_epoch=2, epochs=4, validation_data=(images,))
    new = table(tmp_path)
    assert [row["epoch"] for row in new] == ["0", "1", "2", "3"]
    assert [{name: row[name] for name in old[0]} for row in new[:2]] == old[:2]
    assert new[2]["loss"] != old[2]["loss"]
    assert [row["val_loss"] == "" for row in new] == [True, True, False, False]


def test_another_table_is_refused_before_training_and_stays(gan, tmp_path):
    (tmp_path / "history.csv").write_text("name,price\nbread,2\n")
    begin = int(gan.step)
    with pytest.raises(ValueError, match="not a history of epochs"):
        fit(gan, HistoryPlot(tmp_path), epochs=1)
    assert int(gan.step) == begin
    assert (tmp_path / "history.csv").read_text() == "name,price\nbread,2\n"


def test_curves_are_redrawn_seldom_and_at_the_end(gan, tmp_path):
    callback = HistoryPlot(tmp_path)
    drawn = []
    draw = callback.draw
    callback.draw = lambda: (drawn.append(len(callback.rows)), draw())
    fit(gan, callback, epochs=4)
    assert drawn == [1, 4]


def test_curves_have_a_panel_for_the_value_and_show_validation():
    losses = [{"epoch": epoch, "generator_loss": 1.0, "discriminator_loss": 2.0 - epoch} for epoch in range(3)]
    scores = [row | {"real_score": 0.6, "fake_score": 0.4} for row in losses]
    played = [row | {"value": -1.3} for row in scores]
    widths = [curves(rows).shape[1] for rows in (losses, scores, played)]
    np.testing.assert_array_equal(widths, np.multiply(widths[0], [1, 2, 3]))
    validated = [row | {"val_generator_loss": 1.5} for row in played]
    assert (curves(validated) != curves(played)).any()
    assert curves([{"epoch": 0, "loss": np.nan}]).shape[1] == widths[0]


# Progress


def test_progress_prints_plain_lines_to_a_file(gan, capsys):
    fit(gan, Progress(epochs=20, steps_per_epoch=STEPS), epochs=20)
    lines = capsys.readouterr().out.splitlines()
    steps = [int(re.search(r"step (\d+)/80", line)[1]) for line in lines]
    assert steps == [8, 16, 24, 32, 40, 48, 56, 64, 72, 80]
    assert lines[0].startswith("epoch 2/20, step 8/80, 0:0") and " left, generator_loss " in lines[0]
    assert "took 0:0" in lines[-1]
    assert not any(character < " " for line in lines for character in line)


@pytest.mark.parametrize(("epochs", "shown"), [(4, [13, 15, 16]), (10, [40])])
def test_progress_of_a_resumed_run_starts_where_it_is(gan, capsys, epochs, shown):
    fit(gan, Progress(epochs, STEPS), initial_epoch=epochs - 1, epochs=epochs)
    lines = capsys.readouterr().out.splitlines()
    assert [int(re.search(r"step (\d+)/", line)[1]) for line in lines] == shown
    assert "left" not in lines[0]  # nothing is known of the speed yet


def test_progress_is_one_line_on_a_terminal(gan, monkeypatch):
    terminal, program = os.openpty()
    with os.fdopen(program, "w") as stdout:
        monkeypatch.setattr(sys, "stdout", stdout)
        monkeypatch.setenv("COLUMNS", "60")
        fit(gan, Progress(epochs=3, steps_per_epoch=STEPS), epochs=3)
        shown = os.read(terminal, 65536).decode()
    os.close(terminal)
    assert shown.count("\n") == 1 and shown.endswith("\n")
    *_, last = shown.split("\r")[:-2] or [shown.split("\r")[0]]
    assert last.startswith("[====================] epoch 3/3, step 12/12") and len(last) == 59


# Checkpoints


def test_checkpoints_keep_the_newest_and_load(gan, tmp_path):
    begin = int(gan.step)
    steps = [begin + STEPS * epoch for epoch in range(1, 6)]
    fit(gan, Checkpoints(tmp_path, every=2, keep=2), epochs=5)
    assert names(tmp_path) == [f"step-{step:08d}.keras" for step in (steps[3], steps[4])]
    assert latest(tmp_path) == tmp_path / f"step-{steps[4]:08d}.keras"
    loaded = ganzoo.load(latest(tmp_path))
    np.testing.assert_array_equal(loaded.sample(4), gan.sample(4))


def test_latest_reads_steps_not_letters_and_passes_by_other_files(tmp_path):
    assert latest(tmp_path) is None and latest(tmp_path / "missing") is None
    for name in (
        "step-00000009.keras",
        "step-123456789.keras",
        "step-x.keras",
        ".1-step-999999999.keras",
        "step-5.txt",
    ):
        (tmp_path / name).touch()
    assert latest(tmp_path) == tmp_path / "step-123456789.keras"


def test_checkpoints_of_another_run_stay(gan, tmp_path):
    (tmp_path / "step-99999999.keras").write_text("another run's")
    fit(gan, Checkpoints(tmp_path, keep=1), epochs=2)
    assert names(tmp_path) == [f"step-{int(gan.step):08d}.keras", "step-99999999.keras"]


def test_a_broken_model_takes_no_checkpoint_away(gan, tmp_path, capsys):
    fit(gan, Checkpoints(tmp_path, keep=1), epochs=1)
    good = names(tmp_path)
    fit(gan, At(2, spoil(np.nan)), Checkpoints(tmp_path, keep=1), epochs=1)
    assert names(tmp_path) == good
    assert "no checkpoint of it was saved" in capsys.readouterr().out


def test_a_checkpoint_that_does_not_fit_leaves_the_earlier_ones(gan, tmp_path):
    fit(gan, Checkpoints(tmp_path), epochs=1)
    (good,) = tmp_path.iterdir()
    content = good.read_bytes()
    callback = Checkpoints(tmp_path, keep=1)
    callback.set_model(gan)
    gan.step.assign_add(1)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(content) // 2, limits[1]))
    try:
        with pytest.raises(OSError, match="Could not save .* earlier checkpoints are intact"):
            callback.save()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert list(tmp_path.iterdir()) == [good] and good.read_bytes() == content


@pytest.mark.parametrize(
    "make",
    [
        lambda: SampleGrid("folder", every=0),
        lambda: SampleGrid("folder", count=-1),
        lambda: Checkpoints("folder", every=0),
        lambda: Checkpoints("folder", keep=0),
        lambda: Progress(epochs=0, steps_per_epoch=1),
        lambda: Progress(epochs=1, steps_per_epoch=0.5),
    ],
)
def test_numbers_below_one_are_refused(make):
    with pytest.raises(ValueError, match="must be a whole number of at least 1"):
        make()
