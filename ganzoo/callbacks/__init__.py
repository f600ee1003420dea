"""Keras callbacks for GANs: pictures, history, checkpoints, progress, metrics, health checks and a stop at NaN.

They use only `model.sample(count, labels=None, seed=None)`, `model.step` and the logs, so they work with any variant.
"""

from ganzoo.callbacks.checkpoints import Checkpoints
from ganzoo.callbacks.evaluate import Evaluate
from ganzoo.callbacks.health import Health
from ganzoo.callbacks.history_plot import HistoryPlot
from ganzoo.callbacks.keep_best import KeepBest
from ganzoo.callbacks.progress import Progress
from ganzoo.callbacks.sample_grid import SampleGrid
from ganzoo.callbacks.stop_on_nan import StopOnNaN
from ganzoo.checkpoint_files import latest

__all__ = [
    "Checkpoints",
    "Evaluate",
    "Health",
    "HistoryPlot",
    "KeepBest",
    "Progress",
    "SampleGrid",
    "StopOnNaN",
    "latest",
]
