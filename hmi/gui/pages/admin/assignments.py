"""Roles of a person as rows: which role, and where it holds."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from hmi.gui.i18n import fill, translate
from hmi.gui.pages.parts import KeyButton
from hmi.gui.people import role_word
from hmi.model.access import ASSIGNABLE, EVERYWHERE, Role

_TALL = 36


class AssignmentsEditor(QWidget):
    """Rows of role and area, a button for one more. areas: name and title of what a role can be limited to."""

    changed = Signal()

    def __init__(self, areas: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._areas = list(areas)
        self._rows: list[_Row] = []
        self._fixed = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.more = KeyButton(translate("Users", "Add a role"), icon_name="plus", tall=_TALL)
        self.more.setAutoDefault(False)
        self.more.clicked.connect(self._add_one)
        self._column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self.setFocusProxy(self.more)

    @property
    def value(self) -> list[str]:
        """Assignments as `operator@line1`, in the order shown."""
        return [row.value for row in self._rows]

    @property
    def rows(self) -> list[_Row]:
        """The rows, for tests and for the keyboard."""
        return self._rows

    @property
    def problem(self) -> str:
        """What is wrong with them, in a sentence."""
        if not self._rows:
            return translate("Users", "Without a role this person can only look. Give at least viewer.")
        if len(set(self.value)) < len(self._rows):
            return translate("Users", "The same role stands here twice for the same area. Take one away.")
        return ""

    def set_value(self, assignments: Sequence[str]) -> None:
        """Shows assignments."""
        if list(assignments) == self.value:
            return
        for row in self._rows:
            self._take_out(row)
        self._rows = []
        for text in assignments:
            self._put(text)

    def set_fixed(self, fixed: bool) -> None:
        """Fixed: shown, not to be changed."""
        self._fixed = fixed
        self.more.setVisible(not fixed)
        for row in self._rows:
            row.set_fixed(fixed)

    def _add_one(self) -> None:
        row = self._put(Role.OPERATOR.value)
        row.role.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _put(self, text: str) -> _Row:
        row = _Row(text, self._areas)
        row.set_fixed(self._fixed)
        row.changed.connect(self.changed)
        row.gone.connect(lambda: self._remove(row))
        self._rows.append(row)
        self._column.insertWidget(len(self._rows) - 1, row)
        return row

    def _remove(self, row: _Row) -> None:
        if row in self._rows:
            self._rows.remove(row)
            self._take_out(row)
            self.more.setFocus(Qt.FocusReason.OtherFocusReason)
            self.changed.emit()

    def _take_out(self, row: _Row) -> None:
        row.hide()
        self._column.removeWidget(row)
        row.deleteLater()


class _Row(QWidget):
    """One role in one area."""

    changed = Signal()
    gone = Signal()

    def __init__(self, text: str, areas: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        role, _, area = text.partition("@")
        area = area or EVERYWHERE
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        self.role = QComboBox()
        self.role.setAccessibleName(translate("Users", "Role"))
        for known in ASSIGNABLE:
            self.role.addItem(role_word(known.value), known.value)
        if self.role.findData(role) < 0:
            self.role.addItem(role, role)
        self.role.setCurrentIndex(self.role.findData(role))
        self.area = QComboBox()
        self.area.setAccessibleName(translate("Users", "Area"))
        self.area.addItem(translate("Access", "everywhere"), EVERYWHERE)
        for name, title in areas:
            self.area.addItem(title, name)
        if self.area.findData(area) < 0:
            self.area.addItem(fill(translate("Users", "%1 (not in the plant)"), area), area)
        self.area.setCurrentIndex(self.area.findData(area))
        for box, share in ((self.role, 1), (self.area, 1)):
            box.setMinimumHeight(_TALL)
            box.setMinimumContentsLength(6)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            box.currentIndexChanged.connect(self.changed)
            line.addWidget(box, share)
        self.remove = KeyButton("", icon_name="x", tall=_TALL)
        self.remove.setAutoDefault(False)
        self.remove.setAccessibleName(translate("Users", "Take this role away"))
        self.remove.setToolTip(translate("Users", "Take this role away"))
        self.remove.clicked.connect(self.gone)
        line.addWidget(self.remove)

    @property
    def value(self) -> str:
        """As an assignment."""
        role, area = str(self.role.currentData()), str(self.area.currentData())
        return role if area == EVERYWHERE else f"{role}@{area}"

    def set_fixed(self, fixed: bool) -> None:
        """Fixed: shown, not to be changed."""
        self.role.setEnabled(not fixed)
        self.area.setEnabled(not fixed)
        self.remove.setVisible(not fixed)
