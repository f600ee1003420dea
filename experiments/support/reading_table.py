"""The tables of `experiments.data_speed`, in Markdown."""

import statistics
from collections.abc import Sequence

COLUMNS = {
    "seconds": "seconds",
    "with_import": "with imports",
    "cpu_seconds": "of processor time",
    "first_batch": "seconds to the first batch",
    "first_epoch": "images/s, first epoch",
    "second_epoch": "images/s, second epoch",
    "first_work": "per processor second, first",
    "second_work": "per processor second, second",
    "step": "seconds of a step",
    "same_batch": "with the same batch",
    "share": "share of reading",
    "peak_gib": "peak GiB",
    "anonymous_gib": "GiB not in files",
}
SHOWN = {
    "prepare": ("seconds", "with_import", "cpu_seconds"),
    "pipeline": ("first_batch", "first_epoch", "second_epoch", "first_work", "second_work"),
    "first_step": ("seconds", "with_import", "cpu_seconds"),
    "step": ("step", "same_batch", "share"),
}
NOTE = (
    "Each cell has the median of all measurements, the least and the most of them, and how many times ganzoo's median "
    "it is. The peak is that of one process, with the parts of files that it has mapped; what is not in files is that "
    "of all processes of a reader. If the machine does other work, compare processor time, which hardly depends on it: "
    "a reader with many threads gets a larger share of a busy machine than others."
)


def format_tables(result: dict) -> str:
    """Returns a table for each folder and part: a row for each reader, a column for each quantity."""
    lines = [f"# Reading folders of images, on {result['cores']} cores", "", NOTE]
    for folder, parts in result["found"].items():
        settings = result["settings"][folder]
        for part, readers in parts.items():
            names = *SHOWN[part], "peak_gib", "anonymous_gib"
            lines += ["", f"## {folder}, read as {settings['size']} x {settings['size']}: {part}", ""]
            lines += [f"| reader | {' | '.join(COLUMNS[name] for name in names)} |", f"|---|{'---|' * len(names)}"]
            for reader, found in readers.items():
                cells = [format_cell(found[name], readers.get("ganzoo", {}).get(name)) for name in names]
                lines.append(f"| {reader} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def format_cell(values: Sequence[float], ganzoo: Sequence[float] | None) -> str:
    """Returns "median (least to most)", and its ratio to the median of ganzoo's values if there are any."""
    median = statistics.median(values)
    text = f"{_short(median)} ({_short(min(values))} to {_short(max(values))})"
    if ganzoo is None or ganzoo is values or not statistics.median(ganzoo):
        return text
    return f"{text}, {_short(median / statistics.median(ganzoo))} times"


def _short(value):
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
