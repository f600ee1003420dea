"""How a model of several players is written to files."""

import pathlib
import warnings

from ganzoo.files import as_path, atomic_write
from ganzoo.pretrained.places import check_name
from ganzoo.pretrained.preset_folder import save_preset


class SavesItself:
    """Mixed into a Keras model with `players`."""

    untrained = ()
    """The players whose weights are random, since the model is from a preset that lacks them."""

    def warn_of_untrained(self):
        """Warns, once, that players begin with random weights."""
        if self.untrained:
            warnings.warn(
                f"The preset has no weights of {' and '.join(self.untrained)}: training starts from random ones there, "
                "which may harm the weights of the others at first.",
                stacklevel=3,
            )
        self.untrained = ()

    def export(self, *arguments, **keras_arguments):
        """Refuses, as a game is no function from inputs to outputs; a player's network has an `export` of its own."""
        raise ValueError(f"Export a player's network, such as {self.player_names[0]}.export(path), not the whole game.")

    def save(self, filepath, overwrite=True, **arguments):
        """Writes networks, optimizers and step to a .keras file; an earlier file stays until this one is complete.

        To use one network elsewhere, write it with `generator.export`, say. What `generator.save` writes can be loaded
        only after `import ganzoo.zoo`, if it has layers of ganzoo, as those with batch norm for images do.
        """
        if not str(filepath).endswith(".keras"):
            raise ValueError(
                f"The file name must end in .keras; got {filepath}. (generator.export writes a SavedModel.)"
            )
        if not overwrite and isinstance(as_path(filepath), pathlib.Path):
            return super().save(filepath, overwrite=False, **arguments)
        with atomic_write(filepath, overwrite) as path:
            super().save(path, **arguments)

    def save_to_preset(self, folder, parts="all", dtype="float32", overwrite=False, **about):
        """Writes a preset, which `ganzoo.from_preset` loads: a folder of weights with all that belongs to them.

        Optimizers are not in it; `save` keeps them.

        Args:
            folder: a path, local or of a file system of TensorFlow, whose last part is the name of the preset.
            parts: "all", to train on; or "generator", for samples: all players but discriminators, with the averages
                of their weights where they keep some.
            dtype: "float32"; or "float16", which takes half of the place.
            overwrite: whether to replace files of these names in the folder, such as README.md.
            **about: what else its model card and metadata.json say: numbers, texts, lists and dicts of them. The card
                knows `description`, one sentence, `dataset`, `licence`, `command`, `commit` and `metrics`, a dict.

        Raises:
            FileExistsError: if the folder holds a file of these names already.
            ValueError: for weights that are NaN or that float16 cannot hold, networks that could not be loaded, such as
                those with a Lambda layer, the name of a preset of the package, and arguments that cannot be saved.
        """
        check_name(folder)
        save_preset(self, folder, parts, dtype, overwrite, about)
