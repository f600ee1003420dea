"""Trains a variant of the zoo on a data set, and leaves pictures, curves and checkpoints in a folder.

python -m experiments.train                      # handwritten digits, no download
python -m experiments.train --variant=nsgan --dataset=mnist --epochs=50 --seed=1
python -m experiments.train --workdir=runs/first --resume
"""

from absl import app, flags, logging

import ganzoo
from experiments import run
from experiments.config import Config, parse_settings, parse_shape
from ganzoo import data

_VARIANT = flags.DEFINE_string("variant", Config.variant, f"What to train, one of: {', '.join(ganzoo.names())}.")
_DATASET = flags.DEFINE_string(
    "dataset",
    Config.dataset,
    f"What to train on: {', '.join(data.names())} (all embedded), the name of a TFDS image set, a folder of images, or "
    "a .npy or .npz file.",
)
_DATA_SHAPE = flags.DEFINE_list("data_shape", None, "Height,width,channels to resize images to. Default: as they are.")
_LABELS = flags.DEFINE_integer(
    "labels",
    None,
    "Labels to keep, as many of each class; the other examples are unlabelled. Default: all.",
    lower_bound=1,
)
_EPOCHS = flags.DEFINE_integer("epochs", Config.epochs, "Passes over the data.", lower_bound=1)
_BATCH_SIZE = flags.DEFINE_integer(
    "batch_size", Config.batch_size, "Examples in a batch, for all discriminator steps of a round.", lower_bound=1
)
_WORKDIR = flags.DEFINE_string("workdir", None, "Where the run leaves its files. Default: a new folder under runs/.")
_SEED = flags.DEFINE_integer("seed", Config.seed, "Names all of the run's random numbers.", lower_bound=0)
_STRATEGY = flags.DEFINE_enum("strategy", Config.strategy, ["auto", "one_device"], "How to spread over devices.")
_PRECISION = flags.DEFINE_enum(
    "precision", Config.precision, ["float32", "mixed_bfloat16", "mixed_float16"], "Keras's dtype policy."
)
_JIT_COMPILE = flags.DEFINE_bool("jit_compile", Config.jit_compile, "Compile the train step with XLA.")
_STEPS = flags.DEFINE_integer(
    "steps_per_execution", Config.steps_per_execution, "Train steps for each call from Python.", lower_bound=1
)
_SAMPLE_EVERY = flags.DEFINE_integer(
    "sample_every", None, "Epochs between sample grids. Default: at most 100 grids a run.", lower_bound=1
)
_SAVE_EVERY = flags.DEFINE_integer(
    "save_every", None, "Epochs between checkpoints. Default: at most 20 a run.", lower_bound=1
)
_TEST_EVERY = flags.DEFINE_integer(
    "test_every",
    None,
    "Epochs between evaluations on the split 'test' (val_* in history.csv). Default: none.",
    lower_bound=1,
)
_RESUME = flags.DEFINE_bool("resume", False, "Go on from the last checkpoint in the workdir.")
_SET = flags.DEFINE_multi_string("set", [], "A setting of the variant, as key=value; may be repeated.")


def main(arguments):
    """Trains as the flags say."""
    logging.set_verbosity(logging.ERROR)  # what TFDS and its downloads log would bury a sentence of ours
    if len(arguments) > 1:
        raise app.UsageError(f"Flags are written --name=value; did not understand: {' '.join(arguments[1:])}")
    try:
        run.run(
            Config(
                variant=_VARIANT.value,
                dataset=_DATASET.value,
                data_shape=parse_shape(_DATA_SHAPE.value),
                labels=_LABELS.value,
                epochs=_EPOCHS.value,
                batch_size=_BATCH_SIZE.value,
                seed=_SEED.value,
                strategy=_STRATEGY.value,
                precision=_PRECISION.value,
                jit_compile=_JIT_COMPILE.value,
                steps_per_execution=_STEPS.value,
                sample_every=_SAMPLE_EVERY.value,
                save_every=_SAVE_EVERY.value,
                test_every=_TEST_EVERY.value,
                settings=parse_settings(_SET.value),
            ),
            workdir=_WORKDIR.value,
            resume=_RESUME.value,
        )
    except (ValueError, OSError, ArithmeticError) as error:
        raise SystemExit(f"Error: {error}") from error
    except KeyboardInterrupt:
        raise SystemExit("\nInterrupted. Go on with the same command and --resume (and the run's --workdir).") from None


if __name__ == "__main__":
    app.run(main)
