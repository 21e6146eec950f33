"""The Tags page: tree, search, every tag with value, quality, age and source, and the detail of one."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QHBoxLayout, QTreeView, QWidget

from hmi.gui.bridge import Bridge
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.page import Page, Target
from hmi.gui.pages.parts import Message, Plate, SearchField, Segments, keep_margin
from hmi.gui.pages.tag.detail import TagDetail
from hmi.gui.pages.tag.table import TagDelegate, TagModel, TagTable
from hmi.gui.theme import font
from hmi.gui.widgets.figures import figure
from hmi.gui.widgets.flash import flash

_DETAIL = 420


class TagsPage(Page):
    """Keys: T trend, / search."""

    manual_page: ClassVar[str] = "values"

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, parent)
        self._root = ""
        self._device = ""
        self._quality = "all"
        self._paths = bridge.paths()
        self._lower = [self._searched(path) for path in self._paths]
        self.model = TagModel(bridge, self)
        self.table = TagTable(self.model, TagDelegate(bridge))
        self.table.selectionModel().currentRowChanged.connect(self._row_chosen)
        self.detail = TagDetail(bridge)
        self.detail.trend_wanted.clicked.connect(self._go_to_trend)
        self.detail.alarm_wanted.clicked.connect(self._go_to_alarm)
        self.tree = QTreeView()
        self._build()
        trend = QShortcut(QKeySequence("T"), self)
        trend.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        trend.activated.connect(self._go_to_trend)
        bridge.tags_changed.connect(self._live)
        bridge.ticked.connect(self._tick)
        self._beat = 0
        self._filter()

    def _searched(self, path: str) -> str:
        definition = self.bridge.definition(path)
        return (
            f"{path} {definition.description if definition else ''} {definition.address if definition else ''}".lower()
        )

    def _build(self) -> None:
        folders = Plate(translate("Tags", "Plant"))
        folders.body.setContentsMargins(6, 0, 1, 6)
        folders.setFixedWidth(260)
        self._folders = folders
        self.tree.setHeaderHidden(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setFont(font("body"))
        self.tree.setIndentation(16)
        self.tree.setAccessibleName(translate("Tags", "Plant tree"))
        self.tree.setModel(self._tree_model())
        self.tree.expandToDepth(0)
        self.tree.selectionModel().currentChanged.connect(self._folder_chosen)
        folders.body.addWidget(self.tree)
        self._plate = Plate(translate("Tags", "Tags"), tools=True)
        self._plate.body.setContentsMargins(1, 0, 1, 1)
        self.segments = Segments(
            (
                ("all", translate("Tags", "All")),
                ("bad", translate("Tags", "Not good")),
                ("stale", translate("Tags", "Stale")),
            ),
            "all",
        )
        self.segments.chosen.connect(self._choose_quality)
        self.field = SearchField(translate("Tags", "Search path, address, text"))
        self.field.setMinimumWidth(240)
        self.field.textChanged.connect(self._filter)
        self._plate.head.addWidget(self.segments)
        self._plate.head.addWidget(self.field)
        self._empty = Message(
            translate("Tags", "No tag fits"), translate("Tags", "Clear the search or choose another folder.")
        )
        self._empty.hide()
        self._plate.body.addWidget(self.table)
        self._plate.body.addWidget(self._empty)
        self._row = row = QHBoxLayout(self)
        keep_margin(row, False)
        row.setSpacing(10)
        row.addWidget(folders)
        row.addWidget(self._plate, 1)
        row.addWidget(self.detail)
        self.detail.setFixedWidth(_DETAIL)

    def _tree_model(self) -> QStandardItemModel:
        model = QStandardItemModel(self)
        nodes: dict[str, QStandardItem] = {}
        counts: dict[str, int] = {"": len(self._paths)}
        for path in self._paths:
            parts = path.split("/")[:-1]
            for depth in range(1, len(parts) + 1):
                folder = "/".join(parts[:depth])
                counts[folder] = counts.get(folder, 0) + 1
        top = QStandardItem(fill(translate("Tags", "Whole plant  %1"), figure(len(self._paths), 0)))
        top.setData("", Qt.ItemDataRole.UserRole)
        top.setEditable(False)
        top.setSizeHint(QSize(100, 30))
        model.appendRow(top)
        for folder in sorted(name for name in counts if name):
            above, _, name = folder.rpartition("/")
            item = QStandardItem(f"{name}  {figure(counts[folder], 0)}")
            item.setData(folder, Qt.ItemDataRole.UserRole)
            item.setEditable(False)
            item.setSizeHint(QSize(100, 30))
            nodes[folder] = item
            (nodes[above] if above else model.invisibleRootItem()).appendRow(item)
        return model

    def set_compact(self, compact: bool) -> None:
        super().set_compact(compact)
        keep_margin(self._row, compact)
        self._folders.setVisible(not compact)
        self.detail.setFixedWidth(340 if compact else _DETAIL)
        self.table.set_small(compact)
        self.field.setMinimumWidth(180 if compact else 240)

    def opened(self) -> None:
        self.table.setFocus()
        self._filter()

    def show_target(self, target: Target) -> None:
        self._root, self._device = "", target.device
        self._quality = "all"
        self.segments.set_current("all")
        self.field.blockSignals(True)
        self.field.clear()
        self.field.blockSignals(False)
        self._filter()
        if target.tags and target.tags[0] in self.model.paths:
            row = self.model.paths.index(target.tags[0])
            self.table.selectRow(row)
            self.table.scrollTo(self.model.index(row, 0), self.table.ScrollHint.PositionAtCenter)

    def regions(self) -> list[QWidget]:
        return [self.tree, self.field, self.table, self.detail.trend_wanted]

    def find_field(self) -> QWidget:
        return self.field

    def is_settled(self) -> bool:
        return self.detail.is_settled

    def _choose_quality(self, name: str) -> None:
        self._quality = name
        self._filter()

    def _folder_chosen(self, index: QModelIndex, _before: QModelIndex) -> None:
        self._root = str(index.data(Qt.ItemDataRole.UserRole) or "")
        self._device = ""
        self._filter()

    def _fits_quality(self, path: str) -> bool:
        if self._quality == "all":
            return True
        tag = self.bridge.tag(path)
        if tag is None:
            return False
        return tag.quality.value == "stale" if self._quality == "stale" else tag.quality.value != "good"

    def _filter(self, _words: object = None) -> None:
        parts = self.field.text().lower().split()
        root = self._root + "/" if self._root else ""
        bridge = self.bridge
        found = []
        for path, text in zip(self._paths, self._lower, strict=True):
            if root and not path.startswith(root):
                continue
            if parts and not all(part in text for part in parts):
                continue
            if self._device:
                definition = bridge.definition(path)
                if definition is None or definition.device != self._device:
                    continue
            if self._fits_quality(path):
                found.append(path)
        kept = self.detail.path
        self.model.show_paths(found)
        self.table.setVisible(bool(found))
        self._empty.setVisible(not found)
        note = fill(translate("Tags", "%1 of %2"), figure(len(found), 0), figure(len(self._paths), 0))
        if self._device:
            note += " · " + fill(translate("Tags", "of device %1"), self._device)
        self._plate.note.setText(note)
        row = found.index(kept) if kept in found else 0
        if found and self.table.currentIndex().row() != row:
            self.table.selectRow(row)
        if not found:
            self.detail.show_path("")

    def _row_chosen(self, _index: object, _before: object) -> None:
        row = self.table.currentIndex().row()
        if 0 <= row < len(self.model.paths):
            self.detail.show_path(self.model.paths[row])

    def _live(self, paths: frozenset[str]) -> None:
        if not self.isVisible():
            return
        first, last = self.table.visible_rows()
        if first >= 0 and any(path in paths for path in self.model.paths[first : last + 1]):
            self.model.touch(first, last)
        if self.detail.path in paths:
            self.detail.refresh()

    def _tick(self) -> None:
        self._beat = (self._beat + 1) % 10
        if self._beat or not self.isVisible():
            return
        if self._quality != "all":
            self._filter()
        first, last = self.table.visible_rows()
        self.model.touch(first, last)
        self.detail.refresh()
        shown = self.model.paths[first : last + 1] if first >= 0 else []
        alarms = [self.bridge.alarm_of(path) for path in shown]
        flash().follow(self.table.viewport(), any(alarm is not None and not alarm.acked for alarm in alarms))

    def _go_to_trend(self) -> None:
        if self.detail.path:
            self.go.emit("trends", Target(tags=(self.detail.path,)))

    def _go_to_alarm(self) -> None:
        alarm = self.bridge.alarm_of(self.detail.path)
        if alarm is not None:
            self.go.emit("alarms", Target(alarm=alarm.id))
