"""Scripts that train, sample and reproduce results: `python -m experiments.NAME --help`, in the repository's root."""

import os

os.environ.setdefault(
    "TF_CPP_MIN_LOG_LEVEL", "3"
)  # set before TensorFlow is imported, to silence its start-up messages
