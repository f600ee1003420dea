"""Scripts that train, sample and reproduce; `python -m experiments.NAME --help`, from the repository's root."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before TensorFlow is imported: its start-up messages hide ours
