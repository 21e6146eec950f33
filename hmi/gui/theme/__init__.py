"""Tokens, fonts, icons, hatches and the style sheet of the window: `theme.current()`, `theme.apply(app, name)`."""

from hmi.gui.theme.appearance import Theme, apply, current, palette
from hmi.gui.theme.fonts import font, font_px, load_fonts
from hmi.gui.theme.icons import icon, icon_names, icon_pixmap, paint_icon
from hmi.gui.theme.places import resources
from hmi.gui.theme.tokens import THEMES, AlarmFill, PenToken, Tokens, TypeStyle, load_tokens

__all__ = [
    "THEMES",
    "AlarmFill",
    "PenToken",
    "Theme",
    "Tokens",
    "TypeStyle",
    "apply",
    "current",
    "font",
    "font_px",
    "icon",
    "icon_names",
    "icon_pixmap",
    "load_fonts",
    "load_tokens",
    "paint_icon",
    "palette",
    "resources",
]
