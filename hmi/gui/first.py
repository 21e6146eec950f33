"""The window before a station exists: the frame in place, the choice in the middle, the manual at hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QTextBrowser

from hmi.gui.i18n import translate
from hmi.gui.pages.first_start import FirstStart
from hmi.gui.pages.help import manual_pages, resolve, set_type
from hmi.gui.theme import font
from hmi.gui.window import Window


class FirstWindow:
    """choice: `demo`, a folder, or empty as long as nothing was chosen."""

    def __init__(self, config: Path, check: Callable[[Path], list[str]] | None = None) -> None:
        self.choice = ""
        self.window = Window()
        self.window.say(translate("Status", "No station configured"))
        self.start = FirstStart(config, check=check)
        self.start.chosen.connect(self._chosen)
        self.start.manual_wanted.connect(self._show_manual)
        self.window.show_in_place(self.start)
        self.manual: QTextBrowser | None = None

    def _chosen(self, choice: str) -> None:
        self.choice = choice
        self.window.close()

    def _show_manual(self, name: str) -> None:
        page = resolve(manual_pages(), name)
        if page is None:
            return
        if self.manual is None:
            self.manual = QTextBrowser()
            self.manual.setOpenExternalLinks(True)
            self.manual.document().setDefaultFont(font("operate", 400))
            self.manual.document().setDocumentMargin(16)
            self.start.add_beside(self.manual)
        self.manual.setMarkdown(page.text)
        set_type(self.manual.document())
