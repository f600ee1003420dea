"""Keras's callbacks that monitor a log or set learning rates: they know the direction, or say at once what to do."""

import keras
import numpy as np
import pytest
from variant_table import VARIANTS

import ganzoo
from descriptors import compile_all
from ganzoo import data, metrics
from ganzoo.callbacks import Evaluate

ROWS = {row.name: row for row in VARIANTS}
MONITORS = [
    lambda monitor, folder: keras.callbacks.EarlyStopping(monitor, patience=9),
    lambda monitor, folder: keras.callbacks.ReduceLROnPlateau(monitor),
    lambda monitor, folder: keras.callbacks.ModelCheckpoint(folder / "best.keras", monitor, save_best_only=True),
]


def eager(name):
    gan = ROWS[name].create()
    compile_all(gan, lambda: keras.optimizers.SGD(1e-3), run_eagerly=True)
    return gan


@pytest.fixture(scope="module")
def points():
    """A model that does not mind where it is, and a callback's learning rate the least."""
    return eager("lsgan")


@pytest.mark.cases(3)
@pytest.mark.parametrize(
    ("make", "monitor", "mode"),
    [
        (MONITORS[0], "val_frechet_pixels_100", "min"),
        (MONITORS[0], "val_kernel_pixels_1k", "min"),
        (MONITORS[0], "loss", "min"),
        (MONITORS[1], "val_recall_pixels_100", "max"),
        (MONITORS[1], "loss", "min"),
        (MONITORS[2], "val_score_classifier_10k", "max"),
        (MONITORS[2], "val_frechet_pixels_100", "min"),
    ],
)
def test_the_direction_of_metrics_and_of_the_loss_is_known(make, monitor, mode, tmp_path, points):
    gan, values = points, iter([2.0, 3.0, 1.0])
    measure = Evaluate(lambda model: {monitor.removeprefix("val_"): next(values)})
    callback = make(monitor, tmp_path)
    gan.fit(ROWS["lsgan"].batches(), steps_per_epoch=1, epochs=3, verbose=0, callbacks=[measure, callback])
    assert callback.mode == mode
    if monitor != "loss":
        assert callback.best == {"min": 1.0, "max": 3.0}[mode]


def test_a_suite_and_early_stopping_work_together(points):
    sets, gan = (data.examples("ring"), data.examples("ring", "test")), points
    suite = metrics.Suite(["sliced_wasserstein_pixels_100", "modes_pixels_100"], *sets)
    callbacks = [Evaluate(suite), keras.callbacks.EarlyStopping("val_modes_pixels_100", patience=9)]
    gan.fit(ROWS["lsgan"].batches(), steps_per_epoch=1, verbose=0, callbacks=callbacks)
    assert callbacks[1].mode == "max"


@pytest.mark.cases(1)
@pytest.mark.parametrize(
    ("name", "log", "mode"), [("began", "convergence", "min"), ("improved_gan", "accuracy", "max")]
)
def test_the_direction_of_a_games_own_log(name, log, mode):
    gan, stop = eager(name), keras.callbacks.EarlyStopping(log)
    gan.fit(ROWS[name].batches(), steps_per_epoch=1, verbose=0, callbacks=stop)
    assert stop.mode == mode


@pytest.mark.parametrize("make", MONITORS)
@pytest.mark.parametrize("monitor", ["generator_loss", "val_fake_score", "val_mine", "val_score_sd_classifier_10k"])
def test_a_log_without_a_direction_is_refused_before_training(make, monitor, tmp_path, untrained):
    gan = untrained("lsgan")
    with pytest.raises(ValueError, match=f"lower or a higher {monitor} is better: give it mode='min' or mode='max'"):
        gan.fit(ROWS["lsgan"].batches(), verbose=0, callbacks=[make(monitor, tmp_path)])
    assert gan.step.numpy() == 0


def test_a_mode_that_is_given_is_kept_and_needs_no_known_log(points):
    stop = keras.callbacks.EarlyStopping("generator_loss", mode="max")
    points.fit(ROWS["lsgan"].batches(), steps_per_epoch=1, verbose=0, callbacks=[stop])
    assert stop.mode == "max"


@pytest.mark.cases(1)
@pytest.mark.parametrize(
    "name", ["nsgan", *(pytest.param(name, marks=pytest.mark.exhaustive) for name in ("gan", "cgan"))]
)
@pytest.mark.parametrize(
    "make",
    [
        lambda: keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2),
        lambda: keras.callbacks.ReduceLROnPlateau("loss"),
    ],
)
def test_learning_rates_that_follow_a_schedule_are_not_set(name, make):
    row = ROWS[name]
    gan = row.create()
    gan.run_eagerly = True
    with pytest.raises(ValueError, match="_optimizer follows a schedule: compile with a number"):
        gan.fit(row.batches(), verbose=0, callbacks=[make()])
    assert gan.step.numpy() == 0
    compile_all(gan, lambda: keras.optimizers.Adam(1e-3), run_eagerly=True)
    gan.fit(row.batches(), steps_per_epoch=1, verbose=0, callbacks=[make()])


def test_every_metric_of_the_library_has_a_direction_or_is_known_to_have_none():
    undirected = {"two_sample", "high_quality", "kernel_sd", "score_sd", "parzen_se", "parzen_sigma"}
    results = [
        metrics.formulas.FeatureSet(np.eye(20, dtype=np.float32), np.full((20, 4), 0.25), np.arange(20), np.eye(20))
        for _ in range(2)
    ]
    keys = {key for name, formula in metrics.FORMULAS.items() if name != "modes" for key in formula(*results)}
    for key in keys | {"modes", "high_quality", "reverse_kl"}:
        assert (Evaluate.direction_of(f"{key}_classifier_10k") is None) == (key in undirected), key
    assert ganzoo.callbacks.Evaluate.direction_of("frechet") == "min"
