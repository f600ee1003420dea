"""The figures of experiments.theory. Each function returns a picture, uint8 (H, W, 3)."""

import math

import numpy as np

from ganzoo import plots
from ganzoo.plots import GENERATED, JUDGE, SIGN, VALUE

COLOURS = (GENERATED, JUDGE, VALUE, "#edae49", "#2e9e4f", "#8d6e63", "#444444", "#2b5fc0")
OPTIMUM = (-math.log(4), "−log 4")


def discriminators(lines: list[tuple]) -> np.ndarray:
    """Draws D and D* on the line. Each of `lines` is (name, points, p_data, p_g, D*, D, mask)."""
    figure = plots.figure(4.6 * len(lines), 3.8)
    for number, (name, points, p, q, optimal, trained, mask) in enumerate(lines, 1):
        axes, x = figure.add_subplot(1, len(lines), number), points[:, 0]
        axes.plot(x, optimal, color="#9fd3dc", lw=5, label="D* = p_data / (p_data + p_g)")
        axes.plot(x, trained, "--", color=JUDGE, lw=1.5, label="trained D")
        axes.plot(x, p, ":", color="black", lw=1.5, label="p_data")
        axes.plot(x, q, color=GENERATED, lw=1.5, label="p_g")
        axes.set_xlim(x[mask].min() - 0.5, x[mask].max() + 0.5)
        axes.set_ylim(-0.02, 1.02)
        error = np.abs(trained - optimal)[mask].max()
        plots.decorate(axes, f"{name}: |D − D*| ≤ {error:.3f}", "x", "density or probability")
    axes.legend(fontsize=7, edgecolor="none", framealpha=0.8)
    return plots.picture(figure)


def planes(rows: list[tuple]) -> np.ndarray:
    """Draws D*, D and their distance in the plane. Each of `rows` is (name, points, p_data, p_g, D*, D, mask)."""
    figure = plots.figure(11, 3.6 * len(rows))
    for row, (name, points, _, _, optimal, trained, mask) in enumerate(rows):
        side = round(len(points) ** 0.5)
        extent = (*points[[0, -1], 0], *points[[0, -1], 1])
        error = np.where(mask, np.abs(trained - optimal), np.nan)
        for column, (values, title, top, colours) in enumerate(
            [
                (optimal, f"D*: {name}", 1, "viridis"),
                (trained, "trained D", 1, "viridis"),
                (error, f"|D − D*| ≤ {np.nanmax(error):.3f}", 0.1, "magma_r"),
            ]
        ):
            axes = figure.add_subplot(len(rows), 3, 3 * row + column + 1)
            image = values.reshape(side, side).T
            mesh = axes.imshow(image, origin="lower", extent=extent, vmin=0, vmax=top, cmap=colours)
            figure.colorbar(mesh, ax=axes, shrink=0.8).ax.tick_params(labelsize=8)
            plots.decorate(axes, title, "x₁", "x₂")
            axes.set_xlim(-3, 3)
            axes.set_ylim(-3, 3)
            axes.grid(False)
    return plots.picture(figure)


def criterion(families: dict, quadrature: dict) -> np.ndarray:
    """Draws C(G) by quadrature as lines, and V of trained D as points, for families {name: rows (value, C, V)}."""
    figure = plots.figure(4.6 * len(families), 3.8)
    for number, (family, rows) in enumerate(families.items(), 1):
        axes = figure.add_subplot(1, len(families), number)
        values, exact, found = np.transpose(rows)
        axes.axhline(OPTIMUM[0], color=SIGN, lw=1, ls=":", label=OPTIMUM[1])
        if family in quadrature:
            axes.plot(*quadrature[family], color=VALUE, lw=1.5, label="C(G), quadrature")
        else:
            axes.plot(values, exact, "_", color=VALUE, ms=24, mew=1.5, label="C(G), quadrature")
            axes.set_xticks(values)
            axes.set_xlim(values.min() - 1, values.max() + 1)
        axes.plot(values, found, "o", color=JUDGE, ms=5, label="V(D, G), trained D")
        if family == "scale":
            axes.set_xscale("log", base=2)
        axes.set_ylim(-1.45, 0.05)
        plots.decorate(axes, f"p_g differs from p_data by {family}", family, "nats")
    axes.legend(fontsize=8, edgecolor="none", loc="upper right")
    return plots.picture(figure)


def divergences(lines: dict) -> np.ndarray:
    """Draws estimates and exact values of {objective: (divergence, [(distance, estimate)], (distances, exact))}."""
    figure = plots.figure(7, 4.4)
    axes = figure.add_subplot()
    for colour, (objective, (divergence, rows, exact)) in zip(COLOURS, lines.items(), strict=False):
        axes.plot(*exact, color=colour, lw=1.5)
        label = f"{divergence.replace('_', ' ')}, from D of {objective}"
        axes.plot(*zip(*rows, strict=True), "o", color=colour, ms=5, label=label)
    plots.decorate(axes, "Divergences of N(0, 1) and N(d, 1): lines by quadrature, points from trained D", "d", "")
    axes.legend(fontsize=8, edgecolor="none")
    return plots.picture(figure)


