"""Features, images and latents that no metric, picture or search can use."""

import math

import numpy as np

import ganzoo
from ganzoo import data, images, latent, metrics

from .judging import family

A = np.random.default_rng(0).normal(size=(20, 4))
NAN_ROW = np.vstack([A, np.full((1, 4), math.nan)])
BAD_FEATURES = {
    "none": None,
    "no rows": A[:0],
    "one dimension": A[0],
    "three dimensions": A[None],
    "NaN": NAN_ROW,
    "an infinity": np.vstack([A, np.full((1, 4), math.inf)]),
    "other columns": A[:, :3],
    "strings": np.full((3, 4), "a"),
}
FORMULAS = ("frechet_distance", "kernel_distance", "precision_recall", "density_coverage", "sliced_wasserstein")
IMAGES = np.zeros((4, 8, 8, 1), "float32")


@family
def formulas():
    """Features that have no distance, and impossible arguments."""
    for name in FORMULAS:
        formula = getattr(metrics, name)
        for kind, features in BAD_FEATURES.items():
            yield f"{name} {kind}", lambda _, f=formula, b=features: f(A, b)
    for size in (0, 1, -1, 2.5, "x"):
        yield f"kernel size={size!r}", lambda _, s=size: metrics.kernel_distance(A, A, size=s)
    for neighbours in (0, -1, 20, 2.5, "3"):
        yield f"k={neighbours!r}", lambda _, k=neighbours: metrics.precision_recall(A, A, k)
        yield f"density k={neighbours!r}", lambda _, k=neighbours: metrics.density_coverage(A, A, k)
    for splits in (0, -1, 50, 2.5):
        yield f"splits={splits!r}", lambda _, s=splits: metrics.classifier_score(np.full((20, 4), 0.25), s)
    for given in (np.zeros((5, 3)), np.full((5, 3), -1.0), np.full((5, 3), math.nan), np.zeros(3), np.zeros((0, 3))):
        yield f"score of {given.shape} {given.flat[:1]}", lambda _, g=given: metrics.classifier_score(g)
    for directions in (0, -1, 1.5):
        yield f"directions={directions!r}", lambda _, d=directions: metrics.sliced_wasserstein(A, A, d)


@family
def suites():
    """Names of metrics, and data for them."""
    digits, ring = data.examples("digits", "test").head(40), data.examples("ring", "test").head(40)
    for name in ("frechet", "frechet_pixels", "frechet_pixels_0", "frechet_pixels_1", "frechet_pixels_xk",
                 "", "fretchet_pixels_10", "frechet_pixel_10", 3, None, "frechet_pixels_-5",
                 "modes_pixels_9"):  # fmt: skip
        yield f"suite {name!r}", lambda folder, n=name: metrics.Suite([n], digits, digits, cache=folder)
    yield "no metrics", lambda folder: metrics.Suite([], digits, digits, cache=folder)
    yield "a string", lambda folder: metrics.Suite("frechet", digits, digits, cache=folder)
    yield "other data", lambda folder: metrics.Suite(["frechet_pixels_10"], digits, ring, cache=folder)
    yield "one example", lambda folder: metrics.Suite(["frechet_pixels_1k"], digits, digits.head(1), cache=folder)
    yield "arrays", lambda folder: metrics.Suite(["frechet_pixels_10"], IMAGES, IMAGES, cache=folder)
    yield "vectors", lambda folder: metrics.Suite(["frechet_classifier_10"], ring, ring, cache=folder)
    yield (
        "another shape",
        lambda folder: metrics.Suite(["frechet_pixels_10"], digits, digits, cache=folder)(
            ganzoo.create("lsgan", (2,), width=4)
        ),
    )
    yield (
        "labels missing",
        lambda folder: metrics.Suite(["frechet_classifier_10"], data.Examples(IMAGES), digits, cache=folder),
    )
    yield "cache in a device", lambda _: metrics.Suite(["frechet_classifier_10"], digits, digits, cache="/dev/null/x")


