"""Every registered widget is drawn in every state it must show, and the pictures are asked what they tell."""

from __future__ import annotations

import importlib
import itertools
import pkgutil
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

import hmi.gui.widgets
from hmi.gui import theme
from hmi.gui.widgets.base import Painted
from hmi.gui.widgets.charts import Bullet
from hmi.gui.widgets.flash import Phase, flash
from hmi.gui.widgets.registry import QUALITIES, WIDGETS
from hmi.gui.widgets.structs import AlarmSymbolState, BulletState, Quality, ValueState
from hmi.gui.widgets.values import AlarmSymbol, ValueBox
from tests.gui.pictures import CLASSES, alarm_pixels, contrast, dress, grey, make, picture, saturated_pixels
from tests.gui.widget_samples import SAMPLES, VALUES

pytestmark = pytest.mark.usefixtures("qapp")
_NORMAL = [(kind, "good") for kind in SAMPLES]


@pytest.mark.parametrize("entry", WIDGETS, ids=lambda entry: entry.cls.__name__)
def test_every_class_has_a_picture_of_every_quality(entry: object, qapp: QApplication) -> None:
    kind = entry.cls.__name__  # type: ignore[attr-defined]
    assert kind in SAMPLES, f"{kind} has no samples in tests/gui/widget_samples.py"
    states = SAMPLES[kind][0]
    missing = [name for name in QUALITIES if name not in states and name not in entry.absent]  # type: ignore[attr-defined]
    assert not missing, f"{kind} has no picture of: {missing}"


def test_every_painted_widget_is_registered() -> None:
    for module in pkgutil.iter_modules(hmi.gui.widgets.__path__):
        importlib.import_module(f"hmi.gui.widgets.{module.name}")
    known = {cls for cls in Painted.__subclasses__() if cls.__module__.startswith("hmi.gui.widgets.")}
    assert known == set(CLASSES.values())


def test_every_sample_belongs_to_a_registered_class() -> None:
    assert set(SAMPLES) == set(CLASSES)


@pytest.mark.parametrize("name", theme.THEMES)
@pytest.mark.parametrize(("kind", "state"), _NORMAL)
def test_normal_has_no_alarm_colour(kind: str, state: str, name: str) -> None:
    dress(name)
    image = picture(make(kind, state))
    assert alarm_pixels(image) == 0
    allowed = 400 if kind == "StateTimeline" else 0  # the now line is the accent
    assert saturated_pixels(image) <= allowed


@pytest.mark.parametrize("name", theme.THEMES)
@pytest.mark.parametrize("kind", ["ValueBox", "Indicator", "Sparkline", "MachineTile", "Buffer", "FactList"])
@pytest.mark.parametrize("state", ["stale", "bad", "never"])
def test_doubt_is_visible_in_a_grey_print(kind: str, state: str, name: str) -> None:
    dress(name)
    good, doubtful = grey(picture(make(kind, "good"))), grey(picture(make(kind, state)))
    changed = (np.abs(good - doubtful) > 18).mean()
    assert changed > 0.004, f"{state} looks like good: {changed:.4f} of the pixels differ"


@pytest.mark.parametrize("name", theme.THEMES)
def test_stale_differs_in_shape_not_only_in_shade(name: str) -> None:
    """The hatch reaches places where a good value paints nothing at all."""
    dress(name)
    good = grey(picture(make("ValueBox", "good")))
    box = make("ValueBox", "stale")
    assert isinstance(box, ValueBox)
    box.set_state(replace(VALUES["stale"], show_age=False))
    stale = grey(picture(box))
    ground = good[-1, -1]
    above = slice(8, 12)  # inside the box, above the tallest figure
    assert (np.abs(good - ground)[above] > 12).sum() == 0
    assert (np.abs(stale - ground)[above] > 12).sum() > 40


def test_the_five_qualities_are_five_pictures() -> None:
    dress("light")
    images = {name: grey(picture(make("ValueBox", name))) for name in QUALITIES}
    for one, other in itertools.combinations(QUALITIES, 2):
        assert (np.abs(images[one] - images[other]) > 18).sum() > 60, f"{one} looks like {other}"


@pytest.mark.parametrize("name", theme.THEMES)
def test_priorities_are_told_apart_without_colour(name: str) -> None:
    dress(name)
    images = []
    for priority in (1, 2, 3, 4):
        symbol = AlarmSymbol(AlarmSymbolState(priority, acked=True), 26)
        symbol.resize(26, 26)
        images.append(grey(picture(symbol)))
    for one, other in itertools.combinations(images, 2):
        assert (np.abs(one - other) > 60).mean() > 0.15


@pytest.mark.parametrize("name", theme.THEMES)
def test_an_alarm_fills_only_while_nobody_acknowledged(name: str) -> None:
    dress(name)
    for priority in (1, 2, 3, 4):
        unacked = alarm_pixels(picture(make("ValueBox", f"alarm {priority} unacked")))
        acked = alarm_pixels(picture(make("ValueBox", f"alarm {priority} acked")))
        assert unacked > acked > 60


