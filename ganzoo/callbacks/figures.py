"""Curves and points as pictures, uint8 (H, W, 3)."""

import math

import numpy as np

from ganzoo import plots
from ganzoo.plots import GENERATED, JUDGE, REAL, SIGN, VALUE

REAL_POINTS = 2000
PLAYERS = (GENERATED, "#edae49", JUDGE, "#66a182", VALUE, SIGN)
"""Colours of the players' losses."""


def curves(rows: list[dict]) -> np.ndarray:
    """Plots the history of a run: its losses, mean scores, and the value V(D, G) and accuracy if they were logged.

    Validation curves are dashed. Scores are probabilities if the logs include `value`, and raw scores otherwise.

    Args:
        rows: {log: number} of each epoch, as in `history.csv`.
    """
    names = {name for row in rows for name in row}
    losses = _player_losses(names) or {"loss": ("loss", JUDGE)}
    panels = [("Losses", "loss", losses, None)]
    if "value" in names:
        scores = {"real_score": ("D(x)", JUDGE), "fake_score": ("D(G(z))", GENERATED)}
        panels += [("Discriminator", "mean probability of being real", scores, (0.5, "1/2: chance"))]
        panels += [("Value of the game", "nats", {"value": ("V(D, G)", VALUE)}, (-math.log(4), "−log 4: optimum"))]
    else:
        scores = {"real_score": ("real", JUDGE), "fake_score": ("generated", GENERATED)}
        panels += [("Discriminator", "mean score", scores, None)]
    panels += [("Classes", "share of correct classes", {"accuracy": ("accuracy", JUDGE)}, None)]
    panels = [panel for panel in panels if names & set(panel[2])]
    figure = plots.figure(width=4.6 * max(1, len(panels)), height=3.8)
    for number, panel in enumerate(panels, 1):
        _panel(figure.add_subplot(1, len(panels), number), rows, *panel)
    return plots.picture(figure)


def _player_losses(names):
    """Returns {log: (label, colour)} of the players' losses, in colours of their own."""
    losses = [name for name in sorted(names, reverse=True) if name.endswith("_loss") and not name.startswith("val_")]
    colours = {"generator_loss": GENERATED, "discriminator_loss": JUDGE} if len(losses) <= 2 else {}
    colours = {name: PLAYERS[place % len(PLAYERS)] for place, name in enumerate(losses)} | colours
    return {name: (name.removesuffix("_loss").replace("_", " "), colours[name]) for name in losses}


def _panel(axes, rows, title, unit, lines, mark):
    """Draws one panel with `lines`, {log: (label, colour)}, and a dotted horizontal line, `mark` (height, label)."""
    for name, (label, colour) in lines.items():
        for prefix, dash, face, suffix in (("", "-", colour, ""), ("val_", "--", "white", ", validation")):
            key = prefix + name
            curve = [(row["epoch"] + 1, row[key]) for row in rows if key in row]
            if curve:
                style = {"marker": "o", "ms": 4, "mfc": face} if len(curve) < 20 else {}
                axes.plot(*zip(*curve, strict=True), dash, color=colour, label=label + suffix, lw=1.5, **style)
    if mark:
        axes.axhline(mark[0], color=SIGN, lw=1, ls=":", label=mark[1])
    if unit.startswith("mean probability"):
        axes.set_ylim(-0.02, 1.02)
    axes.xaxis.get_major_locator().set_params(integer=True)
    plots.decorate(axes, title, "epoch", unit)
    axes.legend(fontsize=8, handlelength=2.6, edgecolor="none", framealpha=0.8)


def points(samples: np.ndarray, title: str, real: np.ndarray | None = None) -> np.ndarray:
    """Draws vectors of one dimension as a histogram, or of two dimensions as a scatter plot.

    Args:
        samples: generated vectors, (N, 1) or (N, 2). NaN and infinite ones are left out.
        title: of the plot.
        real: real vectors, (M, 1) or (M, 2), which are drawn in grey. They determine the limits of the axes, so that
            all frames of an animation match; without them, the limits are a power of two that includes all samples.
    """
    samples = samples[np.isfinite(samples).all(axis=1)]
    low, high = _limits(samples, real)
    figure = plots.figure(width=4.8, height=4.8)
    axes = figure.add_subplot()
    (_histogram if samples.shape[1] == 1 else _scatter)(axes, samples, real, low, high)
    axes.set_xlim(low[0], high[0])
    axes.legend(frameon=False, fontsize=8, loc="upper right", markerscale=2)
    axes.set_title(title, fontsize=11)
    return plots.picture(figure)


def _histogram(axes, samples, real, low, high):
    bins = np.linspace(low[0], high[0], 81)
    if real is not None:
        heights, *_ = axes.hist(real[:, 0], bins, density=True, color=REAL, label="real")
        axes.set_ylim(0, 1.5 * heights.max())
    if len(samples):
        axes.hist(samples[:, 0], bins, density=True, histtype="step", color=GENERATED, lw=1.5, label="generated")
    plots.decorate(axes, "", "x", "density")


def _scatter(axes, samples, real, low, high):
    if real is not None:
        real = np.random.default_rng(0).permutation(real)[:REAL_POINTS]
        axes.scatter(*real.T, s=14, color=REAL, lw=0, label="real")
    axes.scatter(*samples.T, s=8, color=GENERATED, alpha=0.5, lw=0, label="generated")
    axes.set_ylim(low[1], high[1])
    axes.set_aspect("equal", adjustable="box")
    plots.decorate(axes, "", "x₁", "x₂")


def _limits(samples, real):
    if real is None:
        reach = 2.0 ** math.ceil(math.log2(max(np.abs(samples).max(initial=0), 2**-10)))
        return (-reach, -reach), (reach, reach)
    low, high = real.min(axis=0), real.max(axis=0)
    margin = 0.25 * max((high - low).max(), 1e-6)
    return low - margin, high + margin
