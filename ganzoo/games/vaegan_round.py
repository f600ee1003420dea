"""What the players of a `VAEGAN` look at."""

import tensorflow as tf

from ganzoo.distribution.global_batch import lazy_property, local_rows
from ganzoo.games.round import AdversarialRound
from ganzoo.random_numbers import normal


class VAEGANRound(AdversarialRound):
    """A round of a `VAEGAN`. Its fakes are the samples from the prior; the reconstructions stand beside them.

    The decoder maps both kinds of latents in one pass, and the discriminator sees all three kinds of examples in one,
    so that batch norm treats them alike.
    """

    @lazy_property
    def posterior(self):
        """The means and the log variances of q(z | x), float32 (N, latent_dim) each."""
        outputs = self.call("encoder", self.real)
        return tuple(tf.cast(outputs[name], tf.float32) for name in ("means", "log_variances"))

    @lazy_property
    def codes(self):
        """Latents drawn from q(z | x), (N, latent_dim), through which gradients reach the encoder."""
        means, log_variances = self.posterior
        noise = local_rows(lambda count: normal((count, means.shape[1]), self.seed_for(-1)), tf.shape(means)[0])
        return means + tf.exp(log_variances / 2) * noise

    @lazy_property
    def decoded(self):
        """The reconstructions of the real examples and the samples from the prior, (N, *data_shape) each."""
        return tf.split(self.synthesize(tf.concat([self.codes, self.latents], axis=0)), 2)

    @property
    def reconstructions(self):
        """What the decoder makes of the codes, (N, *data_shape)."""
        return self.decoded[0]

    @property
    def fake(self):
        """What the decoder makes of latents from the prior, (N, *data_shape)."""
        return self.decoded[1]

    @lazy_property
    def outputs(self):
        """What the discriminator returns for the real examples, the reconstructions and the samples: three dicts."""
        found = self.discriminate(tf.concat([self.real, *self.decoded], axis=0))
        parts = {name: tf.split(tf.cast(found[name], tf.float32), 3) for name in ("scores", "features")}
        return [{name: part[kind] for name, part in parts.items()} for kind in range(3)]

    @property
    def real_outputs(self):
        """The discriminator's outputs for the real examples."""
        return self.outputs[0]

    @property
    def reconstructed_outputs(self):
        """The discriminator's outputs for the reconstructions."""
        return self.outputs[1]

    @property
    def fake_outputs(self):
        """The discriminator's outputs for the samples."""
        return self.outputs[2]

    @property
    def reconstructed_scores(self):
        """The scores of the reconstructions, float32 (N, 1)."""
        return self._scores(self.reconstructed_outputs)
