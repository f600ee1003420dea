"""Tables and curves of runs that were trained beside each other."""

import re

import numpy as np

from ganzoo import plots
from ganzoo.commands.support.cached_runs import mean_and_deviation

PLACES = ("seconds", "images", "step", "epochs")
"""What a row says of its place in the training; all else in it are metrics."""


def _metric_names(rows):
    return [name for name in rows[0]["curve"][0] if name not in PLACES and not re.search("_(sd|se|sigma)_", name)]


def summarize(rows: list[dict]) -> list[dict]:
    """Returns a dict for each variant: the mean and deviation over seeds of each metric, at the end and at its best."""
    table = []
    for variant in dict.fromkeys(row["variant"] for row in rows):
        of_seeds = [row["curve"] for row in rows if row["variant"] == variant]
        line = {"variant": variant, "seeds": len(of_seeds), "steps": [curve[-1]["step"] for curve in of_seeds]}
        for name in _metric_names(rows):
            last = [curve[-1][name] for curve in of_seeds]
            best = [(min if lower_is_better(name) else max)(row[name] for row in curve) for curve in of_seeds]
            line[name], line[f"{name}_best"] = mean_and_deviation(last), mean_and_deviation(best)
        table.append(line)
    return table


def lower_is_better(name: str) -> bool:
    """Returns whether a metric is a distance or an error."""
    return name.startswith(("frechet", "kernel", "sliced_wasserstein", "neighbour_error", "two_sample", "reverse_kl"))


def format_table(table: list[dict]) -> str:
    """Returns the summary in Markdown: the last measurement of each metric, and the best one in brackets."""
    names = [name for name in table[0] if f"{name}_best" in table[0]]
    lines = ["| variant | steps | " + " | ".join(names) + " |", "|---" * (len(names) + 2) + "|"]
    for line in sorted(table, key=lambda line: line[names[0]][0], reverse=not lower_is_better(names[0])):
        cells = [f"{_format(*line[name])} ({_format(*line[f'{name}_best'])})" for name in names]
        lines.append(f"| {line['variant']} | {np.mean(line['steps']):.0f} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _format(mean, deviation):
    return f"{mean:.3g}" + ("" if deviation is None else f" +- {deviation:.2g}")


def curves(rows: list[dict], against: str = "seconds") -> np.ndarray:
    """Returns a panel for each metric, against seconds or images, with a line of means for each variant."""
    names = _metric_names(rows)
    figure = plots.figure(width=4.6 * len(names) + 1, height=3.8)
    for number, name in enumerate(names, 1):
        axes = figure.add_subplot(1, len(names), number)
        for index, variant in enumerate(dict.fromkeys(row["variant"] for row in rows)):
            of_seeds = [row["curve"] for row in rows if row["variant"] == variant]
            length = min(map(len, of_seeds))
            places, values = (
                np.mean([[point[key] for point in curve[:length]] for curve in of_seeds], axis=0)
                for key in (against, name)
            )
            axes.plot(places, values, marker="o", ms=3, label=variant, color=f"C{index}", ls=("-", "--")[index >= 10])
        if lower_is_better(name) and min(min(line.get_ydata()) for line in axes.lines) > 0:
            axes.set_yscale("log")
        plots.decorate(axes, name, {"seconds": "seconds of training", "images": "training images"}[against], "")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside right upper", fontsize=8, edgecolor="none")
    return plots.picture(figure)
