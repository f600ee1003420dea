"""Calls a function with bad input, and judges the answer."""

import contextlib
import io
import pathlib
import re
import signal
import traceback
import warnings
from collections.abc import Callable, Iterator

CLEAR, UGLY, SILENT, HUNG = "clear", "ugly", "silent", "hung"
SECONDS = 180
"""How long an answer may take."""
OURS = tuple(f"/{folder}/" for folder in ("ganzoo", "experiments"))
LONGEST = 600
"""The most characters of a clear answer, which may list the known names."""
NOISE = ("Graph execution error", "Traceback", "object at 0x", "<tf.Tensor", "Exception encountered", "node name")
EXPECTED = (IndexError, ValueError, TypeError, OSError, ArithmeticError, SystemExit)

Case = tuple[str, Callable[[pathlib.Path], object]]
_families: dict[str, Callable[[], Iterator[Case]]] = {}


def family(function: Callable[[], Iterator[Case]]) -> Callable[[], Iterator[Case]]:
    """Registers a generator of cases: pairs of a name and a function of an empty folder."""
    _families[function.__name__] = function
    return function


def families() -> dict[str, Callable[[], Iterator[Case]]]:
    """Returns all families of cases by name."""
    return dict(_families)


class Hang(BaseException):
    """Interrupts a case that takes too long."""


def judge(call: Callable[[pathlib.Path], object], folder: pathlib.Path) -> tuple[str, str]:
    """Returns the verdict on what `call(folder)` answers, and the answer."""
    said = io.StringIO()
    try:
        with _time_limit(), warnings.catch_warnings(record=True) as warned, contextlib.redirect_stderr(said):
            warnings.simplefilter("always")
            call(folder)
    except Hang:
        return HUNG, f"no answer within {SECONDS} seconds"
    except EXPECTED as error:
        text = str(error) or said.getvalue().strip()
        return CLEAR if _is_clear(error, text) else UGLY, f"{type(error).__name__}: {text}"
    except BaseException as error:
        return UGLY, f"{type(error).__name__}: {error}"
    ours = [str(one.message) for one in warned if one.category is UserWarning and _is_sentence(str(one.message))]
    return (CLEAR, f"warning: {ours[0]}") if ours else (SILENT, "")


def _is_clear(error, text):
    """Whether ganzoo itself raised the error, and its text is a sentence."""
    if isinstance(error, SystemExit):
        return _is_sentence(text)
    frames = traceback.extract_tb(error.__traceback__)
    if isinstance(error, OSError) and error.filename:  # which Python writes behind the sentence
        text = f"{error.strerror}."
    return any(place in frames[-1].filename for place in OURS) and _is_sentence(text)


def _is_sentence(text):
    """Whether a text is short, shows nothing of a program's innards, and ends as a sentence does."""
    text = text.strip()
    short = len(text) <= LONGEST and text.count("\n") <= 2 and not any(noise in text for noise in NOISE)
    return short and re.search(r"[.)?!]$", text) is not None and len(text.split()) > 4


@contextlib.contextmanager
def _time_limit():
    def interrupt(number, frame):
        raise Hang

    earlier = signal.signal(signal.SIGALRM, interrupt)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, earlier)
