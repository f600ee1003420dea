"""Zhu et al. (2017): translation between two domains, of which no example belongs to one of the other."""

import tensorflow as tf

from ganzoo.distribution.global_batch import gather_rows, local_rows, never_empty
from ganzoo.games.buffers import Pool
from ganzoo.games.gan import GAN
from ganzoo.games.image_pairs import Translating
from ganzoo.random_numbers import normal

DOMAINS = ("a", "b")


class CycleGAN(Translating, GAN):
    """G from A to B and F from B to A, D_A and D_B, as one game on images [a | b] (N, H, W, 2C), side by side.

    The generator maps [a | b] to [F(b) | G(a)], so that twice through it should change nothing. The latents are the
    real pairs themselves. With L the objective's losses, |.| the mean absolute difference, and each line summed over
    the two domains, a loss of its own name for each:

        L_D = L(D_B(b), D_B(G(a)))                 generator_adversarial_b is  adversarial * L(D_B(G(a)))
        cycle * |F(G(a)) - a|  is cycle_a          cycle * identity * |F(a) - a|  is identity_a

    `least_squares` halves its squares, as the paper does for D alone; an `adversarial` of 2 makes up for it in G.

    Args:
        prior: a `models.memory.Album`, from whose pairs `sample` starts: it keeps the first that it is trained on.
        adversarial, cycle, identity: weights; `identity` is a share of `cycle`. 0 leaves the term out.
        pool: how many fakes are kept, to be shown to D again (`models.memory.Pool`): one of pairs, where the paper's
            code has one for each domain. 0 for none.
        noise: standard deviation of what is added to the real images that are translated, by default one grey level of
            256, as if they were not rounded. A departure: the paper has none.
    """

    def __init__(
        self,
        generator,
        discriminator,
        prior,
        objective="least_squares",
        adversarial=2.0,
        cycle=10.0,
        identity=0.5,
        pool=50,
        noise=1 / 127.5,
        **settings,
    ):
        super().__init__(generator, discriminator, prior, objective, **settings)
        self.adversarial, self.cycle, self.identity, self.noise = adversarial, cycle, identity, noise
        self.pool = Pool(pool, self.data_shape) if pool else None

    def sample_latents(self, real, context, seed):
        noise = local_rows(lambda count: normal((count, *self.data_shape), seed), tf.shape(real)[0])
        return real + self.noise * noise

    def generator_terms(self, play):
        terms = {}
        for domain, scores in zip(DOMAINS, _halves(play.fake_scores), strict=True):
            terms[f"generator_adversarial_{domain}"] = self.adversarial * self.objective.generator(scores)
        if self.cycle:
            terms |= _distances("cycle", self.cycle, self._translated(play, play.fake), play.real)
        if self.cycle and self.identity:
            swapped = self._translated(play, tf.concat(_halves(play.real)[::-1], axis=-1))
            terms |= _distances("identity", self.cycle * self.identity, swapped, play.real)
        return terms

    def discriminator_terms(self, play):
        if play.training and self.pool:
            shown = self.pool.exchange(gather_rows(play.fake), play.seed_for(-1))
            play.fake = local_rows(lambda count: shown, tf.shape(play.real)[0])  # what D is shown for the round's fakes
        terms = self.discriminator_penalty_terms(play)
        for domain, real, fake in zip(DOMAINS, _halves(play.real_scores), _halves(play.fake_scores), strict=True):
            terms[f"discriminator_adversarial_{domain}"] = self.objective.discriminator(real, fake)
        return terms

    def _translated(self, play, images):
        with self.averaged("generator", play.training):
            return never_empty(lambda batch: self.synthesize(batch, None, play.training), images)

    def get_config(self):
        names = ("adversarial", "cycle", "identity", "noise")
        own = {name: getattr(self, name) for name in names} | {"pool": self.pool.size if self.pool else 0}
        return {**super().get_config(), **own}


def _halves(pairs):
    return tf.split(pairs, 2, axis=-1)


def _distances(name, weight, images, targets):
    """A term for each domain, named after it."""
    errors = _halves(tf.abs(images - targets))
    return {f"{name}_{domain}": weight * tf.reduce_mean(part) for domain, part in zip(DOMAINS, errors, strict=True)}
