"""What the window shows before a station is configured: demo, an existing configuration, or an empty one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from hmi.base.resources import shipped
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.help import manual_pages, resolve
from hmi.gui.pages.parts import KeyButton, Plate, Words

DEMO = "demo"
_SHOWN_PROBLEMS = 8


class FirstStart(QWidget):
    """One plate in the middle.

    chosen: `demo`, or the folder of an existing configuration. manual_wanted: the manual page to show beside it.
    check: gives the problems of a configuration folder in words, none if it can be used.
    """

    chosen = Signal(str)
    manual_wanted = Signal(str)

    def __init__(
        self, config: Path, parent: QWidget | None = None, check: Callable[[Path], list[str]] | None = None
    ) -> None:
        super().__init__(parent)
        self._config = config
        self._check = check
        plate = Plate()
        plate.setFixedWidth(560)
        plate.body.setContentsMargins(28, 24, 28, 24)
        plate.body.setSpacing(10)
        plate.body.addWidget(Words(translate("FirstStart", "No station is configured here yet"), "title", "text1"))
        note = fill(translate("FirstStart", "The configuration would be in %1."), config)
        plate.body.addWidget(Words(note, "body", "text2", wrap=True))
        plate.body.addSpacing(8)
        self.demo = KeyButton(translate("FirstStart", "Try the demo plant"), kind="primary", tall=48)
        self.demo.clicked.connect(lambda: self.chosen.emit(DEMO))
        self.open = KeyButton(translate("FirstStart", "Open a configuration…"), tall=48)
        self.open.clicked.connect(self._open)
        self.empty = KeyButton(translate("FirstStart", "Start empty"), tall=48)
        self.empty.clicked.connect(self._start_empty)
        hints = (
            (
                self.demo,
                translate("FirstStart", "A simulated bottling line with alarms and history. Nothing real is touched."),
            ),
            (self.open, translate("FirstStart", "A folder with station.yaml, plant.yaml, tags.csv and alarms.csv.")),
            (
                self.empty,
                translate(
                    "FirstStart", "Copies a small configuration to begin with and opens its folder and the manual."
                ),
            ),
        )
        for button, hint in hints:
            plate.body.addWidget(button)
            plate.body.addWidget(Words(hint, "label", "text2", wrap=True))
            plate.body.addSpacing(6)
        self.answer = Words("", "body", "text1", weight=500, wrap=True)
        self.answer.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.answer.hide()
        plate.body.addWidget(self.answer)
        middle = QVBoxLayout()
        middle.addStretch(1)
        middle.addWidget(plate)
        middle.addStretch(2)
        self._row = QHBoxLayout(self)
        self._row.setSpacing(10)
        self._row.addStretch(1)
        self._row.addLayout(middle)
        self._row.addStretch(1)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.demo.setFocus(Qt.FocusReason.OtherFocusReason)

    def add_beside(self, widget: QWidget) -> None:
        """Puts a widget, e.g. the manual, to the right of the choice."""
        beside = Plate()
        beside.body.setContentsMargins(4, 4, 4, 4)
        beside.body.addWidget(widget)
        self._row.insertWidget(self._row.count() - 1, beside, 4)

    def _open(self) -> None:
        title = translate("FirstStart", "Folder of the configuration")
        folder = QFileDialog.getExistingDirectory(self, title, str(self._config.parent))
        if folder:
            self.take_folder(Path(folder))

    def take_folder(self, folder: Path) -> None:
        """Chooses a folder if it holds a configuration, else says what is missing."""
        missing = [name for name in ("station.yaml", "plant.yaml") if not (folder / name).exists()]
        if missing:
            words = translate("FirstStart", "%1 holds no configuration: %2 is missing.")
            self._say(fill(words, folder, ", ".join(missing)))
            return
        problems = self._check(folder) if self._check is not None else []
        if problems:
            lines = [fill(translate("FirstStart", "%1 cannot be used yet:"), folder), *problems[:_SHOWN_PROBLEMS]]
            if len(problems) > _SHOWN_PROBLEMS:
                more = translate("FirstStart", "and %1 more; “plant-hmi check” lists them all.")
                lines.append(fill(more, len(problems) - _SHOWN_PROBLEMS))
            self._say("\n".join(lines))
            return
        self.chosen.emit(str(folder))

    def _start_empty(self) -> None:
        try:
            self._config.mkdir(parents=True, exist_ok=True)
            self._copy_starter()
        except OSError as error:
            words = translate("FirstStart", "The folder %1 cannot be made: %2")
            self._say(fill(words, self._config, error.strerror or error))
            return
        opened = QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._config)))
        words = translate(
            "FirstStart",
            "A small configuration to begin with is now in %1. Put your devices, tags and alarms into its files: there "
            "are no dialogs for that yet. Check them with “plant-hmi check” and start again. "
            "The manual page “%2” tells how.",
        )
        page = resolve(manual_pages(), "configuration")
        self._say(fill(words, self._config, page.title if page is not None else "configuration"))
        if not opened:
            self.answer.setText(
                self.answer.text() + " " + translate("FirstStart", "The folder could not be opened for you.")
            )
        if page is not None:
            self.manual_wanted.emit(page.name)

    def _copy_starter(self) -> None:
        """Never over what is there: a file that exists stays as it is; station.yaml comes last and makes it whole."""
        if (self._config / "station.yaml").exists():
            return
        files = sorted(shipped("config", "starter").iterdir(), key=lambda file: file.name == "station.yaml")
        for file in files:
            if file.is_file() and not (self._config / file.name).exists():
                shutil.copyfile(file, self._config / file.name)

    def _say(self, words: str) -> None:
        self.answer.setText(words)
        self.answer.show()
