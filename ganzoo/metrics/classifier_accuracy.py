"""Shmelkov et al. (2018), Ravuri & Vinyals (2019): conditional samples, judged by a classifier and as its teachers."""

import numpy as np

from ganzoo.metrics.reference_classifier import network, train_network


def gan_test(judge, generated, labels):
    """{"accuracy", "of_each_class"}: which samples (N, H, W, C) a `Classifier` of real images takes for their label.

    One good picture of each class has an accuracy of 1 too: `gan_train` sees that.
    """
    labels = np.asarray(labels)
    right = judge.classes(generated) == labels
    return {
        "accuracy": float(right.mean()),
        "of_each_class": [float(right[labels == label].mean()) for label in np.unique(labels)],
    }


def gan_train(test, generated, seed=0, verbose=0):
    """The accuracy on real `test` Examples of the repository's small classifier, trained on `generated` Examples alone.

    As high as that of the same network trained on as many real ones, where the samples are as good as they.
    """
    classes = max(test.num_classes, generated.num_classes)
    return train_network(network(test.shape, classes, seed), generated, test, verbose)
