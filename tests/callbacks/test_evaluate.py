import keras
import pytest

from ganzoo import callbacks
from small_gan import fit


def test_metrics_are_logs_for_later_callbacks(gan, tmp_path):
    measured = iter([3.0, 1.0, 2.0, 2.0])
    measure = callbacks.Evaluate(lambda model: {"distance": next(measured)}, every=2)
    best = keras.callbacks.ModelCheckpoint(
        tmp_path / "{epoch}.keras", monitor="val_distance", mode="min", save_best_only=True
    )
    stop = keras.callbacks.EarlyStopping("val_distance", mode="min", patience=4)
    history = fit(gan, measure, best, stop, epochs=20).history
    assert history["val_distance"] == [3, 1, 1, 2, 2, 2] and len(history["loss"]) == 6
    assert all(seconds >= 0 for seconds in history["val_measuring_seconds"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.keras", "2.keras"]


@pytest.mark.thorough
def test_the_last_epoch_is_measured_too(gan):
    measured = iter([3.0, 1.0])
    measure = callbacks.Evaluate(lambda model: {"distance": next(measured)}, every=10)
    assert fit(gan, measure, epochs=3).history["val_distance"] == [3, 3, 1]


def test_every_is_at_least_one():
    with pytest.raises(ValueError, match="every"):
        callbacks.Evaluate(dict, every=0)
