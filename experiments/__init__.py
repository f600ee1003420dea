"""Scripts that train, sample and reproduce; run them from the repository's root as `python -m experiments.NAME --help`."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before TensorFlow is imported: its start-up messages hide ours
