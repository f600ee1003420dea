"""A page of HTML that needs no server and no network: its pictures are inside it."""

import base64
import html
import io
import json

import numpy as np

from ganzoo.commands.support.films import Film
from ganzoo.images import pillow

ABOUT_PIXELS = 96
"""About how high an image is on the screen."""

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
h1, h2 { font-weight: 600; line-height: 1.2; }
table { border-collapse: collapse; } td { padding: .1rem 1rem .1rem 0; }
img { image-rendering: pixelated; display: block; max-width: none; }
.frame { overflow: hidden; position: relative; max-width: 100%; }
.picture { overflow-x: auto; }
.frame img { position: absolute; left: 0; }
.controls { display: flex; gap: 1rem; align-items: center; margin: .5rem 0 2rem; }
input { flex: 0 1 24rem; }
"""

SCRIPT = """
const chosen = new URLSearchParams(location.hash.slice(1));
for (const film of document.querySelectorAll(".film")) {
  const [image, slider, label, button] = ["img", "input", "output", "button"].map(name => film.querySelector(name));
  const labels = JSON.parse(film.dataset.labels), height = Number(film.dataset.height);
  const show = () => {
    image.style.top = -slider.value * height + "px";
    label.textContent = labels[slider.value];
  };
  slider.addEventListener("input", () => {
    show();
    chosen.set(film.id, slider.value);
    history.replaceState(null, "", "#" + chosen);
  });
  let timer = null;
  button.addEventListener("click", () => {
    const play = timer === null;
    button.textContent = play ? "Stop" : "Play";
    if (play) timer = setInterval(() => { slider.value = (Number(slider.value) + 1) % labels.length; show(); }, 150);
    else { clearInterval(timer); timer = null; }
  });
  if (chosen.has(film.id)) slider.value = chosen.get(film.id);
  show();
}
"""

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
"""Nothing is loaded from elsewhere, whatever the page holds."""


def render(title: str, facts: dict[str, object], pictures: dict[str, np.ndarray], films: list[Film]) -> str:
    """Returns the page.

    Args:
        title: of the page.
        facts: {what: value}, for a table at its beginning.
        pictures: {title: uint8 (H, W, C)}, which follow.
        films: which follow these, each with a slider.
    """
    rows = "".join(f"<tr><td>{_text(name)}</td><td>{_text(value)}</td></tr>" for name, value in facts.items())
    scale = _scale(films)
    parts = [f"<h1>{_text(title)}</h1>", f"<table>{rows}</table>"]
    for name, picture in pictures.items():
        parts.append(f'<h2>{_text(name)}</h2><div class="picture">{_image(picture, name, scale)}</div>')
    parts += [_section(f"film-{number}", film, scale) for number, film in enumerate(films, 1)]
    body = "\n".join(parts)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width">
<title>{_text(title)}</title>
<style>{STYLE}</style>
</head>
<body>
{body}
<script>{SCRIPT}</script>
</body>
</html>
"""


def _text(value):
    return html.escape(str(value))


def _scale(films):
    """Returns by how much pictures are enlarged on the screen."""
    return max(1, round(ABOUT_PIXELS / films[0].frames.shape[1])) if films else 1


def _image(picture, about, scale):
    file = io.BytesIO()
    pillow(picture).save(file, format="PNG", optimize=True)
    data = base64.b64encode(file.getvalue()).decode()
    height, width = (side * scale for side in picture.shape[:2])
    return f'<img alt="{_text(about)}" width="{width}" height="{height}" src="data:image/png;base64,{data}">'


def _section(name, film, scale):
    count, height, width = film.frames.shape[:3]
    sprite = _image(film.frames.reshape(count * height, width, -1), film.title, scale)
    title, labels = _text(film.title), _text(json.dumps(film.labels))
    return f"""<section class="film" id="{name}" data-height="{height * scale}" data-labels="{labels}">
<h2>{title}</h2>
<p>{_text(film.text)}</p>
<div class="frame" style="width: {width * scale}px; height: {height * scale}px">{sprite}</div>
<div class="controls">
<input type="range" min="0" max="{count - 1}" value="{film.first}" aria-label="{title}">
<output></output><button type="button">Play</button>
</div>
</section>"""