def descents(lines: dict[int, np.ndarray]) -> np.ndarray:
    """Draws the JSD over the steps of G, from {k: (N, 2) of step and JSD}."""
    figure = plots.figure(6, 4)
    axes = figure.add_subplot()
    for colour, (k, curve) in zip(COLOURS, lines.items(), strict=False):
        axes.semilogy(*curve.T, color=colour, lw=1.5, label=f"k = {k}")
    axes.axhline(math.log(2), color=SIGN, lw=1, ls=":", label="log 2: no overlap")
    plots.decorate(axes, "p_g approaches p_data if D stays near its optimum", "steps of G", "JSD, nats")
    axes.legend(fontsize=8, edgecolor="none")
    return plots.picture(figure)


def figure_1(panels: dict[str, tuple]) -> np.ndarray:
    """Draws Figure 1 of Goodfellow et al. (2014), from {letter: (step, x, p_data, p_g, D, ranks of latents, G(z))}."""
    figure = plots.figure(3.4 * len(panels), 3.6)
    for number, (letter, (step, x, p, q, probabilities, ranks, ends)) in enumerate(panels.items(), 1):
        axes = figure.add_subplot(1, len(panels), number)
        axes.plot(x, p, ":", color="black", lw=2, label="p_data")
        axes.plot(x, q, color="#2e9e4f", lw=2, label="p_g")
        axes.plot(x, probabilities, "--", color="#2b5fc0", lw=1.8, label="D")
        top, bottom = -0.12, -0.55
        axes.plot(x[[0, -1]], [top, top], color="black", lw=0.8)
        axes.plot(x[[0, -1]], [bottom, bottom], color="black", lw=0.8)
        for place, end in zip(0.5 + 3 * ranks, ends, strict=True):
            axes.annotate("", (end, top), (place, bottom), arrowprops={"arrowstyle": "->", "lw": 0.7, "color": SIGN})
        axes.set_xlim(-1, 5)
        axes.set_ylim(-0.65, 1.25)
        plots.decorate(axes, f"({letter}) step {step}" if letter else f"step {step}", "", "")
        axes.set_yticks([top, bottom, 0, 0.5, 1], ["x", "z", "0", "½", "1"])
        axes.grid(False)
    axes.legend(fontsize=7, edgecolor="none", loc="upper left", framealpha=0.8)
    return plots.picture(figure)


def saturation(probabilities: np.ndarray, slopes: dict, rows: list[dict], labels: dict[str, str]) -> np.ndarray:
    """Draws gradients of generator losses with respect to a score and, over the steps of a run, to G's weights."""
    figure = plots.figure(12, 3.8)
    colours = dict(zip(labels, COLOURS, strict=False))
    first, second, third = (figure.add_subplot(1, 3, number) for number in (1, 2, 3))
    for name, label in labels.items():
        first.plot(probabilities, slopes[name], color=colours[name], lw=1.5, label=label)
        second.semilogy([row[name] for row in rows], color=colours[name], lw=1.5, label=label)
    plots.decorate(first, "Gradient of a fake's score", "D(G(z))", "absolute gradient")
    plots.decorate(second, "Gradient of G's weights, nsgan on digits", "step", "norm")
    third.plot([row["opinion"] for row in rows], color=JUDGE, lw=1.5)
    third.set_ylim(-0.02, 1.02)
    plots.decorate(third, "The same run", "step", "mean D(G(z))")
    for axes in (first, second):
        axes.legend(fontsize=8, edgecolor="none")
    return plots.picture(figure)


def rings(runs: tuple, rates: dict[str, float], real: np.ndarray) -> np.ndarray:
    """Draws a frame of a film: samples over real points for each of `runs`, which are (step, samples, coverage, V)."""
    figure = plots.figure(4.2 * len(runs), 4.4)
    for number, ((step, samples, coverage, value), rate) in enumerate(zip(runs, rates.values(), strict=True), 1):
        axes = figure.add_subplot(1, len(runs), number)
        axes.scatter(*real[:1000].T, s=30, color=plots.REAL, lw=0)
        axes.scatter(*samples.T, s=6, color=GENERATED, alpha=0.4, lw=0)
        axes.set_xlim(-1.5, 1.5)
        axes.set_ylim(-1.5, 1.5)
        axes.set_aspect("equal")
        modes = f"{coverage['modes']} of 8 modes, {coverage['high_quality']:.0%} within 3 sd"
        plots.decorate(axes, f"step {step}, G's learning rate {rate:g}\n{modes}, V {value:.2f}", "", "")
    return plots.picture(figure)
