import numpy as np
import pytest

from ganzoo.callbacks import HistoryPlot, history_plot
from ganzoo.callbacks.figures import curves
from small_gan import fit, read_picture, table


def test_the_history_has_the_logs_of_fit(gan, tmp_path):
    images = np.zeros((16, 8, 8, 1), "float32")
    history = fit(gan, HistoryPlot(tmp_path), epochs=3, validation_data=(images,), validation_freq=2).history
    rows = table(tmp_path)
    assert [row["epoch"] for row in rows] == ["0", "1", "2"]
    assert all(float(row["seconds"]) > 0 for row in rows)
    for name, values in history.items():
        np.testing.assert_array_equal([float(row[name]) for row in rows if row[name]], values)
    assert [row["val_loss"] == "" for row in rows] == [True, False, True]
    assert read_picture(tmp_path / "curves.png").shape[-1] == 3


def test_a_resumed_history_has_every_epoch_once(gan, tmp_path):
    fit(gan, HistoryPlot(tmp_path), epochs=3)
    old = table(tmp_path)
    images = np.zeros((16, 8, 8, 1), "float32")
    fit(gan, HistoryPlot(tmp_path), initial_epoch=2, epochs=4, validation_data=(images,))
    new = table(tmp_path)
    assert [row["epoch"] for row in new] == ["0", "1", "2", "3"]
    assert [{name: row[name] for name in old[0]} for row in new[:2]] == old[:2]
    assert new[2]["loss"] != old[2]["loss"]
    assert [row["val_loss"] == "" for row in new] == [True, True, False, False]


def test_another_table_is_refused_before_training_and_kept(gan, tmp_path):
    (tmp_path / "history.csv").write_text("name,price\nbread,2\n")
    begin = int(gan.step)
    with pytest.raises(ValueError, match="not a history of epochs"):
        fit(gan, HistoryPlot(tmp_path), epochs=1)
    assert int(gan.step) == begin
    assert (tmp_path / "history.csv").read_text() == "name,price\nbread,2\n"


@pytest.mark.thorough
def test_curves_are_drawn_rarely_and_at_the_end(gan, tmp_path):
    callback = HistoryPlot(tmp_path)
    drawn = []
    draw = callback.draw
    callback.draw = lambda: (drawn.append(len(callback.rows)), draw())
    fit(gan, callback, epochs=4)
    assert drawn == [1, 4]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"epoch,seconds,loss\n0,1.5,0.3\n1,1.",
        b"epoch,seconds\n0,1.5,0.3\n",
        b"seconds,loss\n1.5,0.3\n",
        b"epoch,loss\nnan,0.3\n",
        b"epoch,loss\ninf,0.3\n",
        b"epoch,loss\n0,many\n",
        b"epoch,loss\n0,\xff\xfe\n",
        bytes(100),
    ],
)
def test_a_damaged_history_is_refused_by_name(content, tmp_path):
    (tmp_path / "history.csv").write_bytes(content)
    with pytest.raises(ValueError, match=f"{tmp_path}/history.csv is damaged, or is not a history of epochs: move it"):
        history_plot.read(tmp_path / "history.csv")


def test_empty_cells_and_lines_of_a_history_are_left_out(tmp_path):
    (tmp_path / "history.csv").write_text("epoch,loss,val_loss\n0,0.5,\n1,0.4,0.6\n\n")
    assert history_plot.read(tmp_path / "history.csv") == [
        {"epoch": 0, "loss": 0.5},
        {"epoch": 1, "loss": 0.4, "val_loss": 0.6},
    ]


@pytest.mark.thorough
def test_curves_have_a_panel_for_the_value_and_show_validation():
    losses = [{"epoch": epoch, "generator_loss": 1.0, "discriminator_loss": 2.0 - epoch} for epoch in range(3)]
    scores = [row | {"real_score": 0.6, "fake_score": 0.4} for row in losses]
    played = [row | {"value": -1.3} for row in scores]
    widths = [curves(rows).shape[1] for rows in (losses, scores, played)]
    np.testing.assert_array_equal(widths, np.multiply(widths[0], [1, 2, 3]))
    classified = [row | {"accuracy": 0.5, "val_accuracy": 0.4} for row in played]
    assert curves(classified).shape[1] == 4 * widths[0]
    validated = [row | {"val_generator_loss": 1.5} for row in played]
    assert (curves(validated) != curves(played)).any()
    assert curves([{"epoch": 0, "loss": np.nan}]).shape[1] == widths[0]


@pytest.mark.thorough
def test_every_player_has_a_curve_of_its_own():
    one = [{"epoch": epoch, "fox_loss": 1.0, "val_fox_loss": 1.5} for epoch in range(3)]
    two = [row | {"hound_loss": 2.0 - row["epoch"]} for row in one]
    three = [row | {"hunter_loss": 0.5 * row["epoch"]} for row in two]
    pictures = [curves(rows) for rows in (one, two, three)]
    colours = [{tuple(colour) for colour in np.unique(picture.reshape(-1, 3), axis=0)} for picture in pictures]
    assert len({picture.shape for picture in pictures}) == 1
    assert (pictures[0] != pictures[1]).any() and (pictures[1] != pictures[2]).any()
    assert len(colours[0]) < len(colours[1]) < len(colours[2])
