"""What tests know of a variant, and what they ask of any game: its state, its weights, a step of some players."""

import dataclasses
import types

import keras
import numpy as np
import tensorflow as tf
from sklearn.datasets import load_digits

import ganzoo


@dataclasses.dataclass(frozen=True)
class Descriptor:
    """How to make a variant small.

    `num_classes` is there where the dataset yields labels, `conditional` where the generator takes them too; a
    semi-supervised variant gets some of them as -1. `dataset` is an embedded one that it can be trained on.

    `plain` are settings under which its networks draw no random numbers and their batch norm, if any, sees the global
    batch: N replicas are one. `relative` is there where a constant added to all scores changes no loss, or none
    within a margin, so that D's last bias has no gradient. `deterministic` ones' G looks at no noise. `pairs` are
    trained on {"a": images, "b": images}.
    """

    name: str
    data_shape: tuple
    settings: dict
    plain: dict
    num_classes: int | None = None
    conditional: bool = False
    relative: bool = False
    deterministic: bool = False
    pairs: bool = False
    dataset: str = "digits"

    def __str__(self):
        return self.name

    def create(self, seed=1, **settings):
        return ganzoo.create(self.name, data_shape=self.data_shape, seed=seed, **(self.settings | settings))

    def awake(self, **settings):
        """A model with larger weights than papers start from, so that a few steps have something to show."""
        gan, random = self.create(**settings), np.random.default_rng(0)
        for variable in gan.trainable_variables:
            deviation, now = np.prod(variable.shape[:-1]) ** -0.5, variable.numpy().std()
            deviation = now if now > 2 * deviation else deviation  # of layers that scale their weights down themselves
            variable.assign(random.normal(0, deviation, variable.shape))
        gan.compile()  # so that averages of weights, where there are any, start here
        return gan

    def undecided(self, gan):
        """Makes D say 1/2 to everything: a score of 0, or, of K logits, a logsumexp of 0."""
        outputs = gan.discriminator.output
        names = sorted(outputs) if isinstance(outputs, dict) else ["scores"]  # Keras sorts outputs by their names
        place = names.index("scores" if "scores" in names else "logits")
        says = gan.discriminator.get_layer(gan.discriminator.output_names[place])  # its other heads are left alone
        weights = {weight.name: weight for weight in says.weights}  # of each name the last
        slope, bias = weights.get("scale", weights["kernel"]), weights.get("bias")
        slope.assign(np.zeros(slope.shape))
        if bias is not None:
            bias.assign(np.full(bias.shape, -np.log(bias.shape[0])))
        gan.compile()  # so that averages of weights start here

    def data(self, count=48, seed=0):
        """Real examples x, or (x, y) where the variant takes labels, as arrays."""
        if self.pairs:
            return {domain: real(self.data_shape, count, seed + place) for place, domain in enumerate("ab")}
        images, labels = real(self.data_shape, count, seed), classes(count, seed)
        if not self.conditional:
            labels[::3] = -1
        return images if self.num_classes is None else (images, labels)

    def batches(self, batch_size=16, count=48, seed=0):
        return tf.data.Dataset.from_tensor_slices(self.data(count, seed)).batch(batch_size, drop_remainder=True)

    def batch(self):
        return next(iter(self.batches()))

    def inputs(self, gan, count, seed=3):
        """What `predict` and `call` take: latents, or latents and labels."""
        if self.pairs:
            return self.data(count, seed)
        latents = gan.prior.sample(count, seed)
        return latents if not self.conditional else (latents, tf.constant(classes(count, seed)))

    def generators(self, gan, inputs, outputs):
        """Which network makes which outputs of `predict` from what: triples (network, inputs, outputs)."""
        if self.pairs:
            both = {to: gan.players.get(f"generator_{to}", gan.players.get("generator")) for to in outputs}
            return [(network, inputs["b" if to == "a" else "a"], outputs[to]) for to, network in both.items()]
        if self.conditional:  # the generator itself takes labels one-hot
            inputs = [inputs[0], tf.one_hot(inputs[1], self.num_classes)]
        return [(gan.generator, inputs, outputs)]


def compile_all(gan, make_optimizer, **arguments):
    """Gives each player an optimizer of its own, made by `make_optimizer()`."""
    gan.compile(*(make_optimizer() for _ in gan.players), **arguments)


def compile_alone(gan, player, optimizer):
    """Gives one player this optimizer, and the others learning rates of 0: they are updated, but stay."""
    others = {f"{name}_optimizer": keras.optimizers.SGD(0.0) for name in gan.players if name != player}
    gan.compile(**others | {f"{player}_optimizer": optimizer}, run_eagerly=True)


def weights_of(model):
    """The weights of a model, or of a network, as arrays."""
    return [variable.numpy() for variable in model.weights]


def state_of(gan):
    """All that training changes, {place: array}: the weights of a game, and the states of its optimizers."""
    owners = {"game": gan.weights} | {player: gan.optimizer_of(player).variables for player in gan.players}
    return {
        f"{owner}/{place}": variable.numpy()
        for owner, variables in owners.items()
        for place, variable in enumerate(variables)
    }


def assert_same_state(one, other):
    """Equal names and values, bit for bit."""
    assert list(one) == list(other)
    for path, value in one.items():
        np.testing.assert_array_equal(value, other[path], err_msg=path)


def round_of(gan, batch, training):
    """A round of the game on this batch, as a step has it."""
    return gan.round_type(gan, *gan.unpack(batch), tf.constant([3, 5], tf.int64), training=training)


def fixed_round(**parts):
    """A round that consists of these parts, such as `real_scores`, in place of what networks make of a batch."""
    of_penalties = dict.fromkeys(("synthesize", "score", "latents", "real", "fake"))
    return types.SimpleNamespace(**of_penalties | {"training": True, "updates": None} | parts)


def real(data_shape, count=48, seed=0):
    """Real digits for (8, 8, 1), points for vectors; float32 in [-1, 1]."""
    if data_shape == (8, 8, 1):
        return np.float32(load_digits().images[seed : seed + count, ..., None] / 8 - 1)
    return np.random.default_rng(seed).uniform(-1, 1, (count, *data_shape)).astype(np.float32)


def classes(count=48, seed=0):
    """The classes of those digits, int32 (count,)."""
    return np.int32(load_digits().target[seed : seed + count])
