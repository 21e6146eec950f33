"""Pictures of widgets as arrays, and what can be asked of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from hmi.gui import theme
from hmi.gui.widgets.registry import WIDGETS
from tests.gui.widget_samples import SAMPLES

Picture = npt.NDArray[np.uint8]
CLASSES = {entry.cls.__name__: entry.cls for entry in WIDGETS}


def dress(name: str) -> None:
    """Puts the application into a theme."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, name)


def make(kind: str, state: str) -> QWidget:
    """A widget of a registered class in one of its sample states, in its sample size."""
    states, (wide, high) = SAMPLES[kind]
    widget = CLASSES[kind](states[state])  # type: ignore[call-arg]
    widget.resize(wide, high)
    return widget


def picture(widget: QWidget, scale: float = 1.0, ground: str = "plate") -> Picture:
    """RGB pixels of a widget on a ground, at a scale, in the filled half of the flash."""
    size = QSize(round(widget.width() * scale), round(widget.height() * scale))
    image = QImage(size, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    image.fill(theme.current().colour(ground))
    painter = QPainter(image)
    widget.render(painter, QPoint(), renderFlags=QWidget.RenderFlag.DrawChildren)
    painter.end()
    raw = np.frombuffer(bytes(image.constBits()), np.uint8).reshape(size.height(), image.bytesPerLine() // 4, 4)
    return raw[:, : size.width(), 2::-1].copy()


def grey(image: Picture) -> npt.NDArray[np.float64]:
    """The same picture as a grey print."""
    return image.astype(np.float64) @ np.array([0.2126, 0.7152, 0.0722])


def alarm_pixels(image: Picture) -> int:
    """Pixels within a small distance of one of the four alarm fills."""
    flat = image.reshape(-1, 3).astype(np.int32)
    count = 0
    for look in theme.current().tokens.alarm.values():
        fill = QColor(look.fill)
        wanted = np.array([fill.red(), fill.green(), fill.blue()])
        count += int((np.abs(flat - wanted).max(axis=1) < 24).sum())
    return count


def saturated_pixels(image: Picture) -> int:
    """Pixels that are clearly coloured at all."""
    flat = image.reshape(-1, 3).astype(np.float64) / 255
    spread = flat.max(axis=1) - flat.min(axis=1)
    return int((spread > 0.25).sum())


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two colours."""
    lights = sorted((_luminance(QColor(one)), _luminance(QColor(other))), reverse=True)
    return (lights[0] + 0.05) / (lights[1] + 0.05)


def _luminance(colour: QColor) -> float:
    parts = [channel / 12.92 if channel <= 0.03928 else ((channel + 0.055) / 1.055) ** 2.4 for channel in
             (colour.redF(), colour.greenF(), colour.blueF())]  # fmt: skip
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
