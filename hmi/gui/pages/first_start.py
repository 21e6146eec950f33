"""What the window shows before a station is configured: demo, an existing configuration, or an empty one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from hmi.gui.i18n import fill, translate
from hmi.gui.pages.help import manual_pages, resolve
from hmi.gui.pages.parts import KeyButton, Plate, Words

DEMO = "demo"


class FirstStart(QWidget):
    """One plate in the middle.

    chosen: `demo`, or the folder of an existing configuration. manual_wanted: the manual page to show beside it.
    """

    chosen = Signal(str)
    manual_wanted = Signal(str)

    def __init__(self, config: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._config = config
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
                translate("FirstStart", "Opens the configuration folder and the manual page about its four files."),
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
        self.chosen.emit(str(folder))

    def _start_empty(self) -> None:
        try:
            self._config.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            words = translate("FirstStart", "The folder %1 cannot be made: %2")
            self._say(fill(words, self._config, error.strerror or error))
            return
        opened = QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._config)))
        words = translate(
            "FirstStart",
            "There are no configuration dialogs yet. Put the four files into %1, check them with "
            "“plant-hmi check” and start again. The manual page “%2” tells how.",
        )
        page = resolve(manual_pages(), "configuration")
        self._say(fill(words, self._config, page.title if page is not None else "configuration"))
        if not opened:
            self.answer.setText(
                self.answer.text() + " " + translate("FirstStart", "The folder could not be opened for you.")
            )
        if page is not None:
            self.manual_wanted.emit(page.name)

    def _say(self, words: str) -> None:
        self.answer.setText(words)
        self.answer.show()
