"""Trains a variant of the zoo on a data set, and leaves pictures, curves and checkpoints in a folder.

python -m experiments.train                      # handwritten digits, no download
python -m experiments.train --variant=nsgan --dataset=mnist --epochs=50 --seed=1
python -m experiments.train --workdir=runs/first --resume
"""

from absl import flags

import ganzoo
from experiments.support import cli, run
from experiments.support.config import Config, parse_settings, parse_shape
from ganzoo import data
from ganzoo.distribution import strategies


def define_flags():
    """Of this script."""
    flags.DEFINE_string("variant", Config.variant, f"What to train, one of: {', '.join(ganzoo.names())}.")
    flags.DEFINE_string(
        "dataset",
        Config.dataset,
        f"What to train on: {', '.join(data.names())} (all embedded), the name of a TFDS image set, a folder of "
        "images, or a .npy or .npz file; stacked:NAME; for cyclegan recoloured:NAME or NAME+NAME, for pix2pix "
        "outlined:NAME or paired:NAME+NAME.",
    )
    flags.DEFINE_list("data_shape", None, "Height,width,channels to resize images to. Default: as they are.")
    flags.DEFINE_integer(
        "examples",
        None,
        "Train on the first so many examples; `parzen` chooses its sigma on the last sixth of all. Default: all.",
        lower_bound=1,
    )
    flags.DEFINE_integer(
        "labels",
        None,
        "Labels to keep, as many of each class; the other examples are unlabelled. 0: catgan finds clusters. Default: "
        "all.",
        lower_bound=0,
    )
    flags.DEFINE_integer("epochs", Config.epochs, "Passes over the data.", lower_bound=1)
    flags.DEFINE_integer(
        "batch_size", Config.batch_size, "Examples in a batch, for all discriminator steps of a round.", lower_bound=1
    )
    flags.DEFINE_string("workdir", None, "Where the run leaves its files. Default: a new folder under runs/.")
    flags.DEFINE_integer("seed", Config.seed, "Names all of the run's random numbers.", lower_bound=0)
    flags.DEFINE_enum("strategy", Config.strategy, strategies.names(), "How to spread over devices.")
    flags.DEFINE_enum(
        "precision", Config.precision, ["float32", "mixed_bfloat16", "mixed_float16"], "Keras's dtype policy."
    )
    flags.DEFINE_bool("jit_compile", None, "Compile the train step with XLA. Default: where it is faster.")
    flags.DEFINE_integer(
        "steps_per_execution",
        None,
        "Train steps for each call from Python. Default: as many as suit the networks.",
        lower_bound=1,
    )
    flags.DEFINE_integer(
        "sample_every", None, "Epochs between sample grids. Default: at most 100 grids a run.", lower_bound=1
    )
    flags.DEFINE_integer("save_every", None, "Epochs between checkpoints. Default: at most 20 a run.", lower_bound=1)
    flags.DEFINE_integer(
        "test_every",
        None,
        "Epochs between evaluations on the split 'test' (val_* in history.csv). Default: none.",
        lower_bound=1,
    )
    flags.DEFINE_list(
        "metrics",
        [],
        "Metrics by name, as of experiments.evaluate, say frechet_classifier_10k (val_* in history.csv), every "
        "--test_every epochs, or 10 times a run.",
    )
    flags.DEFINE_bool("resume", False, "Go on from the last checkpoint in the workdir.")
    flags.DEFINE_multi_string("set", [], "A setting of the variant, as key=value; may be repeated.")


def main(given):
    """Trains as the flags say."""
    run.run(
        Config(
            variant=given.variant,
            dataset=given.dataset,
            data_shape=parse_shape(given.data_shape),
            examples=given.examples,
            labels=given.labels,
            epochs=given.epochs,
            batch_size=given.batch_size,
            seed=given.seed,
            strategy=given.strategy,
            precision=given.precision,
            jit_compile=given.jit_compile,
            steps_per_execution=given.steps_per_execution,
            sample_every=given.sample_every,
            save_every=given.save_every,
            test_every=given.test_every,
            metrics=tuple(given.metrics),
            settings=parse_settings(given.set),
        ),
        workdir=given.workdir,
        resume=given.resume,
    )


if __name__ == "__main__":
    cli.start(define_flags, main, "Go on with the same command and --resume (and the run's --workdir).")
