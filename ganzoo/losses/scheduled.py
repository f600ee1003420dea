"""Penalties whose weight changes during training."""

import typing

import keras
import tensorflow as tf

from ganzoo.losses.lazy import Lazy
from ganzoo.losses.penalty_base import compute
from ganzoo.schedules import Schedule


@keras.saving.register_keras_serializable("ganzoo")
class Scheduled:
    """A penalty times a schedule of the images seen.

    >>> from ganzoo import penalties, schedules
    >>> gamma = schedules.Cosine(2.0, 0.2, images=20e6)
    >>> penalties.Scheduled(penalties.R1(1), gamma).__name__
    'r1'

    Args:
        penalty: a penalty of `ganzoo.penalties`, or a function with the same arguments. Its weight remains a factor.
        schedule: a schedule of `ganzoo.schedules`.

    Raises:
        ValueError: for a lazy penalty, which takes a scheduled one instead, for a penalty without a name, and if
            `schedule` is none.
    """

    def __init__(self, penalty: typing.Callable[..., tf.Tensor], schedule: Schedule):
        if isinstance(penalty, (Lazy, Scheduled)) or not hasattr(penalty, "__name__"):
            raise ValueError(
                "Scheduled takes a penalty such as ganzoo.penalties.R1(1); if it is lazy, write "
                f"Lazy(Scheduled(R1(1), schedule)); got a {type(penalty).__name__}."
            )
        if not isinstance(schedule, Schedule):
            raise ValueError(
                f"The schedule of a penalty is one of ganzoo.schedules, such as Cosine(2.0, 0.2, images=1e6); got "
                f"{schedule!r}."
            )
        self.penalty, self.schedule, self.__name__ = penalty, schedule, penalty.__name__

    def term(self, play, *arguments) -> tf.Tensor:
        """Computes the weighted penalty in a round, a scalar."""
        return self.schedule.at(play.game.images_seen.value) * compute(self.penalty, play, *arguments)

    def __eq__(self, other):
        return isinstance(other, Scheduled) and (self.penalty, self.schedule) == (other.penalty, other.schedule)

    def __hash__(self):
        return hash((self.penalty, self.schedule))

    def get_config(self):
        parts = {"penalty": self.penalty, "schedule": self.schedule}
        return {name: keras.saving.serialize_keras_object(part) for name, part in parts.items()}

    @classmethod
    def from_config(cls, config):
        return cls(**keras.saving.deserialize_keras_object(config))
