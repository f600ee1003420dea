import os
import re
import select
import sys

import pytest

from ganzoo.callbacks import Progress
from small_gan import STEPS, fit


@pytest.mark.thorough
def test_progress_prints_plain_lines_to_a_file(gan, capsys):
    fit(gan, Progress(epochs=20, steps_per_epoch=STEPS), epochs=20)
    lines = capsys.readouterr().out.splitlines()
    steps = [int(re.search(r"step (\d+)/80", line)[1]) for line in lines]
    assert steps == [8, 16, 24, 32, 40, 48, 56, 64, 72, 80]
    assert re.match(r"epoch 2/20, step 8/80, \d+:\d\d left, generator_loss ", lines[0])
    assert re.search(r"step 80/80, took \d+:\d\d", lines[-1])
    assert not any(character < " " for line in lines for character in line)


@pytest.mark.cases(1)
@pytest.mark.parametrize(("epochs", "shown"), [(4, [13, 15, 16]), (10, [40])])
def test_progress_of_a_resumed_run_starts_where_it_is(gan, capsys, epochs, shown):
    gan.steps_per_execution = 1
    fit(gan, Progress(epochs, STEPS), initial_epoch=epochs - 1, epochs=epochs)
    lines = capsys.readouterr().out.splitlines()
    assert [int(re.search(r"step (\d+)/", line)[1]) for line in lines] == shown
    assert "left" not in lines[0]  # nothing is known of the speed yet


def test_progress_is_one_line_on_a_terminal(gan, monkeypatch):
    terminal, program = os.openpty()
    with os.fdopen(program, "w") as stdout:
        monkeypatch.setattr(sys, "stdout", stdout)
        monkeypatch.setenv("COLUMNS", "60")
        fit(gan, Progress(epochs=3, steps_per_epoch=STEPS), epochs=3)
        shown = ""
        while not shown.endswith("\n") and select.select([terminal], [], [], 10)[0]:  # it may arrive in pieces
            shown += os.read(terminal, 65536).decode()
    os.close(terminal)
    assert shown.count("\n") == 1 and shown.endswith("\n")
    *_, last = shown.split("\r")[:-2] or [shown.split("\r")[0]]
    assert last.startswith("[====================] epoch 3/3, step 12/12") and len(last) == 59
