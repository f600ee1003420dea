"""Who moves when: the turns of a game."""

import dataclasses

import keras

from ganzoo.arguments import check_count


@keras.saving.register_keras_serializable("ganzoo")
@dataclasses.dataclass(frozen=True)
class Turn:
    """One or more players who move at once, `times` times in each training step.

    With several players, all gradients come from one pass through the networks, before any of the players moves.

    >>> Turn("fox", times=2)
    Turn(players=('fox',), times=2)
    """

    players: tuple
    times: int = 1

    def __init__(self, *players, times=1):
        if not players or len(set(players)) < len(players) or not all(isinstance(name, str) for name in players):
            raise ValueError(f"A turn needs one or more distinct player names; got {players}.")
        object.__setattr__(self, "players", players)
        object.__setattr__(self, "times", check_count("`times`", times))

    def get_config(self):
        return {"players": list(self.players), "times": self.times}

    @classmethod
    def from_config(cls, config):
        return cls(*config["players"], times=config["times"])


def adversarial_turns(
    discriminators: list[str], generators: list[str], discriminator_steps: int, simultaneous: bool
) -> list[Turn]:
    """Returns the turns of Goodfellow et al. (2014): k times the discriminators, then the others once.

    k is `discriminator_steps`. If `simultaneous`, all of them move at once instead.

    Raises ValueError if `discriminator_steps` is not an integer of at least 1, or more than 1 and `simultaneous`.
    """
    discriminator_steps = check_count("discriminator_steps", discriminator_steps)
    if simultaneous and discriminator_steps != 1:
        raise ValueError(f"A simultaneous game has one discriminator step, not {discriminator_steps}.")
    if simultaneous:
        return [Turn(*discriminators, *generators)]
    return [Turn(*discriminators, times=discriminator_steps), Turn(*generators)]
