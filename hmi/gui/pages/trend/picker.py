"""The pen picker: every tag that can be drawn, grouped by path, with a search."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QWidget

from hmi.gui.bridge import Bridge
from hmi.gui.dialogs.dialog import Dialog
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.parts import SearchField, Words
from hmi.gui.pages.plant.views import tag_title
from hmi.gui.pages.trend.pens import MOST_PENS, PenSet, can_be_drawn
from hmi.gui.theme import font

MOST_HITS = 400
_PATH = Qt.ItemDataRole.UserRole
_GROUP = Qt.ItemDataRole.UserRole + 1


def grouped(paths: list[str]) -> dict[str, list[str]]:
    """Paths by the part before their last name, in the plant's order."""
    found: dict[str, list[str]] = {}
    for path in paths:
        found.setdefault(path.rpartition("/")[0], []).append(path)
    return found


class PenPicker(Dialog):
    """Type to search, arrows to walk, Space or Enter to choose, Esc to close. toggled(path, drawn)."""

    toggled = Signal(str, bool)

    def __init__(self, bridge: Bridge, pens: PenSet, parent: QWidget) -> None:
        super().__init__(parent, translate("Trends", "Pens"), translate("Trends", "tags by path"), 620)
        self._bridge, self._pens = bridge, pens
        self._groups = grouped([path for path in bridge.paths() if can_be_drawn(bridge.definition(path))])
        self._filling = False
        self.field = SearchField(translate("Trends", "Search tags"), key="")
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.tree = QTreeWidget()
        self.tree.setColumnCount(2)
        self.tree.setHeaderHidden(True)
        self.tree.setFont(font("body"))
        self.tree.setUniformRowHeights(True)
        self.tree.setMinimumHeight(380)
        self.tree.setColumnWidth(0, 380)
        self.tree.setAccessibleName(translate("Trends", "Tags by path"))
        self.tree.itemExpanded.connect(self._fill_group)
        self.tree.itemChanged.connect(self._changed)
        self.tree.itemActivated.connect(self._flip)
        self.count = Words("", "label", "text2")
        self.body.addWidget(self.field)
        self.body.addWidget(self.tree)
        self.body.addWidget(self.count)
        self._search("")
        self.field.setFocus()

    def _search(self, words: str) -> None:
        parts = words.lower().split()
        self._filling = True
        self.tree.clear()
        shown, total = 0, 0
        for group, paths in self._groups.items():
            hits = paths if not parts else [path for path in paths if self._fits(path, parts)]
            total += len(hits)
            if not hits or (parts and shown >= MOST_HITS):
                continue
            item = QTreeWidgetItem(self.tree, [group or translate("Trends", "without group"), str(len(hits))])
            item.setData(0, _GROUP, group)
            item.setSizeHint(0, QSize(100, 34))
            item.setFirstColumnSpanned(False)
            if parts:
                for path in hits[: MOST_HITS - shown]:
                    self._tag_item(item, path)
                    shown += 1
                item.setExpanded(True)
            elif any(path in self._pens for path in hits):
                self._fill(item)
                item.setExpanded(True)
            else:
                item.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
        self._filling = False
        self._select_first(bool(parts))
        self._say(total, shown if parts else total)

    def _fits(self, path: str, parts: list[str]) -> bool:
        definition = self._bridge.definition(path)
        text = f"{path} {definition.description if definition is not None else ''}".lower()
        return all(part in text for part in parts)

    def _select_first(self, inside: bool) -> None:
        first = self.tree.topLevelItem(0)
        if first is not None:
            child = first.child(0) if inside else None
            self.tree.setCurrentItem(child if child is not None else first)

    def _fill_group(self, item: QTreeWidgetItem) -> None:
        if item.data(0, _GROUP) is not None and item.childCount() == 0:
            self._filling = True
            self._fill(item)
            self._filling = False

    def _fill(self, item: QTreeWidgetItem) -> None:
        for path in self._groups[item.data(0, _GROUP)]:
            self._tag_item(item, path)

    def _tag_item(self, group: QTreeWidgetItem, path: str) -> None:
        definition = self._bridge.definition(path)
        if definition is None:
            return
        name, title = path.rpartition("/")[2], tag_title(definition)
        item = QTreeWidgetItem(group, [f"{name}   {title}" if title.lower() != name else name, definition.unit])
        item.setData(0, _PATH, path)
        item.setToolTip(0, f"{path}\n{definition.description}".strip())
        item.setSizeHint(0, QSize(100, 32))
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(0, Qt.CheckState.Checked if path in self._pens else Qt.CheckState.Unchecked)

    def _flip(self, item: QTreeWidgetItem, _column: int = 0) -> None:
        if item.data(0, _PATH) is None:
            item.setExpanded(not item.isExpanded())
            return
        checked = item.checkState(0) is Qt.CheckState.Checked
        item.setCheckState(0, Qt.CheckState.Unchecked if checked else Qt.CheckState.Checked)

    def _changed(self, item: QTreeWidgetItem, _column: int) -> None:
        path = item.data(0, _PATH)
        if self._filling or path is None:
            return
        wanted = item.checkState(0) is Qt.CheckState.Checked
        if wanted and path not in self._pens and self._pens.is_full:
            self._filling = True
            item.setCheckState(0, Qt.CheckState.Unchecked)
            self._filling = False
            self.count.setText(fill(translate("Trends", "All %1 pens are in use. Take one away first."), MOST_PENS))
            return
        if wanted != (path in self._pens):
            self.toggled.emit(path, wanted)
            self.count.setText(fill(translate("Trends", "%1 of %2 pens"), len(self._pens), MOST_PENS))

    def _say(self, total: int, shown: int) -> None:
        words = fill(translate("Trends", "%1 of %2 pens"), len(self._pens), MOST_PENS)
        if shown < total:
            more = fill(translate("Trends", "%1 of %2 hits shown, type more letters"), shown, total)
            words = f"{words}   {more}"
        elif total == 0:
            nothing = translate("Trends", "no tag fits")
            words = f"{words}   {nothing}"
        self.count.setText(words)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = event.key()
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self.tree.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                item = self.tree.currentItem()
                if item is not None:
                    self._flip(item)
                return True
        return super().eventFilter(watched, event)
