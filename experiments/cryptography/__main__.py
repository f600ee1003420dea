"""Alice and Bob learn to hide 16-bit messages from Eve; then five new Eves try to read them.

python -m experiments.cryptography
python -m experiments.cryptography --batch_size=512 --seed=1 --workdir=runs/cryptography

A seed that has not succeeded after --steps is counted as a failure, and the next one is tried. The workdir then holds
cryptography.json, curves.png and attacks.png. If it is interrupted, the same command continues.
"""

from absl import flags

from ganzoo.commands.support import cli


def define_flags() -> None:
    """Defines the flags of this script."""
    flags.DEFINE_integer("seed", 0, "The first seed to try.", lower_bound=0)
    flags.DEFINE_integer("attempts", 3, "How many seeds to try at most, until one succeeds.", lower_bound=1)
    flags.DEFINE_integer("steps", 20_000, "Steps of a seed at most, a multiple of 500.", lower_bound=500)
    flags.DEFINE_integer("batch_size", 4096, "Messages for each move of a player.", lower_bound=1)
    flags.DEFINE_float("learning_rate", 8e-4, "The learning rate of Adam, for every player.", lower_bound=0)
    flags.DEFINE_integer("eves", 5, "How many new Eves attack the trained Alice and Bob.", lower_bound=0)
    flags.DEFINE_integer("updates", 10_000, "Updates of each new Eve.", lower_bound=200)
    flags.DEFINE_string("workdir", "runs/cryptography", "Folder for all files.")


if __name__ == "__main__":
    cli.read_flags(define_flags, "Continue with the same command.")  # before the imports that take seconds


from experiments.cryptography import pictures, training
from ganzoo import images
from ganzoo.commands.support.cached_runs import load_or_run
from ganzoo.commands.support.config import versions
from ganzoo.commands.support.locks import hold
from ganzoo.files import AnyPath, as_path, read_json, write_json


def run(
    workdir: AnyPath | str,
    seed: int = 0,
    attempts: int = 3,
    steps: int = 20_000,
    batch_size: int = 4096,
    learning_rate: float = 8e-4,
    eves: int = 5,
    updates: int = 10_000,
    every: int = 500,
) -> dict:
    """Trains seed after seed until one succeeds, then new Eves against that one; returns what cryptography.json holds.

    Raises ValueError if the workdir holds a run with other settings.
    """
    workdir = as_path(workdir)
    settings = {"steps": steps, "batch_size": batch_size, "learning_rate": learning_rate, "every": every}
    _check(workdir / "settings.json", settings)
    histories = {}
    for attempt in range(seed, seed + attempts):
        print(f"Seed {attempt}: Alice and Bob against Eve")
        game, histories[attempt] = training.train(workdir / f"seed-{attempt}", attempt, **settings)
        images.save_png(workdir / "curves.png", pictures.curves(histories))
        if training.succeeded(histories[attempt][-1]):
            break
    found = {"success": training.succeeded(histories[attempt][-1]), "seeds": {}, "settings": settings}
    for tried, rows in histories.items():
        found["seeds"][tried] = rows[-1] | {
            "success": training.succeeded(rows[-1]),
            "seconds": sum(row["seconds"] for row in rows),
            "processor_seconds": sum(row["processor_seconds"] for row in rows),
        }
    if found["success"]:
        found |= {"evaluation": training.evaluate(game), "new_eves": []}
        attack = {"updates": updates, "batch_size": batch_size, "learning_rate": learning_rate}
        attack["every"] = max(1, updates // training.EVE_MOVES // 25)
        for number in range(eves):
            print(f"New Eve {number + 1} of {eves} against the frozen Alice and Bob")
            folder = workdir / f"seed-{game.seed}" / f"eve-{number}"
            asked = attack | {"step": histories[game.seed][-1]["step"]}
            found["new_eves"].append(load_or_run(folder, asked, lambda: training.attack(game, number, **attack)))  # noqa: B023
            images.save_png(workdir / "attacks.png", pictures.attacks(found["new_eves"]))
    write_json(workdir / "cryptography.json", found | {"versions": versions()})
    return found


def _check(path, settings):
    """Keeps the settings of a new workdir, and refuses others in one that holds a run."""
    if not path.exists():
        write_json(path, settings)
        return
    earlier = read_json(path, "restore it from a copy, or choose another --workdir")
    for name, value in settings.items():
        if earlier.get(name) != value:
            raise ValueError(
                f"{path.parent} holds a run with {name}={earlier.get(name)}, not {value}: choose another --workdir."
            )


def main(given) -> None:
    """Plays the game as the flags say."""
    if given.steps % 500:
        raise ValueError(f"--steps={given.steps} is not a multiple of 500, which is an epoch: choose one.")
    names = ("seed", "attempts", "steps", "batch_size", "learning_rate", "eves", "updates")
    with hold(given.workdir, "cryptography"):
        found = run(given.workdir, **{name: getattr(given, name) for name in names})
    for seed, last in found["seeds"].items():
        end = "succeeded" if last["success"] else "failed"
        errors = f"Bob {last['bob_bits_wrong']:.3f} bits wrong, Eve {last['eve_bits_wrong']:.2f}"
        print(f"Seed {seed} {end} after {last['step']} steps: {errors}.")
    if found["success"] and found["new_eves"]:
        print(f"New Eves: {', '.join(format(one['bits_wrong'], '.2f') for one in found['new_eves'])} bits wrong.")
    print(f"Curves and cryptography.json are in {given.workdir}.")


if __name__ == "__main__":
    main(flags.FLAGS)
