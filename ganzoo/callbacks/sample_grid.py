"""Pictures of samples from the same latents, epoch after epoch."""

import math
import os
import re
from collections.abc import Sequence

import keras
import numpy as np
from PIL import Image

from ganzoo.arguments import check_count
from ganzoo.files import as_path, atomic_write, local_copy
from ganzoo.games.pictures import draw_samples, names_of_samples
from ganzoo.images import save_gif, save_png, side_by_side

FRAMES = 100


class SampleGrid(keras.callbacks.Callback):
    """Saves a grid of samples, such as `folder/epoch-0007.png`, after every `every`-th epoch, and a GIF of all of them.

    All pictures show samples from the same seed, and thus from the same latents. `epoch-0000.png` shows the untrained
    generator. At the end of training, `folder/samples.gif` is made from at most 100 of the pictures, including those
    before a resumption of the run.

    Where a conditional variant has `class_names`, each class has rows of its own, with its name at the left, unless
    there are more than 20.

    Vectors of one dimension are drawn as a histogram, those of two dimensions as a scatter plot, and pairs
    {"a": images, "b": images} side by side. Samples that cannot be drawn, such as longer vectors or images that are
    neither grey nor RGB, are saved as `folder/epoch-0007.npy`.

    Args:
        folder: where the files are saved; it is created if necessary.
        count: how many samples to draw; by default one for each of a list of labels, or else 64 images or 1000 vectors.
        every: the number of epochs between pictures.
        seed: of the samples.
        labels: the classes of the samples of a conditional variant, by number or name, which are passed to
            `model.sample`.
        columns: images per row of the grid; by default it is nearly square.
        tensorboard: a folder for TensorBoard's logs, to which each picture is added as the image `samples`.
        real: real vectors (N, D), which are drawn in grey and determine the limits of the axes. Without them, the
            limits are a power of two.
    """

    chief_only = True

    def __init__(
        self,
        folder: str | os.PathLike,
        count: int | None = None,
        every: int = 1,
        seed: int = 0,
        labels: Sequence[int | str] | int | str | None = None,
        columns: int | None = None,
        tensorboard: str | os.PathLike | None = None,
        real: np.ndarray | None = None,
    ):
        super().__init__()
        self.folder = as_path(folder)
        if count is None and np.ndim(labels):
            count = len(labels)
        self.count = None if count is None else check_count("count", count)
        self.every = check_count("every", every)
        self.seed, self.labels, self.columns = seed, labels, columns
        self.tensorboard = None if tensorboard is None else as_path(tensorboard)
        self.real = None if real is None else np.asarray(real)

    def on_train_begin(self, logs=None):
        self.epoch, self.writer = None, None

    def on_epoch_begin(self, epoch, logs=None):
        if self.epoch is None:
            self.epoch = epoch
            if epoch == 0:
                self.draw()

    def on_epoch_end(self, epoch, logs=None):
        self.epoch = epoch + 1
        if self.epoch % self.every == 0:
            self.draw()

    def on_train_end(self, logs=None):
        frames = _frames(self.folder, math.inf if self.epoch is None else self.epoch)
        if frames:
            save_gif(self.folder / "samples.gif", frames)
        if self.writer:
            self.writer.close()

    def draw(self) -> None:
        """Draws samples, and saves their picture under the number of the current epoch."""
        samples = self._sample()
        path = self.folder / f"epoch-{self.epoch:04d}.png"
        names = names_of_samples(self.model, self.count, self.labels)
        picture = draw_samples(samples, f"epoch {self.epoch}", self.columns, self.real, names)
        if picture is None:
            with atomic_write(path.with_suffix(".npy")) as temporary:
                np.save(temporary, side_by_side(samples))
            return
        save_png(path, picture)
        self._summarize(picture)

    def _sample(self):
        """Returns `count` samples. The default depends on their rank, which a first sample shows."""
        if self.count is None:
            self.count = 1000 if side_by_side(self.model.sample(1, seed=self.seed)).ndim == 2 else 64
        return self.model.sample(self.count, labels=self.labels, seed=self.seed)

    def _summarize(self, picture):
        if self.tensorboard is not None:
            import tensorflow as tf

            self.writer = self.writer or tf.summary.create_file_writer(str(self.tensorboard))
            with self.writer.as_default(step=self.epoch):
                tf.summary.image("samples", picture[None])
            self.writer.flush()


def _frames(folder, last):
    """Returns the pictures of epochs up to `last` as uint8 arrays of one size, evenly thinned out if there are many."""
    numbered = ((re.fullmatch(r"epoch-(\d+)\.png", path.name), path) for path in folder.glob("epoch-*.png"))
    paths = dict(sorted((int(match[1]), path) for match, path in numbered if match and int(match[1]) <= last))
    paths = list(paths.values())
    chosen = np.unique(np.linspace(0, len(paths) - 1, min(FRAMES, len(paths))).round().astype(int))
    frames = [_read(paths[index]) for index in chosen]
    frames = [frame if frame.ndim == 3 else frame[..., None] for frame in frames]
    return [frame for frame in frames if frame.shape == frames[-1].shape]


def _read(path):
    with local_copy(path) as file:
        return np.asarray(Image.open(file))
