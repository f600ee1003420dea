"""The figures of experiments.cryptography, as uint8 pictures (H, W, 3)."""

import numpy as np

from ganzoo import plots
from ganzoo.plots import GENERATED, JUDGE, SIGN, VALUE

COLOURS = (GENERATED, VALUE, "#edae49", "#2e9e4f", "#2b5fc0", "#8d6e63")


def curves(histories: dict) -> np.ndarray:
    """Draws the bits that Bob and Eve get wrong over the steps, a panel for each seed of {seed: rows}."""
    figure = plots.figure(5.5 * len(histories), 3.8)
    for number, (seed, rows) in enumerate(histories.items(), 1):
        axes = figure.add_subplot(1, len(histories), number)
        steps = [row["step"] for row in rows]
        axes.plot(steps, [row["eve_bits_wrong"] for row in rows], color=GENERATED, label="Eve")
        axes.plot(steps, [row["bob_bits_wrong"] for row in rows], color=JUDGE, label="Bob")
        _decorate(axes, f"seed {seed}", "steps")
    return plots.picture(figure)


def attacks(found: list[dict]) -> np.ndarray:
    """Draws what each new Eve learns, a line for each result of `attack`."""
    figure = plots.figure(5.5, 3.8)
    axes = figure.add_subplot()
    for number, one in enumerate(found, 1):
        colour = COLOURS[(number - 1) % len(COLOURS)]
        axes.plot(one["updates"], one["curve"], color=colour, label=f"new Eve {number}")
    _decorate(axes, "Alice and Bob frozen", "updates of the new Eve")
    return plots.picture(figure)


def _decorate(axes, title, across):
    axes.axhline(8, ls=":", color=SIGN, lw=1, label="chance")
    axes.set_ylim(-0.2, 8.6)
    plots.decorate(axes, title, across, "bits wrong, of 16")
    axes.legend(fontsize=8, edgecolor="none", framealpha=0.8)
