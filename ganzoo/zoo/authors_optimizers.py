"""The optimizers of the papers' code: those of Keras, with the epsilon that makes them move as that code does."""

from collections.abc import Callable

import keras

from ganzoo.games.game import Game

LearningRate = float | keras.optimizers.schedules.LearningRateSchedule


def adam(learning_rate: LearningRate = 2e-4, beta_1: float = 0.5, beta_2: float = 0.999) -> keras.optimizers.Adam:
    """Returns an Adam with the defaults of Radford et al. (2015).

    Its epsilon is the 1e-8 of Theano, TensorFlow 1, Torch, PyTorch and Chainer. With Keras's 1e-7 a step is 7 % to 11 %
    shorter where gradients are 1e-5.
    """
    return keras.optimizers.Adam(learning_rate, beta_1, beta_2, epsilon=1e-8)


def rmsprop(learning_rate: LearningRate, rho: float = 0.99) -> keras.optimizers.RMSprop:
    """Returns an RMSprop like PyTorch's, which divides the gradient by sqrt(mean square) + 1e-8.

    Keras divides by sqrt(mean square + epsilon). To both, 1e-16 under the root is the same as 1e-8 outside it, but
    Keras's default of 1e-7 is like 3.2e-4, which stops training where gradients are smaller than that, as in WGANs.
    """
    return keras.optimizers.RMSprop(learning_rate, rho, epsilon=1e-16)


def compiled(
    model: Game,
    make: Callable[[LearningRate], keras.optimizers.Optimizer],
    learning_rate: LearningRate,
    discriminator_learning_rate: LearningRate | None = None,
) -> Game:
    """Compiles a model with an optimizer `make(rate)` for each player, and returns it.

    Discriminators get the `discriminator_learning_rate`; None stands for the `learning_rate` of the other players.
    """
    if discriminator_learning_rate is None:
        discriminator_learning_rate = learning_rate
    judges = (player.startswith("discriminator") for player in model.players)
    model.compile(*(make(discriminator_learning_rate if judge else learning_rate) for judge in judges))
    return model
