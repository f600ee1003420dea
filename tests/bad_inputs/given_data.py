"""Data that `fit`, `evaluate` and `predict` cannot use, and requests that `sample` cannot fulfil."""

import functools
import math

import keras
import numpy as np
import tensorflow as tf

import ganzoo

from .judging import family

IMAGES = np.random.default_rng(0).uniform(-1, 1, (24, 8, 8, 1)).astype("float32")
LABELS = np.arange(24) % 3
CONDITIONAL, SEMI = ("cgan", "acgan", "cdcgan"), ("sgan", "catgan")


@functools.cache
def model(variant="lsgan", **settings):
    small = {"units": (4,), "discriminator_units": (4, 4)} if variant == "catgan" else {"width": 4, "latent_dim": 4}
    small = {"latent_dim": 4} if variant == "cgan" else small
    if variant in (*CONDITIONAL, *SEMI):
        settings = {"num_classes": 3} | settings
    shape = (16, 16, 1) if variant in ("cyclegan", "pix2pix") else (8, 8, 1)
    if variant in ("cyclegan", "pix2pix"):
        small = {"width": 4} | ({"blocks": 1} if variant == "cyclegan" else {})
    gan = ganzoo.create(variant, shape, seed=0, **small | settings)
    gan.run_eagerly = True  # which answers as soon as a graph, and sooner in a test
    return gan


def dataset(*arrays, batch=8):
    return tf.data.Dataset.from_tensor_slices(arrays if len(arrays) > 1 else arrays[0]).batch(batch)


def changed(place, value):
    images = IMAGES.copy()
    images[place] = value
    return images


BAD_IMAGES = {
    "nothing": lambda: None,
    "a list": lambda: IMAGES.tolist(),
    "a string": lambda: "digits",
    "a number": lambda: 3,
    "a function": lambda: np.zeros,
    "a set": lambda: {1, 2},
    "an empty dict": dict,
    "a dict": lambda: {"x": IMAGES},
    "no images": lambda: IMAGES[:0],
    "one image": lambda: IMAGES[0],
    "no channels": lambda: IMAGES[..., 0],
    "vectors": lambda: IMAGES.reshape(24, -1),
    "two channels": lambda: np.repeat(IMAGES, 2, axis=-1),
    "channels first": lambda: np.moveaxis(np.repeat(IMAGES, 3, axis=-1), -1, 1),
    "larger images": lambda: np.zeros((24, 16, 16, 1), "float32"),
    "integers": lambda: np.zeros(IMAGES.shape, int),
    "booleans": lambda: IMAGES > 0,
    "complex numbers": lambda: IMAGES.astype("complex64"),
    "objects": lambda: IMAGES.astype(object),
    "strings": lambda: IMAGES.astype(str),
    "0 to 255": lambda: IMAGES * 127.5 + 127.5,
    "0 to 1": lambda: IMAGES / 2 + 0.5,
    "NaN at first": lambda: changed(0, math.nan),
    "NaN at last": lambda: changed(-1, math.nan),
    "an infinity at last": lambda: changed(-1, math.inf),
    "5 at last": lambda: changed(-1, 5),
    "double of the range": lambda: IMAGES * 2,
}
BAD_DATASETS = {
    "not batched": lambda: tf.data.Dataset.from_tensor_slices(IMAGES),
    "batched twice": lambda: dataset(IMAGES).batch(2),
    "empty": lambda: dataset(IMAGES).take(0),
    "endless": lambda: dataset(IMAGES).repeat(),
    "NaN later": lambda: dataset(changed(-1, math.nan)),
    "out of range later": lambda: dataset(changed(-1, 7)),
    "integers": lambda: dataset((IMAGES * 127 + 128).astype("int16")),
    "with labels": lambda: dataset(IMAGES, LABELS),
    "as dict": lambda: dataset(IMAGES).map(lambda x: {"image": x}),
    "ragged": lambda: tf.data.Dataset.from_tensor_slices(tf.ragged.constant([[1.0], [1.0, 0.5]])).batch(2),
    "numbers": lambda: tf.data.Dataset.range(10),
    "another shape": lambda: dataset(np.zeros((24, 9, 9, 1), "float32")),
}
BAD_LABELS = {
    "none": lambda: None,
    "too few": lambda: LABELS[:20],
    "from 1": lambda: np.sort(LABELS) + 1,
    "above": lambda: LABELS + 10,
    "negative": lambda: LABELS - 3,
    "one-hot": lambda: np.eye(3)[LABELS],
    "fractions": lambda: LABELS + 0.5,
    "strings": lambda: LABELS.astype(str),
    "NaN": lambda: np.full(24, math.nan),
    "objects": lambda: np.array([None] * 24),
    "pairs": lambda: np.stack([LABELS, LABELS], axis=1),
}


