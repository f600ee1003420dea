"""Loading what `GAN.save` wrote."""

import pathlib

import keras

from ganzoo.files import is_whole_zip
from ganzoo.games.game import Game


def load(path):
    """The GAN in a .keras file, compiled, with both optimizers and the step as they were: `fit` goes on from there.

    Code in the file is never run (Keras's safe mode stays on). A variant of your own must be imported first.

    Raises:
        FileNotFoundError: nothing is there.
        ValueError: the file is damaged, holds code, names a class that is not known, or is no GAN.

    >>> import tempfile
    >>> from ganzoo import recipes
    >>> gan = recipes.create("nsgan", (2,), units=16)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     gan.save(f"{folder}/gan.keras")
    ...     again = load(f"{folder}/gan.keras")
    >>> bool((again.sample(5, seed=1) == gan.sample(5, seed=1)).all())
    True
    """
    path = pathlib.Path(path)
    if not path.exists():
        raise FileNotFoundError(f"There is no checkpoint at {path}.")
    if not is_whole_zip(path):
        raise ValueError(f"{path} is no whole .keras file (a copy that was cut short?): take an earlier checkpoint.")
    try:
        model = keras.models.load_model(path, safe_mode=True)
    except Exception as error:
        raise ValueError(_reason(path, str(error))) from error
    if not isinstance(model, Game):
        raise ValueError(f"{path} holds a {type(model).__name__}, not a game: load it with keras.models.load_model.")
    return model


def _reason(path, message):
    first = message.split(" Full object config")[0].splitlines()[0]
    if "safe_mode" in message or "lambda" in message.lower():
        return f"{path} holds Python code (a Lambda layer, say), never run here: make that layer a registered class."
    if "Could not locate" in message:
        return f"{path} holds a class that is not known here: import the module that defines it first. ({first})"
    return f"{path} could not be loaded: {first}"
