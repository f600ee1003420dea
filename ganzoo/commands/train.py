"""Trains a variant of the zoo on a data set, and saves samples, curves and checkpoints in a folder.

ganzoo train                      # handwritten digits, no download
ganzoo train --variant=nsgan --dataset=mnist --epochs=50 --seed=1
ganzoo train --workdir=runs/first --resume
"""

from absl import flags

from ganzoo.commands.support import cli, data_flags, flag_values, metric_flags
from ganzoo.commands.support.config import Config, parse_settings, parse_shape


def define_flags() -> None:
    """Defines the flags of this script."""
    flags.DEFINE_string("variant", Config.variant, f"The variant to train, one of: {', '.join(flag_values.VARIANTS)}.")
    data_flags.define(
        f"The data to train on: {', '.join(flag_values.DATASETS)} (all included), the name of a TFDS image set, a "
        "folder of images, a .npy or .npz file, or stacked:NAME. Variants for translation take a pair of data sets: "
        "recoloured:NAME or NAME+NAME for cyclegan, outlined:NAME or paired:NAME+NAME for pix2pix.",
    )
    flags.DEFINE_list(
        "data_shape", None, "Height,width,channels to which images are resized. Default: their own shape."
    )
    flags.DEFINE_bool("flip", Config.flip, "Mirror each image, left to right, with probability 1/2.")
    flags.DEFINE_integer(
        "examples",
        None,
        "Number of examples to train on, from the first one. The metric `parzen` chooses its sigma on the last sixth "
        "of the whole split. Default: all examples.",
        lower_bound=1,
    )
    flags.DEFINE_integer(
        "labels",
        None,
        "Number of labels to keep, the same for each class; the other examples count as unlabelled. With 0, catgan "
        "finds clusters. Default: all labels.",
        lower_bound=0,
    )
    flags.DEFINE_string(
        "init",
        None,
        "A checkpoint, a run's folder or a preset from whose weights training starts, to fine-tune it on other data. "
        "The variant and its settings are those with which it was trained.",
    )
    flags.DEFINE_integer(
        "freeze", None, "Number of the discriminator's lowest layers that are frozen, with --init.", lower_bound=1
    )
    flags.DEFINE_integer("epochs", Config.epochs, "Number of passes over the data.", lower_bound=1)
    flags.DEFINE_integer(
        "batch_size",
        Config.batch_size,
        "Number of examples in a batch, which all discriminator steps of a training step share.",
        lower_bound=1,
    )
    flags.DEFINE_string("workdir", None, "Folder for the files of the run. Default: a new folder in runs/.")
    flags.DEFINE_integer("seed", Config.seed, "Seed of all random numbers of the run.", lower_bound=0)
    flags.DEFINE_enum("strategy", Config.strategy, flag_values.STRATEGIES, "How to distribute training over devices.")
    flags.DEFINE_enum(
        "precision", Config.precision, ["float32", "mixed_bfloat16", "mixed_float16"], "Keras's dtype policy."
    )
    flags.DEFINE_bool("jit_compile", None, "Whether XLA compiles the train step. Default: if that is faster.")
    flags.DEFINE_integer(
        "steps_per_execution",
        None,
        "Number of train steps in each call from Python. Default: chosen to suit the networks.",
        lower_bound=1,
    )
    flags.DEFINE_integer(
        "sample_every", None, "Epochs between sample grids. Default: at most 100 grids in a run.", lower_bound=1
    )
    flags.DEFINE_integer(
        "save_every", None, "Epochs between checkpoints. Default: at most 20 checkpoints in a run.", lower_bound=1
    )
    flags.DEFINE_integer(
        "test_every",
        None,
        "Epochs between evaluations on the split 'test' (val_* in history.csv). Default: no evaluation.",
        lower_bound=1,
    )
    metric_flags.define(
        "Metrics to compute during training (val_* in history.csv), every --test_every epochs or 10 times in a run",
        "for a folder or file of at least 1,000 images, distances of features that need no labels; otherwise none. "
        "--metrics=none for none",
    )
    flags.DEFINE_string(
        "keep_best",
        None,
        "A metric, such as frechet_classifier_10k, by which the best model is kept as best.keras, besides the last "
        "checkpoints.",
    )
    flags.DEFINE_bool("resume", False, "Continue from the last checkpoint in the workdir.")
    flags.DEFINE_multi_string("set", [], "A setting of the variant, as key=value; may be repeated.")


if __name__ == "__main__":
    cli.read_flags(define_flags)  # before the imports that take seconds

from ganzoo.commands.support.run import run


def main(args: flags.FlagValues) -> None:
    """Trains the run that the flags describe."""
    metric_flags.use_weights(args)
    config = Config(
        variant=args.variant,
        **data_flags.settings(args),
        flip=args.flip,
        data_shape=parse_shape(args.data_shape),
        examples=args.examples,
        labels=args.labels,
        init=args.init,
        freeze=args.freeze,
        epochs=args.epochs,
        batch_size=args.batch_size,
        seed=args.seed,
        strategy=args.strategy,
        precision=args.precision,
        jit_compile=args.jit_compile,
        steps_per_execution=args.steps_per_execution,
        sample_every=args.sample_every,
        save_every=args.save_every,
        test_every=args.test_every,
        metrics=metric_flags.names(args),
        keep_best=args.keep_best,
        settings=parse_settings(args.set),
    )
    run(config, workdir=args.workdir, resume=args.resume)


if __name__ == "__main__":
    main(flags.FLAGS)
