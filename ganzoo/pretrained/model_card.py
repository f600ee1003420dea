"""Model cards: a README.md that says what a model is, how it was trained and how it is used."""

TITLES = {
    "variant": "Variant",
    "dataset": "Trained on",
    "init": "Weights to start from",
    "licence": "Licence of the data",
    "data_shape": "Shape of an example",
    "class_names": "Classes",
    "parts": "Parts",
    "weights_dtype": "Weights",
    "images_seen": "Images seen in training",
    "steps": "Training steps",
    "seconds": "Seconds of training",
    "seed": "Seed",
    "commit": "Commit",
    "ganzoo": "ganzoo",
    "keras": "Keras",
    "tensorflow": "TensorFlow",
}
"""{key of the facts: what the card calls it}, in the order of the card."""


def model_card(title: str, facts: dict, pictures: dict[str, str], usage: list[str]) -> str:
    """Returns the text of a model card, in Markdown.

    Args:
        title: of the card.
        facts: what is known: the keys of `TITLES`; `description`, a sentence; `metrics`, {name: value}; and `command`,
            by which the model was trained. The card leaves out what is missing or None.
        pictures: {what a picture shows: its file}.
        usage: lines of Python that load and use the model.
    """
    lines = ["---", "library_name: ganzoo", "tags: [gan]", "---", "", f"# {title}", "", facts["description"], ""]
    for about, file in pictures.items():
        lines += [f"![{about}]({file})", ""]
    lines += ["```python", *usage, "```", ""]
    lines += _table("| | |", {name: facts.get(key) for key, name in TITLES.items()})
    lines += _table("| metric | value |", {f"`{name}`": value for name, value in (facts.get("metrics") or {}).items()})
    if facts.get("command"):
        lines += ["Trained by", "", "```", facts["command"], "```"]
    return "\n".join(lines).rstrip() + "\n"


def _table(head, rows):
    rows = [f"| {name} | {_shown(value)} |" for name, value in rows.items() if value is not None]
    return [head, "|---|---|", *rows, ""] if rows else []


def _shown(value):
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, (list, tuple)):
        return " x ".join(map(str, value)) if all(isinstance(one, int) for one in value) else ", ".join(map(str, value))
    return " ".join(str(value).replace("|", "\\|").split())
