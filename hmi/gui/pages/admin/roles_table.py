"""The matrix of actions and roles with its signature column; Space changes the cell the keyboard is in."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from hmi.facade.access_data import RoleRow, RoleTableItem
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.admin.words import action_meaning, action_word, signature_word
from hmi.gui.pages.alarm.table import AlarmHead
from hmi.gui.people import role_word
from hmi.gui.theme import current, font, paint_icon
from hmi.gui.theme.strokes import frame, horizontal
from hmi.gui.widgets.painting.text import lines, width, write
from hmi.gui.widgets.ringed_table import RingedTable
from hmi.model.access import DEFAULT_ROLES, Permission, Role, SignatureRule

Index = QModelIndex | QPersistentModelIndex
_ROW = 46
_INSET = 14
_BOX = 8
"""Where the box of a cell begins, and the head above it."""
_RULES = tuple(rule.value for rule in SignatureRule)


def default_roles(permission: str) -> frozenset[str] | None:
    """Roles that have an action on a new station; None for an action this window does not know."""
    known = next((known for known in Permission if known.value == permission), None)
    return None if known is None else frozenset(role.value for role in DEFAULT_ROLES[known])


class RoleModel(QAbstractTableModel):
    """Rows are actions; columns are the action, each role, the signature. Holds a draft over the station's table."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._roles = [role.value for role in Role]
        self._rows: list[RoleRow] = []
        self._drafts: dict[str, RoleRow] = {}
        self.editable = True

    @property
    def roles(self) -> list[str]:
        """Names of the roles, in the order of the columns."""
        return self._roles

    @property
    def changes(self) -> list[tuple[RoleRow, RoleRow]]:
        """Rows as they are and as they would be, in the table's order."""
        return [(row, self._drafts[row.permission]) for row in self._rows if row.permission in self._drafts]

    def show_table(self, table: RoleTableItem) -> None:
        """Takes the station's table; what was changed here and is not applied stays, as long as it differs."""
        same = table.roles == self._roles and [r.permission for r in table.rows] == [r.permission for r in self._rows]
        if not same:
            self.beginResetModel()
        self._roles, self._rows = list(table.roles), list(table.rows)
        by_name = {row.permission: row for row in self._rows}
        self._drafts = {
            name: draft for name, draft in self._drafts.items() if name in by_name and _differ(by_name[name], draft)
        }
        if not same:
            self.endResetModel()
        self._repaint()

    def discard(self) -> None:
        """Forgets what was changed here."""
        self._drafts = {}
        self._repaint()

    def row(self, number: int) -> RoleRow | None:
        """The row as it would be."""
        if not 0 <= number < len(self._rows):
            return None
        row = self._rows[number]
        return self._drafts.get(row.permission, row)

    def turn(self, index: Index) -> bool:
        """Gives or takes a role, or goes to the next signature; False where there is nothing to turn."""
        row = self.row(index.row())
        if row is None or not self.editable or index.column() == 0:
            return False
        if index.column() <= len(self._roles):
            role = self._roles[index.column() - 1]
            held = [known for known in self._roles if (known in row.roles) != (known == role)]
            draft = RoleRow(row.permission, held, row.signature)
        else:
            after = _RULES[(_RULES.index(row.signature) + 1) % len(_RULES)] if row.signature in _RULES else _RULES[0]
            draft = RoleRow(row.permission, row.roles, after)
        if _differ(self._rows[index.row()], draft):
            self._drafts[row.permission] = draft
        else:
            self._drafts.pop(row.permission, None)
        self.dataChanged.emit(self.index(index.row(), 0), self.index(index.row(), self.columnCount() - 1))
        return True

    def is_given(self, index: Index) -> bool:
        """True if the role of the column has the action of the row."""
        row = self.row(index.row())
        return row is not None and self._roles[index.column() - 1] in row.roles

    def is_changed(self, index: Index) -> bool:
        """True if the cell is not as the station has it."""
        if index.row() >= len(self._rows):
            return False
        before, after = self._rows[index.row()], self.row(index.row())
        if after is None or index.column() == 0:
            return False
        if index.column() <= len(self._roles):
            role = self._roles[index.column() - 1]
            return (role in before.roles) != (role in after.roles)
        return before.signature != after.signature

    def is_default(self, index: Index) -> bool:
        """True if the cell is as on a new station."""
        row = self.row(index.row())
        if row is None or index.column() == 0:
            return True
        if index.column() > len(self._roles):
            return row.signature == SignatureRule.NONE.value
        wanted = default_roles(row.permission)
        role = self._roles[index.column() - 1]
        return wanted is None or (role in wanted) == (role in row.roles)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._roles) + 2

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        if section == 0:
            return translate("Roles", "Action")
        if section > len(self._roles):
            return translate("Roles", "Signature")
        return role_word(self._roles[section - 1])

    def data(self, index: Index, role: int = 0) -> Any:
        row = self.row(index.row()) if index.isValid() else None
        if row is None:
            return None
        if index.column() == 0:
            if role == Qt.ItemDataRole.DisplayRole:
                return action_word(row.permission)
            if role == Qt.ItemDataRole.ToolTipRole:
                return f"{action_meaning(row.permission)}\n{row.permission}"
            return None
        if index.column() > len(self._roles):
            if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
                return signature_word(row.signature)
            return None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            words = translate("Roles", "%1, %2: yes") if self.is_given(index) else translate("Roles", "%1, %2: no")
            return fill(words, action_word(row.permission), role_word(self._roles[index.column() - 1]))
        if role == Qt.ItemDataRole.ToolTipRole and not self.is_default(index):
            return translate("Roles", "Not as on a new station")
        return None

    def _repaint(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, self.columnCount() - 1))


