"""Programs in processes of their own that start at once: forks of one that has imported TensorFlow, but run nothing.

`run` and `start` stand for those of `subprocess`, with the arguments that follow `python`. What matters before the
imports, such as the speed of an answer to --help, needs `subprocess` itself.
"""

import faulthandler
import functools
import multiprocessing
import multiprocessing.forkserver
import os
import pathlib
import runpy
import subprocess
import sys
import tempfile

import pytest

IMPORTED = (
    "ganzoo.zoo",
    "ganzoo.commands.support.run",
    "matplotlib.pyplot",
    "sklearn.datasets",
    "tensorboard.summary.v2",
)
FOLDERS = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).parent.parent)]

_context = multiprocessing.get_context("forkserver")


class Program:
    """A process that runs `python *arguments`, much like a `subprocess.Popen` with pipes for output and errors."""

    def __init__(self, arguments, cwd=None, env=None):
        self.arguments, self._folder = list(map(str, arguments)), tempfile.TemporaryDirectory()
        self._outputs = [pathlib.Path(self._folder.name, name) for name in ("stdout", "stderr")]
        _start_the_server()
        self._process = _context.Process(
            target=_become, args=(self.arguments, str(cwd or os.getcwd()), dict(env or os.environ), self._outputs)
        )
        self._process.daemon = True  # it ends with the tests
        self._process.start()

    @property
    def returncode(self):
        return self._process.exitcode

    def poll(self):
        return self._process.exitcode

    def kill(self):
        self._process.kill()

    def communicate(self, timeout=None):
        """Waits for its end; returns its output and its errors."""
        self._process.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired(self.arguments, timeout)
        return tuple(path.read_text() if path.exists() else "" for path in self._outputs)


def start(arguments, cwd=None, env=None):
    return Program(arguments, cwd, env)


def run(arguments, cwd=None, env=None, timeout=600):
    """Returns what the program said, once it has ended, as `subprocess.run` does with `capture_output`."""
    program = Program(arguments, cwd, env)
    try:
        output, errors = program.communicate(timeout)
    finally:
        program.kill()
    return subprocess.CompletedProcess(program.arguments, program.returncode, output, errors)


@functools.cache
def _start_the_server():
    """Starts the process of which all are forks. It finds ganzoo and the tests' own modules where the tests do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(FOLDERS), prepend=os.pathsep)
        _context.set_forkserver_preload(list(IMPORTED))
        multiprocessing.forkserver.ensure_running()


def _become(arguments, folder, environment, outputs):
    """Runs the program in this new process, which ends as Python itself does."""
    missing = set(IMPORTED) - set(sys.modules)
    for number, path in enumerate(outputs, 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    assert not missing, f"The server has not imported {missing}"
    faulthandler.enable()  # so that a crash leaves words in the errors
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:0] = ["", *filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))]
    try:
        _run(*arguments)
    except SystemExit:
        raise
    except BaseException:
        sys.excepthook(*sys.exc_info())
        raise SystemExit(1) from None


def _run(first, *rest):
    if first == "-m":
        sys.argv = list(rest)
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    elif first == "-c":
        sys.argv = ["-c", *rest[1:]]
        exec(compile(rest[0], "<string>", "exec"), {"__name__": "__main__"})
    else:
        sys.argv = [first, *rest]
        runpy.run_path(first, run_name="__main__")
