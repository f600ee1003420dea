"""Files that cannot be loaded, and places that cannot be written."""

import io
import json
import os
import pathlib
import zipfile

import h5py
import keras
import numpy as np

import ganzoo
from ganzoo import callbacks, data, latent, metrics
from ganzoo.files import as_path, read_json

from .judging import family


def saved(folder):
    path = folder / "gan.keras"
    ganzoo.create("lsgan", (2,), width=4, latent_dim=2, seed=0, generator_ema=0.9).save(path)
    return path


def rewritten(folder, change):
    """Saves a model, changes the contents of its archive, {name: bytes}, and loads it."""
    path = saved(folder)
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    change(contents)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return ganzoo.load(path)


def in_config(change):
    def apply(contents):
        config = json.loads(contents["config.json"])
        changed = change(config)
        contents["config.json"] = json.dumps(config if changed is None else changed).encode()

    return apply


def in_weights(change):
    def apply(contents):
        buffer = io.BytesIO(contents["model.weights.h5"])
        with h5py.File(buffer, "r+") as file:
            change(file)
        contents["model.weights.h5"] = buffer.getvalue()

    return apply


def arrays_of(file, part):
    """The paths of all arrays below the groups that have `part` in their name."""
    found = []
    file.visititems(lambda name, one: found.append(name) if isinstance(one, h5py.Dataset) and part in name else None)
    return found


def replaced(file, name, value):
    del file[name]
    if value is not None:
        file[name] = value


def drop_first(part):
    return in_weights(lambda file: replaced(file, arrays_of(file, part)[0], None))


def reshape_first(part):
    return in_weights(lambda file: replaced(file, arrays_of(file, part)[0], np.zeros((7, 7))))


BYTES = {
    "empty": b"",
    "text": b"a model",
    "a zip's beginning": b"PK\x03\x04" + bytes(40),
    "a pickle": b"\x80\x04\x95",
    "an HDF5 file's beginning": b"\x89HDF\r\n\x1a\n" + bytes(100),
}
CHANGES = {
    "no config": lambda contents: contents.pop("config.json"),
    "no weights": lambda contents: contents.pop("model.weights.h5"),
    "config is a list": in_config(lambda config: [1, 2]),
    "config is empty": lambda contents: contents.update({"config.json": b""}),
    "config is binary": lambda contents: contents.update({"config.json": bytes(range(256))}),
    "weights are text": lambda contents: contents.update({"model.weights.h5": b"weights"}),
    "unknown class": in_config(lambda config: config.update(registered_name="mine>Own", module=None, class_name="Own")),
    "a harmful module": in_config(lambda config: config.update(module="os", class_name="system", registered_name=None)),
    "unknown setting": in_config(lambda config: config["config"].update(colour="red")),
    "missing setting": in_config(lambda config: config["config"].pop("prior")),
    "unknown objective": in_config(lambda config: config["config"].update(objective="mine")),
    "a generator's array is missing": drop_first("generator/"),
    "an optimizer's array is missing": drop_first("optimizer"),
    "an average is missing": drop_first("averages"),
    "a generator's array has another shape": reshape_first("generator/"),
    "an optimizer's array has another shape": reshape_first("optimizer"),
    "an average has another shape": reshape_first("averages"),
}


@family
def models():
    """Files that are no model, or a damaged one."""
    for name, content in BYTES.items():

        def write_and_load(folder, content=content):
            (folder / "gan.keras").write_bytes(content)
            ganzoo.load(folder / "gan.keras")

        yield f"load {name}", write_and_load
    for name, change in CHANGES.items():
        yield f"load: {name}", lambda folder, c=change: rewritten(folder, c)
    for cut in (1, 100, 2000):

        def load_cut(folder, cut=cut):
            path = saved(folder)
            path.write_bytes(path.read_bytes()[:-cut])
            ganzoo.load(path)

        yield f"load without the last {cut} bytes", load_cut
    for place in (200, 500, 1000, 5000, 9000, -30):

        def load_flipped(folder, place=place):
            path = saved(folder)
            content = bytearray(path.read_bytes())
            content[place] ^= 255
            path.write_bytes(content)
            ganzoo.load(path)

        yield f"load with byte {place} flipped", load_flipped
    yield "load nothing", lambda folder: ganzoo.load(folder / "none.keras")
    yield "load a folder", lambda folder: ganzoo.load(folder)
    yield "load /dev/zero", lambda _: ganzoo.load("/dev/zero")
    yield "load None", lambda _: ganzoo.load(None)
    yield "load a number", lambda _: ganzoo.load(3)

    def load_fifo(folder):
        os.mkfifo(folder / "gan.keras")
        ganzoo.load(folder / "gan.keras")

    yield "load a pipe", load_fifo

    def load_network(folder):
        keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]).save(folder / "net.keras")
        ganzoo.load(folder / "net.keras")

    yield "load a network", load_network


