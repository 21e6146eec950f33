"""My account: what the person here may do, their own secrets, and the sealed break-glass code."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from hmi.facade.access_data import AccessState, Right
from hmi.gui.bridge import Bridge
from hmi.gui.dialogs.asking import AskDialog
from hmi.gui.dialogs.own_account import PasswordDialog, PinDialog, SecondFactorDialog
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.admin.break_glass import BreakGlassDialog
from hmi.gui.pages.admin.notices import Outcome
from hmi.gui.pages.admin.section import Section
from hmi.gui.pages.admin.table import Column, Look, RowsModel, RowsTable
from hmi.gui.pages.admin.words import action_word, areas_words, assignments_words, method_word, signature_word
from hmi.gui.pages.parts import Hair, KeyButton, Plate, Words
from hmi.gui.shown import moment
from hmi.model.access import Method, Permission, SignatureRule

_SIDE = 448


def right_columns() -> tuple[Column, ...]:
    """Columns of the table of rights."""
    return (
        Column("action", lambda: translate("Account", "Action"), 216, 2),
        Column("where", lambda: translate("Account", "Where, or why not"), 240, 5),
        Column("signature", lambda: translate("Account", "Signature"), 140, 0),
    )


class RightModel(RowsModel):
    """Actions as they stand for the person here."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(right_columns(), parent)
        self._bridge = bridge

    def key(self, row: Any) -> str:
        return str(row.permission)

    def text(self, row: Any, column: str) -> str:
        right: Right = row
        if column == "action":
            return action_word(right.permission)
        if column == "where":
            if right.areas:
                return areas_words(right.areas, self._bridge.plant)
            return self._bridge.people.refusal(right.permission) or right.reason
        return "" if right.signature == SignatureRule.NONE.value else signature_word(right.signature)

    def look(self, row: Any, column: str) -> Look:
        if not row.areas:
            return Look(colour="text3", icon="lock" if column == "action" else "")
        if column == "action":
            return Look(strong=True, colour="text1", icon="check")
        return Look()


