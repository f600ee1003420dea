"""The command line of every script: flags, and errors in one sentence."""

from collections.abc import Callable

from absl import app, flags, logging


def start(define_flags: Callable[[], None], main: Callable, how_to_continue: str = "") -> None:
    """Defines the flags, then runs `main(flag values)`.

    Flags are defined here and not on import, so that one process can import several scripts. An error that the user can
    mend ends the script with one sentence. So does an interruption, with advice on `how_to_continue`.
    """
    define_flags()
    app.run(lambda arguments: _run(main, arguments, how_to_continue))


def _run(main, arguments, how_to_continue):
    logging.set_verbosity(logging.ERROR)  # TFDS logs its downloads at length, which would bury our own messages
    if len(arguments) > 1:
        raise app.UsageError(f"Flags are written --name=value; did not understand: {' '.join(arguments[1:])}")
    try:
        main(flags.FLAGS)
    except (ValueError, OSError, ArithmeticError) as error:
        raise SystemExit(f"Error: {error}") from error
    except KeyboardInterrupt:
        raise SystemExit(f"\nInterrupted. {how_to_continue}".rstrip()) from None
