"""Evaluates the samples of a trained model by metrics: prints a table, and adds a line to metrics.jsonl.

If the samples are images, also writes nearest.png: samples, each followed by the training images nearest to it, which
shows whether they are copies.

ganzoo evaluate --checkpoint=runs/dcgan-mnist-1 --dataset=mnist
ganzoo evaluate --checkpoint=runs/nsgan-mnist-1 --dataset=mnist --metrics=parzen_pixels_10k
ganzoo evaluate --checkpoint=real --dataset=mnist     # what real training images would get
"""

from absl import flags

from ganzoo.commands.support import cli, data_flags, metric_flags


def define_flags() -> None:
    """Defines the flags of this script."""
    cli.define_checkpoint("A .keras file, the workdir of a run, or real, for training examples.")
    data_flags.define("Data with the splits 'train' and 'test'.")
    metric_flags.define("Metrics", metric_flags.SUITED)
    flags.DEFINE_integer(
        "path_length",
        None,
        "Number of pairs of latents by which the perceptual path length is measured, for instance 10000; needs the "
        "weights of VGG16 and LPIPS, see ganzoo.metrics.PerceptualDistance.",
        lower_bound=2,
    )
    flags.DEFINE_integer("seed", 0, "Random seed of the samples.", lower_bound=0)
    metric_flags.define_cache()


if __name__ == "__main__":
    cli.read_flags(define_flags)  # before the imports that take seconds

import json
import resource
from collections.abc import Sequence

import numpy as np

from ganzoo import data, images, latent, metrics
from ganzoo.commands.support import checkpoint_generators
from ganzoo.commands.support.config import versions
from ganzoo.commands.support.data_flags import Dataset, as_dataset
from ganzoo.commands.support.workdir import about_preset, load_model, results_folder
from ganzoo.files import AnyPath, append_line


def evaluate(
    checkpoint: AnyPath | str,
    dataset: Dataset | str,
    names: Sequence[str] | None = None,
    seed: int = 0,
    cache: AnyPath | str = metrics.CACHE,
    path_length: int | None = None,
) -> dict:
    """Adds a line to metrics.jsonl in the folder of the checkpoint or run, and returns it as a dict.

    Without `names`, the metrics are those that suit the data; see `ganzoo.metrics.default_names`. With a number of
    pairs `path_length`, there is also the perceptual path length.

    Also writes nearest.png there, if the model makes images. The checkpoint "real" stands for training examples instead
    of samples, and leaves no files.

    Raises:
        ValueError: for an unknown metric, or for data of another shape than the model's.
        FileNotFoundError: if there is no checkpoint.
    """
    if str(checkpoint) == "real":
        if path_length:
            raise ValueError("Real images have no latents, so there is no path length: leave --path_length out.")
        train, test, _ = as_dataset(dataset).both()
        gan, step, out = TrainingExamples(train), None, None
    else:
        gan = load_model(checkpoint)
        shape = gan.data_shape if len(gan.data_shape) == 3 else None
        train, test, _ = as_dataset(dataset).both(shape)
        step, out = about_preset(checkpoint).get("steps", int(gan.step.numpy())), results_folder(checkpoint)
    names = names or metrics.default_names(test)
    suite = metrics.Suite(names, train, test, cache, seed, verbose=cli.verbosity())
    found = suite(gan) | (_path_length(checkpoint, path_length, seed) if path_length else {})
    line = {
        "variant": gan.name,
        "step": step,
        "dataset": str(dataset),
        "seed": seed,
        "metrics": found,
        "extractors": {name: extractor.about for name, extractor in suite.extractors.items()},
        "seconds": {name: round(seconds, 2) for name, seconds in suite.seconds.items()},
        "peak_memory_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
        "versions": versions(),
    }
    if out:
        append_line(out / "metrics.jsonl", json.dumps(line))
        if images.drawable(gan.data_shape):
            pictures = latent.beside_nearest(gan.sample(10, seed=seed), train.images, verbose=False)
            images.save_png(out / "nearest.png", images.grid(pictures, columns=6))
    return line


def _path_length(checkpoint, pairs, seed):
    gan = checkpoint_generators.load(checkpoint)
    generate, distance = checkpoint_generators.generator(gan), metrics.PerceptualDistance()
    mean, error = latent.perceptual_path_length(generate, gan.prior, distance, pairs, seed=seed)
    return {f"path_length_{pairs}": mean, f"path_length_se_{pairs}": error}


class TrainingExamples:
    """Stands in for a GAN, and draws training examples without repetition: what a perfect generator would get."""

    name, is_conditional = "training examples", False

    def __init__(self, examples: data.Examples):
        self.examples, self.data_shape, self.drawn = examples, examples.shape, 0

    def sample(self, count: int, labels=None, seed: int | Sequence[int] = 0) -> np.ndarray:
        order = np.random.default_rng(np.ravel(seed)[0]).permutation(len(self.examples))
        chosen = self.examples.images[np.resize(np.roll(order, -self.drawn), count)]
        self.drawn += count
        return images.floats(chosen)


def format_metrics(line: dict) -> str:
    """Returns a line of metrics.jsonl as text, with one metric in each row."""
    rows = [f"{line['variant']}, {line['dataset']}" + (f", step {line['step']}" if line["step"] is not None else "")]
    rows += [f"  {name:40s} {number:12.5g}" for name, number in line["metrics"].items()]
    rows += [f"  features from {about}" for about in line["extractors"].values()]
    costs = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in line["seconds"].items())
    return "\n".join([*rows, f"  took {costs}; peak memory {line['peak_memory_gib']} GiB"])


def main(args: flags.FlagValues) -> None:
    """Evaluates the checkpoint and prints the metrics."""
    metric_flags.use_weights(args)
    chosen, cache = data_flags.chosen(args), args.metrics_cache
    print(format_metrics(evaluate(args.checkpoint, chosen, args.metrics, args.seed, cache, args.path_length)))


if __name__ == "__main__":
    main(flags.FLAGS)
