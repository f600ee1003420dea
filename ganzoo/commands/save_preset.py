"""Writes a preset, a folder with a model card, from the checkpoint of a run, and measures what rounding changes.

ganzoo save_preset --checkpoint=runs/cdcgan-mnist-1 --out=my_digits --licence="CC BY-SA 3.0"
ganzoo save_preset --checkpoint=runs/cdcgan-mnist-1 --out=my_digits --dtype=float16 --metrics=frechet_classifier_10k
"""

from absl import flags

from ganzoo.commands.support import cli, flag_values


def define_flags() -> None:
    """Defines the flags of this script."""
    cli.define_checkpoint("A .keras file, or the workdir of a run (for its newest checkpoint).")
    flags.DEFINE_string("out", None, "Folder of the preset, whose last part is its name.", required=True)
    flags.DEFINE_enum(
        "parts",
        "generator",
        ["generator", "all"],
        "generator, for samples, without discriminators and with averages as weights; or all, to train on.",
    )
    flags.DEFINE_enum("dtype", "float32", ["float32", "float16"], "Type of the weights in the file.")
    flags.DEFINE_string("description", None, "One sentence about the preset. Default: the variant and its data.")
    flags.DEFINE_string("licence", None, "Licence of the data.")
    flags.DEFINE_list(
        "metrics",
        [],
        "Metrics of the preset and of the checkpoint, against the data of the run, each named FORMULA_EXTRACTOR_COUNT, "
        f"such as {flag_values.METRICS[0]}.",
    )
    flags.DEFINE_bool("overwrite", False, "Replace a preset that is in the folder.")


if __name__ == "__main__":
    cli.read_flags(define_flags)  # before the imports that take seconds

import ganzoo
from ganzoo import Game, metrics
from ganzoo.commands.support import data_flags
from ganzoo.commands.support.config import command_of
from ganzoo.commands.support.workdir import load_model, recorded_by
from ganzoo.files import as_path


def save(args: flags.FlagValues) -> dict[str, dict[str, float]]:
    """Writes the preset. Returns {metric: value} of the "checkpoint" and of the "preset", {} without metrics."""
    game, recorded = load_model(args.checkpoint), recorded_by(args.checkpoint)
    about = {"dataset": recorded.get("dataset"), "licence": args.licence}
    about["description"] = args.description or f"A {game.name} trained on {recorded.get('dataset', 'unknown data')}."
    if recorded:
        versions = recorded.get("versions", {})
        about |= {"command": command_of(recorded), "versions": versions, "commit": versions.get("commit")}
    settings = {"parts": args.parts, "dtype": args.dtype, **{key: value for key, value in about.items() if value}}
    suite = _suite(args.metrics, recorded, game)
    game.save_to_preset(args.out, overwrite=args.overwrite, **settings)
    if not suite:
        return {}
    found = {"checkpoint": suite(game), "preset": suite(ganzoo.from_preset(as_path(args.out)))}
    game.save_to_preset(args.out, overwrite=True, metrics=found["preset"], **settings)
    return found


def _suite(names: list[str], recorded: dict, game: Game) -> metrics.Suite | None:
    if not names:
        return None
    if not recorded:
        raise ValueError("The checkpoint is in no folder of a run, so its data are unknown: leave --metrics out.")
    fields = ("crop", "holdout", "skip_broken")
    data = data_flags.Dataset(recorded["dataset"], **{name: recorded.get(name) for name in fields})
    train, test, _ = data.both(game.data_shape if len(game.data_shape) == 3 else None)
    return metrics.Suite(names, train, test, verbose=cli.verbosity())


def main(args: flags.FlagValues) -> None:
    """Writes the preset and prints a table of the metrics."""
    found = save(args)
    for name in found.get("preset", {}):
        print(f"{name}: {found['checkpoint'][name]:.5g} of the checkpoint, {found['preset'][name]:.5g} of the preset")
    print(args.out)


if __name__ == "__main__":
    main(flags.FLAGS)
