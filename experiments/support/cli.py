"""What every script does round its work."""

from absl import app, flags, logging


def start(define_flags, main, go_on=""):
    """Defines the flags, here and not on import, so that one process can import several scripts; runs `main(flags)`.

    A user's error ends in one sentence, an interruption in one that says how to `go_on`.
    """
    define_flags()
    app.run(lambda arguments: _guarded(main, arguments, go_on))


def _guarded(main, arguments, go_on):
    logging.set_verbosity(logging.ERROR)  # what TFDS and its downloads log would bury a sentence of ours
    if len(arguments) > 1:
        raise app.UsageError(f"Flags are written --name=value; did not understand: {' '.join(arguments[1:])}")
    try:
        main(flags.FLAGS)
    except (ValueError, OSError, ArithmeticError) as error:
        raise SystemExit(f"Error: {error}") from error
    except KeyboardInterrupt:
        raise SystemExit(f"\nInterrupted. {go_on}".rstrip()) from None
