"""Counts the modes that each objective finds on the ring of 8 Gaussians and on the grid of 25, over several seeds.

All games have the same networks, batches, steps and Adam. They differ in their objective, penalty, constraint or
packing, and some have a lower learning rate because they find nothing with that of the others.

python -m experiments.mixtures --workdir=runs/mixtures
python -m experiments.mixtures --only=minimax,r1,pacgan_2 --datasets=ring --seeds=2

If the script is stopped, the same command continues where it was. Writes results.json, results.md (with the published
rows of VEEGAN and PacGAN), a picture of each run's samples, and for each data set one of the first seed of all games.
"""

from absl import flags

from ganzoo.commands.support import cli, flag_values

GAMES = {
    "minimax": ("dcgan", {"objective": "minimax"}),
    "non_saturating": ("dcgan", {}),
    "lsgan": ("lsgan", {}),
    "hinge": ("hinge", {}),
    "ragan": ("ragan", {}),
    "wgan": ("wgan", {}),
    "wgan_gp": ("wgan_gp", {"weight": 0.1}),
    "dragan": ("dragan", {"weight": 0.1}),
    "r1": ("r1", {"weight": 0.1}),
    "sngan": ("sngan", {}),
    **{f"pacgan_{count}": ("pacgan", {"packing": count}) for count in (2, 4)},
    **{f"fgan_{name}": ("fgan", {"divergence": name}) for name in flag_values.DIVERGENCES},
}
"""{name of a row: (variant, settings)}."""

SLOWER = {"wgan_gp", "sngan", *(f"fgan_{name}" for name in ("kl", "pearson", "neyman", "total_variation"))}
"""The games that take a fifth of the others' learning rate, with which they find at most 2 modes of the ring."""


def define_flags() -> None:
    """Defines the flags of this script."""
    flags.DEFINE_list("only", list(GAMES), f"The games to train, some of: {', '.join(GAMES)}.")
    flags.DEFINE_list("datasets", ["ring", "grid"], "Mixtures of Gaussians in the plane.")
    flags.DEFINE_integer("seeds", 5, "Number of runs of each game.", lower_bound=1)
    flags.DEFINE_integer("steps", 8000, "Number of generator steps, a multiple of 500.", lower_bound=500)
    flags.DEFINE_integer("width", 256, "Number of units in the hidden layers of both players.", lower_bound=1)
    flags.DEFINE_integer("depth", 3, "Number of hidden layers of both players.", lower_bound=1)
    flags.DEFINE_integer("batch_size", 256, "Number of examples for each discriminator step.", lower_bound=1)
    flags.DEFINE_float("learning_rate", 1e-3, "Initial learning rate of both players' Adam.")
    flags.DEFINE_string("workdir", "runs/mixtures", "Folder for the results.")


if __name__ == "__main__":
    cli.read_flags(define_flags, "To continue, run the same command.")  # before the imports that take seconds

import math
import time
from collections.abc import Sequence

import keras
import numpy as np
from tqdm import tqdm

import ganzoo
from ganzoo import data, images, metrics, plots, registry
from ganzoo.commands.support.cached_runs import load_array, load_or_run, mean_and_deviation
from ganzoo.commands.support.config import versions
from ganzoo.commands.support.locks import hold
from ganzoo.files import AnyPath, as_path, atomic_write, write_json

PUBLISHED = {
    "ring": {
        "GAN (VEEGAN's table)": "1 / 99.3",
        "VEEGAN": "8 / 52.9",
        "GAN (PacGAN's table)": "6.3 / 98.2 / .45",
        "PacGAN2": "7.9 / 95.6 / .07",
        "PacGAN4": "7.8 / 95.9 / .07",
    },
    "grid": {
        "GAN (VEEGAN's table)": "3.3 / .5",
        "VEEGAN": "24.6 / 40",
        "GAN (PacGAN's table)": "17.3 / 94.8 / .70",
        "PacGAN2": "23.8 / 91.3 / .13",
        "PacGAN4": "24.8 / 93.6 / .04",
    },
}
"""Modes / high-quality samples in % / reverse KL: Srivastava et al. (2017), Table 1, and Lin et al. (2018), Table 1."""

