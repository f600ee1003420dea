"""The model of a run: a new one, one from a checkpoint, or one that starts from the weights of another."""

import tensorflow as tf

import ganzoo
from ganzoo import callbacks, data
from ganzoo.commands.support import workdir as workdirs
from ganzoo.commands.support.config import Config
from ganzoo.commands.support.run_data import has_classes
from ganzoo.files import AnyPath
from ganzoo.pretrained import fine_tuning
from ganzoo.zoo import variants


def create_or_load(
    config: Config, folder: AnyPath, resume: bool, strategy: tf.distribute.Strategy, examples: data.Examples
) -> ganzoo.Game:
    """Returns the model of a run: that of its last checkpoint if it is resumed, or a new one.

    Raises ValueError if the checkpoint is of another run, and if weights to start from do not fit.
    """
    checkpoint = callbacks.latest(folder / "checkpoints") if resume else None
    with strategy.scope():
        gan = create(config, examples)
        if config.freeze:
            _freeze(gan, config)
        if checkpoint:
            new, gan = gan, ganzoo.load(checkpoint)
            workdirs.check_checkpoint(checkpoint, gan, new, folder)
        elif config.init:
            _start_from(config.init, gan, config.freeze)
    gan.steps_per_execution = config.steps_per_execution or "auto"
    gan.jit_compile = "auto" if config.jit_compile is None else config.jit_compile
    return gan


def _start_from(init, gan, freeze):
    source = workdirs.load_model(init)
    if freeze and "discriminator" in source.untrained:
        raise ValueError(f"{init} holds no discriminator, so none of its layers can be frozen: leave --freeze out.")
    try:
        fitting = fine_tuning.start_from(gan, source)
    except ValueError as error:
        command = workdirs.command_behind(init)
        raise ValueError(f"{error} ({init} was trained by: {command}.)" if command else str(error)) from error
    for player, (fit, count) in fitting.items():
        if fit < count:
            print(f"{count - fit} of {count} weights of the {player} are not in {init} in this shape, and start anew.")


def _freeze(gan, config):
    if not config.init:
        raise ValueError("--freeze keeps the weights of --init as they are: give that, too.")
    if not hasattr(gan, "discriminator"):
        raise ValueError(f"{gan.name} has no player called discriminator: leave --freeze out.")
    fine_tuning.freeze_lowest(gan.discriminator, config.freeze)


def create(config: Config, examples: data.Examples) -> ganzoo.Game:
    """Returns the new model of a run on these examples, with as many classes as they have, and their names."""
    settings = dict(config.settings)
    if has_classes(config):
        settings.setdefault("num_classes", examples.num_classes)
    if "class_names" in variants.settings_of(config.variant) and settings.get("num_classes") == examples.num_classes:
        settings.setdefault("class_names", examples.class_names)
    try:
        return ganzoo.create(config.variant, data_shape=examples.shape, seed=config.seed, **settings)
    except TypeError as error:
        raise ValueError(f"The settings {settings} do not suit {config.variant}: {error}.") from error
