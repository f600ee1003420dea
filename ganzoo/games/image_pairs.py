"""What games share that are played on pairs of images side by side, of two domains A and B."""

import tensorflow as tf

from ganzoo.distribution.global_batch import gather_rows
from ganzoo.training.validation import check_images


class Translating:
    """Mixed into a GAN whose generator maps pairs [a | b] (N, H, W, 2C) to pairs, and starts from real images.

    Its prior is a `models.memory.Album`, which keeps the first pairs that the game is trained on, for `sample`.
    `targets` are the domains that it translates to.
    """

    targets = ("b", "a")

    def after_turn(self, turn, play):
        if "discriminator" in turn.players:
            self.prior.fill(gather_rows(play.real))
        super().after_turn(turn, play)

    def translate(self, images, to="b", batch_size=256):
        """`images` (N, H, W, C) of one domain in the other, float32 (N, H, W, C) in [-1, 1]."""
        if to not in self.targets:
            raise ValueError(f"{self.name} translates to {' and '.join(sorted(self.targets))}; got to={to!r}.")
        height, width, channels = self.data_shape
        check_images(images, (height, width, channels // 2))
        images = tf.cast(images, tf.float32)
        both = self.in_batches(self._sampler, tf.concat([images, images], axis=-1), batch_size)
        return both[..., : channels // 2] if to == "a" else both[..., channels // 2 :]
