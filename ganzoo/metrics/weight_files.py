"""Files of trained weights: the user names one, or it is downloaded once and its hash checked."""

import dataclasses
import os
from collections.abc import Callable

import keras
import numpy as np

from ganzoo.files import AnyPath, as_path, local_copy
from ganzoo.metrics.pytorch_files import read_tensors
from ganzoo.metrics.reference_classifier import CACHE

FOLDER = "downloads"
"""The folder in the cache for downloads."""


@dataclasses.dataclass(frozen=True)
class WeightsFile:
    """A file of weights that PyTorch's packages share.

    Attributes:
        what: what the weights are of, for messages.
        variable: the environment variable that names the user's own file.
        origin: the address of the file.
        sha256: its hash.
        flag: the flag of scripts that names the file, if there is one.
    """

    what: str
    variable: str
    origin: str
    sha256: str
    flag: str | None = None

    @property
    def name(self) -> str:
        """The last part of the address."""
        return self.origin.rsplit("/", 1)[1]

    def is_at_hand(self) -> bool:
        """Returns whether the file is on this machine: the environment names it, or it was downloaded earlier."""
        return bool(os.environ.get(self.variable)) or (CACHE.expanduser() / FOLDER / self.name).is_file()

    def find(self, given: AnyPath | str | None = None) -> AnyPath:
        """Returns the path of the file that is given, or that the environment names, or else downloads it.

        Raises:
            ConnectionError: if it must be downloaded and cannot be.
            FileNotFoundError: if there is no such file.
        """
        path = as_path(given or os.environ.get(self.variable) or self._download()).expanduser()
        if not path.is_file():
            raise FileNotFoundError(f"There is no file {str(path)!r} with the weights of {self.what}: check the path.")
        return path

    def fill(self, given: AnyPath | str | None, assign: Callable[[dict[str, np.ndarray]], None]) -> AnyPath:
        """Finds the file, calls `assign` with its arrays by name, and returns its path.

        Raises what `find` and `read_tensors` do, and ValueError if `assign` misses an array or cannot use its shape.
        """
        path = self.find(given)
        with local_copy(path) as copy:
            tensors = read_tensors(copy)
        try:
            assign(tensors)
        except (KeyError, ValueError) as error:
            what = f"lacks {error}" if isinstance(error, KeyError) else "has other shapes"
            raise ValueError(
                f"{str(path)!r} does not hold the weights of {self.what} as PyTorch's packages name them: it {what}. "
                f"Get them from {self.origin}."
            ) from error
        return path

    def _download(self):
        try:
            return keras.utils.get_file(
                self.name,
                self.origin,
                cache_dir=CACHE.expanduser(),
                cache_subdir=FOLDER,
                file_hash=self.sha256,
                hash_algorithm="sha256",
            )
        except Exception as error:  # urllib's, or a plain Exception of Keras
            named = f"{self.flag} or the environment variable" if self.flag else "the environment variable"
            raise ConnectionError(
                f"The weights of {self.what} are not on this machine and cannot be downloaded ({error}): get "
                f"{self.origin} on a machine with a network, and name the file by {named} {self.variable}."
            ) from error
