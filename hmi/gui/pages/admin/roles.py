"""Roles: which role may do what and what asks for a signature; a change shows as a difference before it is applied."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from hmi.facade.access_data import RoleRow, RoleTableItem
from hmi.gui.bridge import Bridge
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.admin.notices import Outcome, empty_layout
from hmi.gui.pages.admin.roles_table import RoleMatrix, RoleModel, difference, paint_corner
from hmi.gui.pages.admin.section import Section
from hmi.gui.pages.admin.words import action_meaning, action_word
from hmi.gui.pages.parts import Hair, KeyButton, Plate, Words
from hmi.gui.signing import Signer
from hmi.gui.theme import font
from hmi.gui.theme.strokes import frame
from hmi.gui.widgets.base import Painted
from hmi.gui.widgets.painting.text import width, write
from hmi.gui.widgets.scrolling import scrolling
from hmi.model.access import Permission

_DETAIL = 340


class RolesSection(Section):
    """The matrix, and beside it what would change. Everybody may read it; changing is for `role.manage`."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge, translate("Roles", "Roles"))
        self._signer = Signer(bridge, self)
        self._waiting: list[RoleRow] = []
        self.model = RoleModel(self)
        self.model.dataChanged.connect(self._show_changes)
        self.model.modelReset.connect(self._show_changes)
        self.table = RoleMatrix(self.model)
        self.table.selectionModel().currentChanged.connect(self._show_meaning)
        plate = self._matrix_plate = Plate(translate("Roles", "Who may do what"), tools=True)
        plate.body.setContentsMargins(1, 0, 1, 10)
        plate.body.addWidget(self.table, 1)
        below = QHBoxLayout()
        below.setContentsMargins(13, 8, 13, 0)
        below.addWidget(_Legend())
        below.addStretch(1)
        plate.body.addLayout(below)
        self.side = Plate()
        self.side.body.setContentsMargins(0, 0, 0, 0)
        self.side.setFixedWidth(_DETAIL)
        self._build_side()
        row = QHBoxLayout(self.content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(plate, 1)
        row.addWidget(self.side)

    def _build_side(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 14, 16, 8)
        column.setSpacing(8)
        self.meaning_title = Words("", "title", "text1", wrap=True)
        self.meaning = Words("", "body", "text2", wrap=True)
        self.permission_name = Words("", "label", "text3")
        column.addWidget(self.meaning_title)
        column.addWidget(self.meaning)
        column.addWidget(self.permission_name)
        column.addSpacing(6)
        column.addWidget(Hair("line1"))
        self.changes_title = Words("", "heading", "text1", wrap=True)
        column.addWidget(self.changes_title)
        self._changes = QVBoxLayout()
        self._changes.setSpacing(4)
        column.addLayout(self._changes)
        column.addStretch(1)
        self.side.body.addWidget(scrolling(inside), 1)
        self.side.body.addWidget(Hair("line2"))
        self.outcome = Outcome()
        self.apply = KeyButton(translate("Roles", "Apply"), kind="primary", tall=44)
        self.discard = KeyButton(translate("Roles", "Discard"), tall=44)
        self.apply.clicked.connect(self._apply)
        self.discard.clicked.connect(self._discard)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 12, 16, 14)
        foot.setSpacing(8)
        foot.addWidget(self.outcome)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.apply, 1)
        line.addWidget(self.discard, 1)
        foot.addLayout(line)
        self.side.body.addLayout(foot)

    def question(self) -> Future[RoleTableItem]:
        return self.bridge.facade.roles(self.people.token)

    def take(self, answer: Any) -> None:
        self._judge_right()
        self.model.show_table(answer)
        if not self.table.currentIndex().isValid() and self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(0, 1))
        self._show_meaning()
        self._show_changes()

    def failed(self, error: Exception) -> None:
        self.outcome.problem(fill(translate("Roles", "The table cannot be read anew: %1"), str(error)))

    def forget(self) -> None:
        super().forget()
        self._waiting = []
        self.model.discard()
        self.outcome.clear()

    def regions(self) -> list[QWidget]:
        return [self.table, self.apply]

    def set_compact(self, compact: bool) -> None:
        super().set_compact(compact)
        self.side.setFixedWidth(212 if compact else _DETAIL)

    @property
    def is_busy(self) -> bool:
        """True while changes are on their way to the station."""
        return bool(self._waiting)

    def _judge_right(self) -> None:
        refusal = self.people.refusal(Permission.ROLE_MANAGE.value)
        self.model.editable = not refusal
        self._matrix_plate.note.setText(
            refusal or translate("Roles", "Space or a click turns a cell; nothing changes before Apply")
        )
        self.apply.setToolTip(refusal)

    def _show_meaning(self, *_changed: object) -> None:
        row = self.model.row(self.table.currentIndex().row())
        if row is not None:
            self.meaning_title.setText(action_word(row.permission))
            self.meaning.setText(action_meaning(row.permission))
            self.permission_name.setText(row.permission)

    def _show_changes(self, *_changed: object) -> None:
        changes = self.model.changes
        empty_layout(self._changes)
        for before, after in changes:
            self._changes.addSpacing(4)
            self._changes.addWidget(Words(action_word(before.permission), "body", "text1", weight=500, wrap=True))
            for sign, words in difference(before, after):
                line = QHBoxLayout()
                line.setSpacing(6)
                mark = Words(sign, "body", "text1", weight=500)
                mark.setFixedWidth(16)
                line.addWidget(mark)
                line.addWidget(Words(words, "body", "text1", wrap=True), 1)
                self._changes.addLayout(line)
        if not changes:
            self.changes_title.setText(translate("Roles", "Nothing changed"))
        elif len(changes) == 1:
            self.changes_title.setText(translate("Roles", "1 change, not applied yet"))
        else:
            self.changes_title.setText(fill(translate("Roles", "%1 changes, not applied yet"), len(changes)))
        self.apply.setEnabled(bool(changes) and self.model.editable and not self.is_busy)
        self.discard.setEnabled(bool(changes) and not self.is_busy)

    def _discard(self) -> None:
        self.model.discard()
        self.outcome.clear()
        self._show_changes()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _apply(self) -> None:
        """One row after the other, so that a signature is asked for each and a refusal names its row."""
        if not self.is_busy:
            self._waiting = [after for _before, after in self.model.changes]
            self._applied = 0
            self._send_next()

    def _send_next(self) -> None:
        if not self._waiting:
            if self._applied:
                self.outcome.done(fill(translate("Roles", "Applied: %1."), self._applied))
            self._show_changes()
            return
        row, bridge = self._waiting[0], self.bridge

        def send(signature: str) -> None:
            self.outcome.waiting(translate("Form", "Sending…"))
            future = bridge.facade.set_role(row, bridge.people.token, signature)
            bridge.ask(future, self._taken, self._not_taken, self)

        words = fill(translate("Roles", "Change who may do this: %1"), action_word(row.permission))
        self._show_changes()
        self._signer.ask(Permission.ROLE_MANAGE.value, row.permission, words, send, self._stopped)

    def _taken(self, table: RoleTableItem) -> None:
        self._waiting = self._waiting[1:]
        self._applied += 1
        self.model.show_table(table)
        self._send_next()

    def _stopped(self) -> None:
        self._waiting = []
        self.outcome.problem(translate("Roles", "Not signed, so this and what follows was not applied."))
        self._show_changes()

    def _not_taken(self, error: Exception) -> None:
        word = action_word(self._waiting[0].permission) if self._waiting else ""
        self._waiting = []
        self.outcome.problem(f"{word}: {error}" if word else str(error))
        self._show_changes()


class _Legend(Painted):
    """What the bar beside a cell and the dashed frame mean."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _words(self) -> tuple[str, str]:
        return translate("Roles", "not as on a new station"), translate("Roles", "changed here, not applied")

    def sizeHint(self) -> QSize:
        return QSize(int(sum(width(word, font("label")) for word in self._words())) + 80, 22)

    def spoken(self) -> str:
        return ", ".join(self._words())

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        first, second = self._words()
        text2 = self.theme.colour("text2")
        paint_corner(painter, QRectF(rect.left(), rect.top(), 20, rect.height()), box=False)
        used = write(painter, rect.adjusted(16, 0, 0, 0), first, font("label"), text2)
        box = QRectF(rect.left() + 36 + used, rect.center().y() - 8, 20, 16)
        frame(painter, box, self.theme.colour("text1"), 2.0, dashed=True)
        write(painter, rect.adjusted(64 + used, 0, 0, 0), second, font("label"), text2)