SAMPLES = 2500


def train(
    game: str,
    dataset: str,
    seed: int,
    folder: AnyPath,
    steps: int = 8000,
    width: int = 256,
    depth: int = 3,
    batch_size: int = 256,
    learning_rate: float = 1e-3,
) -> dict:
    """Trains one run, saves its samples and their picture in the folder, and returns {modes, high_quality, ...}.

    Both players use Adam with beta_1 = .5 (for wgan_gp: 0, and beta_2 = .9), whose learning rate falls from
    `learning_rate` to 0 along a cosine. A game with several discriminator steps gets half as many `steps`. Samples come
    from averages (.999) of the generator's weights.
    """
    variant, settings = GAMES[game]
    examples, start = data.examples(dataset), time.monotonic()
    common = {"latent_dim": 2, "prior": "normal", "width": width, "depth": depth}
    common |= {"generator_ema": 0.999, "seed": seed}
    gan = ganzoo.create(variant, examples.shape, **common | settings)
    steps = steps if gan.shares == 1 else steps // 2
    betas = (0.0, 0.9) if variant == "wgan_gp" else (0.5, 0.999)
    schedules = (keras.optimizers.schedules.CosineDecay(learning_rate, steps) for _ in gan.players)
    gan.compile(
        *(keras.optimizers.Adam(schedule, *betas) for schedule in schedules), steps_per_execution=math.gcd(500, steps)
    )
    batches = data.batches(examples, batch_size * gan.shares, seed=seed, start=0)
    gan.fit(batches, steps_per_epoch=steps, verbose=0)
    samples = gan.sample(SAMPLES, seed=seed)
    if np.isfinite(samples).all():
        found = metrics.mode_coverage(examples.mixture, samples)
    else:  # the game diverged
        found, samples = {"modes": 0, "high_quality": 0.0, "reverse_kl": math.inf}, samples[:0]
    title = f"{game}, seed {seed}: {found['modes']} modes, {found['high_quality']:.1%}"
    images.save_png(folder / "samples.png", plots.points(samples, title, examples.images))
    with atomic_write(folder / "samples.npy") as path:
        np.save(path, samples.astype("float16"))
    return found | {"seconds": round(time.monotonic() - start, 1)}


def measure(
    games: Sequence[str],
    datasets: Sequence[str],
    seeds: int,
    workdir: AnyPath | str,
    learning_rate: float = 1e-3,
    **settings,
) -> list[dict]:
    """Trains the runs that are not in the workdir yet, and returns a row for each run.

    A row is {game, dataset, seed, modes, high_quality, reverse_kl, seconds}. Tables and pictures are written after each
    new run, and at the end.

    Raises:
        ValueError: for an unknown game, or a data set that is not a mixture of Gaussians in the plane.
    """
    for game in games:
        if game not in GAMES:
            raise ValueError(registry.nearest("game", game, GAMES))
    for dataset in datasets:
        mixture = data.examples(dataset).mixture
        if mixture is None or mixture.means.shape[1] != 2:
            raise ValueError(f"{dataset} is not a mixture of Gaussians in the plane: choose ring or grid.")
    workdir, rows = as_path(workdir), []
    runs = [(seed, dataset, game) for seed in range(seeds) for dataset in datasets for game in games]
    for seed, dataset, game in tqdm(runs, unit=" runs"):
        folder = workdir / f"{dataset}-{game}-seed-{seed}"
        settings["learning_rate"] = learning_rate / 5 if game in SLOWER else learning_rate
        defining = {"game": GAMES[game], "dataset": dataset, "seed": seed, **settings}
        new = []

        def run(game=game, dataset=dataset, seed=seed, folder=folder, new=new):
            new.append(game)
            return train(game, dataset, seed, folder, **settings)

        found = load_or_run(folder, defining, run, ["samples.npy"])
        rows.append({"game": game, "dataset": dataset, "seed": seed, **found})
        if new or len(rows) == len(runs):
            write(rows, workdir, settings | {"learning_rate": learning_rate})
    return rows


