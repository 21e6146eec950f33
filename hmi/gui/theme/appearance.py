"""The theme in force: colours for painters, palette and style sheet for Qt's own widgets."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from hmi.gui.theme.fonts import font, load_fonts
from hmi.gui.theme.stylesheet import stylesheet
from hmi.gui.theme.tokens import THEMES, Tokens, load_tokens


class Theme(QObject):
    """Tokens in force. Painters read it on every paint; `changed` tells widgets to drop caches and repaint."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._tokens = load_tokens("light")
        self._colours: dict[str, QColor] = {}
        self.reduced_motion = False

    @property
    def tokens(self) -> Tokens:
        """Every value of the theme in force."""
        return self._tokens

    @property
    def name(self) -> str:
        """`light` or `dark`."""
        return self._tokens.name

    @property
    def is_dark(self) -> bool:
        """True for the dark theme."""
        return self._tokens.name == "dark"

    def colour(self, name: str) -> QColor:
        """Colour by token name; treat it as read-only. KeyError for an unknown name."""
        found = self._colours.get(name)
        if found is None:
            found = self._colours[name] = QColor(self._tokens.colour[name])
        return found

    def fill(self, priority: int) -> QColor:
        """Fill of an alarm priority 1..4."""
        return QColor(self._tokens.alarm[priority].fill)

    def use(self, name: str) -> None:
        """Switches the tokens; `apply` also restyles the application."""
        self._tokens = load_tokens(name)
        self._colours.clear()
        self.changed.emit()


_theme: Theme | None = None


def current() -> Theme:
    """The one theme of the process; light until `apply` chose another."""
    global _theme  # noqa: PLW0603
    if _theme is None:
        _theme = Theme()
    return _theme


def apply(app: QApplication, name: str = "auto") -> Theme:
    """Dresses the application in `light`, `dark` or what the desktop prefers (`auto`); call again to switch."""
    theme = current()
    chosen = name if name in THEMES else _desktop_preference()
    load_fonts()
    if app.style().objectName() != "fusion":
        app.setStyle(QStyleFactory.create("Fusion"))
    theme.use(chosen)
    app.setFont(font("body"))
    app.setFont(font("body", 500), "QPushButton")  # type: ignore[arg-type]  # the stub is wrong
    app.setPalette(palette(theme.tokens))
    app.setStyleSheet(stylesheet(theme.tokens))
    return theme


def _desktop_preference() -> str:
    return "dark" if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else "light"


def palette(tokens: Tokens) -> QPalette:
    """Palette with every role of all groups from tokens."""
    made = QPalette()
    role = QPalette.ColorRole
    normal = {
        role.Window: "ground",
        role.WindowText: "text1",
        role.Base: "plate2",
        role.AlternateBase: "plate",
        role.Text: "text1",
        role.Button: "plate2",
        role.ButtonText: "text1",
        role.BrightText: "text1",
        role.PlaceholderText: "text3",
        role.ToolTipBase: "dialog",
        role.ToolTipText: "text1",
        role.Highlight: "selected",
        role.HighlightedText: "text1",
        role.Link: "accent",
        role.LinkVisited: "accent",
        role.Accent: "accent",
        role.Light: "plate2",
        role.Midlight: "line1",
        role.Mid: "line2",
        role.Dark: "line3",
        role.Shadow: "text3",
    }
    for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive, QPalette.ColorGroup.Disabled):
        for which, token in normal.items():
            made.setColor(group, which, QColor(tokens.colour[token]))
    for which in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText, role.PlaceholderText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(tokens.colour["disabled"]))
    return made
