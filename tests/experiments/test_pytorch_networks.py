"""Tests that the benchmark's networks in PyTorch are those of ganzoo, and that their training moves both players."""

import dataclasses
import re

import numpy as np
import pytest

from experiments.support import workloads

torch = pytest.importorskip("torch")

from experiments.support import pytorch_baseline  # noqa: E402

WIDTHS = {"r3gan64": 16, "stylegan2_64": 4, "projection64": 2, "sagan64": 8, "biggan64": 8, "fastgan64": 4}
"""Small ones; r3gan's has several groups, and the others' attention several channels."""
LOADS = {
    name: dataclasses.replace(load, batch_size=4, settings=load.settings | {"width": WIDTHS[name]})
    for name, load in workloads.WORKLOADS.items()
    if isinstance(load, workloads.VariantWorkload)
}


@pytest.mark.parametrize("load", LOADS.values(), ids=LOADS)
def test_networks_have_as_many_weights_and_the_same_steps(load):
    gan, theirs = load.gan(), pytorch_baseline.training_of(load)
    for ours, network in ((gan.generator, theirs.generator), (gan.discriminator, theirs.discriminator)):
        count = sum(np.prod(weight.shape, dtype=int) for weight in ours.trainable_variables)
        assert sum(weight.numel() for weight in network.parameters()) == count
    assert gan.discriminator_steps == load.k == theirs.k
    assert bool(gan.averages) == (theirs.averages is not None)
    rates = [group["lr"] for optimizer in theirs.optimizers for group in optimizer.param_groups]
    assert rates == pytest.approx([float(one.learning_rate) for one in gan.optimizer.optimizers])


@pytest.mark.parametrize("load", LOADS.values(), ids=LOADS)
def test_a_step_moves_both_players(load):
    torch.manual_seed(0)
    training = pytorch_baseline.training_of(load)
    networks = training.generator, training.discriminator
    before = [weight.detach().clone() for network in networks for weight in network.parameters()]
    real = torch.rand(load.batch_size * load.k, 3, 64, 64) * 2 - 1
    labels = [torch.arange(len(real)) % 10] if "num_classes" in load.settings else []
    losses = [loss.item() for _ in range(3) for loss in training.step(real, *labels)]
    after = [weight.detach() for network in networks for weight in network.parameters()]
    assert np.isfinite(losses).all()
    moved = [not torch.equal(old, new) for old, new in zip(before, after, strict=True)]
    assert np.mean(moved) > 0.9 and all(torch.isfinite(weight).all() for weight in after)


@pytest.mark.parametrize("name", ["r3gan64", "stylegan2_64", "biggan64", "fastgan64"])
def test_discriminators_with_the_same_weights_agree(name):
    load, generator = LOADS[name], np.random.default_rng(0)
    ours = load.gan().discriminator
    for weight in ours.trainable_variables:
        weight.assign(weight + generator.normal(scale=0.1, size=weight.shape))
    theirs = pytorch_baseline.training_of(load).discriminator.cpu().eval()
    _copy_weights(ours, theirs)
    images = generator.uniform(-1, 1, (8, 64, 64, 3)).astype("float32")
    labels = np.arange(8)
    inputs = [images, np.eye(10, dtype="float32")[labels]] if "num_classes" in load.settings else images
    expected = ours(inputs, training=False)
    parts = [torch.from_numpy(images).permute(0, 3, 1, 2)]
    parts += [torch.from_numpy(labels)] if "num_classes" in load.settings else []
    with torch.no_grad():
        found = theirs(*parts, **{"reconstruct": True} if name == "fastgan64" else {})
    if name == "fastgan64":
        assert found[1].item() == pytest.approx(float(np.mean(expected["reconstruction_error"])), rel=1e-4)
        found, expected = found[0], expected["scores"]
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-4, atol=1e-4 * np.abs(expected).max())
    assert np.std(expected) > 1e-3 * np.abs(expected).max(), "the scores of different images differ"


KINDS = (("Conv2D", "Conv2d"), ("Dense", ("Linear", "Embedding")), ("BatchNormalization", "BatchNorm2d"))
KINDS += (("GroupNormalization", "GroupNorm"),)


def _copy_weights(network, module):
    """Copies the weights of a Keras network, whose layers of a kind were made in the same order, to a module."""
    attention = [layer for layer in network.layers if hasattr(layer, "outward")]
    within = [layer for one in attention for layer in (one.query, one.key, one.value, one.outward)]
    apart = [part for name, part in module.named_modules() if name.split(".")[-1] in PARTS_OF_ATTENTION]
    pairs = list(zip(within, apart, strict=True))
    for kind, theirs in KINDS:
        layers = [layer for layer in network.layers if type(layer).__name__.endswith(kind)]
        if len({type(layer) for layer in layers}) == 1:  # else they are in one line, and so in order
            layers.sort(key=lambda layer: int(re.search(r"_?(\d*)$", layer.name)[1] or 0))
        modules = [one for one in module.modules() if _kind(one).endswith(theirs) and one not in apart]
        pairs += zip(layers, modules, strict=True)
    with torch.no_grad():
        for layer, own in zip(attention, [one for one in module.modules() if hasattr(one, "outward")], strict=True):
            own.gamma.copy_(torch.tensor(float(layer.gamma)))
        for layer, one in pairs:
            _copy_layer(layer, one)


PARTS_OF_ATTENTION = ("query", "key", "value", "outward")


def _kind(module):
    return type(module).__name__.removeprefix("Parametrized")


def _copy_layer(layer, module):
    if hasattr(layer, "gamma"):
        weight, bias = layer.gamma.numpy(), layer.beta
    else:
        weight, bias = layer.kernel.numpy(), layer.bias
        shape = module.weight.shape
        if weight.ndim == 4:
            weight = weight.transpose((2, 3, 0, 1) if "Depthwise" in type(layer).__name__ else (3, 2, 0, 1))
        elif weight.shape[0] == 16 * shape[0] and shape[0] > 1:
            weight = weight.reshape(4, 4, -1, shape[0]).transpose(3, 2, 0, 1).reshape(shape)  # flattened images
        elif _kind(module) != "Embedding":
            weight = weight.T
    if getattr(module, "bias", None) is not None:
        module.bias.copy_(torch.from_numpy(bias.numpy()))
    if not hasattr(module, "parametrizations"):
        module.weight.copy_(torch.from_numpy(np.ascontiguousarray(weight)))
        return
    own, normalization = module.parametrizations.weight.original, module.parametrizations.weight[0]
    own.copy_(torch.from_numpy(np.ascontiguousarray(weight)))
    direction = torch.nn.functional.normalize(torch.from_numpy(layer.direction.numpy()), dim=0)
    matrix = own.flatten(1)
    if _kind(module) == "Embedding":
        normalization._v.copy_(direction)
        normalization._u.copy_(torch.nn.functional.normalize(matrix @ direction, dim=0))
    else:
        normalization._u.copy_(direction)
        normalization._v.copy_(torch.nn.functional.normalize(matrix.T @ direction, dim=0))