def _differ(one: RoleRow, other: RoleRow) -> bool:
    return set(one.roles) != set(other.roles) or one.signature != other.signature


def difference(before: RoleRow, after: RoleRow) -> list[tuple[str, str]]:
    """What a change of a row does, as sign and words: `+` operator, `-` viewer, old signature to new."""
    lines = [("+", role_word(role)) for role in after.roles if role not in before.roles]
    lines += [("−", role_word(role)) for role in before.roles if role not in after.roles]
    if before.signature != after.signature:
        words = translate("Roles", "signature: %1 → %2")
        lines.append(("→", fill(words, signature_word(before.signature), signature_word(after.signature))))
    return lines


class RoleDelegate(QStyledItemDelegate):
    """Paints check cells. A changed cell has a dashed frame, one that is not as on a new station a corner."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(44, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, RoleModel):
            return
        theme, rect = current(), QRectF(option.rect)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver) and index.column() > 0 and model.editable
        painter.save()
        painter.fillRect(rect, theme.colour("hover" if hovered else "plate"))
        horizontal(painter, rect.left(), rect.right() + 1, rect.bottom() - 0.5, theme.colour("line1"))
        text1, text2 = theme.colour("text1"), theme.colour("text2")
        if index.column() == 0:
            self._action(painter, rect.adjusted(_INSET, 0, -8, 0), str(index.data() or ""))
        elif index.column() <= len(model.roles):
            box = QRectF(rect.left() + _BOX, rect.center().y() - 10, 20, 20)
            given = model.is_given(index)
            edge = theme.colour("line3" if model.editable else "line2")
            frame(painter, box, edge, 1.0, theme.colour("plate2" if model.editable else "plate"), radius=2.0)
            if given:
                paint_icon(painter, box.adjusted(1, 1, -1, -1), "check", text1)
        else:
            strong = model.row(index.row())
            plain = strong is None or strong.signature == SignatureRule.NONE.value
            place = rect.adjusted(12, 0, -8, 0)
            write(
                painter, place, str(index.data() or ""), font("body", 400 if plain else 500), text2 if plain else text1
            )
        if index.column() > 0 and model.is_changed(index):
            wide = 32.0 if index.column() <= len(model.roles) else rect.width() - 10
            around = QRectF(rect.left() + (2 if wide == 32.0 else 6), rect.top() + 7, wide, rect.height() - 15)
            frame(painter, around, text1, 2.0, dashed=True)
        elif not model.is_default(index):
            paint_corner(painter, rect, index.column() <= len(model.roles))
        painter.restore()

    def _action(self, painter: QPainter, rect: QRectF, text: str) -> None:
        """In two lines where one is too short."""
        found = lines(text, font("body", 500), rect.width())
        for number, line in enumerate(found):
            place = QRectF(rect.left(), rect.center().y() - 10 * len(found) + 20 * number, rect.width(), 20)
            write(painter, place, line, font("body", 500), current().colour("text1"))


def paint_corner(painter: QPainter, rect: QRectF, box: bool = True) -> None:
    """The mark of a cell that is not as on a new station: a short bar beside it."""
    x = rect.left() + (_BOX + 23 if box else 4)
    painter.fillRect(QRectF(x, rect.center().y() - 6, 3, 12), current().colour("text3"))


class RoleMatrix(RingedTable):
    """The matrix. One tab stop; the arrows go from cell to cell, Space turns it."""

    def __init__(self, model: RoleModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._matrix = model
        self._small = False
        self.setAccessibleName(translate("Roles", "Who may do what"))
        self.setModel(model)
        self.setItemDelegate(RoleDelegate(self))
        self._name_head()
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        model.modelReset.connect(self._name_head)

    def _name_head(self) -> None:
        names = ("action", *self._matrix.roles, "signature")
        insets = {"action": _INSET, "signature": 12, **dict.fromkeys(self._matrix.roles, _BOX)}
        self.setHorizontalHeader(AlarmHead(names, (), self, insets))
        self._share()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() == Qt.Key.Key_Home and not event.modifiers():
            event.ignore()
            return
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self._ringed = True
            self._matrix.turn(index)
            self.viewport().update()
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid() and index == self.currentIndex():
            self._matrix.turn(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        ringed, self._ringed = self._ringed, False
        super().paintEvent(event)  # the ring of a row would hide which cell Space turns
        self._ringed = ringed
        if not self.is_ringed:
            return
        painter = QPainter(self.viewport())
        frame(painter, QRectF(self.visualRect(self.currentIndex())), current().colour("accent"), 2.0)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        roles = self._matrix.roles
        heads: Mapping[int, int] = {
            number: max(52, ceil(width(role_word(role), font("label"))) + 18)
            for number, role in enumerate(roles, start=1)
        }
        words = [signature_word(rule) for rule in _RULES]
        signature = max(ceil(width(word, font("body", 500))) for word in words) + 26
        rest = self.viewport().width() - sum(heads.values()) - signature
        least = 140
        self.setColumnWidth(0, max(least, min(300, rest)))
        spare = max(0, rest - max(least, min(300, rest))) // (len(roles) + 1)
        for number, wide in heads.items():
            self.setColumnWidth(number, wide + spare)
        self.setColumnWidth(len(roles) + 1, signature + spare)
