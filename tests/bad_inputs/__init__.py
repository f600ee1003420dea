"""A thousand bad inputs, and what ganzoo answers to each: `python -m tests.bad_inputs` prints a table."""
