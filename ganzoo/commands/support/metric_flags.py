"""The flags that say what is measured, and with which weights."""

import os

from absl import flags

from ganzoo.commands.support import flag_values

flags.disclaim_key_flags()  # the flags that functions of this module define are those of the script


def define(about: str, otherwise: str) -> None:
    """Defines --metrics, whose help begins with `about` and ends with the default, and --inception_weights."""
    flags.DEFINE_list(
        "metrics",
        None,
        f"{about}, each named FORMULA_EXTRACTOR_COUNT. Formulas: {', '.join(flag_values.FORMULAS)}. Extractors: "
        f"{', '.join(flag_values.EXTRACTORS)}. Default: {otherwise}.",
    )
    flags.DEFINE_string(
        "inception_weights",
        None,
        "File with the weights of the extractor inception2015, .npz or the .pth file of PyTorch's packages for FID. "
        "Default: what the environment variable GANZOO_INCEPTION_WEIGHTS names, or a download.",
    )


def define_cache() -> None:
    """Defines --metrics_cache."""
    flags.DEFINE_string(
        "metrics_cache",
        flag_values.CACHE,
        "Folder in which classifiers and features of real images are kept. Unlike --cache_dir, it may be on any file "
        "system that TensorFlow knows.",
    )


SUITED = f"{', '.join(flag_values.METRICS)} if all images have labels; else features that need none"
"""The default of scripts that always measure."""


def names(args: flags.FlagValues) -> tuple[str, ...] | None:
    """Returns the names that --metrics lists, () for "none", or None without it."""
    return args.metrics if args.metrics is None else tuple(name for name in args.metrics if name != "none")


def use_weights(args: flags.FlagValues) -> None:
    """Makes the file of --inception_weights the one that this process uses, and those that it starts."""
    if args.inception_weights:
        os.environ["GANZOO_INCEPTION_WEIGHTS"] = args.inception_weights
