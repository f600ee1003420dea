"""Ways to train the same pair of networks, for `experiments.benchmark`: ours, and what users would take instead.

A contender is a function of a `Workload` that prepares everything and returns `run(steps)`, which trains so many steps
and comes back when they are done. All have the same networks, Adam, non-saturating loss and numbers of examples.
"""

import keras
import tensorflow as tf

import ganzoo
from ganzoo import data, images

CHUNK = 100


def optimizers(workload):
    """A new pair of Adams."""
    settings = {"beta_1": 0.0, "beta_2": 0.9} if workload.gradient_penalty else {"beta_1": 0.5}
    return [keras.optimizers.Adam(1e-4 if workload.gradient_penalty else 2e-4, **settings) for _ in range(2)]


def game(workload, reuse_fakes=False, **settings):
    """A compiled GAN and its batches; `settings` are of compile."""
    penalties = [ganzoo.penalties.GradientPenalty(10.0)] if workload.gradient_penalty else []
    gan = ganzoo.GAN(
        *workload.networks(workload.data_shape, workload.latent_dim),
        ganzoo.priors.Uniform(workload.latent_dim),
        "wasserstein" if workload.gradient_penalty else "non_saturating",
        penalties,
        discriminator_steps=workload.k,
        seed=0,
        reuse_fakes=reuse_fakes,
    )
    gan.compile(*optimizers(workload), **settings)
    return gan, data.batches(workload.examples(), workload.batch_size * workload.k, start=0)


def ours(workload, reuse_fakes=False, **settings):
    """`ganzoo` through `fit`, as a user calls it; `settings` are of compile."""
    return _by_fit(*game(workload, reuse_fakes, **settings))


def _by_fit(model, batches):
    def run(steps):
        per_epoch = min(steps, CHUNK)
        model.fit(batches, epochs=steps // per_epoch, steps_per_epoch=per_epoch, verbose=0)

    return run


def _pipeline(workload):
    """What an expert writes for data in memory."""
    examples = images.floats(workload.examples().images)
    return (
        tf.data.Dataset.from_tensor_slices(examples)
        .cache()
        .shuffle(len(examples))
        .repeat()
        .batch(workload.batch_size * workload.k, drop_remainder=True)
        .prefetch(tf.data.AUTOTUNE)
    )


def _step(workload):
    """A plain step by hand: k updates of D, each with latents of its own, and one of G."""
    generator, discriminator = workload.networks(workload.data_shape, workload.latent_dim)
    generator_optimizer, discriminator_optimizer = optimizers(workload)
    generator_optimizer.build(generator.trainable_variables)
    discriminator_optimizer.build(discriminator.trainable_variables)
    count = workload.batch_size

    def latents():
        return tf.random.uniform((count, workload.latent_dim), -1.0, 1.0)

    def penalty(real, fake):
        fractions = tf.random.uniform((count, *[1] * len(workload.data_shape)))
        between = real + fractions * (fake - real)
        with tf.GradientTape() as inner:
            inner.watch(between)
            scores = discriminator(between, training=True)
        slopes = tf.reshape(inner.gradient(scores, between), (count, -1))
        return 10.0 * tf.reduce_mean(tf.square(tf.norm(slopes, axis=1) - 1.0))

    def step(batch):
        for real in tf.split(batch, workload.k):
            fake = generator(latents(), training=True)
            with tf.GradientTape() as tape:
                real_scores = discriminator(real, training=True)
                fake_scores = discriminator(fake, training=True)
                if workload.gradient_penalty:
                    loss = tf.reduce_mean(fake_scores) - tf.reduce_mean(real_scores) + penalty(real, fake)
                else:
                    loss = tf.reduce_mean(tf.nn.softplus(-real_scores)) + tf.reduce_mean(tf.nn.softplus(fake_scores))
            variables = discriminator.trainable_variables
            discriminator_optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
        with tf.GradientTape() as tape:
            scores = discriminator(generator(latents(), training=True), training=True)
            reply = -tf.reduce_mean(scores) if workload.gradient_penalty else tf.reduce_mean(tf.nn.softplus(-scores))
        variables = generator.trainable_variables
        generator_optimizer.apply_gradients(zip(tape.gradient(reply, variables), variables, strict=True))
        return loss, reply

    return step


def by_hand(workload, **settings):
    """A `tf.function` step in a Python loop; `settings` are of tf.function."""
    step, batches = tf.function(_step(workload), **settings), iter(_pipeline(workload))

    def run(steps):
        for _ in range(steps):
            losses = step(next(batches))
        return [loss.numpy() for loss in losses]

    return run


def by_hand_inside(workload, **settings):
    """The loop inside one `tf.function` too, which shows no losses before 100 steps are done; `settings` of a step."""
    step, batches = tf.function(_step(workload), **settings), iter(_pipeline(workload))

    @tf.function
    def loop(steps):
        loss = reply = 0.0
        for _ in tf.range(steps):
            loss, reply = step(next(batches))
        return loss, reply

    def run(steps):
        for done in range(0, steps, CHUNK):
            losses = loop(tf.constant(min(CHUNK, steps - done)))
        return [loss.numpy() for loss in losses]

    return run


class Guide(keras.Model):
    """A GAN in the manner of Keras's guides: a train_step of its own, labels 1 and 0 in one batch, two Mean metrics."""

    def __init__(self, generator, discriminator, latent_dim):
        super().__init__()
        self.generator, self.discriminator, self.latent_dim = generator, discriminator, latent_dim
        self.means = [keras.metrics.Mean(name="d_loss"), keras.metrics.Mean(name="g_loss")]
        self.seeds = keras.random.SeedGenerator(0)
        self.cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)

    @property
    def metrics(self):
        return self.means

    def compile(self, pair):
        super().compile()
        self.pair = pair

    def train_step(self, real):
        count = tf.shape(real)[0]
        fake = self.generator(keras.random.normal((count, self.latent_dim), seed=self.seeds))
        both = tf.concat([fake, real], axis=0)
        labels = tf.concat([tf.zeros((count, 1)), tf.ones((count, 1))], axis=0)
        with tf.GradientTape() as tape:
            discriminator_loss = self.cross_entropy(labels, self.discriminator(both))
        self._apply(tape, discriminator_loss, self.discriminator, self.pair[1])
        latents = keras.random.normal((count, self.latent_dim), seed=self.seeds)
        with tf.GradientTape() as tape:
            scores = self.discriminator(self.generator(latents))
            generator_loss = self.cross_entropy(tf.ones((count, 1)), scores)
        self._apply(tape, generator_loss, self.generator, self.pair[0])
        for mean, loss in zip(self.means, (discriminator_loss, generator_loss), strict=True):
            mean.update_state(loss)
        return {mean.name: mean.result() for mean in self.means}

    @staticmethod
    def _apply(tape, loss, network, optimizer):
        weights = network.trainable_weights
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))


def guide(workload):
    """Keras's guides' GAN through `fit`."""
    if workload.gradient_penalty:
        raise ValueError("The guide's GAN has no gradient penalty.")
    model = Guide(*workload.networks(workload.data_shape, workload.latent_dim), workload.latent_dim)
    model.compile(optimizers(workload))
    return _by_fit(model, _pipeline(workload))
