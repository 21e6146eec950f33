"""The Devices page: every link, how it answers, how it was the last hours, and what to do when it does not."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from hmi.gui.bridge import Bridge
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.device.detail import DeviceDetail, comm_alarm
from hmi.gui.pages.device.links import LinkBars, LinkFeed, note_of
from hmi.gui.pages.device.table import DeviceDelegate, DeviceModel, DeviceTable
from hmi.gui.pages.page import Page, Target
from hmi.gui.pages.parts import Plate, SearchField, keep_margin
from hmi.gui.pages.plant.histories import HistoryFeed
from hmi.gui.shown import is_unacknowledged, symbol_of
from hmi.gui.theme import font
from hmi.gui.theme.hatch import fill_hatch
from hmi.gui.theme.strokes import frame
from hmi.gui.widgets.base import Painted
from hmi.gui.widgets.figures import figure
from hmi.gui.widgets.flash import flash
from hmi.gui.widgets.painting.text import width, write
from hmi.gui.widgets.structs import AlarmSymbolState, SparkState

_DETAIL = 470


class DevicesPage(Page):
    """Table, link availability, detail."""

    manual_page: ClassVar[str] = "devices"

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, parent)
        self._selected = ""
        self._feed = HistoryFeed(bridge, self)
        self._feed.changed.connect(self._repaint)
        self._feed.watch(self._response(device.name) for device in bridge.plant.devices)
        self._links = LinkFeed(bridge, self)
        self._links.changed.connect(self._show_links)
        self.model = DeviceModel(bridge, self)
        self.table = DeviceTable(self.model)
        self.table.setItemDelegate(DeviceDelegate(self._symbol, self._spark, self.table))
        self.table.selectionModel().currentRowChanged.connect(self._row_chosen)
        self.detail = DeviceDetail(bridge)
        self.detail.values_wanted.clicked.connect(self._go_to_values)
        self.detail.trend_wanted.clicked.connect(self._go_to_trend)
        self.detail.help_wanted.clicked.connect(lambda: self.go.emit("help", Target(manual=self.manual_page)))
        self._build()
        bridge.devices_changed.connect(self._refresh)
        bridge.alarms_changed.connect(self._refresh)
        bridge.ticked.connect(self._tick)
        self._beat = 0
        self._states: tuple[str, ...] = ()
        self._refresh()

    def _build(self) -> None:
        self._plate = Plate(translate("Devices", "Devices"), tools=True)
        self._plate.body.setContentsMargins(1, 0, 1, 1)
        self.filter = SearchField(translate("Devices", "Filter"))
        self.filter.setMaximumWidth(200)
        self.filter.textChanged.connect(self._refresh)
        self._plate.head.addWidget(self.filter)
        self._plate.body.addWidget(self.table)
        self._link_plate = Plate(translate("Devices", "Link"), translate("Devices", "last 8 h"))
        self._link_plate.head.addWidget(_Legend())
        self._bars = LinkBars()
        self._link_plate.body.addWidget(self._bars)
        left = QVBoxLayout()
        left.setSpacing(10)
        left.addWidget(self._plate, 66)
        left.addWidget(self._link_plate, 34)
        self._row = row = QHBoxLayout(self)
        keep_margin(row, False)
        row.setSpacing(10)
        row.addLayout(left, 1)
        row.addWidget(self.detail)
        self.detail.setFixedWidth(_DETAIL)

    def set_compact(self, compact: bool) -> None:
        super().set_compact(compact)
        keep_margin(self._row, compact)
        self.detail.setFixedWidth(380 if compact else _DETAIL)
        self.table.set_small(compact)
        self._link_plate.setVisible(not compact)

    def opened(self) -> None:
        self._feed.start()
        self._links.read()
        self._refresh()
        self.table.setFocus()

    def closed(self) -> None:
        self._feed.stop()

    def show_target(self, target: Target) -> None:
        if target.device:
            self.filter.clear()
            self._selected = target.device
            self._refresh()

    def regions(self) -> list[QWidget]:
        return [self.filter, self.table, self.detail.values_wanted]

    def find_field(self) -> QWidget:
        return self.filter

    def is_settled(self) -> bool:
        return self._feed.is_settled and self._links.is_settled and self._links.was_read and bool(self.bridge.devices)

    @staticmethod
    def _response(device: str) -> str:
        return f"system/devices/{device}/response"

    def _symbol(self, device: str) -> AlarmSymbolState | None:
        alarm = comm_alarm(self.bridge, device)
        return symbol_of(alarm) if alarm is not None else None

    def _spark(self, device: str) -> SparkState | None:
        path = self._response(device)
        if self.bridge.definition(path) is None:
            return None
        _t, value = self._feed.series(path)
        known = value[~np.isnan(value)]
        high = max(1.0, float(known.max()) * 1.6) if len(known) else 1.0
        spark = self._feed.spark(path, 0.0, high)
        item = next((known for known in self.bridge.devices if known.name == device), None)
        if item is not None and item.state in ("down", "connecting"):
            gap = (max(spark.from_us, item.since_us), spark.to_us)
            keep = spark.t_us < item.since_us
            return SparkState(spark.t_us[keep], spark.value[keep], spark.from_us, spark.to_us, 0.0, high, gaps=(gap,))
        return spark

    def _tick(self) -> None:
        self._beat = (self._beat + 1) % 10
        states = tuple(item.state for item in self.bridge.devices)
        changed, self._states = states != self._states, states
        if self.isVisible() and (self._beat == 0 or changed or not self._links.was_read):
            self._links.read(force=changed and self._links.was_read)

    def _repaint(self) -> None:
        self.table.viewport().update()

    def _show_links(self) -> None:
        self._bars.set_rows(self._links.rows, self._links.from_us, self._links.to_us, self.bridge.plant.timezone)
        self._link_plate.note.setText(note_of(self._links))

    def _refresh(self, _words: object = None) -> None:
        if not self.isVisible() and self.model.rows:
            return
        words = self.filter.text().lower().split()
        rows = [
            item
            for item in self.bridge.devices
            if all(word in f"{item.name} {item.title} {item.driver} {item.address}".lower() for word in words)
        ]
        self.model.show_rows(rows)
        connected = sum(1 for item in self.bridge.devices if item.state == "connected")
        values = sum(item.tags for item in self.bridge.devices)
        note = fill(
            translate("Devices", "%1 configured, %2 connected, %3 values"),
            len(self.bridge.devices),
            connected,
            figure(values, 0),
        )
        self._plate.note.setText(note)
        names = [item.name for item in rows]
        if self._selected not in names:
            worst = next((item.name for item in rows if item.state not in ("connected", "disabled")), "")
            self._selected = worst or (names[0] if names else "")
        if self._selected in names:
            row = names.index(self._selected)
            if self.table.currentIndex().row() != row:
                self.table.selectRow(row)
        self._show_detail()
        waiting = [item for item in (comm_alarm(self.bridge, name) for name in names) if item is not None]
        flash().follow(self.table.viewport(), self.isVisible() and any(is_unacknowledged(item) for item in waiting))

    def _row_chosen(self, _index: object, _before: object) -> None:
        item = self.model.item(self.table.currentIndex().row())
        if item is not None:
            self._selected = item.name
            self._show_detail()

    def _show_detail(self) -> None:
        item = next((known for known in self.bridge.devices if known.name == self._selected), None)
        self.detail.show_item(item, comm_alarm(self.bridge, self._selected))

    def _go_to_values(self) -> None:
        self.go.emit("tags", Target(device=self._selected))

    def _go_to_trend(self) -> None:
        path = self._response(self._selected)
        if self.bridge.definition(path) is not None:
            self.go.emit("trends", Target(tags=(path,)))


class _Legend(Painted):
    """answering, no answer."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _words(self) -> tuple[str, str]:
        return translate("Devices", "answering"), translate("Devices", "no answer")

    def sizeHint(self) -> QSize:
        return QSize(int(sum(width(word, font("label")) for word in self._words())) + 76, 22)

    def spoken(self) -> str:
        return ", ".join(self._words())

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        first, second = self._words()
        painter.fillRect(QRectF(0, 7, 18, 9), self.theme.colour("run"))
        used = write(painter, rect.adjusted(24, 0, 0, 0), first, font("label"), self.theme.colour("text2"), elide=False)
        box = QRectF(38 + used, 4, 18, 14)
        fill_hatch(painter, box, self.theme.tokens.colour["unknown"], 7.0, 1.2, rising=False)
        frame(painter, box, self.theme.colour("unknown"), 1.0, dashed=True)
        write(
            painter, rect.adjusted(62 + used, 0, 0, 0), second, font("label"), self.theme.colour("text2"), elide=False
        )
