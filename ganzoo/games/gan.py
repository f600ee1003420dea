"""The game of Goodfellow et al. (2014): a generator G against a discriminator D. Read this after game.py.

    min_G max_D V(D, G) = E_x log D(x) + E_z log(1 - D(G(z)))

A step of `GAN` is Algorithm 1 of the paper: k updates of D, each on its own share of the batch and with new latents,
then one of G. Variants override the hooks of this class. Losses read their inputs from an `AdversarialRound`, in
round.py.
"""

import keras
import tensorflow as tf

from ganzoo.games.outputs import scores_of, warn_of_sigmoid
from ganzoo.games.round import AdversarialRound
from ganzoo.games.sampling import SamplingGame
from ganzoo.games.turn import adversarial_turns
from ganzoo.losses import objectives
from ganzoo.losses import penalties as penalty_functions
from ganzoo.losses.top_k import check_top_k, loss_of_best
from ganzoo.schedules import configured, value_at
from ganzoo.serializable import check_registered


class GAN(SamplingGame):
    """Two networks that play against each other.

    Args:
        generator: a built Keras model from latents (N, latent_dim) to data (N, *data_shape); images in [-1, 1].
        discriminator: a built Keras model from data to raw scores (N, 1), without a sigmoid, or to a dict of named
            outputs of which "scores" is one.
        prior: the distribution of the latents, from `ganzoo.priors` or of a registered class of your own; or a name,
            "uniform" or "normal".
        objective: a name of `ganzoo.objectives`, or a registered `Objective`.
        penalties: functions (score, real, fake, seed) -> scalar that are added to the discriminator's loss under their
            `__name__`, or names such as "r1" or "r1:5"; see `ganzoo.penalties`.
        generator_penalties: functions (synthesize, latents, fake, seed) -> scalar that are added to the generator's.
        discriminator_steps: k of Algorithm 1. Each update of D takes a share of batch_size / k examples, and G takes
            the last share again; batch_size must be a multiple of k.
        simultaneous: whether both players move at once, with the same fakes and all gradients from one pass through the
            networks, as in the code of the 2014 paper. Needs `discriminator_steps=1`.
        top_k: the share of the fakes, those with the highest scores, from which the generator learns, Sinha et al.
            (2020): a number from 0 to 1, or a schedule; None for all.
        seed: determines the run's random numbers; None draws one.
        generator_ema, discriminator_ema: momentum, for instance .999, or `ganzoo.schedules.HalfLife(500_000)` in
            images, of exponential averages of that player's parameters, which `sample`, `predict` and `evaluate` then
            use; None keeps none. Weights that are put into a player before training are the averages until the first
            update; afterwards, call `restart_averages`.

    Logs: `loss` (the sum of both), `generator_loss`, `discriminator_loss`, `value` (V in nats, if the
    objective reads D's output as a probability),
    `real_score` and `fake_score` (D(x) and D(G(z)), or raw scores if D is not a probability), and every term of both
    losses under its own name.
    """

    round_type = AdversarialRound

    def __init__(
        self,
        generator,
        discriminator,
        prior,
        objective="minimax",
        penalties=(),
        generator_penalties=(),
        discriminator_steps=1,
        simultaneous=False,
        top_k=None,
        seed=None,
        generator_ema=None,
        discriminator_ema=None,
        **keras_arguments,
    ):
        momenta = {"generator": generator_ema, "discriminator": discriminator_ema}
        super().__init__(
            {"generator": generator, "discriminator": discriminator},
            adversarial_turns(["discriminator"], ["generator"], discriminator_steps, simultaneous),
            seed,
            momenta,
            **keras_arguments,
        )
        warn_of_sigmoid(discriminator)
        self.prior, self.objective = self.find_prior(prior), objectives.get(objective)
        check_registered(self.prior, "prior")
        self.penalties = penalty_functions.check(penalties)
        self.generator_penalties = penalty_functions.check(generator_penalties)
        self.penalty_states = penalty_functions.make_states(*self.penalties, *self.generator_penalties)
        self.top_k = check_top_k(top_k, self.objective)
        self.discriminator_steps, self.simultaneous = discriminator_steps, bool(simultaneous)

    # Hooks: the losses.

    def generator_terms(self, play):
        """Returns the generator's loss as {name: scalar}."""
        return self.generator_adversarial_terms(play) | self.generator_penalty_terms(play)

    def discriminator_terms(self, play):
        """Returns the discriminator's loss as {name: scalar}."""
        return self.discriminator_adversarial_terms(play) | self.discriminator_penalty_terms(play)

    def generator_adversarial_terms(self, play):
        """The part of the generator's loss that depends on the discriminator's scores."""
        return {"generator_adversarial": self.generator_loss(play)}

    def generator_loss(self, play):
        """The objective's loss of the generator, a scalar."""
        if self.objective.relativistic:
            return self.objective.generator(play.real_scores, play.fake_scores)
        if self.top_k is None or not play.training:
            return self.objective.generator(play.fake_scores)
        share = value_at(self.top_k, self.images_seen.value)
        return loss_of_best(self.objective.generator, play.fake_scores, share)

    def discriminator_adversarial_terms(self, play):
        """The part of the discriminator's loss that tells real examples from fakes."""
        return {"discriminator_adversarial": self.objective.discriminator(play.real_scores, play.fake_scores)}

    def generator_penalty_terms(self, play):
        """The generator's penalties."""
        return penalty_functions.compute_terms(self.generator_penalties, play, play.synthesize, play.latents, play.fake)

    def discriminator_penalty_terms(self, play):
        """The discriminator's penalties."""
        return penalty_functions.compute_terms(self.penalties, play, play.score, play.real, play.fake)

    def extra_logs(self, play):
        readout, value = self.objective.readout, self.objective.value
        return {
            **({"value": value(play.real_scores, play.fake_scores)} if value else {}),
            "real_score": tf.reduce_mean(readout(play.real_scores)),
            "fake_score": tf.reduce_mean(readout(play.fake_scores)),
        }

    # Hooks: what the discriminator is given, and what it returns.

    def discriminate(self, images, context, training):
        """Calls the discriminator."""
        return self.discriminator(images, training=training)

    def scores(self, outputs):
        """Returns the part of the discriminator's outputs that the objective reads."""
        return scores_of(outputs)

    # Saving.

    def get_config(self):
        return {
            **self.get_config_by_player(),
            "prior": keras.saving.serialize_keras_object(self.prior),
            "objective": self.objective.name,
            "penalties": penalty_functions.serialize(self.penalties),
            "generator_penalties": penalty_functions.serialize(self.generator_penalties),
            "discriminator_steps": self.discriminator_steps,
            "simultaneous": self.simultaneous,
            "top_k": configured(self.top_k),
        }
