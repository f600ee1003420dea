"""Arithmetic with what samples mean, a - b + c, as the picture of Radford et al. (2015), figure 7.

python -m experiments.arithmetic --checkpoint=runs/dcgan-mnist-1 --a=3,17,20 --b=1,2,5 --c=8,11,12
python -m experiments.arithmetic --checkpoint=runs/dcgan-mnist-1 --dataset=mnist --a=class:7+thick --b=class:7+thin \\
    --c=class:1+thin
"""

import math

import numpy as np
import tensorflow as tf
from absl import flags

from experiments.support import checkpoint_generators, cli, sample_groups
from experiments.support.config import versions
from experiments.support.run import folder_of
from ganzoo import data, images, latent, metrics, plots
from ganzoo.files import write_json

CELL = 112
SIGNS = {"a": "a", "b": "− b", "c": "+ c"}
MEASURES = {"ink": latent.ink, "slant": latent.slant}


def calculate(checkpoint, a, b, c, dataset=None, draws=1000, seed=0, out=None, cache=metrics.CACHE, verbose=True):
    """Writes arithmetic.png and arithmetic.json in `out`, and returns the latter; a, b and c are texts of `groups`.

    Groups are chosen among the first `draws` samples of the seed, which `experiments.sample` shows too; none takes what
    an earlier one has, but by its index. A class is what the data set's classifier gives with a probability of .9. A
    conditional variant makes the samples of a group with its label, and the result with that which a - b + c leaves.

    The picture has a column of exemplars for each group, with the image of their mean below; then, in the middle of a
    square, the result, and round it the same with noise of +-.25.

    `ink` and `slant` are told of each group on the average, of the image of its mean and of the result, with `ranks`:
    the shares of the samples of its class that have less. Where there is a `dataset`, its classifier tells the class of
    the result, and of the eight round it.

    Raises ValueError for groups that cannot be chosen.
    """
    gan, out = checkpoint_generators.load(checkpoint), folder_of(checkpoint, out)
    chosen = {name: sample_groups.parse(text) for name, text in zip("abc", (a, b, c), strict=True)}
    labels = sample_groups.labels(gan, chosen)
    if not (gan.is_conditional or dataset) and any(group.label is not None for group in chosen.values()):
        raise ValueError(f"{gan.name} is unconditional: name the --dataset whose classifier finds classes, say mnist.")
    judge = _judge(dataset, gan.data_shape, cache) if dataset else None
    latents = gan.prior.sample(draws, seed)
    made = {label: checkpoint_generators.generator(gan, label) for label in set(labels.values())}
    samples = {label: latent.draw(generate, latents, verbose=verbose) for label, generate in made.items()}
    probabilities = judge.probabilities(samples[None]) if judge and not gan.is_conditional else None

    found, members, columns, taken = {}, [], {}, []
    for name, group in chosen.items():
        label = labels[name]
        indices = sample_groups.indices(group, samples[label], probabilities, taken)
        taken += indices
        members.append(tf.gather(latents, indices))
        mean = latent.draw(made[label], latent.mean(gan.prior, members[-1])[None], verbose=False)
        found[name] = {"group": group.text, "label": label, "indices": indices}
        found[name] |= _measured(samples[label][indices]) | {"mean": _measured(mean)}
        columns[f"{SIGNS[name]}\n{group.text}"] = _column(samples[label][indices], mean)
    result = latent.combine(gan.prior, *members)
    near = latent.around(gan.prior, result, seed=seed)
    square = tf.concat([near[:4], result[None], near[4:]], axis=0)
    pictures = latent.draw(made[labels["result"]], square, verbose=False)
    found |= _described(pictures, judge, samples[labels["result"]], probabilities)
    found["result"]["label"] = labels["result"]
    found |= {"variant": gan.name, "step": int(gan.step.numpy()), "dataset": dataset, "draws": draws, "seed": seed}
    found["versions"] = versions()
    write_json(out / "arithmetic.json", found)
    columns["= a − b + c\nin the middle, with noise round it"] = images.grid(pictures, 3, scale=_scale(pictures))
    images.save_png(out / "arithmetic.png", plots.beside(columns))
    return found


def _judge(dataset, shape, cache):
    return metrics.classifier(*(data.examples(dataset, split, shape) for split in ("train", "test")), cache)


def _described(pictures, judge, samples, probabilities):
    """What is told of the result, the middle one of 9 pictures, beside samples with its label or of its class."""
    result = _measured(pictures[4:5])
    found = {"result": result}
    if judge:
        odds = judge.probabilities(pictures)
        classes = odds.argmax(axis=1).tolist()
        result |= {"class": classes.pop(4), "probability": float(odds[4].max())}
        found["classes_round_it"] = classes
    alike = samples if probabilities is None else samples[probabilities.argmax(axis=1) == result["class"]]
    ranks = {name: np.mean(measure(alike) < result[name]) for name, measure in MEASURES.items() if len(alike)}
    result["ranks"] = {name: float(rank) for name, rank in ranks.items()}
    return found


def _measured(pictures):
    return {name: float(np.mean(measure(pictures))) for name, measure in MEASURES.items()}


def _column(exemplars, mean):
    pictures = [images.grid(part, 1, scale=_scale(part)) for part in (exemplars, mean)]
    return np.insert(np.concatenate(pictures), [len(pictures[0])] * 12, images.BACKGROUND, axis=0)


def _scale(pictures):
    return math.ceil(CELL / min(pictures.shape[1:3]))


def define_flags():
    """Of this script."""
    flags.DEFINE_string(
        "checkpoint", None, "A .keras file, or the workdir of a run (its newest checkpoint).", required=True
    )
    for name in "abc":
        flags.DEFINE_string(
            name,
            None,
            f"Of a - b + c: class:7, {', '.join(latent.ATTRIBUTES)}, class:7+thick, or indices of samples, 3,17,20.",
            required=True,
        )
    flags.DEFINE_string("dataset", None, "Whose classifier finds classes among samples, and judges the result.")
    flags.DEFINE_integer("draws", 1000, "How many samples the groups are chosen from.", lower_bound=1)
    flags.DEFINE_integer("seed", 0, "Of the samples.", lower_bound=0)
    flags.DEFINE_string("out", None, "Folder for the results. Default: that of --checkpoint.")


def main(given):
    """Calculates as the flags say."""
    texts = given.a, given.b, given.c
    found = calculate(given.checkpoint, *texts, given.dataset, given.draws, given.seed, given.out)
    result = found["result"]
    for name in "abc":
        print(f"{name}: {found[name]['group']}, samples {found[name]['indices']}, ink {found[name]['ink']:.3f}")
    print(f"a - b + c: ink {result['ink']:.3f}")
    if "class" in result:
        print(f"It looks like class {result['class']}, those round it like {found['classes_round_it']}.")
    if result["ranks"]:
        print(f"It has more ink than {result['ranks']['ink']:.0%} of the samples of its kind.")
    print(folder_of(given.checkpoint, given.out) / "arithmetic.png")


if __name__ == "__main__":
    cli.start(define_flags, main)
