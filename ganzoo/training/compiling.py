"""The optimizers of a model's players: those that `compile` is given, and those that are assigned to it later."""

import functools
import inspect
import warnings

import keras

from ganzoo.arguments import shown
from ganzoo.distribution.global_batch import made_in
from ganzoo.keras_internals import excludes_from_weight_decay, parameters, replace_schedules
from ganzoo.registry import nearest
from ganzoo.schedules import counting
from ganzoo.serializable import check_registered

ONE_OPTIMIZER_ARGUMENTS = ("optimizer", "loss", "loss_weights", "metrics", "weighted_metrics")


def optimizers_of(players, positional, arguments):
    """Returns {player: optimizer} of those given; removes those given by name from `arguments`.

    Raises:
        TypeError: for arguments of models with one optimizer, and for more optimizers than players.
        ValueError: for the optimizer of an unknown player, or one optimizer object for two players.
    """
    names = [f"{player}_optimizer" for player in players]
    for name in ONE_OPTIMIZER_ARGUMENTS:
        if arguments.pop(name, None) is not None:
            raise TypeError(f"Each player has its own loss and optimizer: compile takes {', '.join(names)}, no {name}.")
    if len(positional) > len(players):
        raise TypeError(f"compile takes {len(players)} optimizers, {', '.join(names)}; got {len(positional)}.")
    given = dict(zip(players, positional, strict=False))
    for name in [name for name in arguments if name.endswith("_optimizer")]:
        player = name.removesuffix("_optimizer")
        if player not in players:
            raise ValueError(nearest("optimizer", name, names))
        if given.get(player) is not None:
            raise TypeError(f"compile got {name} twice: by position and by name.")
        given[player] = arguments.pop(name)
    unknown = sorted(set(arguments) - set(inspect.signature(keras.Model.compile).parameters))
    if unknown:
        raise TypeError(f"compile takes no {unknown[0]}: give {', '.join(names)}, or Keras's own arguments.")
    objects = [id(one) for one in given.values() if isinstance(one, keras.optimizers.Optimizer)]
    if len(set(objects)) < len(objects):
        raise ValueError("Two players got the same optimizer object, which would mix their states: make one for each.")
    return given


def made(player, identifier):
    """Returns the optimizer that an object, a name or a configuration stands for; raises ValueError if none does."""
    try:
        return keras.optimizers.get(identifier)
    except ValueError as error:
        raise ValueError(
            f"The {player}_optimizer must be a Keras optimizer such as keras.optimizers.Adam(2e-4), or the name of one "
            f"such as 'adam'; got {shown(identifier)}."
        ) from error


def default_optimizers(players):
    """Returns the configuration of Radford et al.'s Adam for each player."""
    return {name: keras.optimizers.serialize(keras.optimizers.Adam(2e-4, beta_1=0.5, epsilon=1e-8)) for name in players}


def configs_of(optimizers):
    """Returns {player: configuration} of optimizers by player."""
    return {player: keras.optimizers.serialize(optimizer) for player, optimizer in optimizers.items()}


def ready_for(model, optimizers):
    """Returns optimizers by player, ready for the players of a model: in its strategy's scope, named and built.

    If one of them was made outside of the scope, all are made anew. Under mixed_float16, each gets a loss scale. They
    are built for all parameters of the networks, so that layers can be frozen and thawed, and states still be loaded.

    Raises ValueError for an optimizer that could not be loaded once it is saved, and for gradients that are accumulated
    on several replicas, where Keras cannot do so.
    """
    for player, optimizer in optimizers.items():
        check_registered(optimizer, f"{player}_optimizer")
        if excludes_from_weight_decay(inner(optimizer)):
            warnings.warn(
                f"The {player}_optimizer excludes variables from weight decay, which Keras does not save: call "
                "exclude_from_weight_decay again after loading.",
                stacklevel=2,
            )
    strategy = model.distribute_strategy
    with strategy.scope():  # each replica has a copy of their states
        if not all(made_in(strategy, optimizer.variables[0].value) for optimizer in optimizers.values()):
            optimizers = {player: keras.optimizers.get(one) for player, one in configs_of(optimizers).items()}
        for player, optimizer in optimizers.items():
            if model.dtype_policy.name == "mixed_float16" and not _has_loss_scale(optimizer):
                optimizers = optimizers | {player: keras.optimizers.LossScaleOptimizer(optimizer)}
        for player, optimizer in optimizers.items():
            if accumulated_steps(optimizer) and strategy.num_replicas_in_sync > 1:
                raise ValueError(
                    f"The {player}_optimizer has gradient_accumulation_steps, which Keras supports on one device only: "
                    "leave it out, and use larger batches."
                )
            optimizer.name = f"{player}_optimizer"  # tells them apart in callbacks' logs
            if not optimizer.built:
                optimizer.build(parameters(model.players[player]))
            replace_schedules(inner(optimizer), functools.partial(counting, images_seen=model.images_seen))
    return optimizers


def accumulated_steps(optimizer):
    """Returns the number of steps for which an optimizer accumulates gradients, or None if it moves in each."""
    return inner(optimizer).gradient_accumulation_steps


def has_moved(optimizer):
    """Returns whether the optimizer's last step moved the parameters, instead of only accumulating gradients."""
    steps = accumulated_steps(optimizer)
    return inner(optimizer).variables[0] % steps == 0 if steps else True


def inner(optimizer):
    """Returns the optimizer inside of one with a loss scale, or the optimizer itself."""
    return optimizer.inner_optimizer if _has_loss_scale(optimizer) else optimizer


def _has_loss_scale(optimizer):
    return isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
