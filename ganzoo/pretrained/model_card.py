"""The model card of a preset: its README.md."""

TITLES = {
    "variant": "Variant",
    "dataset": "Trained on",
    "licence": "Licence of the data",
    "data_shape": "Shape of an example",
    "class_names": "Classes",
    "parts": "Parts",
    "weights_dtype": "Weights",
    "images_seen": "Images seen in training",
    "steps": "Training steps",
    "seed": "Seed",
    "commit": "Commit",
    "ganzoo": "ganzoo",
    "keras": "Keras",
    "tensorflow": "TensorFlow",
}


def model_card(name: str, metadata: dict, has_picture: bool) -> str:
    """Returns the text of a model card, in Markdown.

    Args:
        name: the name of the preset's folder.
        metadata: what metadata.json holds.
        has_picture: whether there is a grid of samples, samples.png.
    """
    lines = ["---", "library_name: ganzoo", "tags: [gan]", "---", "", f"# {name}", "", metadata["description"], ""]
    if has_picture:
        lines += ["![Samples, none chosen among others](samples.png)", ""]
    lines += ["```python", "import ganzoo", "", f'gan = ganzoo.from_preset("{name}")  # or the path of this folder']
    lines += ["gan.plot()", "```", "", "| | |", "|---|---|"]
    lines += [
        f"| {title} | {_shown(metadata[key])} |" for key, title in TITLES.items() if metadata.get(key) is not None
    ]
    if metadata.get("metrics"):
        lines += ["", "| metric | value |", "|---|---|"]
        lines += [f"| `{key}` | {_shown(value)} |" for key, value in metadata["metrics"].items()]
    if metadata.get("command"):
        lines += ["", "Trained by", "", "```", metadata["command"], "```"]
    return "\n".join(lines) + "\n"


def _shown(value):
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, (list, tuple)):
        return " x ".join(map(str, value)) if all(isinstance(one, int) for one in value) else ", ".join(map(str, value))
    return str(value)
