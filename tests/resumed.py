"""A run of each variant that is killed again and again, and ends as the one that never was.

    python tests/resumed.py KILLS FOLDER NAME...     # for instance 20 /tmp/killed nsgan

It kills the process with SIGKILL at random moments, also in the middle of an epoch and while files are written, and
resumes it each time as `--resume` does. Then it compares all weights and optimizer states to the bit, and the curves up
to rounding (threads add up a mean in any order). KILLS is for each variant. The processes that it kills are
`python tests/resumed.py train FOLDER NAME...`.
"""

import os
import pathlib
import random
import shutil
import sys
import time

import programs

EPOCHS, LAST_KILLED = 5, 2


def train(folder, *names):
    """Each variant on its small data set, from where it is; those that are done are left alone."""
    from variant_table import VARIANTS

    from ganzoo import data
    from ganzoo.commands.support import run
    from ganzoo.commands.support.config import Config

    for variant in VARIANTS:
        workdir = pathlib.Path(folder, variant.name)
        if variant.name in names and not (workdir / "metrics.json").exists():
            tenth = len(data.examples(variant.dataset)) // 10
            config = Config(
                variant=variant.name,
                dataset=variant.dataset,
                epochs=EPOCHS,
                batch_size=tenth,
                save_every=1,
                settings=variant.settings,
            )
            run.run(config, workdir, resume=(workdir / "config.json").exists())


def start(folder, names):
    path = pathlib.Path(__file__).parent
    places = os.pathsep.join([str(path), str(path.parent)])
    return programs.start([__file__, "train", folder, *names], env=os.environ | {"PYTHONPATH": places})


def finish(process):
    _, errors = process.communicate(timeout=1200)
    if process.returncode:
        raise RuntimeError(errors[-3000:])


def steps(workdir):
    """How many steps the newest checkpoint there has behind it."""
    return max((int(path.stem[5:]) for path in (workdir / "checkpoints").glob("step-*.keras")), default=0)


def killed(folder, names, kills, seed):
    """Trains them with so many kills of each, soon after epochs that `seed` draws; gives the steps where they fell.

    A run that had done its last step before its kill, as on a busy machine, is thrown away, begun and killed again.
    """
    draw, fell = random.Random(seed), {name: [] for name in names}
    for name in names:
        epochs = sorted(draw.choices(range(LAST_KILLED + 1), k=kills))
        while len(fell[name]) < kills:
            epoch, pause = epochs[len(fell[name])], draw.uniform(0, 0.5)
            fell[name].append(_kill(folder, names, name, epoch, pause))
            if fell[name][-1] == EPOCHS * 10:
                shutil.rmtree(folder / name)
                fell[name].clear()
    finish(start(folder, names))
    return fell


def _kill(folder, names, name, epoch, pause):
    """Trains them until so many seconds after that epoch of the one; gives the step that its checkpoint then has."""
    process = start(folder, names)
    while steps(folder / name) < epoch * 10 and process.poll() is None:
        time.sleep(0.02)
    if epoch == 0:
        while not (folder / name / "config.json").exists() and process.poll() is None:
            time.sleep(0.02)
    time.sleep(pause)
    process.kill()
    process.communicate()
    return steps(folder / name)


def same(one, other):
    """How many variables two runs have, which must be equal to the bit."""
    import numpy as np

    import ganzoo
    from descriptors import assert_same_state, state_of
    from ganzoo.callbacks import latest
    from ganzoo.callbacks.history_plot import read

    models = [ganzoo.load(latest(workdir / "checkpoints")) for workdir in (one, other)]
    states = [state_of(gan) for gan in models]
    assert_same_state(*states)
    curves = [read(workdir / "history.csv") for workdir in (one, other)]
    for left, right in zip(*curves, strict=True):
        left, right = ({name: value for name, value in row.items() if name != "seconds"} for row in (left, right))
        np.testing.assert_allclose(list(left.values()), list(right.values()), rtol=1e-5)
    assert int(models[0].step.numpy()) == EPOCHS * 10
    return len(states[0])


def main(kills, folder, *names):
    folder = pathlib.Path(folder)
    finish(start(folder / "whole", names))
    fell = killed(folder / "killed", names, int(kills), seed=random.randrange(2**31))
    for name in names:
        count = same(folder / "whole" / name, folder / "killed" / name)
        print(
            f"{name}: killed {len(fell[name])} times (checkpoints then at steps {fell[name]}), "
            f"all {count} variables equal to the bit."
        )


if __name__ == "__main__":
    train(*sys.argv[2:]) if sys.argv[1] == "train" else main(*sys.argv[1:])
