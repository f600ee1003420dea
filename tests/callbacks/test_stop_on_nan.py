import keras
import numpy as np
import pytest

from ganzoo.callbacks import StopOnNaN
from small_gan import STEPS, At, fit, spoil


@pytest.mark.cases(1)
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_stop_on_nan_stops_at_the_first_broken_batch(gan, tmp_path, capsys, value):
    begin = int(gan.step)
    stop = StopOnNaN()
    fit(gan, At(1, spoil(value, "discriminator")), stop, epochs=3)
    assert int(gan.step) == begin + 3
    assert (
        stop.stopped.startswith(f"Stopped at step {begin + 3}: ") and f"discriminator_loss is {value}" in stop.stopped
    )
    assert capsys.readouterr().out == stop.stopped + "\n"


def test_stop_on_nan_reads_every_log_not_only_loss():
    for logs, broken in [({"loss": 1.0, "value": np.inf}, True), ({"loss": 1.0, "value": -1.0}, False)]:
        model = keras.Sequential()
        model.step, model.stop_training = keras.Variable(7, dtype="int64"), False
        stop = StopOnNaN()
        stop.set_model(model)
        stop.on_train_batch_end(0, logs)
        assert model.stop_training is broken and bool(stop.stopped) is broken


@pytest.mark.thorough
def test_stop_on_nan_does_not_stop_a_healthy_run(gan):
    stop = StopOnNaN()
    begin = int(gan.step)
    fit(gan, stop, epochs=2)
    assert stop.stopped is None and int(gan.step) == begin + 2 * STEPS
