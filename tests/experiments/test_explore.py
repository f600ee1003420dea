"""The page of `ganzoo explore`: what is on it, and how it works in a real browser, where there is one."""

import html
import json
import re
import shutil
import subprocess

import numpy as np
import pytest
from command_line import flags_of

import ganzoo
from ganzoo.commands import explore

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
OPTIONS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --virtual-time-budget=5000"
).split()
SMALL = {"width": 4, "latent_dim": 6}


def sections(text):
    """{title: labels} of the films on a page."""
    found = re.findall(r'data-labels="([^"]*)">\s*<h2>([^<]*)</h2>', text)
    return {html.unescape(title): json.loads(html.unescape(labels)) for labels, title in found}


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explored")
    names = ["<b>one</b>", *map(str, range(9))]
    gan = ganzoo.create("cdcgan", (8, 8, 1), seed=0, num_classes=10, class_names=names, prior="normal", **SMALL)
    gan.save(folder / "gan.keras")
    explore.main(flags_of(explore, f"--checkpoint={folder / 'gan.keras'}", "--dataset=digits"))
    return folder / "explore.html"


def test_a_page_holds_all_that_a_model_has(page):
    text = page.read_text()
    films = sections(text)
    assert list(films) == ["Walks", "Truncation", *(f"Direction {number}" for number in range(1, 6))]
    assert len(films["Walks"]) == 24 and films["Direction 1"][5] == "+0.0 standard deviations"
    for title in ("Samples", "Classes: a column for each", "nearest training images"):
        assert title in text
    assert "&lt;b&gt;one&lt;/b&gt;" in text and "<b>one" not in text
    assert not re.search(r'(src|href)="(?!data:)', text) and "default-src 'none'" in text


@pytest.mark.parametrize(
    ("name", "settings", "expected"),
    [
        ("infogan", {"width": 4}, ["Walks", "Code 1", "Code 2", "Direction 1"]),
        pytest.param(
            *("stylegan2", {"width": 2, "latent_dim": 6}, ["Walks", "Truncation", "Direction 1"]),
            marks=pytest.mark.thorough,
        ),
        pytest.param(
            *("biggan", {"width": 2, "latent_dim": 6, "num_classes": 3}, ["Walks", "Truncation"]),
            marks=pytest.mark.exhaustive,
        ),
    ],
)
def test_other_models_have_other_films(name, settings, expected, tmp_path):
    ganzoo.create(name, (8, 8, 3), seed=0, **settings).save(tmp_path / "gan.keras")
    films = sections(explore.explore(tmp_path / "gan.keras").read_text())
    assert [title for title in films if title[-1] not in "2345" or title == "Code 2"] == expected


@pytest.mark.skipif(BROWSER is None, reason="needs Chromium")
@pytest.mark.parametrize(("chosen", "label"), [("", "step 0"), ("#film-1=7", "step 7")])
def test_a_browser_shows_the_chosen_frame(page, chosen, label, tmp_path):
    place = page.as_uri() + chosen
    command = [BROWSER, *OPTIONS, f"--user-data-dir={tmp_path}", "--dump-dom", place]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=120).stdout
    first = re.search(r'<section class="film" id="film-1".*?</section>', shown, re.DOTALL)[0]
    assert f"<output>{label}</output>" in first
    number, height = int(label.split()[1]), int(re.search(r'data-height="(\d+)"', first)[1])
    assert re.search(rf'style="top: {-number * height}px;?"', first)


@pytest.mark.skipif(BROWSER is None, reason="needs Chromium")
def test_a_browser_draws_the_pictures(page, tmp_path):
    from PIL import Image

    command = [BROWSER, *OPTIONS, f"--user-data-dir={tmp_path}", "--window-size=900,600"]
    subprocess.run([*command, f"--screenshot={tmp_path / 'page.png'}", page.as_uri()], timeout=120, check=True)
    pixels = np.asarray(Image.open(tmp_path / "page.png").convert("L"))
    assert np.mean(pixels < 250) > 0.1  # untrained samples are grey, and the page around them white


def test_models_without_latents_or_pictures_are_refused(tmp_path):
    ganzoo.create("lsgan", (2,), width=8, latent_dim=2).save(tmp_path / "ring.keras")
    with pytest.raises(ValueError, match="does not make images from latents"):
        explore.explore(tmp_path / "ring.keras")
    ganzoo.create("dcgan", (8, 8, 2), **SMALL).save(tmp_path / "two.keras")
    with pytest.raises(ValueError, match=r"No picture shows examples of shape \(8, 8, 2\)"):
        explore.explore(tmp_path / "two.keras")
