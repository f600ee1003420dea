"""Command lines, runs in folders, and clusters that cannot work. Each command is a process of its own."""

import json
import os
import pathlib
import socket

import programs

import ganzoo

from .judging import SECONDS, family

ROOT = pathlib.Path(__file__).parents[2]
QUICK = ["--epochs=1", "--set=units=8", "--set=maxout_units=4", "--set=latent_dim=4"]


def run(folder, script, *arguments, **environment):
    """Runs a script in a folder, and raises what it answers as SystemExit if it fails."""
    known = os.environ | {"PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"} | environment
    done = programs.run(["-m", f"experiments.{script}", *arguments], cwd=folder, env=known, timeout=SECONDS - 10)
    lines = [line for line in done.stderr.splitlines() if line.strip() and not _is_of_tensorflow(line)]
    if done.returncode:
        raise SystemExit("\n".join(_without_usage(lines)))


def _is_of_tensorflow(line):
    return line.startswith(("WARNING: All log messages", "I0000", "W0000", "E0000", "To enable the following"))


def _without_usage(lines):
    """Returns absl's sentence about a flag without its advice on --helpfull."""
    text = [line for line in lines if "Pass --helpshort" not in line and "FATAL Flags parsing error" not in line]
    return [line.strip() for line in text]


FLAGS = {
    "train": [
        ["--variant=dcgn"], ["--variant="], ["--dataset="], ["--dataset=digit"], ["--epochs=0"], ["--epochs=x"],
        ["--batch_size=0"], ["--batch_size=2.5"], ["--batch_size=100000"], ["--seed=-1"], ["--seed=x"], ["--sed=1"],
        ["--data_shape=8,8"], ["--data_shape=a,b,c"], ["--examples=0"], ["--labels=-1"], ["--labels=3"],
        ["--strategy=all"], ["--precision=half"], ["--steps_per_execution=7"], ["--set", "units"], ["--set", "=3"],
        ["--set", "unit=3"], ["--set", "units=-3"], ["--set", "units=many"], ["--set", "penalties=R9"],
        ["--set", "objective=minmax"], ["--metrics=frechet"], ["--metrics=frechet_pixels_1"], ["epochs=3"],
        ["--resume"], ["--workdir=/dev/null/run"], ["--workdir=nowhere://bucket/run"], ["--workdir=gs://"],
        ["--variant=cyclegan"], ["--variant=cdcgan", "--dataset=ring"],
        ["--crop=0"], ["--crop=9"], ["--holdout=-1"], ["--holdout=1500"], ["--flip", "--dataset=ring"], ["--flip=x"],
        ["--cache_dir=gs://bucket"], ["--dataset=gs://bucket"], ["--dataset=ram://none"],
        ["--init=none"], ["--init=no/where"], ["--init=digits_nsgan"], ["--freeze=1"], ["--freeze=0"],
        ["--save_every=0"], ["--variant"], ["--strategy=tpu"], ["--strategy=multi_worker"],
    ],
    "sample": [
        [], ["--checkpoint=none.keras"], ["--checkpoint=."], ["--checkpoint=none.keras", "--count=0"],
        ["--checkpoint=nowhere://bucket/run"], ["--checkpoint=ram://none"],
        ["--checkpoint=none.keras", "--labels=x"], ["--preset=none"], ["--preset="], ["--preset=hf://none"],
    ],
    "save_preset": [[], ["--checkpoint=none", "--out=p"], ["--checkpoint=digits_nsgan"]],
    "explore": [[], ["--checkpoint=none"], ["--preset=digits_nsgan", "--dataset=ring"]],
    "evaluate": [
        [], ["--checkpoint=none"], ["--checkpoint=real", "--metrics=frechet"],
        ["--checkpoint=real", "--dataset="], ["--checkpoint=real", "--metrics_cache=nowhere://cache"],
    ],
    "interpolate": [[], ["--checkpoint=none"]],
    "compare": [["--variants=dcgn"], ["--minutes=0"], ["--variants="]],
    "mixtures": [["--variants=dcgn"], ["--steps=0"]],
    "benchmark": [["--workloads=none"], ["--repetitions=0"]],
    "inpaint": [[], ["--checkpoint=none"]],
    "translate": [[], ["--checkpoint=none"]],
    "prepare": [["--dataset=none"], ["--data_shape=8,8"], ["--splits=test,val"], ["--crop=100"]],
}  # fmt: skip


