"""What a generator makes of the same latents, epoch after epoch."""

import math
import re
from pathlib import Path

import keras
import numpy as np
from PIL import Image

from ganzoo.callbacks.arguments import at_least_one
from ganzoo.callbacks.figures import points
from ganzoo.files import atomic_write
from ganzoo.images import drawable, grid, save_gif, save_png, side_by_side

FRAMES = 100


class SampleGrid(keras.callbacks.Callback):
    """Leaves `folder/epoch-0007.png`, a grid of images, after every `every`-th epoch, and `folder/samples.gif` of them.

    All of them come from one seed, so from the same latents; `epoch-0000.png` is from before training. The GIF is
    made at the end of training from at most 100 of the pictures, those of an earlier part of a resumed run too.
    Vectors of one number are drawn as a histogram, of two as a scatter plot, pairs {"a": images, "b": images} side by
    side; of longer vectors, and of images that are neither grey nor RGB, the samples are left as
    `folder/epoch-0007.npy`.

    Args:
        count: how many samples, by default one for each of `labels`, else 64 images or 1000 vectors.
        labels: what conditional variants are asked for, handed on to `model.sample`.
        columns: images in a row of the grid, near-square by default.
        tensorboard: a folder for TensorBoard, which gets each picture as the image `samples`.
        real: real vectors (N, D), drawn in grey beneath the samples; they give the axes their limits, the same in each
            picture. Without them the axes reach to a power of two.
    """

    chief_only = True

    def __init__(self, folder, count=None, every=1, seed=0, labels=None, columns=None, tensorboard=None, real=None):
        super().__init__()
        self.folder = Path(folder)
        if count is None and labels is not None:
            count = len(labels)
        self.count = None if count is None else at_least_one("count", count)
        self.every = at_least_one("every", every)
        self.seed, self.labels, self.columns, self.tensorboard = seed, labels, columns, tensorboard
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

    def draw(self):
        """Samples, and saves the picture of `self.epoch`."""
        samples = side_by_side(self._sample())
        path = self.folder / f"epoch-{self.epoch:04d}.png"
        if drawable(samples.shape[1:]):
            picture = grid(samples, self.columns)
        elif samples.ndim == 2 and samples.shape[-1] <= 2:
            picture = points(samples, f"epoch {self.epoch}", self.real)
        else:
            with atomic_write(path.with_suffix(".npy")) as part:
                np.save(part, samples)
            return
        save_png(path, picture)
        self._summarize(picture)

    def _sample(self):
        """`count` samples as NumPy. How many by default depends on their rank, which a first few show."""
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
    """The pictures of epochs up to `last`, of one size, as uint8 arrays; every n-th, where there are many."""
    numbered = ((re.fullmatch(r"epoch-(\d+)\.png", path.name), path) for path in folder.glob("epoch-*.png"))
    paths = dict(sorted((int(match[1]), path) for match, path in numbered if match and int(match[1]) <= last))
    paths = list(paths.values())
    chosen = np.unique(np.linspace(0, len(paths) - 1, min(FRAMES, len(paths))).round().astype(int))
    frames = [np.asarray(Image.open(paths[index])) for index in chosen]
    frames = [frame if frame.ndim == 3 else frame[..., None] for frame in frames]
    return [frame for frame in frames if frame.shape == frames[-1].shape]
