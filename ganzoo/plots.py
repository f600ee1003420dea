"""Figures as uint8 pictures (H, W, 3), drawn by matplotlib without its global state."""

import numpy as np

REAL, GENERATED, JUDGE, VALUE, SIGN = "#b4b4b4", "#d1495b", "#00798c", "#6a4c93", "#444444"


def figure(width, height):
    """An empty one, in inches; `figure.add_subplot` gives its axes."""
    from matplotlib.figure import Figure  # here, so that importing ganzoo stays light
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    return Figure(figsize=(width, height), dpi=120, layout=ConstrainedLayoutEngine(wspace=0.06))


def decorate(axes, title, across, up):
    """Names the axes, and leaves out what is not needed."""
    axes.set_title(title, fontsize=11)
    axes.set_xlabel(across, fontsize=9)
    axes.set_ylabel(up, fontsize=9)
    axes.tick_params(labelsize=8)
    axes.grid(color="#e6e6e6", lw=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def picture(figure):
    """What `images.save_png` and `save_gif` take."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()


def beside(blocks, gap=20):
    """Pictures {title: uint8 (H, W, C)} in a row on white, pixel for pixel, each under its title of some lines."""
    dots, lines = 120, max(title.count("\n") + 1 for title in blocks)
    header = 12 + 18 * lines
    height = header + max(block.shape[0] for block in blocks.values()) + gap
    width = gap + sum(block.shape[1] + gap for block in blocks.values())
    whole, left = figure(width / dots, height / dots), gap
    for title, block in blocks.items():
        bottom = height - header - block.shape[0]
        whole.figimage(np.broadcast_to(block, (*block.shape[:2], 3)), left, bottom, origin="upper")
        middle = (left + block.shape[1] / 2) / width
        whole.text(middle, 1 - (header - 6) / height, title, fontsize=8, ha="center", va="bottom")
        left += block.shape[1] + gap
    return picture(whole)
