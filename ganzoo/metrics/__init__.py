"""Measures of what a generator makes."""

from ganzoo.metrics.classifier import CACHE, Classifier, classifier

__all__ = ["CACHE", "Classifier", "classifier"]
