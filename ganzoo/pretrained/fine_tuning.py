"""Fine-tuning: starting a game from the weights of another one, with the lowest layers of a network frozen."""

import tempfile

import h5py
import keras

from ganzoo.arguments import check_count
from ganzoo.files import as_path
from ganzoo.keras_internals import layers_in_order, own_trainable_variables
from ganzoo.pretrained.weights_file import arrays_in


def start_from(game: keras.Model, source: keras.Model) -> dict[str, tuple[int, int]]:
    """Gives the players of a game the weights of those of the same names in a trained one, as far as they fit.

    A weight fits if it is in the same place of the network and has the same shape. So the networks may differ in what
    belongs to the classes, for instance. The step, the optimizers and all other state stay as they are; averages start
    from the new weights.

    Args:
        game: the game that is to be trained.
        source: a game with trained weights.

    Returns:
        {player: (the number of weights that fit, the number of its weights)}. None fit of a player whose weights a
        preset of the generator lacks.

    Raises:
        ValueError: if the games make examples of different shapes, or less than half of a player's weights fit.
    """
    shapes = [getattr(one, "data_shape", None) for one in (game, source)]
    if shapes[0] != shapes[1]:
        raise ValueError(f"The trained model makes examples of shape {shapes[1]}, not {shapes[0]}: take that shape.")
    with tempfile.TemporaryDirectory() as temporary:
        files = [as_path(temporary) / name for name in ("game.weights.h5", "source.weights.h5")]
        for one, file in zip((game, source), files, strict=True):
            one.save_weights(file)
        with h5py.File(files[0], "r+") as own, h5py.File(files[1]) as trained:
            fitting = _copy_fitting(arrays_in(own), arrays_in(trained), game.player_names, source.untrained)
        for player, (fit, count) in fitting.items():
            if 2 * fit < count and player not in source.untrained:
                raise ValueError(
                    f"Only {fit} of {count} weights of the {player} fit: choose the variant and the settings with "
                    f"which the {source.name} was trained."
                )
        game.load_weights(files[0])
    for player in game.averages:
        game.restart_averages(player)
    return fitting


def _copy_fitting(own, trained, players, untrained):
    fitting = {}
    for player in players:
        names = [name for name in own if name.split("/")[0] == player]
        known = () if player in untrained else names
        fit = [name for name in known if name in trained and trained[name].shape == own[name].shape]
        for name in fit:
            own[name][...] = trained[name][()]
        fitting[player] = (len(fit), len(names))
    return fitting


def freeze_lowest(network: keras.Model, count: int) -> list[str]:
    """Freezes the lowest layers of a network, those next to its inputs, and returns their names.

    To fine-tune a GAN with the lowest layers of its discriminator frozen is FreezeD, Mo et al. (2020), who freeze the
    features of the first few resolutions of a StyleGAN.

    Args:
        network: a discriminator, for instance.
        count: how many of its layers with kernels are frozen, and with them all layers before the last of these.

    Raises:
        ValueError: if it has no more layers with kernels than this, so that nothing would learn.
    """
    layers = [layer for layer in layers_in_order(network) if own_trainable_variables(layer)]
    with_kernels = [place for place, layer in enumerate(layers) if _has_kernel(layer)]
    check_count("The number of frozen layers", count, most=len(with_kernels) - 1)
    frozen = layers[: with_kernels[count - 1] + 1]
    for layer in frozen:
        layer.trainable = False
    return [layer.name for layer in frozen]


def _has_kernel(layer):
    return any(len(variable.shape) > 1 for variable in own_trainable_variables(layer))
