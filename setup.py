"""ganzoo's packaging: `pip install -e .` for use, `pip install -e '.[test]'` to run its tests."""

import pathlib
import re

import setuptools

HERE = pathlib.Path(__file__).parent
BASELINES = ["PyWavelets>=1.6", "scikit-image>=0.24"]
HUB = ["huggingface_hub>=0.30"]

setuptools.setup(
    name="ganzoo",
    version=re.search(r'__version__ = "(.+)"', (HERE / "ganzoo" / "version.py").read_text())[1],
    description="A model zoo of generative adversarial nets for TensorFlow and Keras 3",
    long_description=(HERE / "README.md").read_text(),
    long_description_content_type="text/markdown",
    packages=setuptools.find_packages(include=["ganzoo", "ganzoo.*"]),
    package_data={"ganzoo": ["py.typed", "pretrained/shipped/*/*"]},
    entry_points={"console_scripts": ["ganzoo = ganzoo.__main__:main"]},
    python_requires=">=3.11",
    install_requires=[
        "absl-py>=2.1",
        "importlib_resources>=6.4",  # tensorflow-datasets imports it without declaring it
        "keras>=3.15",
        "matplotlib>=3.9",
        "pillow>=10.3",
        "scikit-learn>=1.5",
        "scipy>=1.13",
        "tensorboard>=2.20",  # tensorflow no longer installs it
        "tensorflow>=2.20",
        "tensorflow-datasets>=4.9.8",
        "tqdm>=4.66",
    ],
    extras_require={
        "baselines": BASELINES,
        "hub": HUB,
        "test": ["pytest>=8", "pytest-xdist>=3.7", "ruff>=0.8", *BASELINES, *HUB],
        "gpu": ["tensorflow[and-cuda]>=2.20"],
    },
)
