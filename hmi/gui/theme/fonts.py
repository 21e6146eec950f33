"""The bundled Inter with figures that line up; never set a font through a style sheet, it drops the features."""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

from hmi.gui.theme.places import resources
from hmi.gui.theme.tokens import load_tokens


@cache
def load_fonts() -> tuple[str, ...]:
    """Registers the bundled font files with Qt once; returns the families found."""
    families: list[str] = []
    for file in sorted((resources() / "fonts").glob("*.ttf")):
        number = QFontDatabase.addApplicationFont(str(file))
        families.extend(QFontDatabase.applicationFontFamilies(number))
    return tuple(families)


def font(name: str, weight: int | None = None) -> QFont:
    """Font of a name of the type scale (`label`, `value_l`, ...), optionally in another of the three weights."""
    style = load_tokens("light").type[name]
    return QFont(_font(style.px, weight or style.weight, name == "glance"))


def font_px(px: int, weight: int = 400) -> QFont:
    """Inter in a size outside the scale: units beside a figure, digits in a symbol."""
    return QFont(_font(px, weight, False))


@cache
def _font(px: int, weight: int, is_glance: bool) -> QFont:
    load_fonts()
    tokens = load_tokens("light")
    made = QFont(tokens.family)
    made.setPixelSize(px)
    made.setWeight(QFont.Weight(weight))
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    for feature, setting in tokens.features.items():
        made.setFeature(QFont.Tag(feature), setting)
    if is_glance:
        made.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 100.0 + 100.0 * tokens.glance_tracking)
    return made
