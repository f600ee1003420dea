"""The contenders of `experiments.benchmark` in TensorFlow: ganzoo, and the training loops a user might write instead.

A contender is a function of a `Workload`, and that of ganzoo of a `VariantWorkload`, too. It prepares everything and
returns `run(steps)`, which trains that many steps and returns once they are done. All contenders train the same
networks with the same Adam, loss and batch size.
"""

from collections.abc import Callable

import keras
import tensorflow as tf

import ganzoo
from experiments.support.workloads import VariantWorkload, Workload
from ganzoo import data, images


def gan_and_batches(workload: Workload | VariantWorkload, **settings) -> tuple[ganzoo.GAN, tf.data.Dataset]:
    """Returns a GAN, made by `workload.gan(**settings)`, and its batches."""
    examples, size = workload.examples(), workload.batch_size * workload.k
    return workload.gan(**settings), data.batches(examples, size, labels=examples.labels is not None, start=0)


def ganzoo_fit(workload: Workload | VariantWorkload, **settings) -> Callable:
    """A GAN of ganzoo that `fit` trains, as a user calls it. The settings are those of `workload.gan`."""
    return _with_fit(workload, *gan_and_batches(workload, **settings))


def _with_fit(workload, model, batches):
    def run(steps):
        per_epoch = min(steps, workload.steps_per_epoch)
        model.fit(batches, epochs=steps // per_epoch, steps_per_epoch=per_epoch, verbose=0)

    return run


def _pipeline(workload):
    """The input pipeline that an expert would write for data in memory."""
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
    """A training step written by hand: k updates of D, each with new latents, and one of G."""
    generator, discriminator = workload.networks(workload.data_shape, workload.latent_dim)
    generator_optimizer, discriminator_optimizer = workload.optimizers()
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
            losses = -scores if workload.gradient_penalty else tf.nn.softplus(-scores)
            generator_loss = tf.reduce_mean(losses)
        variables = generator.trainable_variables
        generator_optimizer.apply_gradients(zip(tape.gradient(generator_loss, variables), variables, strict=True))
        return loss, generator_loss

    return step


def by_hand(workload: Workload, **settings) -> Callable:
    """A step by hand in a Python loop. The settings are those of `tf.function`."""
    step, batches = tf.function(_step(workload), **settings), iter(_pipeline(workload))

    def run(steps):
        for _ in range(steps):
            losses = step(next(batches))
        return [loss.numpy() for loss in losses]

    return run


def by_hand_inside(workload: Workload, **settings) -> Callable:
    """A step by hand in a loop inside a `tf.function`, which shows its losses once an epoch only.

    The settings are those of the `tf.function` of a step.
    """
    step, batches = tf.function(_step(workload), **settings), iter(_pipeline(workload))

    @tf.function
    def loop(steps):
        loss = generator_loss = 0.0
        for _ in tf.range(steps):
            loss, generator_loss = step(next(batches))
        return loss, generator_loss

    def run(steps):
        for start in range(0, steps, workload.steps_per_epoch):
            losses = loop(tf.constant(min(workload.steps_per_epoch, steps - start)))
        return [loss.numpy() for loss in losses]

    return run


class GuideGAN(keras.Model):
    """A GAN in the style of Keras's guides: it overrides train_step, and has one batch for reals and fakes."""

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


def guide(workload: Workload) -> Callable:
    """The GAN of Keras's guides, which `fit` trains."""
    model = GuideGAN(*workload.networks(workload.data_shape, workload.latent_dim), workload.latent_dim)
    model.compile(workload.optimizers())
    return _with_fit(workload, model, _pipeline(workload))
