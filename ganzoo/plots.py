"""Matplotlib figures as uint8 pictures (H, W, 3), drawn without matplotlib's global state."""

from __future__ import annotations

import typing

import numpy as np

if typing.TYPE_CHECKING:
    import matplotlib.axes
    import matplotlib.figure

REAL, GENERATED, JUDGE, VALUE, SIGN = "#b4b4b4", "#d1495b", "#00798c", "#6a4c93", "#444444"


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
