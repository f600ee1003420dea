"""Adaptive discriminator augmentation (ADA), Karras et al. (2020b)."""

import keras
import tensorflow as tf

from ganzoo.arguments import check_number
from ganzoo.networks.augmentation_color import color, cutout, noise
from ganzoo.networks.augmentation_control import AdaptiveProbability, add_state
from ganzoo.networks.augmentation_draws import ImageDraws
from ganzoo.networks.augmentation_geometry import blit, geometry, pixel_places, resample
from ganzoo.schedules import Schedule

GROUPS = ("blit", "geometry", "color", "cutout", "noise")
"""The groups of transforms, each with a multiplier of the probability."""


@keras.saving.register_keras_serializable("ganzoo")
class StochasticAugment(keras.layers.Layer):
    """Augments images (N, H, W, C) in [-1, 1] in training, Karras et al. (2020b), appendix B.

    Each transform is applied to each image independently, with p times the multiplier of its group as the probability.
    As long as p is well below 1, the generator learns to make images that do not look augmented. First and second
    derivatives pass through the layer, and an image that no transform is applied to stays exactly as it is. The game
    seeds the draws of each step and replica.

    Args:
        probability: p: a number from 0 to 1, a schedule of `ganzoo.schedules`, or an `AdaptiveProbability`.
        blit: the multiplier for horizontal flips, turns by 90 degrees and shifts by whole pixels.
        geometry: the multiplier for scaling, rotation and shifts by any distance. An image is resampled only once for
            all of these and the group before.
        color: the multiplier for changes of brightness, contrast, the sign of the luma, hue and saturation. Only images
            with 3 channels have a hue; those with 1 channel have no saturation.
        cutout: the multiplier for boxes of zeros with half of each side.
        noise: the multiplier for normal noise.

    Departures: images are interpolated bilinearly, where the paper filters with a wavelet before and after; reflection
    at the border has no end, where the authors' code reflects once; images that are not square turn by 180 degrees
    only; and the group of filters in four frequency bands, which the paper's default leaves out, does not exist.

    Raises:
        ValueError: if the probability or a multiplier is out of its range.
    """

    def __init__(
        self,
        probability=0.0,
        blit: float = 1.0,
        geometry: float = 1.0,
        color: float = 1.0,
        cutout: float = 0.0,
        noise: float = 0.0,
        **arguments,
    ):
        super().__init__(**arguments)
        self.control = probability
        self.blit, self.geometry, self.color, self.cutout, self.noise = (
            check_number(f"The multiplier {name}", multiplier)
            for name, multiplier in zip(GROUPS, (blit, geometry, color, cutout, noise), strict=True)
        )
        initial = keras.initializers.Constant(self._initial_probability())
        self.probability = add_state(self, "probability", initial)
        self.seed_generator = keras.random.SeedGenerator()

    def _initial_probability(self):
        if isinstance(self.control, AdaptiveProbability):
            return 0.0
        if isinstance(self.control, Schedule):
            return float(self.control.at(0))
        return check_number("The probability of augmentation", self.control, "from 0 to 1")

    @property
    def augmentation_probability(self) -> tf.Tensor:
        """The present p, a float32 scalar, for logs."""
        return tf.convert_to_tensor(self.probability)

    def call(self, images, training=False):
        if not training:
            return images
        draws, p = ImageDraws(self.seed_generator.next(), tf.shape(images)[0]), self.augmentation_probability
        if self.blit or self.geometry:
            sides = images.shape[1:3]
            places = pixel_places(*sides)
            places = geometry(draws, self.geometry * p, places, *sides)
            places = blit(draws, self.blit * p, places, *sides)
            images = resample(images, places)
        for transform, multiplier in ((color, self.color), (noise, self.noise), (cutout, self.cutout)):
            if multiplier:
                images = transform(draws, multiplier * p, images)
        return images

    def after_turn(self, play) -> None:
        """Sets p after a turn of the discriminator, given its last `ganzoo.Round`; a number stays.

        A schedule reads `play.game.images_seen`, and an `AdaptiveProbability` reads `play.real_scores`. A number stays.
        """
        if isinstance(self.control, AdaptiveProbability):
            self.probability.assign(self.control.update(self.augmentation_probability, play.real_scores))
        elif isinstance(self.control, Schedule):
            self.probability.assign(self.control.at(play.game.images_seen))

    def extra_logs(self) -> dict[str, tf.Tensor]:
        """Returns p for the logs of a game."""
        return {"augmentation_probability": self.augmentation_probability}

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        multipliers = {name: getattr(self, name) for name in GROUPS}
        return {**super().get_config(), "probability": keras.saving.serialize_keras_object(self.control), **multipliers}

    @classmethod
    def from_config(cls, config):
        return cls(**config | {"probability": keras.saving.deserialize_keras_object(config["probability"])})