@family
def images_for_fit():
    """Images that cannot be trained on, by every way in."""
    for name, make in BAD_IMAGES.items():
        yield f"fit {name}", lambda _, m=make: model().fit(m(), batch_size=8, verbose=0)
        if name not in ("nothing",):
            yield f"evaluate {name}", lambda _, m=make: model().evaluate(m(), batch_size=8, verbose=0)
    for name in ("NaN at last", "5 at last", "objects", "no images", "0 to 255", "nothing", "strings"):
        make = BAD_IMAGES[name]
        if name != "nothing":
            yield (
                f"validation {name}",
                lambda _, m=make: model().fit(IMAGES, validation_data=m(), batch_size=8, verbose=0),
            )
        yield f"ganzoo.data {name}", lambda _, m=make: ganzoo.data.from_arrays(m())


@family
def datasets_for_fit():
    """Datasets that cannot be trained on."""
    for name, make in BAD_DATASETS.items():
        yield f"fit {name}", lambda _, m=make: model().fit(m(), verbose=0)
        if name not in ("endless", "0 to 1"):
            yield f"evaluate {name}", lambda _, m=make: model().evaluate(m(), verbose=0)
    traced = {"NaN later": changed(-1, math.nan), "out of range later": changed(-1, 7)}
    for name, images in traced.items():
        for arguments in ({}, {"jit_compile": True}, {"steps_per_execution": 3}):

            def fit_traced(_, images=images, arguments=arguments):
                gan = ganzoo.create("lsgan", (8, 8, 1), width=4, latent_dim=4, seed=0)
                gan.compile(**arguments)
                gan.fit(dataset(images), verbose=0)

            yield f"fit {name} {arguments}", fit_traced


@family
def labels_for_fit():
    """Labels that do not belong to the images, or to the classes."""
    for variant in (*CONDITIONAL, *SEMI):
        for name, make in BAD_LABELS.items():
            if (variant, name) in {("catgan", "none"), ("sgan", "negative"), ("catgan", "negative")}:  # allowed
                continue
            yield f"{variant} {name}", lambda _, v=variant, m=make: model(v).fit(IMAGES, m(), batch_size=8, verbose=0)
    for name in ("from 1", "negative", "one-hot", "fractions"):
        make = BAD_LABELS[name]
        yield f"cgan dataset {name}", lambda _, m=make: model("cgan").fit(dataset(IMAGES, m()), verbose=0)
        yield f"acgan evaluate {name}", lambda _, m=make: model("acgan").evaluate(IMAGES, m(), verbose=0)
    yield "lsgan labels", lambda _: model().fit(IMAGES, LABELS, verbose=0)
    pairs = {"a": np.zeros((8, 16, 16, 1), "float32"), "b": np.zeros((8, 16, 16, 1), "float32")}
    for variant in ("cyclegan", "pix2pix"):
        wrong = {
            "one domain": {"a": pairs["a"]},
            "images": pairs["a"],
            "other names": {"x": pairs["a"], "y": pairs["b"]},
            "unequal numbers": {"a": pairs["a"], "b": pairs["b"][:4]},
            "unequal shapes": {"a": pairs["a"], "b": np.zeros((8, 8, 8, 1), "float32")},
            "out of range": {"a": pairs["a"], "b": pairs["b"] + 9},
            "a tuple": (pairs["a"], pairs["b"]),
        }
        for name, given in wrong.items():
            yield f"{variant} {name}", lambda _, v=variant, g=given: model(v).fit(g, batch_size=4, verbose=0)