class AccountSection(Section):
    """Rights at the left, the account at the right."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge, translate("Account", "My account"))
        self.model = RightModel(bridge, self)
        self.table = RowsTable(self.model, translate("Account", "What I may do"))
        plate = self._rights_plate = Plate(translate("Account", "What I may do"), tools=True)
        plate.body.setContentsMargins(1, 0, 1, 8)
        plate.body.addWidget(self.table, 1)
        self.side = Plate()
        self.side.body.setContentsMargins(16, 14, 16, 14)
        self.side.body.setSpacing(10)
        self.name = Words("", "title", "text1", wrap=True)
        self.who = Words("", "body", "text2", wrap=True)
        self.password = KeyButton(translate("Account", "Change password…"), tall=44)
        self.pin = KeyButton(translate("Account", "Set PIN…"), tall=44)
        self.totp = KeyButton(translate("Account", "Second factor…"), tall=44)
        self.sign_in = KeyButton(translate("Administration", "Sign in…"), kind="primary", tall=44)
        self.seal = KeyButton(translate("Account", "Make a new code…"), tall=44)
        self.glass = Words("", "body", "text1", wrap=True)
        self.outcome = Outcome()
        self._build_side()
        row = QHBoxLayout(self.content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(plate, 1)
        row.addWidget(self.side)

    def _build_side(self) -> None:
        self.side.setFixedWidth(_SIDE)
        body = self.side.body
        body.addWidget(self.name)
        body.addWidget(self.who)
        body.addWidget(self.sign_in, 0, Qt.AlignmentFlag.AlignLeft)
        grid = QGridLayout()
        grid.setSpacing(8)
        grid.addWidget(self.password, 0, 0, 1, 2)
        grid.addWidget(self.pin, 1, 0)
        grid.addWidget(self.totp, 1, 1)
        body.addLayout(grid)
        body.addWidget(self.outcome)
        body.addSpacing(6)
        body.addWidget(Hair("line1"))
        body.addWidget(Words(translate("Account", "Break-glass code"), "heading", "text1"))
        words = translate(
            "Account",
            "For the day when nobody who may is there, or the directory is down: one code, in a sealed envelope, that"
            " signs in once as administrator. Its use is recorded.",
        )
        body.addWidget(Words(words, "label", "text2", wrap=True))
        body.addWidget(self.glass)
        line = QVBoxLayout()
        line.addWidget(self.seal, 0, Qt.AlignmentFlag.AlignLeft)
        body.addLayout(line)
        body.addStretch(1)
        self.password.clicked.connect(self.open_password)
        self.pin.clicked.connect(self.open_pin)
        self.totp.clicked.connect(self.open_second_factor)
        self.seal.clicked.connect(self.open_seal)
        self.sign_in.clicked.connect(self.people.ask_sign_in)

    def take(self, answer: Any) -> None:
        state = self.people.state
        if state is None:
            return
        self.model.show_rows(state.rights)
        self._show_person(state)
        allowed = sum(1 for right in state.rights if right.areas)
        self._rights_plate.note.setText(fill(translate("Account", "%1 of %2 actions"), allowed, len(state.rights)))
        refusal = self.people.refusal(Permission.USER_MANAGE.value) if state.configured else ""
        self.glass.setText(
            translate("Account", "A code is sealed. A new one makes it void.")
            if state.break_glass_sealed
            else translate("Account", "No code is sealed. Make one and put it where the shift lead finds it.")
        )
        if not state.configured:
            self.glass.setText(translate("Account", "Not needed yet: without users nobody is locked out."))
        elif refusal:
            self.glass.setText(f"{self.glass.text()} {refusal}")
        self.seal.setEnabled(state.configured and not refusal)
        self.seal.setToolTip(refusal)

    def _show_person(self, state: AccessState) -> None:
        session, plant = state.session, self.bridge.plant
        mine = session is not None and session.state == "active" and session.method != Method.BREAK_GLASS.value
        if session is not None:
            self.name.setText(session.title or session.user)
            roles = assignments_words(session.assignments, plant)
            since = moment(session.t_begin_us, plant.timezone, self.bridge.now_us)
            words = translate("Account", "%1: %2. Signed in with %3 since %4.")
            self.who.setText(fill(words, session.user, roles, method_word(session.method), since))
        elif state.configured:
            self.name.setText(translate("Account", "Nobody is signed in"))
            self.who.setText(translate("Account", "What the table shows may be done without signing in."))
        else:
            self.name.setText(state.os_user)
            self.who.setText(
                translate(
                    "Account",
                    "No users exist on this station: everything may be done, and the records name this login of the"
                    " operating system.",
                )
            )
        for button in (self.password, self.pin, self.totp):
            button.setVisible(session is not None)
            button.setEnabled(mine)
        self.sign_in.setVisible(state.configured and session is None)

    def forget(self) -> None:
        super().forget()
        self.outcome.clear()

    def regions(self) -> list[QWidget]:
        return [self.table, self.sign_in if self.sign_in.isVisible() else self.password]

    def set_compact(self, compact: bool) -> None:
        super().set_compact(compact)
        self.side.setFixedWidth(360 if compact else _SIDE)

    def open_password(self) -> AskDialog:
        """The dialog for one's own password."""
        return self._show_dialog(
            PasswordDialog(self.bridge, self.window()), translate("Account", "Your password is changed.")
        )

    def open_pin(self) -> AskDialog:
        """The dialog for one's own PIN."""
        return self._show_dialog(PinDialog(self.bridge, self.window()), translate("Account", "Your PIN is changed."))

    def open_second_factor(self) -> AskDialog:
        """The dialog for one's own second factor."""
        return self._show_dialog(
            SecondFactorDialog(self.bridge, self.window()),
            translate("Account", "Your second factor is on. The next sign-in asks for its six digits."),
        )

    def _show_dialog(self, dialog: AskDialog, words: str) -> AskDialog:
        dialog.accepted.connect(lambda: self.outcome.done(words))
        dialog.show_in_window()
        return dialog

    def open_seal(self) -> BreakGlassDialog:
        """The dialog that makes the break-glass code and shows it once."""
        dialog = BreakGlassDialog(self.bridge, self.window())
        dialog.sealed.connect(self._sealed)
        dialog.show_in_window()
        return dialog

    def _sealed(self) -> None:
        self.people.refresh()
        self.outcome.done(translate("Account", "A new break-glass code is in force; the one before is void."))
