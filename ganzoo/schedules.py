"""Settings that change during training, as functions of the number of real images that the game has seen.

A schedule stands where a number would: for the `learning_rate` of an optimizer, for the weight of a penalty in
`penalties.Scheduled`, for a half-life of averages, for the probability of an augmentation. It is a function of what the
checkpoint holds, so a resumed run continues with the same values.

>>> gamma = Cosine(2.0, 0.2, images=1000)
>>> [round(float(gamma.at(seen)), 2) for seen in (0, 500, 1000, 5000)]
[2.0, 1.1, 0.2, 0.2]
"""

import copy
import math
import typing

import keras
import tensorflow as tf

from ganzoo.arguments import check_number


class Schedule(keras.optimizers.schedules.LearningRateSchedule):
    """Base class of schedules of the images seen: a subclass defines `fraction(progress)`.

    The value is `start` until `begin` images, then start + (end - start) * fraction(progress) with a progress from 0 to
    1, and `end` once `images` have been seen.

    Args:
        start, end: the values before and after.
        images: the number of images at which the schedule ends.
        begin: the number of images at which it begins.

    Raises:
        ValueError: unless the values are numbers, and 0 <= begin < images.
    """

    def __init__(self, start: float, end: float, images: float, begin: float = 0):
        self.start, self.end = (check_number("A value of a schedule", value, "of any size") for value in (start, end))
        self.images = check_number("The `images` of a schedule", images, "above 0")
        self.begin = check_number("The `begin` of a schedule", begin)
        if self.begin >= self.images:
            raise ValueError(f"A schedule begins before it ends, but got begin={begin} and images={images}.")
        self.images_seen = None

    def fraction(self, progress: tf.Tensor) -> tf.Tensor:
        """Returns how much of the way from `start` to `end` is done at a progress from 0 to 1."""
        raise NotImplementedError

    def at(self, images: tf.Tensor | int) -> tf.Tensor:
        """Returns the value after that many images, a float32 scalar."""
        images = tf.cast(images, tf.float32)
        progress = tf.clip_by_value((images - self.begin) / (self.images - self.begin), 0.0, 1.0)
        return self.start + (self.end - self.start) * self.fraction(progress)

    def __call__(self, step: tf.Tensor) -> tf.Tensor:
        """Returns the learning rate of an optimizer now. The game that the optimizer belongs to counts the images."""
        if self.images_seen is None:
            raise ValueError(
                "A schedule of the images seen is for the optimizers of a game, which counts them: pass the optimizer "
                "to the game's `compile`, or use a schedule of Keras."
            )
        return self.at(self.images_seen.value)

    def __eq__(self, other):
        return type(self) is type(other) and self.get_config() == other.get_config()

    def __hash__(self):
        return hash((type(self), self.start, self.end, self.images, self.begin))

    def get_config(self):
        return {"start": self.start, "end": self.end, "images": self.images, "begin": self.begin}


@keras.saving.register_keras_serializable("ganzoo")
class Linear(Schedule):
    """A straight line from `start` to `end`."""

    def fraction(self, progress):
        return progress


@keras.saving.register_keras_serializable("ganzoo")
class Cosine(Schedule):
    """Half a cosine from `start` to `end`, as in Huang et al. (2024): slow at both ends."""

    def fraction(self, progress):
        return 0.5 - 0.5 * tf.cos(math.pi * progress)


def counting(
    schedule: keras.optimizers.schedules.LearningRateSchedule, images_seen: keras.Variable
) -> keras.optimizers.schedules.LearningRateSchedule:
    """Returns a copy of a schedule of the images seen that reads their number from a variable.

    A schedule around another one, its attribute `schedule`, is copied with that one. Others are returned as they are.
    """
    if not isinstance(schedule, Schedule) and not hasattr(schedule, "schedule"):
        return schedule
    schedule = copy.copy(schedule)
    if isinstance(schedule, Schedule):
        schedule.images_seen = images_seen
    else:
        schedule.schedule = counting(schedule.schedule, images_seen)
    return schedule


Setting = float | Schedule


def value_at(setting: Setting, images: tf.Tensor | int) -> tf.Tensor | float:
    """Returns a number as it is, and a schedule's value after that many images."""
    return setting.at(images) if isinstance(setting, Schedule) else setting


def configured(setting: typing.Any) -> typing.Any:
    """Returns the configuration of a schedule or a `HalfLife`, and anything else as it is."""
    has_config = isinstance(setting, (Schedule, HalfLife))
    return keras.saving.serialize_keras_object(setting) if has_config else setting


@keras.saving.register_keras_serializable("ganzoo")
class HalfLife:
    """The momentum of averages of parameters, by the number of images after which a parameter counts half.

    After an update with `batch_size` images the momentum is .5^(batch_size / h), where h is the smaller of `images` and
    `ramp_up` times the images seen, so that the averages soon forget the initial parameters; Karras et al. (2020).

    >>> momentum = HalfLife(1000, ramp_up=0.1)
    >>> [round(float(momentum.after(seen, batch_size=10)), 3) for seen in (0, 100, 100_000)]
    [0.0, 0.5, 0.993]

    Args:
        images: the half-life in images, above 0; or a schedule.
        ramp_up: the largest half-life as a share of the images seen, .05 in that paper; or None for no such limit.

    Raises:
        ValueError: for values that are not above 0.
    """

    def __init__(self, images: Setting, ramp_up: float | None = 0.05):
        self.images = images if isinstance(images, Schedule) else check_number("A half-life", images, "above 0")
        self.ramp_up = None if ramp_up is None else check_number("`ramp_up`", ramp_up, "above 0")

    def after(self, images_seen: tf.Tensor | int, batch_size: tf.Tensor | int) -> tf.Tensor:
        """Returns the momentum of an update with `batch_size` images, when `images_seen` have been seen before."""
        half_life = tf.cast(value_at(self.images, images_seen), tf.float32)
        if self.ramp_up is not None:
            half_life = tf.minimum(half_life, self.ramp_up * tf.cast(images_seen, tf.float32))
        return tf.pow(0.5, tf.cast(batch_size, tf.float32) / tf.maximum(half_life, 1e-8))

    def __eq__(self, other):
        return isinstance(other, HalfLife) and self.get_config() == other.get_config()

    def __hash__(self):
        return hash((self.images, self.ramp_up))

    def get_config(self) -> dict[str, typing.Any]:
        return {"images": configured(self.images), "ramp_up": self.ramp_up}

    @classmethod
    def from_config(cls, config):
        return cls(**keras.saving.deserialize_keras_object(config))


def check_momentum(name: str, momentum: float | HalfLife) -> float | HalfLife:
    """Returns a momentum of averages; raises ValueError unless it is a number from 0 to below 1 or a `HalfLife`."""
    return momentum if isinstance(momentum, HalfLife) else check_number(name, momentum, "from 0 to below 1")
