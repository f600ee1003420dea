"""Larsen et al. (2016): a variational autoencoder that measures its errors by the features of a discriminator."""

import functools

import keras
import numpy as np
import tensorflow as tf

from ganzoo.arguments import check_number
from ganzoo.execution.batches import as_floats
from ganzoo.execution.graphs import graph_function
from ganzoo.games.outputs import check_outputs, input_shape
from ganzoo.games.sampling import SamplingGame
from ganzoo.games.turn import adversarial_turns
from ganzoo.games.vaegan_round import VAEGANRound
from ganzoo.losses import objectives
from ganzoo.losses import penalties as penalty_functions
from ganzoo.priors import Normal
from ganzoo.training.validation import check_images


class VAEGAN(SamplingGame):
    """A variational autoencoder, an encoder and a decoder, whose decoder is also the generator of a GAN.

    The encoder maps an example x to a normal distribution q(z | x) of latents, from which one is drawn and decoded to
    the reconstruction x'. The decoder also maps latents from the prior N(0, I) to samples. With f the features of a
    discriminator's layer, E the mean over the batch, and A, B the objective's losses for G and D, the losses are

        encoder          E KL(q(z | x) || N(0, I)) + R         R = E |f(x) - f(x')|^2 / 2, summed over the features
        decoder          gamma * R + A(s(x')) + A(s(G(z)))
        discriminator    B(s(x), s of x' and G(z))

    The three move at once, as in Algorithm 1 of the paper: all gradients come from one pass through the networks. The
    encoder learns nothing from the scores, and the discriminator nothing from R.

    Departures from the paper. The discriminator's loss weights the real examples as much as both kinds of fakes
    together, as the authors' code does; the paper's sum has them at half of that. Where that code skips updates of
    the player who is ahead, the default objective is non-saturating, in place of the paper's minimax.

    Args:
        encoder: a built Keras model from data (N, *data_shape) to {"means", "log_variances"}, each (N, latent_dim).
        decoder: a built Keras model from latents (N, latent_dim) to data; images in [-1, 1].
        discriminator: a built Keras model from data to {"scores": (N, 1), "features": (N, D)}.
        objective: a name of `ganzoo.objectives`, or a registered `Objective`.
        gamma: weight of R, a sum over all features, in the decoder's loss: more of it rebuilds examples better, and
            makes worse samples. The authors' code has 1e-6 or 1e-5 for faces of 64 x 64.
        penalties: functions (score, real, fake, seed) -> scalar that are added to the discriminator's loss, with the
            samples for `fake`; see `ganzoo.penalties`.
        decoder_penalties: functions (synthesize, latents, fake, seed) -> scalar that are added to the decoder's loss.
        discriminator_steps: None moves all three at once; k moves the discriminator k times first, each time by its
            own share of the batch, and then the two others at once.
        seed: names the run's random numbers; None draws one.
        encoder_ema, decoder_ema, discriminator_ema: momentum, for instance .999, of exponential averages of that
            player's parameters, which `sample`, `encode`, `reconstruct` and `evaluate` then use; None keeps none.

    Logs: `loss` (the sum of the three), `encoder_loss`, `decoder_loss`, `discriminator_loss`; `value`, V in nats with
    both kinds of fakes, if D is a probability; `real_score`, `fake_score` (of the samples), `reconstructed_score`; and
    every term: `encoder_prior`, `encoder_reconstruction`, `decoder_reconstruction`, `decoder_adversarial`,
    `discriminator_adversarial`.
    """

    round_type = VAEGANRound
    generator_player = "decoder"

    def __init__(
        self,
        encoder,
        decoder,
        discriminator,
        objective="non_saturating",
        gamma=0.03,
        penalties=(),
        decoder_penalties=(),
        discriminator_steps=None,
        seed=None,
        encoder_ema=None,
        decoder_ema=None,
        discriminator_ema=None,
        **keras_arguments,
    ):
        momenta = {"encoder": encoder_ema, "decoder": decoder_ema, "discriminator": discriminator_ema}
        super().__init__(
            {"encoder": encoder, "decoder": decoder, "discriminator": discriminator},
            adversarial_turns(
                ["discriminator"],
                ["encoder", "decoder"],
                1 if discriminator_steps is None else discriminator_steps,
                discriminator_steps is None,
            ),
            seed,
            momenta,
            **keras_arguments,
        )
        self.prior, self.objective = Normal(input_shape(decoder)[1]), objectives.get(objective, relativistic=False)
        check_outputs(encoder, "encoder", means=self.prior.dim, log_variances=self.prior.dim)
        check_outputs(discriminator, scores=1, features=None)
        self.gamma, self.discriminator_steps = check_number("gamma", gamma), discriminator_steps
        self.penalties = penalty_functions.check(penalties)
        self.decoder_penalties = penalty_functions.check(decoder_penalties)
        self.penalty_states = penalty_functions.make_states(*self.penalties, *self.decoder_penalties)

    @property
    def generator(self) -> keras.Model:
        """The decoder: the network that makes samples, by the name that it has in a `GAN`."""
        return self.decoder

    # The losses.

    def encoder_terms(self, play):
        """Returns the encoder's loss as {name: scalar}."""
        return {
            "encoder_prior": tf.reduce_mean(kl_divergence(*play.posterior)),
            "encoder_reconstruction": reconstruction_error(play),
        }

    def decoder_terms(self, play):
        """Returns the decoder's loss as {name: scalar}."""
        loss = self.objective.generator
        penalties = self.decoder_penalties, play, play.synthesize, play.latents, play.fake
        return {
            "decoder_reconstruction": self.gamma * reconstruction_error(play),
            "decoder_adversarial": loss(play.reconstructed_scores) + loss(play.fake_scores),
            **penalty_functions.compute_terms(*penalties),
        }

    def discriminator_terms(self, play):
        """Returns the discriminator's loss as {name: scalar}."""
        penalties = penalty_functions.compute_terms(self.penalties, play, play.score, play.real, play.fake)
        return {"discriminator_adversarial": self.objective.discriminator(play.real_scores, _both(play))} | penalties

    def extra_logs(self, play):
        readout, value = self.objective.readout, self.objective.value
        return {
            **({"value": value(play.real_scores, _both(play))} if value else {}),
            "real_score": tf.reduce_mean(readout(play.real_scores)),
            "fake_score": tf.reduce_mean(readout(play.fake_scores)),
            "reconstructed_score": tf.reduce_mean(readout(play.reconstructed_scores)),
        }

    # What the discriminator is given, and what it returns.

    def discriminate(self, images, context, training):
        """Calls the discriminator."""
        return self.discriminator(images, training=training)

    def scores(self, outputs):
        """Returns the part of the discriminator's outputs that the objective reads."""
        return outputs["scores"]

    # From examples to latents and back.

    def encode(self, images: np.ndarray, batch_size: int = 256) -> np.ndarray:
        """Returns the means of q(z | x), float32 (N, latent_dim), for examples x (N, *data_shape), images in [-1, 1].

        Raises ValueError for data of another shape, type or range.
        """
        check_images(images, self.data_shape)
        return self.in_batches(self._encoder, as_floats(images), batch_size)

    def reconstruct(self, images: np.ndarray, batch_size: int = 256) -> np.ndarray:
        """Returns what the decoder makes of `encode(images)`, float32 (N, *data_shape)."""
        return self.in_batches(self._sampler, self.encode(images, batch_size), batch_size)

    @functools.cached_property
    def _encoder(self):
        def means(images):
            with self.averaged("encoder"):
                return tf.cast(self.encoder(images, training=False)["means"], tf.float32)

        return graph_function(means)

    # Saving.

    def get_config(self):
        return {
            **self.get_config_by_player(),
            "objective": self.objective.name,
            "gamma": self.gamma,
            "penalties": penalty_functions.serialize(self.penalties),
            "decoder_penalties": penalty_functions.serialize(self.decoder_penalties),
            "discriminator_steps": self.discriminator_steps,
        }


def kl_divergence(means: tf.Tensor, log_variances: tf.Tensor) -> tf.Tensor:
    """Returns KL(N(means, exp(log_variances)) || N(0, I)) in nats, (N,), of pairs of (N, D).

    >>> float(kl_divergence(tf.constant([[2.0]]), tf.zeros((1, 1)))[0])  # half the squared distance of the means
    2.0
    """
    return 0.5 * tf.reduce_sum(tf.square(means) + tf.exp(log_variances) - 1 - log_variances, axis=1)


def reconstruction_error(play: VAEGANRound) -> tf.Tensor:
    """Returns R, the negative log-likelihood of the real features under N(f(x'), I), but for a constant."""
    difference = play.real_outputs["features"] - play.reconstructed_outputs["features"]
    return 0.5 * tf.reduce_mean(tf.reduce_sum(tf.square(difference), axis=1))


def _both(play):
    """The scores of both kinds of fakes, (2N, 1)."""
    return tf.concat([play.reconstructed_scores, play.fake_scores], axis=0)
