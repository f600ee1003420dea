"""Vector arithmetic a - b + c on groups of samples, as in Figure 7 of Radford et al. (2015).

ganzoo arithmetic --checkpoint=runs/dcgan-mnist-1 --a=3,17,20 --b=1,2,5 --c=8,11,12
ganzoo arithmetic --checkpoint=runs/dcgan-mnist-1 --dataset=mnist --a=class:7+thick --b=class:7+thin \\
    --c=class:1+thin
"""

from absl import flags

from ganzoo.commands.support import cli, data_flags, flag_values


def define_flags() -> None:
    """Defines the flags of this script."""
    cli.define_checkpoint("A .keras file, or the workdir of a run (for its newest checkpoint).")
    for name in "abc":
        flags.DEFINE_string(
            name,
            None,
            f"The group {name} in a - b + c: a class (class:7, or class:cat if it has a name), an attribute "
            f"({', '.join(flag_values.ATTRIBUTES)}), both (class:7+thick), or indices of samples (3,17,20).",
            required=True,
        )
    data_flags.define("Labelled data, whose classifier finds classes among samples and classifies the result.", None)
    flags.DEFINE_integer("draws", 1000, "Number of samples from which the groups are chosen.", lower_bound=1)
    flags.DEFINE_integer("seed", 0, "Random seed of the samples.", lower_bound=0)
    flags.DEFINE_string("out", None, "Folder for the results. Default: the folder of --checkpoint.")


if __name__ == "__main__":
    cli.read_flags(define_flags)  # before the imports that take seconds

import math

import numpy as np
import tensorflow as tf

from ganzoo import images, latent, metrics, plots
from ganzoo.commands.support import checkpoint_generators, sample_groups
from ganzoo.commands.support.config import versions
from ganzoo.commands.support.data_flags import Dataset, as_dataset
from ganzoo.commands.support.workdir import results_folder
from ganzoo.files import AnyPath, write_json

CELL = 112
SIGNS = {"a": "a", "b": "− b", "c": "+ c"}
MEASURES = {"ink": latent.ink, "slant": latent.slant}


def calculate(
    checkpoint: AnyPath | str,
    a: str,
    b: str,
    c: str,
    dataset: Dataset | str | None = None,
    draws: int = 1000,
    seed: int = 0,
    out: AnyPath | str | None = None,
    cache: AnyPath | str = metrics.CACHE,
    verbose: bool = True,
) -> dict:
    """Writes arithmetic.png and arithmetic.json, and returns the content of the latter.

    The groups a, b and c are texts that `sample_groups.parse` reads. They are chosen among the first `draws` samples of
    the seed, which `ganzoo sample` shows too. No sample is in two groups, unless indices name it twice. A sample
    is of a class if the classifier of the data set gives that class a probability of at least .9. A conditional variant
    instead makes each group with its label, and the result with the label that remains in a - b + c.

    The picture has a column for each group: its samples, and below them the image of their mean latent. Then comes a
    square with the result in its middle, and around it the images of the result with noise of +-.25.

    arithmetic.json has `ink` and `slant` of each group (the mean over its samples), of the image of its mean, and of
    the result. `ranks` of the result are the shares of samples of its class that have less. With a `dataset`, it also
    has the classes that the classifier assigns to the result and to the eight images around it.

    Raises:
        ValueError: if the groups cannot be chosen.
    """
    gan, out = checkpoint_generators.load(checkpoint), results_folder(checkpoint, out)
    classifier, names = _classifier(dataset, gan.data_shape, cache) if dataset else (None, None)
    names = gan.class_names if gan.is_conditional else names
    groups = {name: sample_groups.parse(text, names) for name, text in zip("abc", (a, b, c), strict=True)}
    labels = sample_groups.labels(gan, groups)
    if not (gan.is_conditional or dataset) and any(group.label is not None for group in groups.values()):
        raise ValueError(
            f"{gan.name} is unconditional: to find classes among its samples, give a --dataset with labels, for "
            "instance mnist."
        )
    latents = gan.prior.sample(draws, seed)
    generators = {label: checkpoint_generators.generator(gan, label) for label in set(labels.values())}
    samples = {label: latent.draw(generate, latents, verbose=verbose) for label, generate in generators.items()}
    probabilities = classifier.probabilities(samples[None]) if classifier and not gan.is_conditional else None

    found, members, columns, used = {}, [], {}, []
    for name, group in groups.items():
        label = labels[name]
        indices = sample_groups.indices(group, samples[label], probabilities, used)
        used += indices
        members.append(tf.gather(latents, indices))
        mean = latent.draw(generators[label], latent.mean(gan.prior, members[-1])[None], verbose=False)
        found[name] = {"group": group.text, "label": label, "indices": indices}
        found[name] |= _attributes(samples[label][indices]) | {"mean": _attributes(mean)}
        columns[f"{SIGNS[name]}\n{group.text}"] = _column(samples[label][indices], mean)
    result = latent.combine(gan.prior, *members)
    near = latent.around(gan.prior, result, seed=seed)
    square = tf.concat([near[:4], result[None], near[4:]], axis=0)
    pictures = latent.draw(generators[labels["result"]], square, verbose=False)
    found |= _describe(pictures, classifier, samples[labels["result"]], probabilities)
    found["result"]["label"] = labels["result"]
    found |= {
        "variant": gan.name,
        "step": int(gan.step.numpy()),
        "dataset": dataset and str(dataset),
        "draws": draws,
        "seed": seed,
    }
    found["versions"] = versions()
    write_json(out / "arithmetic.json", found)
    columns["= a − b + c\nin the middle, with noise around it"] = images.grid(pictures, 3, scale=_scale(pictures))
    images.save_png(out / "arithmetic.png", plots.in_a_row(columns))
    return found


