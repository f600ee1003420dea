"""The flags that say which data a script takes, and how it reads them."""

import dataclasses
import os
import warnings

from absl import flags

from ganzoo.commands.support import flag_values

flags.disclaim_key_flags()  # the flags that functions of this module define are those of the script


def define(about: str, default: str | None = "digits", holdout: bool = True, required: bool = False) -> None:
    """Defines --dataset, with the help `about`, and the flags that say how images are read; --holdout if wanted."""
    flags.DEFINE_string("dataset", default, about, required=required)
    flags.DEFINE_integer(
        "crop",
        None,
        "Side of the central square that is cut out of each image before it is resized, such as CelebA's usual 108 or "
        "178. Default: as much as possible is kept.",
        lower_bound=1,
    )
    if holdout:
        flags.DEFINE_integer(
            "holdout",
            None,
            "Number of images to hold out of training as the split 'test', the same ones as long as the data do not "
            "change. Default: as many as the run of the checkpoint held out; without one, none if the data have a "
            "split 'test', else a tenth, at most 10,000.",
            lower_bound=0,
        )
    flags.DEFINE_bool("skip_broken", False, "Leave out image files that cannot be read, and go on with the others.")
    flags.DEFINE_string(
        "cache_dir",
        flag_values.CACHE,
        "Folder on a local disk for sets of more than 256 MB, which are decoded, cropped and resized there once.",
    )


@dataclasses.dataclass(frozen=True)
class Dataset:
    """A data set as flags describe it.

    Attributes:
        name: what `ganzoo.data.examples` takes.
        crop, skip_broken, cache_dir: as for `ganzoo.data.examples`.
        holdout: the number of images that are the split "test". If it is None, the data's own split is, or a tenth of
            the images if there is none.
        known: the number of examples that the split "train" had when a run began. A warning says if it has others now.
    """

    name: object
    crop: int | None = None
    holdout: int | None = None
    skip_broken: bool = False
    cache_dir: str = flag_values.CACHE
    known: int | None = None

    def __str__(self) -> str:
        return str(self.name)

    def train(self, data_shape: tuple[int, ...] | None = None):
        """Returns the whole split "train", but for images that are held out because `holdout` says so."""
        return self.read("train", data_shape, self.holdout or 0)

    def test(self, data_shape: tuple[int, ...] | None = None):
        """Returns the split "test", or the images that are held out in its place."""
        from ganzoo import data

        try:
            return self.read("test", data_shape, self.holdout or 0)
        except data.NoSplitError:
            return self.both(data_shape)[1]

    def both(self, data_shape: tuple[int, ...] | None = None):
        """Returns the splits "train" and "test", and how many examples of the former are held out to be the latter."""
        from ganzoo import data
        from ganzoo.data.holdout import held_out, usual_holdout

        train = self.train(data_shape)
        shape = train.shape if len(train.shape) == 3 else None
        if self.known not in (None, found := len(train) + (self.holdout or 0)):
            warnings.warn(
                f"There were {self.known} images in {self} when the run began, and there are {found} now, so some of "
                "the test images may have been trained on.",
                stacklevel=2,
            )
        try:
            return train, self.read("test", shape, self.holdout or 0), self.holdout or 0
        except data.NoSplitError as error:
            if self.holdout is not None:
                raise data.NoSplitError(
                    f"{error} Or hold images out of the training from its start on, by --holdout=1000."
                ) from None
        count = usual_holdout(len(train))
        return held_out(train, "train", count), held_out(train, "test", count), count

    def domains(self, split: str, data_shape: tuple[int, ...]) -> dict:
        """Returns both domains of a pair as {"a": examples, "b": examples}."""
        from ganzoo import data

        return dict(zip("ab", data.domains(self.name, split, data_shape, **self._options()), strict=True))

    def read(self, split: str, data_shape: tuple[int, ...] | None = None, holdout: int = 0):
        """Returns what `ganzoo.data.examples` does, with the options of the flags."""
        from ganzoo import data

        return data.examples(self.name, split, data_shape, holdout=holdout, **self._options())

    def _options(self):
        return {"crop": self.crop, "skip_broken": self.skip_broken, "cache_dir": self.cache_dir}


def as_dataset(data: object) -> Dataset:
    """Returns a `Dataset` as it is, and what else `ganzoo.data.examples` takes as one that is read in the usual way."""
    return data if isinstance(data, Dataset) else Dataset(data)


def settings(args: flags.FlagValues) -> dict:
    """Returns those fields of a `Config` that the flags set."""
    names = ("dataset", "crop", "holdout", "skip_broken", "cache_dir")
    return {name: getattr(args, name) for name in names}


def chosen(args: flags.FlagValues) -> Dataset:
    """Returns what the flags describe; what they leave open is as in the run of --checkpoint, if it had these data."""
    recorded = _recorded(getattr(args, "checkpoint", None), args.dataset)
    given = {"crop": args.crop, "holdout": getattr(args, "holdout", None), "skip_broken": args.skip_broken or None}
    options = {name: recorded.get(name) if value is None else value for name, value in given.items()}
    options["skip_broken"] = bool(options["skip_broken"])
    return Dataset(args.dataset, **options, cache_dir=args.cache_dir, known=recorded.get("examples_found"))


def _recorded(checkpoint, dataset):
    """Returns the config.json of the run that a checkpoint belongs to, if it was trained on the data set, else {}."""
    from ganzoo.commands.support.workdir import recorded_by

    found = recorded_by(checkpoint)
    return found if _same(found.get("dataset"), dataset) else {}


def _same(one, other):
    """Returns whether two names of data sets are equal, or two paths of one folder or file."""
    both = os.path.exists(str(one)) and os.path.exists(str(other))
    return one == other or (both and os.path.samefile(str(one), str(other)))
