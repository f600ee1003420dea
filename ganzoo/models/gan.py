"""The game of Goodfellow et al. (2014) as a Keras model. Read this first.

    min_G max_D V(D, G) = E_x log D(x) + E_z log(1 - D(G(z)))

`GAN.train_step` is Algorithm 1 of the paper and final. A variant answers the questions below it (`unpack` to
`discriminator_terms`) in its own way; what it may ask for is a `Round`, in round.py. Randomness is a pure function of
(seed, step), so a resumed run repeats nothing.
"""

import functools
import random

import keras
import tensorflow as tf

from ganzoo import objectives
from ganzoo.distribute import rows, shared_loss
from ganzoo.draws import fold_in
from ganzoo.models.first_look import batch_size, check_images, check_shares, share
from ganzoo.models.round import Round
from ganzoo.models.two_players import TwoPlayers
from ganzoo.penalties import checked, serialized


class GAN(TwoPlayers):
    """Two networks that play against each other.

    Args:
        generator: a built Keras model from latents (N, latent_dim) to data (N, *data_shape); images in [-1, 1].
        discriminator: a built Keras model from data to raw scores (N, 1), without a sigmoid.
        prior: what latents are drawn from, of `ganzoo.priors`.
        objective: a name of `ganzoo.objectives`, or an `Objective`.
        penalties: functions (score, real, fake, seed) -> scalar added to the discriminator's loss under their
            `__name__`.
        discriminator_steps: k of Algorithm 1. A batch is split in k shares, one for each update.
        reuse_fakes: lets G reply with the very fakes that D has just learnt from, where Algorithm 1 draws new ones: a
            pass through G less. For one discriminator step alone.
        seed: names the run's random numbers; None draws one.
        generator_ema, discriminator_ema: momentum, say .999, of exponential averages of that player's parameters, with
            which `sample`, `predict` and `evaluate` then work; None keeps none.

    Logs: `loss` (the sum of both), `generator_loss`, `discriminator_loss`, `value` (V in nats, where D is a
    probability), `real_score` and `fake_score` (D(x) and D(G(z)), or raw scores where D is none), and every term of
    both losses under its own name.
    """

    def __init__(
        self,
        generator,
        discriminator,
        prior,
        objective="minimax",
        penalties=(),
        discriminator_steps=1,
        seed=None,
        generator_ema=None,
        discriminator_ema=None,
        reuse_fakes=False,
        **kw,
    ):
        super().__init__(generator, discriminator, generator_ema, discriminator_ema, **kw)
        if discriminator_steps < 1:
            raise ValueError(f"discriminator_steps is at least 1; got {discriminator_steps}.")
        if reuse_fakes and discriminator_steps > 1:
            raise ValueError(f"reuse_fakes is for one discriminator step, not {discriminator_steps}: leave it out.")
        self.prior, self.objective, self.penalties = prior, objectives.get(objective), checked(penalties)
        self.discriminator_steps, self.reuse_fakes = int(discriminator_steps), bool(reuse_fakes)
        self.seed = random.randrange(2**31) if seed is None else int(seed)
        self.step = self.add_weight(
            name="step", shape=(), dtype="int64", initializer="zeros", trainable=False, aggregation="only_first_replica"
        )

    def __init_subclass__(cls, **arguments):
        super().__init_subclass__(**arguments)
        if "train_step" in vars(cls):
            raise TypeError(
                f"{cls.__name__} overrides train_step, which is final: override one of the hooks of GAN instead."
            )

    @property
    def data_shape(self):
        """The shape of one example: (H, W, C) for images, (D,) for vectors."""
        return tuple(self.generator.output_shape[1:])

    @property
    def is_conditional(self):
        """Whether `sample` takes labels."""
        return type(self).conditions is not GAN.conditions

    # The game: final.

    def train_step(self, data):
        """k updates of the discriminator, each on its own share of the batch and new latents; one of the generator."""
        k = self.discriminator_steps
        real, context = self.unpack(check_shares(data, k))
        self._reseed_layers(self._seed(-2 - self.step.value))
        first = self.step.value * (k + 1)
        for index in range(k):
            play = Round(self, *share((real, context), index, k), self._seed(2 * (first + index)), training=True)
            tape, fake = self._record_fakes(play) if self.reuse_fakes else (None, None)
            discriminator_terms = self._update("discriminator", play)
        reply = Round(self, play.real, play.context, self._seed(2 * (first + k)), training=True)
        if self.reuse_fakes:
            reply.latents, reply.fake = play.latents, fake
        generator_terms = self._update("generator", reply, tape)
        self.step.assign_add(1)
        self.conclude(play)
        self.logs.update(self._report(play, generator_terms, discriminator_terms), batch_size(play.real))
        return self.get_metrics_result()

    def test_step(self, data):
        """The same logs on held-out data, with layers in inference mode and latents of its own; nothing is updated."""
        self.logs.update(self.values(data, training=False), batch_size(data))
        return self.get_metrics_result()

    def values(self, data, training):
        """Every log of one round on the whole batch, by name."""
        play = Round(self, *self.unpack(data), fold_in(self._seed(-1), 2 * self.logs.seen), training)
        return self._report(play, *(self._terms(player, play) for player in ("generator", "discriminator")))

    def _update(self, player, play, tape=None):
        """Moves one player alone: only its own variables are watched, so nothing is derived by the other's."""
        variables, optimizer = getattr(self, player).trainable_variables, getattr(self, f"{player}_optimizer")
        values = [variable.value for variable in variables]
        with tape or tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(values)
            terms = self._terms(player, play)
            loss = optimizer.scale_loss(shared_loss(sum(terms.values())))
        optimizer.apply(tape.gradient(loss, values), variables)
        self.average(player)
        return terms

    def _terms(self, player, play):
        return getattr(self, f"{player}_terms")(play) | self.regularization(player)

    def _record_fakes(self, play):
        """The fakes of a round, and a tape of how the generator made them, for its own update to go on with."""
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch([variable.value for variable in self.generator.trainable_variables])
            fake = play.fake  # D's terms may put others in their place
        return tape, fake

    def _seed(self, place):
        """One of the run's seeds: 2 n and 2 n + 1 for its n-th round, -1 for tests, the others for layers."""
        return tf.stack([tf.constant(self.seed, tf.int64), tf.cast(place, tf.int64)])

    def _report(self, play, generator_terms, discriminator_terms):
        generator_loss, discriminator_loss = sum(generator_terms.values()), sum(discriminator_terms.values())
        opinion, value = self.objective.opinion, self.objective.value
        logs = {
            "loss": generator_loss + discriminator_loss,
            "generator_loss": generator_loss,
            "discriminator_loss": discriminator_loss,
            **({"value": value(play.real_scores, play.fake_scores)} if value else {}),
            "real_score": tf.reduce_mean(opinion(play.real_scores)),
            "fake_score": tf.reduce_mean(opinion(play.fake_scores)),
        }
        for name, term in (*generator_terms.items(), *discriminator_terms.items()):
            if name in logs:
                raise ValueError(f"A term of a loss is called {name!r}, as another log is: choose another name for it.")
            logs[name] = term
        return logs | self.measures(play)

    # The questions that a variant may answer in its own way.

    def unpack(self, data):
        """The real examples of a batch, and what goes with them (labels, say), which only the other hooks look into."""
        real, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        if labels is not None:
            raise ValueError(
                f"{self.name} takes no labels, but the dataset yields (x, y): map it with `lambda x, y: x`."
            )
        return tf.cast(real, tf.float32), None

    def check(self, data, whole=False):
        """Looks at a first batch, or at the `whole` data; raises ValueError where the game cannot be played with it."""
        check_images(keras.utils.unpack_x_y_sample_weight(data)[0], self.data_shape)

    def sample_latents(self, real, context, seed):
        """What the generator starts from, one for each real example."""
        return rows(lambda count: self.prior.sample(count, seed), tf.shape(real)[0])

    def synthesize(self, latents, context, training):
        return self.generator(latents, training=training)

    def discriminate(self, images, context, training):
        return self.discriminator(images, training=training)

    def scores(self, outputs):
        """The part of the discriminator's outputs that the objective reads."""
        return outputs

    def generator_terms(self, play):
        """The generator's loss as {name: scalar}, summed for the gradient."""
        return {"generator_adversarial": self.objective.generator(play.fake_scores)}

    def discriminator_terms(self, play):
        """The discriminator's loss as {name: scalar}, summed for the gradient."""
        terms = {"discriminator_adversarial": self.objective.discriminator(play.real_scores, play.fake_scores)}
        for index, penalty in enumerate(self.penalties):
            terms[penalty.__name__] = penalty(play.score, play.real, play.fake, play.seed_for(index))
        return terms

    def conclude(self, play):
        """After a training step's updates: moves what else a variant keeps, by the discriminator's last round."""

    def measures(self, play):
        """Logs beside the losses: {name: scalar}, or {name: (values, weights)} for a weighted mean."""
        return {}

    def conditions(self, count, labels):
        """The context in which `sample` makes `count` images of these labels."""
        if labels is not None:
            raise ValueError(f"{self.name} is unconditional: sample takes no labels; use a conditional variant.")

    # Making images.

    def call(self, inputs, training=False):
        """Latents (N, latent_dim), or a pair of latents and context, to data (N, *data_shape)."""
        latents, context = inputs if isinstance(inputs, (tuple, list)) else (inputs, None)
        with self.averaged("generator", training):
            return self.synthesize(latents, context, training)

    def sample(self, count, labels=None, seed=0, batch_size=256):
        """`count` new examples, float32 (count, *data_shape), images in [-1, 1]; the same seed gives the same ones."""
        latents, context = self.prior.sample(count, seed), self.conditions(count, labels)
        return self.in_batches(self._sampler, latents if context is None else (latents, context), batch_size)

    @functools.cached_property
    def _sampler(self):
        return tf.function(lambda inputs: self(inputs, training=False), reduce_retracing=True, autograph=False)

    # Saving.

    def get_config(self):
        return {
            **super().get_config(),
            "generator": keras.saving.serialize_keras_object(self.generator),
            "discriminator": keras.saving.serialize_keras_object(self.discriminator),
            "prior": keras.saving.serialize_keras_object(self.prior),
            "objective": objectives.get(self.objective.name).name,  # refuses one that `load` would not know
            "penalties": serialized(self.penalties),
            "discriminator_steps": self.discriminator_steps,
            "reuse_fakes": self.reuse_fakes,
            "seed": self.seed,
        }

    @classmethod
    def from_config(cls, config):
        return cls(**keras.saving.deserialize_keras_object(config))
