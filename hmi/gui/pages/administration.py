"""The Administration page: who may do what at this station, who is here, and proof of who did what."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from hmi.gui.bridge import Bridge
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.admin.account import AccountSection
from hmi.gui.pages.admin.audit import AuditSection
from hmi.gui.pages.admin.control import ControlSection
from hmi.gui.pages.admin.form import FormDialog
from hmi.gui.pages.admin.notices import Outcome
from hmi.gui.pages.admin.roles import RolesSection
from hmi.gui.pages.admin.section import Section
from hmi.gui.pages.admin.sessions import SessionsSection
from hmi.gui.pages.admin.table import Index
from hmi.gui.pages.admin.users import UsersSection
from hmi.gui.pages.page import Page
from hmi.gui.pages.parts import Plate, keep_margin
from hmi.gui.theme import current, font
from hmi.gui.widgets.figures import age
from hmi.gui.widgets.painting.text import RIGHT, width, write

_LIST, _LIST_SMALL = 240, 164
_ROW = 44
_COUNT = Qt.ItemDataRole.UserRole + 1


class AdministrationPage(Page):
    """Sections at the left; table and detail of the chosen one at the right."""

    manual_page: ClassVar[str] = "administration"

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, parent)
        self.users = UsersSection(bridge)
        self.roles = RolesSection(bridge)
        self.sessions = SessionsSection(bridge)
        self.control = ControlSection(bridge)
        self.audit = AuditSection(bridge)
        self.account = AccountSection(bridge)
        self.sections: dict[str, Section] = {
            "users": self.users,
            "roles": self.roles,
            "sessions": self.sessions,
            "control": self.control,
            "audit": self.audit,
            "account": self.account,
        }
        self.list = QListWidget()
        self.list.setItemDelegate(_Delegate(self.list))
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(translate("Administration", "Sections"))
        self._stack = QStackedWidget()
        for name, section in self.sections.items():
            item = QListWidgetItem(section.title)
            item.setData(Qt.ItemDataRole.UserRole, name)
            item.setSizeHint(QSize(100, _ROW))
            self.list.addItem(item)
            self._stack.addWidget(section)
            section.counted.connect(self._show_counts)
        self.list.setCurrentRow(0)
        self.list.currentRowChanged.connect(self._chosen)
        self.silence = Outcome()
        self._build()
        self._person = self._who()
        self._revision = -1
        bridge.people.changed.connect(self._people_changed)
        bridge.ticked.connect(self._tick)
        bridge.station_silent.connect(self._say_silence)

    def _build(self) -> None:
        self._plate = Plate(translate("Administration", "Administration"), tools=True)
        self._plate.body.setContentsMargins(1, 0, 1, 1)
        self._plate.body.addWidget(self.list, 1)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.silence)
        right.addWidget(self._stack, 1)
        self._row = row = QHBoxLayout(self)
        keep_margin(row, False)
        row.setSpacing(10)
        row.addWidget(self._plate)
        row.addLayout(right, 1)
        self._plate.setFixedWidth(_LIST)

    # the frame

    def set_compact(self, compact: bool) -> None:
        super().set_compact(compact)
        keep_margin(self._row, compact)
        self._plate.setFixedWidth(_LIST_SMALL if compact else _LIST)
        for section in self.sections.values():
            section.set_compact(compact)

    def opened(self) -> None:
        self.current.opened()
        self.list.setFocus()

    def regions(self) -> list[QWidget]:
        return [self.list, *self.current.current_regions()]

    def find_field(self) -> QWidget | None:
        return self.current.find_field() if self.current.is_content else None

    def is_settled(self) -> bool:
        return self.current.is_settled

    @property
    def current(self) -> Section:
        """The section in front."""
        name = str(self.list.currentItem().data(Qt.ItemDataRole.UserRole))
        return self.sections[name]

    def open_section(self, name: str) -> None:
        """Brings a section to the front."""
        self.list.setCurrentRow(list(self.sections).index(name))

    def _chosen(self, _row: int) -> None:
        self._stack.setCurrentWidget(self.current)
        self.current.opened()

    def _show_counts(self) -> None:
        for number, section in enumerate(self.sections.values()):
            item = self.list.item(number)
            if item.data(_COUNT) != section.count:
                item.setData(_COUNT, section.count)

    # who is here

    def _who(self) -> tuple[bool, str]:
        """Who would act now: it decides what may be shown. Locking and unlocking leave it the same person."""
        return self.bridge.people.is_configured, self.bridge.people.user

    def _people_changed(self) -> None:
        before, self._person = self._person, self._who()
        if before != self._person and before[0]:
            for section in self.sections.values():
                section.forget()
            self._show_counts()
            if before[1] and before[1] != self._person[1]:
                self._close_forms()
        if self.isVisible():
            self.current.refresh()

    def _close_forms(self) -> None:
        """What somebody began to type is not for the next person to send."""
        for dialog in self.window().findChildren(FormDialog):
            dialog.reject()

    def _tick(self) -> None:
        """Other places change users and roles as well: the station counts such changes."""
        state = self.bridge.people.state
        if state is not None and state.revision != self._revision:
            self._revision = state.revision
            if self.isVisible():
                self.current.refresh()

    def _say_silence(self, seconds: float) -> None:
        if seconds <= 0:
            self.silence.clear()
            return
        words = translate(
            "Administration",
            "The station is silent for %1: this is what it said last. What you send waits until it answers.",
        )
        self.silence.problem(fill(words, age(seconds)))


class _Delegate(QStyledItemDelegate):
    """Title, count at the right, the accent bar at the chosen one."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, rect = current(), QRectF(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.colour("selected" if chosen else "hover"))
        if chosen:
            painter.fillRect(QRectF(rect.left(), rect.top(), 4, rect.height()), theme.colour("accent"))
        count = str(index.data(_COUNT) or "")
        room = width(count, font("label")) + 12 if count else 4.0
        write(painter, rect.adjusted(0, 0, -12, 0), count, font("label"), theme.colour("text2"), RIGHT, elide=False)
        place = rect.adjusted(14, 0, -8 - room, 0)
        write(painter, place, str(index.data() or ""), font("body", 500 if chosen else 400), theme.colour("text1"))
        painter.restore()
