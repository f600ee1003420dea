"""Zhu et al. (2017): translation between two domains of images that do not come in pairs."""

import functools

import tensorflow as tf

from ganzoo.arguments import check_count, check_number
from ganzoo.distribution.global_batch import gather_rows
from ganzoo.games.buffers import FakeHistory, RealImageBuffer
from ganzoo.games.cycle_round import CycleRound
from ganzoo.games.game import Game
from ganzoo.games.image_translation import OTHER, ImageTranslation
from ganzoo.games.outputs import example_shape, scores_of, warn_of_sigmoid
from ganzoo.games.sampling import check_request
from ganzoo.games.turn import adversarial_turns
from ganzoo.losses import objectives
from ganzoo.losses import penalties as penalty_functions
from ganzoo.random_numbers import fold_in

DOMAINS = tuple(OTHER)


class CycleGAN(ImageTranslation, Game):
    """Four players: F from B to A and G from A to B, D_A and D_B, in batches {"a": images, "b": images}.

    With L the objective's losses and |.| the mean absolute difference, the terms are, in B and likewise in A:

        discriminator_b_adversarial = L(D_B(b), D_B(G(a)))      generator_b_adversarial = adversarial * L(D_B(G(a)))
        cycle_b = cycle * |G(F(b)) - b|                         identity_b = cycle * identity * |G(b) - b|

    Both generators minimise `cycle_a` and `cycle_b`. `least_squares` halves its squares, which the paper does for D
    alone; an `adversarial` of 2 makes up for that in the generators.

    Args:
        generator_a, generator_b: built Keras models from images of the other domain (N, H, W, C) to images of this one,
            in [-1, 1]: F and G.
        discriminator_a, discriminator_b: built Keras models from images of this domain to scores (N, ...), one for each
            patch, for instance.
        objective: a name of `ganzoo.objectives`, or a registered `Objective`.
        penalties: of `ganzoo.penalties`, added to each discriminator's loss under their `__name__` and the domain.
        generator_penalties: functions (synthesize, latents, fake, seed) -> scalar that are added to each generator's
            loss likewise; the latents are the images that it translates.
        discriminator_steps: how many updates of both discriminators precede one of both generators.
        simultaneous: whether all four players move at once. Needs `discriminator_steps=1`.
        seed: names the run's random numbers; None draws one.
        generator_ema, discriminator_ema: momentum of averages of the parameters of both, as in `GAN`.
        adversarial, cycle, identity: weights; `identity` is a share of `cycle`. 0 leaves the term out.
        history_size: how many old fakes of each domain are kept, to be shown to its discriminator again; 0 for none.
        kept_images: how many training images of each domain are kept, for `sample` to translate.
        noise: standard deviation of what is added to real images before they are translated, by default one grey level
            of 256, as if they were not rounded. A departure: the paper adds none.

    Logs: as for every game, with each term; `real_score` and `fake_score`, means over both domains, as in `GAN`.
    """

    round_type = CycleRound

    def __init__(
        self,
        generator_a,
        generator_b,
        discriminator_a,
        discriminator_b,
        objective="least_squares",
        penalties=(),
        generator_penalties=(),
        discriminator_steps=1,
        simultaneous=False,
        seed=None,
        generator_ema=None,
        discriminator_ema=None,
        adversarial=2.0,
        cycle=10.0,
        identity=0.5,
        history_size=50,
        kept_images=64,
        noise=1 / 127.5,
        **keras_arguments,
    ):
        generators = {"generator_a": generator_a, "generator_b": generator_b}
        discriminators = {"discriminator_a": discriminator_a, "discriminator_b": discriminator_b}
        momenta = dict.fromkeys(generators, generator_ema) | dict.fromkeys(discriminators, discriminator_ema)
        super().__init__(
            generators | discriminators,
            adversarial_turns([*discriminators], [*generators], discriminator_steps, simultaneous),
            seed,
            momenta,
            **keras_arguments,
        )
        for discriminator in discriminators.values():
            warn_of_sigmoid(discriminator)
        self.objective = objectives.get(objective, relativistic=False)
        self.penalties = penalty_functions.check(penalties, with_rounds=False)
        self.generator_penalties = penalty_functions.check(generator_penalties, with_rounds=False)
        self.discriminator_steps, self.simultaneous = discriminator_steps, bool(simultaneous)
        self.generator_ema, self.discriminator_ema = generator_ema, discriminator_ema
        self.adversarial, self.cycle = check_number("adversarial", adversarial), check_number("cycle", cycle)
        self.identity, self.noise = check_number("identity", identity), check_number("noise", noise)
        self.history_size = check_count("history_size", history_size, least=0)
        self.kept_images = check_count("kept_images", kept_images)
        for domain in DOMAINS:
            setattr(self, f"examples_{domain}", RealImageBuffer(self.kept_images, self.data_shape))
            if self.history_size:
                setattr(self, f"history_{domain}", FakeHistory(self.history_size, self.data_shape))

    @property
    def data_shape(self) -> tuple:
        """The shape (H, W, C) of one image of either domain."""
        return example_shape(self.generator_a, "generator_a")

    def generator_a_terms(self, play):
        return self.generator_terms("a", play)

    def generator_b_terms(self, play):
        return self.generator_terms("b", play)

    def discriminator_a_terms(self, play):
        return self.discriminator_terms("a", play)

    def discriminator_b_terms(self, play):
        return self.discriminator_terms("b", play)

    def generator_terms(self, domain, play):
        """Returns the loss of the generator of a domain's images as {name: scalar}."""
        scores, real = play.fake_scores[domain], play.real[domain]
        terms = {f"generator_{domain}_adversarial": self.adversarial * self.objective.generator(scores)}
        if self.cycle:
            terms |= play.cycle_terms
        if self.cycle and self.identity:
            error = tf.reduce_mean(tf.abs(play.identical[domain] - real))
            terms[f"identity_{domain}"] = self.cycle * self.identity * error
        synthesize = functools.partial(play.translate, to=domain)
        inputs = play.inputs[OTHER[domain]]
        penalties = penalty_functions.compute_terms(
            self.generator_penalties, play, synthesize, inputs, play.fake[domain]
        )
        return terms | {f"{name}_{domain}": term for name, term in penalties.items()}

    def discriminator_terms(self, domain, play):
        """Returns the loss of a domain's discriminator as {name: scalar}."""
        loss = self.objective.discriminator(play.real_scores[domain], play.shown_scores[domain])
        score = functools.partial(play.score, domain=domain)
        penalties = penalty_functions.compute_terms(self.penalties, play, score, play.real[domain], play.shown[domain])
        return {f"discriminator_{domain}_adversarial": loss} | {
            f"{name}_{domain}": term for name, term in penalties.items()
        }

    def extra_logs(self, play):
        readout, value = self.objective.readout, self.objective.value
        pairs = [(play.real_scores[domain], play.shown_scores[domain]) for domain in DOMAINS]
        real, fake = (sum(tf.reduce_mean(readout(pair[part])) for pair in pairs) / 2 for part in (0, 1))
        values = {"value": sum(value(*pair) for pair in pairs) / 2} if value else {}
        return {**values, "real_score": real, "fake_score": fake}

    def after_turn(self, turn, play):
        if "discriminator_a" not in turn.players:
            return
        for domain in DOMAINS:
            getattr(self, f"examples_{domain}").update(gather_rows(play.real[domain]))
            if self.history_size:
                fakes = gather_rows(play.fake[domain])
                getattr(self, f"history_{domain}").update(fakes, play.history_seed(domain))

    def scores(self, outputs):
        """Returns the part of a discriminator's outputs that the objective reads."""
        return scores_of(outputs)

    def call(self, inputs, training=False):
        """Maps {"a": images, "b": images}, or one of both, to their translations {"b": images, "a": images}."""
        translations = {}
        for domain, images in inputs.items():
            player = f"generator_{OTHER[domain]}"
            with self.averaged(player, training):
                translations[OTHER[domain]] = self.players[player](images, training=training)
        return translations

    def sample(self, count, labels=None, seed=None, batch_size=256):
        """Returns translations {"a": ..., "b": ...}, each float32 (count, H, W, C), of images that the model keeps.

        The images of both domains are drawn independently; a seed names the draw.
        """
        seed = check_request(count, seed, batch_size)
        if labels is not None:
            raise ValueError(f"{self.name} is unconditional: sample takes no labels; use a conditional variant.")
        draws = {
            domain: getattr(self, f"examples_{domain}").sample(count, fold_in(seed, number))
            for number, domain in enumerate(DOMAINS)
        }
        return self.in_batches(self.translator, draws, batch_size)

    def get_config(self):
        config = {name: value for name, value in self.get_config_by_player().items() if not name.endswith("_ema")}
        names = ("discriminator_steps", "simultaneous", "generator_ema", "discriminator_ema")
        names += ("adversarial", "cycle", "identity", "history_size", "kept_images", "noise")
        return {
            **config,
            **{name: getattr(self, name) for name in names},
            "objective": self.objective.name,
            "penalties": penalty_functions.serialize(self.penalties),
            "generator_penalties": penalty_functions.serialize(self.generator_penalties),
        }
