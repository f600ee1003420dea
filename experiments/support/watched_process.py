"""Running a program in a process of its own, and watching its memory, on Linux."""

import contextlib
import json
import pathlib
import subprocess
import tempfile
from collections.abc import Iterator, Sequence

PAUSE = 0.1
"""Seconds between two looks at the memory."""


def run_watched(command: Sequence[str]) -> dict:
    """Runs a command, and returns the last line that it prints, read as JSON.

    Adds "anonymous_gib": the most memory of the process and its children together that is not a part of a file. The
    operating system can drop the pages of files if others need the memory, but not these.

    Raises:
        ValueError: with the last line of its errors, if it fails.
    """
    most = 0
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, stdout=output, stderr=errors)
        try:
            while process.poll() is None:
                most = max(most, sum(map(anonymous_kib, tree(process.pid))))
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(PAUSE)
        finally:
            process.kill()  # if this process is interrupted
            process.wait()
        output.seek(0)
        errors.seek(0)
        if process.returncode:
            reason = (errors.read().strip() or f"it ended with code {process.returncode}").splitlines()[-1]
            raise ValueError(f"{' '.join(command)} failed: {reason}")
        return json.loads(output.read().strip().splitlines()[-1]) | {"anonymous_gib": most / 2**20}


def tree(process: int) -> Iterator[int]:
    """Yields the number of a process and those of its children, of their children, and so on."""
    yield process
    for path in pathlib.Path(f"/proc/{process}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # the process has ended
            for child in path.read_text().split():
                yield from tree(int(child))


def anonymous_kib(process: int) -> int:
    """Returns the process's share of anonymous pages, in KiB; 0 if it has ended."""
    try:
        text = pathlib.Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss_Anon:"))


def peak_gib() -> float:
    """Returns the most memory that this process had at a time, with the pages of files that it read through a map."""
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 2**20
