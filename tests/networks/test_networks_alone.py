"""What becomes of a network that is saved without its game, in a process that does not import ganzoo."""

import subprocess
import sys

import numpy as np
import pytest

import ganzoo

PROGRAM = """
import sys
import numpy as np
{imports}
latents = np.linspace(-1, 1, 12, dtype="float32").reshape(2, 6)
{load}
np.save(sys.argv[2], images)
"""
IMPORTS = ["import keras, ganzoo.zoo", "import tensorflow as tf"]
LOADS = [
    "images = keras.models.load_model(sys.argv[1])(latents)",
    "loaded = tf.saved_model.load(sys.argv[1]); images = loaded.serve(latents)",
]


@pytest.mark.thorough  # two processes import TensorFlow
def test_save_needs_ganzoo_and_export_does_not(tmp_path):
    gan = ganzoo.create("dcgan", (8, 8, 1), width=4, latent_dim=6, seed=0)
    expected = gan.generator(np.linspace(-1, 1, 12, dtype="float32").reshape(2, 6), training=False)
    gan.generator.save(tmp_path / "generator.keras")
    gan.generator.export(tmp_path / "exported", verbose=False)
    for path, imports, load in zip(("generator.keras", "exported"), IMPORTS, LOADS, strict=True):
        program = PROGRAM.format(imports=imports, load=load)
        subprocess.run([sys.executable, "-c", program, tmp_path / path, tmp_path / "images.npy"], check=True)
        np.testing.assert_allclose(np.load(tmp_path / "images.npy"), expected, atol=1e-5)