@family
def pictures():
    """Arrays that are no pictures."""
    for name, given in {
        "none": None, "no images": IMAGES[:0], "vectors": IMAGES.reshape(4, -1), "one image": IMAGES[0],
        "two channels": np.zeros((4, 8, 8, 2)), "strings": np.full((2, 8, 8, 1), "a"),
        "integers": np.full((4, 8, 8, 1), 300),
    }.items():  # fmt: skip
        yield f"grid {name}", lambda _, g=given: images.grid(g)
        yield f"save_png {name}", lambda folder, g=given: images.save_png(folder / "picture.png", g)
    for columns in (0, -1, 1.5, "x"):
        yield f"columns={columns!r}", lambda _, c=columns: images.grid(IMAGES, columns=c)
    yield "png without an ending", lambda folder: images.save_png(folder / "picture", IMAGES[0])
    yield "png in a device", lambda _: images.save_png("/dev/null/a.png", images.grid(IMAGES))
    yield "gif of nothing", lambda folder: images.save_gif(folder / "a.gif", [])


@family
def searches():
    """Latents, masks and measurements that fit nothing."""
    gan = ganzoo.create("lsgan", (8, 8, 1), width=4, latent_dim=4, seed=0)
    generate, prior = (lambda latents: gan.generator(latents, training=False)), gan.prior
    few = {"steps": 2, "restarts": 2, "verbose": False}

    def invert(observed=IMAGES, **settings):
        return latent.invert(generate, prior, lambda x: x, observed, **few | settings)

    for name in ("steps", "restarts"):
        for value in (0, -1, 1.5, "x"):
            yield f"invert {name}={value!r}", lambda _, n=name, v=value: invert(**{n: v})
    for rate in (0, -1, math.nan, "fast"):
        yield f"invert learning_rate={rate!r}", lambda _, r=rate: invert(learning_rate=r)
    yield "invert nothing", lambda _: invert(IMAGES[:0])
    yield "invert another shape", lambda _: invert(np.zeros((4, 9, 9, 1)))
    yield "invert NaN", lambda _: invert(IMAGES * math.nan)
    yield "invert from another start", lambda _: invert(start=np.zeros((2, 3)))
    for name in ("centre", "", None, 3):
        yield f"mask {name!r}", lambda _, n=name: latent.mask(n, (8, 8, 1))
    for shape in ((8,), (0, 8, 1), "8", None):
        yield f"mask of {shape!r}", lambda _, s=shape: latent.mask("center", s)

    def inpaint(mask, given=IMAGES):
        return latent.inpaint(generate, prior, given, mask, steps=2, restarts=2, verbose=False)

    for name, mask in {
        "all known": np.ones((8, 8)), "nothing known": np.zeros((8, 8)), "another shape": np.ones((4, 4)),
        "fractions": np.full((8, 8), 0.5), "none": None, "a string": "center",
    }.items():  # fmt: skip
        yield f"inpaint {name}", lambda _, m=mask: inpaint(m)
    for points in (np.zeros((0, 4)), np.zeros((1, 4)), np.zeros((3, 5)), None, "a"):
        yield f"path of {type(points)} {np.shape(points)}", lambda _, p=points: latent.path(prior, p, 4)
    for steps in (0, -1, 1.5, "x"):
        yield f"path steps={steps!r}", lambda _, s=steps: latent.path(prior, np.zeros((2, 4), "float32"), s)
    for count in (0, -1, "all", 2.5):
        yield f"gaussian({count!r})", lambda _, c=count: latent.gaussian(c, (8, 8, 1))
    for factor in (0, 3, -2, 1.5):
        yield f"downsampling({factor!r})", lambda _, f=factor: latent.downsampling(f, (8, 8, 1))
    yield "nearest of nothing", lambda _: latent.nearest_images(IMAGES, IMAGES[:0])
    yield "nearest of another shape", lambda _: latent.nearest_images(IMAGES, np.zeros((4, 9, 9, 1)))
