"""The optimizers that `compile` is given, checked and matched with the players."""

import keras

from ganzoo.registry import nearest

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
    objects = [id(one) for one in given.values() if isinstance(one, keras.optimizers.Optimizer)]
    if len(set(objects)) < len(objects):
        raise ValueError("Two players got the same optimizer object, which would mix their states: make one for each.")
    return given


def default_optimizers(players):
    """Returns the configuration of Radford et al.'s Adam for each player."""
    return {name: keras.optimizers.serialize(keras.optimizers.Adam(2e-4, beta_1=0.5, epsilon=1e-8)) for name in players}


def prepared(optimizer, player, network, policy):
    """Returns the optimizer, named after its player and built for it; with a loss scale under mixed_float16."""
    if policy.name == "mixed_float16" and not isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
    optimizer.name = f"{player}_optimizer"  # tells them apart in callbacks' logs
    optimizer.build(network.trainable_variables)
    return optimizer