@family
def places():
    """Places where nothing can be saved, and arguments of callbacks."""
    model = ganzoo.create("lsgan", (2,), width=4, latent_dim=2, seed=0)
    yield "save without an ending", lambda folder: model.save(folder / "model")
    yield "save as h5", lambda folder: model.save(folder / "model.h5")
    yield "save as None", lambda _: model.save(None)
    yield "save into a device", lambda _: model.save("/dev/null/model.keras")
    yield "save into a file", lambda folder: ((folder / "file").write_text(""), model.save(folder / "file/m.keras"))
    yield "save over a folder", lambda folder: ((folder / "m.keras").mkdir(), model.save(folder / "m.keras"))
    yield "save on a full disk", lambda _: model.save("/dev/full")
    for make in (callbacks.Checkpoints, callbacks.SampleGrid):
        for every in (0, -1, 1.5, "2", float("nan")):
            yield f"{make.__name__} every={every!r}", lambda folder, m=make, e=every: m(folder, every=e)
    for keep in (0, -1, 2.5, "all"):
        yield f"keep={keep!r}", lambda folder, k=keep: callbacks.Checkpoints(folder, keep=k)
    blocked = pathlib.Path("/dev/null/here")
    points = np.zeros((8, 2), "float32")
    for make in (callbacks.Checkpoints, callbacks.SampleGrid, callbacks.HistoryPlot):
        yield f"{make.__name__} in a device", lambda _, m=make: model.fit(points, callbacks=[m(blocked)], verbose=0)
    yield "no checkpoint that is whole", _latest_of_damaged


@family
def file_systems():
    """Paths on file systems that are not there, or that hold something else."""
    model = ganzoo.create("lsgan", (2,), width=4, latent_dim=2, seed=0)
    yield "save to an unknown file system", lambda _: model.save("nowhere://bucket/gan.keras")
    yield "load from an unknown file system", lambda _: ganzoo.load("nowhere://bucket/gan.keras")
    yield "a web page", lambda _: ganzoo.load("nowhere+https://host/gan.keras")
    yield "a scheme alone", lambda _: ganzoo.load("gs://")
    for make in (callbacks.Checkpoints, callbacks.SampleGrid, callbacks.HistoryPlot):
        yield f"{make.__name__} on an unknown file system", lambda _, m=make: m("nowhere://bucket/run")
    yield "pictures for an unknown TensorBoard", lambda folder: callbacks.SampleGrid(folder, tensorboard="nowhere://a")
    yield "an unknown cache", lambda _: metrics.classifier(*[data.examples("digits")] * 2, cache="nowhere://cache")
    yield "nothing in memory", lambda _: ganzoo.load("ram://bad/none.keras")
    yield "a folder without checkpoints in memory", lambda _: ganzoo.load(remote("ram://bad/none/a").parent)
    yield "a damaged model in memory", lambda _: ganzoo.load(remote("ram://bad/damaged.keras"))
    yield "no whole checkpoint in memory", lambda _: callbacks.latest(remote("ram://bad/run/step-1.keras").parent)
    yield "save into a file in memory", lambda _: model.save(remote("ram://bad/file") / "gan.keras")
    yield "save over a folder in memory", lambda _: model.save(remote("ram://bad/m.keras/file").parent)
    yield "no history in memory", lambda _: callbacks.history_plot.read(remote("ram://bad/history.csv"))
    yield "no JSON in memory", lambda _: read_json(remote("ram://bad/config.json"), "restore it from a copy")
    yield "no mask in memory", lambda _: latent.mask(str(remote("ram://bad/mask.png")), (8, 8, 1))


def remote(path):
    """Writes a file that is nothing but text on TensorFlow's file system in memory."""
    as_path(path).write_text("text")
    return as_path(path)


def _latest_of_damaged(folder):
    (folder / "step-00000001.keras").write_bytes(b"damaged")
    callbacks.latest(folder)