@family
def arguments_of_fit():
    """Other arguments of `fit`, `evaluate`, `predict` and `compile`."""
    adam = keras.optimizers.Adam
    for size in (0, -1, 2.5, "8"):
        yield f"batch_size={size!r}", lambda _, s=size: model().fit(IMAGES, batch_size=s, verbose=0)
        yield f"predict batch_size={size!r}", lambda _, s=size: model().predict(np.zeros((2, 4)), batch_size=s)
    for epochs in (-1, 2.5, "2"):
        yield f"epochs={epochs!r}", lambda _, e=epochs: model().fit(IMAGES, epochs=e, batch_size=8, verbose=0)
    for steps in (0, -2, 1.5):
        yield f"steps={steps!r}", lambda _, s=steps: model().fit(dataset(IMAGES), steps_per_epoch=s, verbose=0)
    yield "sample_weight", lambda _: model().fit(IMAGES, sample_weight=np.ones(24), verbose=0)
    yield "class_weight", lambda _: model().fit(IMAGES, class_weight={0: 2.0}, verbose=0)
    yield "uneven shares", lambda _: model(discriminator_steps=5).fit(IMAGES, batch_size=10, verbose=0)
    yield (
        "an uneven rest",
        lambda _: model(discriminator_steps=5).fit(dataset(np.resize(IMAGES, (96, 8, 8, 1)), batch=10), verbose=0),
    )
    yield "unknown callback", lambda _: model().fit(IMAGES, callbacks=["checkpoint"], batch_size=8, verbose=0)
    for given in (
        {"optimizer": "adam"},
        {"loss": "mse"},
        {"generator_optimizer": "adamm"},
        {"decoder_optimizer": "adam"},
        {"generator_optimizer": 3},
        {"generator_optimizer": adam(), "discriminator_optimizer": adam},
        {"steps_per_execution": 0},
        {"steps_per_execution": "many"},
        {"steps_per_execution": 1.5},
        {"jit_compile": "yes"},
        {"run_quickly": True},
    ):
        yield f"compile {given}"[:60], lambda _, g=given: ganzoo.create("lsgan", (2,), width=4).compile(**g)
    one = adam()
    yield "one optimizer for two", lambda _: ganzoo.create("lsgan", (2,), width=4).compile(one, one)
    yield "three optimizers", lambda _: ganzoo.create("lsgan", (2,), width=4).compile(adam(), adam(), adam())


@family
def samples():
    """Requests that `sample`, `plot` and `predict` cannot fulfil."""
    for count in (0, -1, 2.5, "8", math.nan):
        yield f"sample({count!r})", lambda _, c=count: model().sample(c)
        yield f"plot({count!r})", lambda _, c=count: model().plot(c)
    yield "sample(None)", lambda _: model().sample(None)
    for seed in (1.5, "1", 2**70, (1, 2, 3), math.nan, [None]):
        yield f"seed={seed!r}", lambda _, s=seed: model().sample(2, seed=s)
    for size in (0, -1, 1.5, "all"):
        yield f"batch_size={size!r}", lambda _, s=size: model().sample(2, batch_size=s)
    for labels in (5, -1, [0, 1, 2], "three", 1.5, [[0], [1]], [0, 9], math.nan):
        yield f"labels={labels!r}", lambda _, n=labels: model("cgan").sample(2, labels=n)
    named = functools.partial(model, "cgan", class_names=("cat", "dog", "eel"))
    for labels in ("caat", "Cat", "", "1", ["cat", "dgo"], ["cat", 3], ["cat", None], ["cat", b"dog"], ["cat"] * 3,
                   [["cat"], ["dog"]], np.array(["cat", "fox"]), b"cat", []):  # fmt: skip
        yield f"named labels={labels!r}", lambda _, n=labels: named().sample(2, labels=n)
        yield f"plot named labels={labels!r}", lambda _, n=labels: named().plot(2, labels=n)
    many = tuple(f"kind {number}" for number in range(1000))
    yield "one of many names", lambda _: model("cgan", num_classes=1000, class_names=many).sample(2, labels="kind")
    yield "a name without classes", lambda _: model().sample(2, labels="cat")
    yield "a name of a classifier's class", lambda _: model("sgan", class_names=("a", "b", "c")).sample(2, labels="a")
    yield "two names for three classes", lambda _: setattr(model("cgan"), "class_names", ("cat", "dog"))
    yield "labels without classes", lambda _: model().sample(2, labels=1)
    for given in (None, np.zeros((2, 5)), np.zeros((2, 8, 8, 1)), "latents", np.zeros((0, 4)), {"x": 1}):
        yield f"predict {np.shape(given)} {given if given is None else ''}", lambda _, g=given: model().predict(g)
    yield "cgan predict latents alone", lambda _: model("cgan").predict(np.zeros((2, 4)), verbose=0)
    yield "export", lambda folder: model().export(folder / "model")
    yield "averages of none", lambda _: model().averaged_network()