def _classifier(dataset, shape, cache):
    """Returns the classifier of a data set, and the names of its classes."""
    train, test, _ = as_dataset(dataset).both(shape)
    return metrics.classifier(train, test, cache), train.class_names


def _describe(pictures, classifier, samples, probabilities):
    """Describes the result, the middle one of 9 pictures, compared with the samples of its label or class."""
    result = _attributes(pictures[4:5])
    found = {"result": result}
    if classifier:
        of_pictures = classifier.probabilities(pictures)
        classes = of_pictures.argmax(axis=1).tolist()
        result |= {"class": classes.pop(4), "probability": float(of_pictures[4].max())}
        found["classes_round_it"] = classes
    alike = samples if probabilities is None else samples[probabilities.argmax(axis=1) == result["class"]]
    ranks = {name: np.mean(measure(alike) < result[name]) for name, measure in MEASURES.items() if len(alike)}
    result["ranks"] = {name: float(rank) for name, rank in ranks.items()}
    return found


def _attributes(pictures):
    return {name: float(np.mean(measure(pictures))) for name, measure in MEASURES.items()}


def _column(samples, mean):
    pictures = [images.grid(part, 1, scale=_scale(part)) for part in (samples, mean)]
    return np.insert(np.concatenate(pictures), [len(pictures[0])] * 12, images.BACKGROUND, axis=0)


def _scale(pictures):
    return math.ceil(CELL / min(pictures.shape[1:3]))


def main(args: flags.FlagValues) -> None:
    """Calculates a - b + c and prints a summary."""
    found = calculate(
        args.checkpoint,
        args.a,
        args.b,
        args.c,
        args.dataset and data_flags.chosen(args),
        args.draws,
        args.seed,
        args.out,
    )
    result = found["result"]
    for name in "abc":
        print(f"{name}: {found[name]['group']}, samples {found[name]['indices']}, ink {found[name]['ink']:.3f}")
    print(f"a - b + c: ink {result['ink']:.3f}")
    if "class" in result:
        print(f"The result looks like class {result['class']}, the images around it like {found['classes_round_it']}.")
    if result["ranks"]:
        print(f"The result has more ink than {result['ranks']['ink']:.0%} of the samples of its class.")
    print(results_folder(args.checkpoint, args.out) / "arithmetic.png")


if __name__ == "__main__":
    main(flags.FLAGS)
