"""Language of the window: loads the compiled translation and Qt's own, sets the locale of numbers and dates."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDate, QLibraryInfo, QLocale, Qt, QTranslator
from PySide6.QtWidgets import QApplication

from hmi.gui.theme import resources

LANGUAGES = ("en", "de")
"""Languages shipped; English is the source."""

translate = QCoreApplication.translate
_installed: list[QTranslator] = []


def use_language(app: QApplication, name: str = "auto") -> str:
    """Switches the texts to `en`, `de` or the desktop's (`auto`) and returns the language in force.

    Call it before widgets are made; those that exist keep their words until they are made anew.
    """
    locale = QLocale.system() if name == "auto" else QLocale(name)
    language = locale.name().split("_")[0]
    if language not in LANGUAGES:
        language, locale = "en", QLocale("en")
    while _installed:
        QCoreApplication.removeTranslator(_installed.pop())
    QLocale.setDefault(locale)
    folder = resources() / "translations"
    qt_folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    wanted = [("plant_hmi_" + language, str(folder)), ("qtbase_" + language, qt_folder)]
    if language != "en":
        for file, place in wanted:
            translator = QTranslator(app)
            if translator.load(file, place):
                QCoreApplication.installTranslator(translator)
                _installed.append(translator)
    app.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    return language


def fill(text: str, *values: object) -> str:
    """The text with %1, %2, ... replaced by the values; translations may change their order."""
    for number, value in enumerate(values, start=1):
        text = text.replace(f"%{number}", str(value))
    return text


def day(moment: datetime) -> str:
    """A date without year in the window's language: `Thu 19 Nov`, `Do 19. Nov`."""
    locale = QLocale()
    date = QDate(moment.year, moment.month, moment.day)
    german = locale.language() == QLocale.Language.German
    pattern = "ddd d. MMM" if german else "ddd d MMM"
    text = locale.toString(date, pattern)
    return text.replace(".", "", 1) if german else text


def day_with_year(moment: datetime) -> str:
    """A full date: `Thu 19 Nov 2026`."""
    return f"{day(moment)} {moment.year}"
