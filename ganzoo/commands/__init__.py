"""Scripts that train, sample, measure and look inside: `ganzoo NAME --flag=value`, or `python -m ganzoo NAME`."""

import os

os.environ.setdefault(
    "TF_CPP_MIN_LOG_LEVEL", "3"
)  # set before TensorFlow is imported, to silence its start-up messages