def write(rows: list[dict], workdir: AnyPath, settings: dict) -> None:
    """Writes results.json, results.md and a picture for each data set to the workdir."""
    table = summarize(rows)
    content = {"settings": settings, "summary": table, "rows": rows, "versions": versions()}
    write_json(workdir / "results.json", content)
    with atomic_write(workdir / "results.md") as path:
        path.write_text(format_table(table))
    for dataset in dict.fromkeys(row["dataset"] for row in rows):
        images.save_png(workdir / f"{dataset}.png", panels(rows, dataset, workdir))


def summarize(rows: list[dict]) -> list[dict]:
    """Returns a dict for each data set and game, with means and deviations over the seeds."""
    table = []
    for dataset, game in dict.fromkeys((row["dataset"], row["game"]) for row in rows):
        chosen = [row for row in rows if (row["dataset"], row["game"]) == (dataset, game)]
        line = {"dataset": dataset, "game": game, "seeds": len(chosen)}
        for name in ("modes", "high_quality", "reverse_kl", "seconds"):
            line[name], line[f"{name}_sd"] = mean_and_deviation([row[name] for row in chosen])
        table.append(line)
    return table


def format_table(table: list[dict]) -> str:
    """Returns the summary in Markdown, with published rows below ours."""
    lines = []
    for dataset in dict.fromkeys(line["dataset"] for line in table):
        modes = len(data.examples(dataset).mixture.means)
        lines += [f"| {dataset} | modes of {modes} | high quality, % | reverse KL, nats | seconds |"]
        lines += ["|---|---|---|---|---|"]
        for line in table:
            if line["dataset"] == dataset:
                cells = [_cell(line, "modes", 1), _cell(line, "high_quality", 1, 100), _cell(line, "reverse_kl", 2)]
                lines.append(f"| {line['game']} | {' | '.join(cells)} | {line['seconds']:.0f} |")
        lines += [f"| *perfect* | *{modes}* | *98.9* | *0* | |"]
        for name, numbers in PUBLISHED.get(dataset, {}).items():
            cells = [*numbers.split(" / "), "", ""][:3]
            lines.append(f"| {name}, published | {' | '.join(cells)} | |")
        lines.append("")
    return "\n".join(lines)


def _cell(line, name, digits, scale=1):
    mean, deviation = line[name] * scale, line[f"{name}_sd"]
    return f"{mean:.{digits}f}" + ("" if deviation is None else f" +- {deviation * scale:.{digits}f}")


def panels(rows: list[dict], dataset: str, workdir: AnyPath, columns: int = 7) -> np.ndarray:
    """Returns a picture with a panel for each game: the samples of its first seed over the data."""
    chosen = [row for row in rows if row["dataset"] == dataset and row["seed"] == 0]
    examples = data.examples(dataset)
    edge = 1.3 * np.abs(examples.mixture.means).max()
    panel_rows = -(-len(chosen) // columns)
    figure = plots.figure(width=2 * columns, height=2.2 * panel_rows)
    for number, row in enumerate(chosen, 1):
        axes = figure.add_subplot(panel_rows, columns, number, aspect="equal")
        samples = load_array(workdir / f"{dataset}-{row['game']}-seed-0" / "samples.npy")
        axes.scatter(*examples.images[:1000].T, s=6, color=plots.REAL)
        axes.scatter(*np.float32(samples).T, s=1, color=plots.GENERATED, alpha=0.4)
        axes.set(xlim=(-edge, edge), ylim=(-edge, edge), xticks=[], yticks=[])
        axes.set_title(f"{row['game']}\n{row['modes']} modes, {row['high_quality']:.0%}", fontsize=8)
    return plots.picture(figure)


def main(args: flags.FlagValues) -> None:
    """Trains the games and prints a table."""
    settings = {name: getattr(args, name) for name in ("steps", "width", "depth", "batch_size", "learning_rate")}
    with hold(args.workdir, "mixtures"):
        rows = measure(args.only, args.datasets, args.seeds, args.workdir, **settings)
    print(f"\n{format_table(summarize(rows))}\n{as_path(args.workdir) / 'results.md'}")


if __name__ == "__main__":
    main(flags.FLAGS)
