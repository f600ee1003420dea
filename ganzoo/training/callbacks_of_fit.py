"""Prepares Keras's callbacks that monitor a log or set learning rates, before any training time is spent."""

import keras

from ganzoo.arguments import shown
from ganzoo.training.compiling import inner

MONITORS = (keras.callbacks.EarlyStopping, keras.callbacks.ModelCheckpoint, keras.callbacks.ReduceLROnPlateau)


def prepare_callbacks(model, callbacks) -> None:
    """Gives each callback that monitors a log its direction, and refuses those that could not do their work.

    The direction, "min" or "max", comes from `model.directions` or from a callback that adds the log and has a method
    `direction_of(name)`, as `ganzoo.callbacks.Evaluate` does.

    Raises:
        ValueError: for a log of unknown direction, and for a callback that sets the learning rate of an optimizer that
            follows a schedule.
    """
    for callback in callbacks:
        if not isinstance(callback, keras.callbacks.Callback):
            raise ValueError(f"`callbacks` are objects of keras.callbacks.Callback; got {shown(callback)}.")
        sets_rates = isinstance(callback, (keras.callbacks.LearningRateScheduler, keras.callbacks.ReduceLROnPlateau))
        if sets_rates and model.compiled:
            _check_rates(model, callback)
        if isinstance(callback, MONITORS) and callback.mode == "auto":
            callback.mode = _direction(model, callbacks, callback)


def _check_rates(model, callback):
    for player in model.player_names:
        rate = inner(model.optimizer_of(player)).get_config().get("learning_rate")
        if not isinstance(rate, float):
            raise ValueError(
                f"{type(callback).__name__} sets learning rates, but the {player}_optimizer follows a schedule: "
                f"compile with a number, for instance compile({player}_optimizer=keras.optimizers.Adam(2e-4))."
            )


def _direction(model, callbacks, callback):
    name = callback.monitor.removeprefix("val_")
    known = [model.directions.get(name), *(one.direction_of(name) for one in callbacks if hasattr(one, "direction_of"))]
    direction = next((one for one in known if one), None)
    if direction is None:
        raise ValueError(
            f"{type(callback).__name__} cannot tell whether a lower or a higher {callback.monitor} is better: give it "
            "mode='min' or mode='max'."
        )
    return direction
