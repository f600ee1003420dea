"""The history of a run as a picture, uint8 (H, W, 3)."""

import math

import numpy as np

from ganzoo import plots
from ganzoo.plots import GENERATED, JUDGE, SIGN, VALUE

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
