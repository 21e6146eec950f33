"""Ctrl+K: one field that finds pages, machines, tags, alarms and devices."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from hmi.gui.bridge import Bridge
from hmi.gui.dialogs.dialog import Dialog
from hmi.gui.i18n import translate
from hmi.gui.pages.page import Target
from hmi.gui.pages.registry import PAGES
from hmi.gui.theme import font

_MOST = 40


@dataclass(frozen=True, slots=True)
class Found:
    """One place to go to: what is shown, what kind it is, where it leads."""

    text: str
    kind: str
    page: str
    target: Target


def find(bridge: Bridge, words: str) -> list[Found]:
    """Everything that contains all the words, exact beginnings first."""
    parts = [part for part in words.lower().split() if part]
    everything = [*_pages(), *_machines(bridge), *_devices(bridge), *_alarms(bridge), *_tags(bridge)]
    hits = [found for found in everything if all(part in found.text.lower() for part in parts)]
    if parts:
        hits.sort(key=lambda found: not found.text.lower().startswith(parts[0]))
    return hits[:_MOST]


def _pages() -> list[Found]:
    kind = translate("Find", "page")
    return [Found(entry.title(), kind, entry.id, Target()) for entry in PAGES]


def _machines(bridge: Bridge) -> list[Found]:
    kind = translate("Find", "machine")
    return [
        Found(f"{machine.title or machine.name}  {machine.path}", kind, "line", Target(machine=machine.path))
        for line in bridge.plant.lines
        for machine in line.machines
    ]


def _devices(bridge: Bridge) -> list[Found]:
    kind = translate("Find", "device")
    return [Found(device.name, kind, "devices", Target(device=device.name)) for device in bridge.devices]


def _alarms(bridge: Bridge) -> list[Found]:
    kind = translate("Find", "alarm")
    listed = bridge.alarms.items if bridge.alarms is not None else []
    return [Found(f"{item.message}  {item.id}", kind, "alarms", Target(alarm=item.id)) for item in listed]


def _tags(bridge: Bridge) -> list[Found]:
    kind = translate("Find", "tag")
    return [Found(path, kind, "tags", Target(tags=(path,))) for path in bridge.paths()]


class FindDialog(Dialog):
    """Type, choose with the arrows, Enter goes there."""

    chosen = Signal(str, object)

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(parent, translate("Find", "Find"), translate("Find", "page, machine, device, alarm, tag"), 640)
        self._bridge = bridge
        self.field = QLineEdit()
        self.field.setFont(font("operate"))
        self.field.setPlaceholderText(translate("Find", "What are you looking for?"))
        self.field.setAccessibleName(translate("Find", "Search words"))
        self.field.textChanged.connect(self._search)
        self.field.returnPressed.connect(self._choose)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setMinimumHeight(360)
        self.list.setFont(font("body"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(self._choose)
        self.body.addWidget(self.field)
        self.body.addWidget(self.list)
        self._search("")
        self.field.setFocus()

    def _search(self, words: str) -> None:
        self.list.clear()
        for found in find(self._bridge, words):
            item = QListWidgetItem(f"{found.text}    {found.kind}")
            item.setSizeHint(QSize(100, 34))
            item.setData(Qt.ItemDataRole.UserRole, found)
            self.list.addItem(item)
        if self.list.count():
            self.list.setCurrentRow(0)

    def _choose(self) -> None:
        item = self.list.currentItem()
        if item is None:
            return
        found: Found = item.data(Qt.ItemDataRole.UserRole)
        self.accept()
        self.chosen.emit(found.page, found.target)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -9, Qt.Key.Key_PageDown: 9}.get(
                Qt.Key(event.key()), 0
            )
            if step:
                row = min(self.list.count() - 1, max(0, self.list.currentRow() + step))
                self.list.setCurrentRow(row)
                return True
        return super().eventFilter(watched, event)