def test_a_stale_value_in_alarm_keeps_its_symbol_and_is_not_filled() -> None:
    dress("light")
    stale = picture(make("ValueBox", "stale in alarm"))
    unacked = picture(make("ValueBox", "alarm 1 unacked"))
    assert 60 < alarm_pixels(stale) < alarm_pixels(unacked) / 2


@pytest.mark.parametrize("name", theme.THEMES)
def test_returned_is_hollow(name: str) -> None:
    dress(name)
    assert alarm_pixels(picture(make("AlarmSymbol", "returned 1"))) == 0
    assert alarm_pixels(picture(make("AlarmSymbol", "latched 1"))) > 60


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("state", list(VALUES))
def test_a_value_box_has_room_for_its_text(state: str, scale: float) -> None:
    """In its own size hint nothing touches the edges, so nothing was cut."""
    dress("light")
    widget = make("ValueBox", state)
    widget.resize(widget.sizeHint())
    image = picture(widget, scale)
    ground = image[0, -1].astype(int)
    right = np.abs(image[:, -1].astype(int) - ground).max()
    left = np.abs(image[:, 0].astype(int) - ground).max()
    assert right < 40
    assert left < 40


@pytest.mark.parametrize("scale", [1.5, 2.0])
def test_scaled_pictures_have_the_same_layout(scale: float) -> None:
    dress("light")
    for kind in ("Indicator", "MachineTile", "StateTimeline", "Waterfall"):
        small, large = picture(make(kind, "good")), picture(make(kind, "good"), scale)
        assert large.shape[0] == round(small.shape[0] * scale)
        ground = large[0, 0].astype(int)
        assert (np.abs(large.astype(int) - ground).max(axis=2) > 20).mean() == pytest.approx(
            (np.abs(small.astype(int) - small[0, 0].astype(int)).max(axis=2) > 20).mean(), abs=0.03
        )


_TEXTS = ("text1", "text2", "text3")
_GROUNDS = ("frame", "ground", "plate", "plate2", "sunken", "dialog", "hover", "selected", "chart")


@pytest.mark.parametrize("name", theme.THEMES)
def test_every_text_is_readable_on_every_ground(name: str) -> None:
    colour = theme.load_tokens(name).colour
    for text, ground in itertools.product(_TEXTS, _GROUNDS):
        assert contrast(colour[text], colour[ground]) >= 4.5, f"{text} on {ground}"
    for fill in ("ink", "internal", "text3", "down"):
        assert contrast(colour["onink"], colour[fill]) >= 4.5, f"onink on {fill}"
    for look in theme.load_tokens(name).alarm.values():
        assert contrast(look.text, look.fill) >= 4.5, look.name
    assert contrast(colour["line3"], colour["plate"]) >= 3.0
    assert contrast(colour["hiddent"], colour["hidden"]) >= 4.5


def test_unknown_is_drawn_for_every_state_class_without_data() -> None:
    dress("light")
    known = grey(picture(make("StateTimeline", "good")))
    unknown = grey(picture(make("StateTimeline", "bad")))
    never = grey(picture(make("StateTimeline", "never")))
    assert (np.abs(known - unknown) > 20).mean() > 0.02
    assert (np.abs(unknown - never) > 20).mean() > 0.01


def test_the_flash_runs_only_while_something_is_unacknowledged(qtbot: object) -> None:
    symbol = AlarmSymbol(AlarmSymbolState(1))
    symbol.show()
    assert flash().is_running
    symbol.set_state(AlarmSymbolState(1, acked=True))
    assert not flash().is_running
    symbol.set_state(AlarmSymbolState(2))
    assert flash().is_running
    symbol.hide()
    assert not flash().is_running
    assert flash().phase == Phase()
    symbol.deleteLater()


def test_a_value_is_spoken_with_its_doubt_and_its_alarm() -> None:
    alarm = AlarmSymbolState(1)
    box = ValueBox(ValueState(5.18, unit="bar", decimals=2, quality=Quality.GOOD, alarm=alarm, label="Header pressure"))
    assert box.accessibleName() == "Header pressure 5.18 bar, critical alarm, unacknowledged"
    box.set_state(ValueState(5.18, unit="bar", decimals=2, quality=Quality.STALE, age_s=26, label="Header pressure"))
    assert box.accessibleName() == "Header pressure 5.18 bar, stale, 0:26"
    box.set_state(ValueState(unit="bar", label="Header pressure"))
    assert box.accessibleName() == "Header pressure, no value yet"
    assert box.focusPolicy() == Qt.FocusPolicy.StrongFocus


def test_performance_above_one_is_not_capped_in_words() -> None:
    bullet = Bullet(SAMPLES["Bullet"][0]["good"])  # type: ignore[arg-type]
    assert "85.7" in bullet.accessibleName()
    bullet.set_state(BulletState("Performance", 1.12, 0.9))
    assert "112.0" in bullet.accessibleName()
