"""What the players of a CycleGAN look at in a turn."""

import tensorflow as tf

from ganzoo.distribution.global_batch import lazy_property, local_rows
from ganzoo.games.image_translation import OTHER
from ganzoo.games.round import Round
from ganzoo.random_numbers import fold_in, normal


class CycleRound(Round):
    """A round of a `CycleGAN`. `real`, and all that follows from it, is {"a": ..., "b": ...}, by its domain."""

    @lazy_property
    def inputs(self):
        """The images that are translated: the real ones, with a little noise."""
        return {domain: self.real[domain] + self.game.noise * self._normal(domain) for domain in OTHER}

    @lazy_property
    def fake(self):
        """The translations of the other domain's inputs."""
        return {domain: self.translate(self.inputs[source], to=domain) for domain, source in OTHER.items()}

    @lazy_property
    def cycled(self):
        """The inputs translated there and back again."""
        return {domain: self.translate(self.fake[source], to=domain) for domain, source in OTHER.items()}

    @lazy_property
    def identical(self):
        """What the generators make of real images that are of their target domain already."""
        return {domain: self.translate(self.real[domain], to=domain) for domain in OTHER}

    @lazy_property
    def cycle_terms(self):
        """The terms that both generators share."""
        return {
            f"cycle_{domain}": self.game.cycle * tf.reduce_mean(tf.abs(self.cycled[domain] - self.real[domain]))
            for domain in OTHER
        }

    @lazy_property
    def shown(self):
        """The fakes that the discriminators are shown: in training, some of them are old ones."""
        if not (self.training and self.game.history_size):
            return self.fake
        return {domain: self._with_old_ones(domain) for domain in OTHER}

    @lazy_property
    def real_scores(self):
        """The scores of the real images."""
        return {domain: self.score(self.real[domain], domain) for domain in OTHER}

    @lazy_property
    def fake_scores(self):
        """The scores of the new fakes."""
        return {domain: self.score(self.fake[domain], domain) for domain in OTHER}

    @lazy_property
    def shown_scores(self):
        """The scores of the fakes that the discriminators are shown."""
        if self.shown is self.fake:
            return self.fake_scores
        return {domain: self.score(self.shown[domain], domain) for domain in OTHER}

    def translate(self, images, to):
        """Returns images of the other domain as images of the domain `to`."""
        return self.call(f"generator_{to}", images)

    def score(self, images, domain):
        """Returns the scores that the domain's discriminator gives to any images, float32."""
        return tf.cast(self.game.scores(self.call(f"discriminator_{domain}", images)), tf.float32)

    def history_seed(self, domain):
        """Returns the seed by which fakes are exchanged for old ones of that domain's history."""
        return fold_in(self.seed_for(-1), "ab".index(domain))

    def _with_old_ones(self, domain):
        history = getattr(self.game, f"history_{domain}")
        return history.show(tf.stop_gradient(self.fake[domain]), self.history_seed(domain))

    def _normal(self, domain):
        images, seed = self.real[domain], fold_in(self.seed, "ab".index(domain))
        return local_rows(lambda count: normal((count, *images.shape[1:]), seed), tf.shape(images)[0])
