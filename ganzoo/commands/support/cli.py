"""The command line of every script: flags, --help, and errors in one sentence.

A script first defines its flags and calls `read_flags`, then imports what takes seconds, and calls its `main` at its
end. So --help and mistakes in flags are answered at once.
"""

import errno
import os
import re
import sys
import warnings
from collections.abc import Callable

from absl import flags, logging

flags.disclaim_key_flags()  # the flags that functions of this module define are those of the script

FULL = ". Free some disk space, or choose another folder."
HELP = {"--help", "-help", "--helpshort", "--helpfull", "-h", "-?"}


def read_flags(define_flags: Callable[[], None], how_to_continue: str = "") -> None:
    """Defines the flags, and reads them from the command line; prints the help and exits if it is wanted.

    Flags are defined here and not on import, so that one process can import several scripts. From here on, an error
    that the user can mend ends the script with one sentence. So does an interruption, with advice on `how_to_continue`.
    """
    sys.excepthook = lambda kind, error, trace: _report(kind, error, trace, how_to_continue)
    warnings.showwarning = lambda message, *_, **__: print(f"Warning: {message}", file=sys.stderr)
    logging.set_verbosity(logging.ERROR)  # TFDS logs its downloads at length, which would bury our own messages
    define_flags()
    if HELP & set(sys.argv[1:]):
        print(f"{sys.modules['__main__'].__doc__}\nFlags:\n{flags.FLAGS.main_module_help()}")
        raise SystemExit(0)
    try:
        rest = flags.FLAGS(sys.argv)[1:]
        if rest:
            raise flags.Error(f"Flags are written --name=value; did not understand: {' '.join(rest)}")
        for name, value in flags.FLAGS.flag_values_dict().items():
            given = value != flags.FLAGS[name].default
            if given and (value in ("", []) or str(value).startswith("--")):  # --name= or --name --another
                raise flags.Error(f"Missing value for flag --{name}")
    except flags.Error as error:
        message = re.sub(r"^flag --\w+=None: |[\s?.]+$", "", str(error))
        print(f"Error: {message}. --help lists all flags.", file=sys.stderr)
        raise SystemExit(2) from None


def define_checkpoint(about: str) -> None:
    """Defines the required flag --checkpoint, and --workdir and --preset as other names for it."""
    more = " Or a preset: its name, its folder, or hf://user/name."
    flags.DEFINE_string("checkpoint", None, about + more, required=True)
    flags.DEFINE_alias("workdir", "checkpoint")
    flags.DEFINE_alias("preset", "checkpoint")


def verbosity() -> int:
    """Returns Keras's `verbose` for work of minutes: a progress bar on a terminal, else a line for each epoch."""
    return 1 if sys.stdout.isatty() else 2


def _report(kind, error, trace, how_to_continue):
    if isinstance(error, KeyboardInterrupt):
        print(f"\nInterrupted. {how_to_continue or error}".rstrip(), file=sys.stderr)
    elif isinstance(error, (ValueError, OSError, ArithmeticError)):
        is_full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) and "free" not in str(error)
        name, reason = getattr(error, "filename", None), getattr(error, "strerror", None)
        text = f"{name}: {reason}" if name and reason else str(error)
        print(f"Error: {text.rstrip('.')}{FULL if is_full else '.'}", file=sys.stderr, flush=True)
        if isinstance(error, ConnectionError):
            sys.stdout.flush()
            os._exit(1)  # TensorFlow would wait for most of a minute for a machine that is lost
    else:
        sys.__excepthook__(kind, error, trace)
