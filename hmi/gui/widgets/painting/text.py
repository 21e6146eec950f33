"""Text in a rectangle, elided where the place ends."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

LEFT = Qt.AlignmentFlag.AlignLeft
RIGHT = Qt.AlignmentFlag.AlignRight
CENTRE = Qt.AlignmentFlag.AlignHCenter


def width(text: str, font: QFont) -> float:
    """Advance of a text in logical pixels."""
    return QFontMetricsF(font).horizontalAdvance(text)


def write(
    painter: QPainter,
    rect: QRectF,
    text: str,
    font: QFont,
    colour: QColor,
    align: Qt.AlignmentFlag = LEFT,
    elide: bool = True,
) -> float:
    """Writes one line, vertically centred on its capitals, and returns its width; too long text ends in an ellipsis."""
    metrics = QFontMetricsF(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width() + 0.5) if elide else text
    advance = metrics.horizontalAdvance(shown)
    x = rect.left()
    if align == RIGHT:
        x = rect.right() - advance
    elif align == CENTRE:
        x = rect.center().x() - advance / 2
    baseline = rect.center().y() + metrics.capHeight() / 2
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(QPointF(x, baseline), shown)
    return advance


def write_at(painter: QPainter, x: float, baseline: float, text: str, font: QFont, colour: QColor) -> float:
    """Writes text from a point on the baseline and returns its width."""
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(QPointF(x, baseline), text)
    return width(text, font)


def lines(text: str, font: QFont, limit: float, most: int = 2) -> list[str]:
    """The text broken at spaces into at most `most` lines of a width; the last one is elided."""
    metrics = QFontMetricsF(font)
    found: list[str] = []
    rest = text.split(" ")
    while rest and len(found) < most:
        count = 1
        while count < len(rest) and metrics.horizontalAdvance(" ".join(rest[: count + 1])) <= limit:
            count += 1
        if len(found) == most - 1:
            count = len(rest)
        line = " ".join(rest[:count])
        found.append(metrics.elidedText(line, Qt.TextElideMode.ElideRight, limit))
        rest = rest[count:]
    return found
