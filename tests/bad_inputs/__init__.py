"""A thousand bad inputs, and what ganzoo answers to each: `python -m tests.bad_inputs` prints a table."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).parent.parent))  # for `programs`, under `python -m tests.bad_inputs`
