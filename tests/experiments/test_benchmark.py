"""Tests the benchmark: contenders train, operations are counted correctly, and the table compares speeds."""

import dataclasses
import json

import numpy as np
import pytest
import tensorflow as tf

from experiments import benchmark
from experiments.support import workloads

TINY = {
    "vectors": dataclasses.replace(workloads.WORKLOADS["toy"], batch_size=8),
    "images": workloads.Workload(
        "dcgan28", (8, 8, 1), 6, 4, lambda shape, latents: workloads._convolutional(4, shape, latents)
    ),
    "critic": workloads.Workload(
        "wgan_gp", (8, 8, 1), 6, 4, lambda shape, latents: workloads._convolutional(4, shape, latents, None), 2, True
    ),
}


@pytest.mark.thorough
@pytest.mark.cases(1)
@pytest.mark.parametrize(
    "load",
    [pytest.param(load, id=name, marks=[pytest.mark.thorough] * (name != "vectors")) for name, load in TINY.items()],
)
@pytest.mark.parametrize(
    "contender",
    [
        "ganzoo",
        "by_hand",
        "pytorch",
        *(pytest.param(n, marks=pytest.mark.thorough) for n in ("by_hand_inside", "guide")),
    ],
)
def test_each_contender_trains_both_players(load, contender, monkeypatch):
    if contender == "pytorch":
        pytest.importorskip("torch")
    if contender in ("guide", "pytorch") and load.gradient_penalty:
        with pytest.raises(ValueError, match=f"{contender} cannot train wgan_gp"):
            benchmark.prepare(contender, load)
        return
    made = []
    networks = load.networks
    watched = dataclasses.replace(load, networks=lambda *shape: made.append(networks(*shape)) or made[-1])
    run = benchmark.prepare(contender, watched)
    before = [weight.numpy() for network in made[-1] for weight in network.trainable_variables] if made else []
    run(1)
    run(3)
    after = [weight for network in made[-1] for weight in network.trainable_variables] if made else []
    moved = [np.any(old != new.numpy()) for old, new in zip(before, after, strict=True)]
    assert contender == "pytorch" or np.mean(moved) > 0.7


def test_networks_in_pytorch_have_as_many_weights():
    pytest.importorskip("torch")
    from experiments.support import pytorch_baseline

    for load in (TINY["vectors"], TINY["images"], workloads.WORKLOADS["mlp"]):
        theirs = pytorch_baseline._networks(load)
        for ours, network in zip(load.networks(load.data_shape, load.latent_dim), theirs, strict=True):
            count = sum(weight.numpy().size for weight in ours.trainable_variables)
            assert sum(weight.numel() for weight in network.parameters()) == count


def test_operations_of_dense_networks_match_a_formula():
    load = TINY["vectors"]
    maker = [2 * 128, 128 * 128, 128 * 2]
    judge = [2 * 128, 128 * 128, 128]
    of_discriminator = sum(maker) + 2 * (2 * sum(judge) + sum(judge[1:]))
    of_generator = sum(maker) + 2 * sum(judge) + sum(maker) + sum(maker[1:])
    assert load.operations() == 2 * 8 * (of_discriminator + of_generator)


def test_products_of_a_forward_pass_match_the_profiler():
    """The profiler counts two operations for a product, as we do."""
    for network in TINY["images"].networks((8, 8, 1), 6):
        graph = tf.function(lambda x, network=network: network(x, training=False)).get_concrete_function(
            tf.TensorSpec((1, *network.input_shape[1:]))
        )
        options = tf.compat.v1.profiler.ProfileOptionBuilder.float_operation()
        options["output"] = "none"
        counted = tf.compat.v1.profiler.profile(graph.graph, options=options)
        products = sum(
            node.total_float_ops
            for node in counted.children
            if any(kind in node.name for kind in ("MatMul", "convolution", "conv2d"))
        )
        ours = 2 * sum(workloads.layer_products(network))
        assert 0.9 * ours <= (products or counted.total_float_ops) <= 1.1 * ours + 5000


@pytest.mark.thorough
def test_measurements_and_their_table(tmp_path, monkeypatch):
    load = dataclasses.replace(workloads.WORKLOADS["toy"], steps_per_epoch=5)
    monkeypatch.setitem(workloads.WORKLOADS, "toy", load)
    monkeypatch.setattr(workloads, "peak_operations_per_second", lambda: 1e11)
    figures = benchmark.measure_one("toy", "by_hand", seconds=0.05)
    assert figures["images_per_second"] == pytest.approx(256 / figures["step"])
    assert figures["share_of_peak"] == pytest.approx(load.operations() / figures["step"] / 1e11)
    speeds = iter([100.0, 50.0, 120.0, 60.0, 110.0, 55.0])
    monkeypatch.setattr(
        benchmark, "run_in_process", lambda script, one, seconds: figures | {"images_per_second": next(speeds)}
    )
    result = benchmark.measure(["toy"], ["ganzoo", "guide"], 3, tmp_path)
    assert json.loads((tmp_path / "benchmark.json").read_text()) == result
    assert result["found"]["toy"]["ganzoo"]["images_per_second"] == [100, 120, 110]
    table = benchmark.format_table(result)
    assert "2.00 times" in table and "1.00 times" in table


@pytest.mark.thorough
@pytest.mark.cases(1)
@pytest.mark.parametrize("contender", ["ganzoo", "pytorch"])
def test_a_variant_is_measured_without_a_share_of_the_peak(contender, monkeypatch):
    if contender == "pytorch":
        pytest.importorskip("torch")
    load = workloads.VariantWorkload(
        "tiny", "r3gan", {"width": 16}, batch_size=4, steps_per_epoch=2, data_shape=(16, 16, 3)
    )
    monkeypatch.setitem(workloads.WORKLOADS, "tiny", load)
    monkeypatch.setattr(workloads, "peak_operations_per_second", lambda: 1e11)
    figures = benchmark.measure_one("tiny", contender, seconds=0.01)
    assert figures["images_per_second"] == pytest.approx(4 / figures["step"]) and "share_of_peak" not in figures
    found = {contender: {name: [value] for name, value in figures.items()}}
    row = benchmark.format_table({"found": {"tiny": found}}).splitlines()[1]
    assert " - " in row and row.endswith("GiB")


def test_contenders_are_left_out_where_they_cannot_train():
    suited = {
        name: {one for one in benchmark.CONTENDERS if load.suits(one)} for name, load in workloads.WORKLOADS.items()
    }
    assert suited["dcgan28"] == set(benchmark.CONTENDERS)
    assert suited["wgan_gp"] == set(benchmark.CONTENDERS) - {"guide", "pytorch", "ganzoo_simultaneous"}
    assert suited["biggan64"] == {"ganzoo", "pytorch"}
    with pytest.raises(ValueError, match="guide cannot train biggan64"):
        benchmark.prepare("guide", workloads.WORKLOADS["biggan64"])


def test_unknown_names_are_refused_with_the_nearest(tmp_path):
    with pytest.raises(ValueError, match="Unknown workload 'toi'; did you mean 'toy'"):
        benchmark.measure(["toi"], ["ganzoo"], 1, tmp_path)
    with pytest.raises(ValueError, match="Unknown contender 'torch'"):
        benchmark.measure(["toy"], ["torch"], 1, tmp_path)
