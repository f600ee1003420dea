"""Matplotlib figures as uint8 pictures (H, W, 3), drawn without matplotlib's global state."""

from __future__ import annotations

import math
import typing

import numpy as np

if typing.TYPE_CHECKING:
    import matplotlib.axes
    import matplotlib.figure

REAL, GENERATED, JUDGE, VALUE, SIGN = "#b4b4b4", "#d1495b", "#00798c", "#6a4c93", "#444444"

REAL_POINTS = 2000
"""How many real points a plot shows at most."""


def figure(width: float, height: float) -> matplotlib.figure.Figure:
    """Returns an empty figure of a size in inches, to which `figure.add_subplot` adds axes."""
    from matplotlib.figure import Figure  # imported here, so that `import ganzoo` stays fast
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    return Figure(figsize=(width, height), dpi=120, layout=ConstrainedLayoutEngine(wspace=0.06))


def decorate(axes: matplotlib.axes.Axes, title: str, across: str, up: str) -> None:
    """Sets the title and the labels of both axes, and simplifies the frame and the grid."""
    axes.set_title(title, fontsize=11)
    axes.set_xlabel(across, fontsize=9)
    axes.set_ylabel(up, fontsize=9)
    axes.tick_params(labelsize=8)
    axes.grid(color="#e6e6e6", lw=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def picture(figure: matplotlib.figure.Figure) -> np.ndarray:
    """Renders a figure as uint8 (H, W, 3), for `images.save_png` or `images.save_gif`."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()


def in_a_row(pictures: dict[str, np.ndarray], gap: int = 20) -> np.ndarray:
    """Places pictures in a row, unscaled and on white, each below its title; returns uint8 (H, W, 3).

    Args:
        pictures: {title: picture}. Titles may have several lines; pictures are uint8 (H, W, C).
        gap: the space between pictures, in pixels.
    """
    dots, lines = 120, max(title.count("\n") + 1 for title in pictures)
    header = 12 + 18 * lines
    height = header + max(one.shape[0] for one in pictures.values()) + gap
    width = gap + sum(one.shape[1] + gap for one in pictures.values())
    whole, left = figure(width / dots, height / dots), gap
    for title, one in pictures.items():
        bottom = height - header - one.shape[0]
        whole.figimage(np.broadcast_to(one, (*one.shape[:2], 3)), left, bottom, origin="upper")
        middle = (left + one.shape[1] / 2) / width
        whole.text(middle, 1 - (header - 6) / height, title, fontsize=8, ha="center", va="bottom")
        left += one.shape[1] + gap
    return picture(whole)


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
    drawn = figure(width=4.8, height=4.8)
    axes = drawn.add_subplot()
    (_histogram if samples.shape[1] == 1 else _scatter)(axes, samples, real, low, high)
    axes.set_xlim(low[0], high[0])
    axes.legend(frameon=False, fontsize=8, loc="upper right", markerscale=2)
    axes.set_title(title, fontsize=11)
    return picture(drawn)


def _histogram(axes, samples, real, low, high):
    bins = np.linspace(low[0], high[0], 81)
    if real is not None:
        heights, *_ = axes.hist(real[:, 0], bins, density=True, color=REAL, label="real")
        axes.set_ylim(0, 1.5 * heights.max())
    if len(samples):
        axes.hist(samples[:, 0], bins, density=True, histtype="step", color=GENERATED, lw=1.5, label="generated")
    decorate(axes, "", "x", "density")


def _scatter(axes, samples, real, low, high):
    if real is not None:
        real = np.random.default_rng(0).permutation(real)[:REAL_POINTS]
        axes.scatter(*real.T, s=14, color=REAL, lw=0, label="real")
    axes.scatter(*samples.T, s=8, color=GENERATED, alpha=0.5, lw=0, label="generated")
    axes.set_ylim(low[1], high[1])
    axes.set_aspect("equal", adjustable="box")
    decorate(axes, "", "x₁", "x₂")


def _limits(samples, real):
    if real is None:
        reach = 2.0 ** math.ceil(math.log2(max(np.abs(samples).max(initial=0), 2**-10)))
        return (-reach, -reach), (reach, reach)
    low, high = real.min(axis=0), real.max(axis=0)
    margin = 0.25 * max((high - low).max(), 1e-6)
    return low - margin, high + margin