def with_names(script, *arguments):
    """Returns a case that runs a script with a model whose classes have names."""

    def case(folder):
        gan = ganzoo.create("cdcgan", (8, 8, 1), class_names=("cat", "dog", "eel"), width=4, latent_dim=4, seed=0)
        gan.save(folder / "gan.keras")
        run(folder, script, "--checkpoint=gan.keras", *arguments)

    return case


@family
def flags():
    """Flags that scripts cannot obey."""
    for script, lines in FLAGS.items():
        for arguments in lines:
            yield f"{script} {' '.join(arguments)}"[:60], lambda folder, s=script, a=arguments: run(folder, s, *a)
    for labels in ("caat", "cat,dgo", "-1", "3", "1.5", '"'):
        for script in ("sample", "interpolate"):
            yield f"{script} named --labels={labels}", with_names(script, f"--labels={labels}")
    yield "arithmetic named", with_names("arithmetic", "--a=class:cat", "--b=class:dgo", "--c=class:dog")


def in_workdir(*arguments, **files):
    """Returns a case that resumes a run in a folder with these files."""

    def resume(folder):
        for name, content in files.items():
            (folder / name.replace("_json", ".json").replace("_csv", ".csv")).write_text(content)
        run(folder, "train", "--workdir=.", *QUICK, *(arguments or ["--resume"]))

    return resume


CONFIG = json.dumps({"variant": "nsgan", "dataset": "digits", "seed": 0})


@family
def workdirs():
    """Folders of runs that cannot be resumed."""
    yield "a list as config", in_workdir(config_json="[1,2]")
    yield "an empty config", in_workdir(config_json="")
    yield "a number as config", in_workdir(config_json="3")
    yield "half a config", in_workdir(config_json=CONFIG[:20])
    yield "another seed", in_workdir("--resume", "--seed=5", config_json=CONFIG)
    yield "another variant", in_workdir("--resume", "--variant=gan", config_json=CONFIG)
    yield "not resumed", in_workdir("--seed=0", config_json=CONFIG)
    yield "nothing to resume", in_workdir("--resume")


def machine(text):
    def start(folder):
        run(folder, "train", "--strategy=multi_worker", *QUICK, TF_CONFIG=text)

    return start


def cluster(workers, kind="worker", index=0):
    return json.dumps({"cluster": {"worker": workers}, "task": {"type": kind, "index": index}})


@family
def machines():
    """Values of TF_CONFIG that describe no cluster."""
    one = ["localhost:23456"]
    for name, text in {
        "no JSON": "worker", "a list": "[1]", "a number": "3", "empty": "{}",
        "no task": '{"cluster": {"worker": ["a:1"]}}',
        "no cluster": '{"task": {"type": "worker", "index": 0}}', "index -1": cluster(one, index=-1),
        "index too large": cluster(one, index=4), "index as text": cluster(one, index="first"),
        "index as a fraction": cluster(one, index=0.5), "workers as a string": cluster("localhost:23456"),
        "workers as numbers": cluster([1, 2]), "no port": cluster(["localhost"]),
        "a port of text": cluster(["localhost:x"]),
        "a port too large": cluster(["localhost:99999"]), "an unknown task": cluster(one, kind="helper"),
        "no workers": cluster([]), "one address twice": cluster(one * 2),
        "a cluster as list": '{"cluster": [], "task": {}}',
        "task as list": '{"cluster": {"worker": ["a:1"]}, "task": [0]}',
    }.items():  # fmt: skip
        yield name, machine(text)

    def taken(folder):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            machine(cluster([f"127.0.0.1:{other.getsockname()[1]}"]))(folder)

    yield "a port in use", taken
