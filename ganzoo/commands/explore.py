"""Writes a page to explore a generator: samples, walks, classes, truncation, directions that change images most.

ganzoo explore --checkpoint=runs/cdcgan-mnist-1
ganzoo explore --checkpoint=runs/cdcgan-mnist-1 --dataset=mnist --out=digits.html

The page is one file of HTML, which any browser shows without a server or a network.
"""

from absl import flags

from ganzoo.commands.support import cli, data_flags


def define_flags() -> None:
    """Defines the flags of this script."""
    cli.define_checkpoint("A .keras file of a GAN of images, or the workdir of a run.")
    data_flags.define("The data that it was trained on, of which the page shows the nearest images.", default=None)
    flags.DEFINE_integer("seed", 0, "Random seed of all samples.", lower_bound=0)
    flags.DEFINE_string("out", None, "Path of the page. Default: explore.html in the folder of --checkpoint.")


if __name__ == "__main__":
    cli.read_flags(define_flags)  # before the imports that take seconds

import numpy as np

from ganzoo import images, latent
from ganzoo.commands.support import checkpoint_generators, page
from ganzoo.commands.support.data_flags import Dataset
from ganzoo.commands.support.films import classes, films_of
from ganzoo.commands.support.workdir import about_preset, results_folder
from ganzoo.files import AnyPath, as_path, atomic_write


def explore(
    checkpoint: AnyPath | str, dataset: Dataset | None = None, seed: int = 0, out: AnyPath | str | None = None
) -> AnyPath:
    """Writes the page, and returns its path.

    With a data set, it shows the training images that are nearest to samples. Directions are those of
    `latent.semantic_directions`; generators whose latents enter several layers have none.

    Raises:
        ValueError: if the model makes no images from latents.
    """
    gan = checkpoint_generators.load(checkpoint)
    if not images.drawable(gan.data_shape):
        raise ValueError(f"No picture shows examples of shape {gan.data_shape}: choose a model of grey or RGB images.")
    path = as_path(out) if out else results_folder(checkpoint) / "explore.html"
    pictures = {"Samples": images.grid(gan.sample(50, seed=seed), columns=10, padding=1, scale=1)}
    if (by_class := classes(gan, seed)) is not None:
        title = "Classes" if gan.is_conditional else "Values of the first code"
        pictures[f"{title}: a column for each, a row for the same other latents"] = by_class
    if dataset:
        found = latent.beside_nearest(gan.sample(8, seed=seed), dataset.train(gan.data_shape).images)
        pictures["Samples, and their nearest training images"] = images.grid(found, columns=6, padding=1, scale=1)
    facts = {
        "Checkpoint": checkpoint,
        "Shape of an image": " x ".join(map(str, gan.data_shape)),
        "Images seen in training": f"{about_preset(checkpoint).get('images_seen', int(gan.images_seen.numpy())):,}",
        "Latents": f"{gan.prior.dim}, {type(gan.prior).__name__.lower()}",
        "Weights of the generator": f"{sum(np.prod(weight.shape) for weight in gan.generator.weights):,}",
    }
    if names := getattr(gan, "class_names", None):
        facts["Classes"] = ", ".join(names)
    text = page.render(gan.name, facts, pictures, films_of(gan, seed))
    with atomic_write(path) as file:
        file.write_text(text, encoding="utf-8")
    return path


def main(args: flags.FlagValues) -> None:
    """Writes the page and prints its path."""
    print(explore(args.checkpoint, data_flags.chosen(args) if args.dataset else None, args.seed, args.out))


if __name__ == "__main__":
    main(flags.FLAGS)
