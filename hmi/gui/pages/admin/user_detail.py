"""One user: name and roles as a form, and what else can be done to the account. Drafts stay until applied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from hmi.facade.access_data import UserChange, UserItem
from hmi.gui.bridge import Bridge
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.admin.assignments import AssignmentsEditor
from hmi.gui.pages.admin.form import Field, FormDialog
from hmi.gui.pages.admin.notices import Outcome
from hmi.gui.pages.admin.secrets import BadgeDialog, PasswordDialog, PinDialog
from hmi.gui.pages.admin.words import area_titles, source_word
from hmi.gui.pages.parts import ElidedWords, Hair, KeyButton, Plate, Words
from hmi.gui.shown import moment
from hmi.gui.signing import Signer
from hmi.gui.widgets.figures import age
from hmi.gui.widgets.scrolling import scrolling
from hmi.model.access import Permission, UserSource

TITLE_MOST = 80
_HEAD = 92


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed for a user and is not applied yet."""

    title: str
    assignments: tuple[str, ...]


class UserDetail(Plate):
    """The pane beside the table. changed: the station took a change."""

    changed = Signal()

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._signer = Signer(bridge, self)
        self._item: UserItem | None = None
        self._drafts: dict[str, Draft] = {}
        self._busy = False
        self._showing = False
        self.body.setContentsMargins(0, 0, 0, 0)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(16, 14, 16, 8)
        self._column.setSpacing(12)
        self.name = ElidedWords("", "title", "text1")
        self.sub = Words("", "label", "text2", wrap=True)
        self._column.addWidget(self.name)
        self._column.addWidget(self.sub)
        self._build_form()
        self._build_means()
        self._column.addStretch(1)
        self.body.addWidget(scrolling(inside), 1)
        self.body.addWidget(Hair("line2"))
        self._build_foot()
        self.setFocusProxy(self.title_field)
        self.show_item(None)

    def _build_form(self) -> None:
        self.title_field = QLineEdit()
        self.title_field.setMaxLength(TITLE_MOST)
        self.roles = AssignmentsEditor(area_titles(self._bridge.plant))
        self._title_row = Field(translate("Users", "Full name"), self.title_field, "", self._title_problem, _HEAD)
        self._roles_row = Field(translate("Users", "Roles"), self.roles, "", self._roles_problem, above=True)
        self.title_field.textChanged.connect(self._edited)
        self.roles.changed.connect(self._edited)
        self._from_directory = Words("", "label", "text2", wrap=True)
        for widget in (self._title_row, self._roles_row, self._from_directory):
            self._column.addWidget(widget)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(10)
        self._facts.setVerticalSpacing(4)
        self._facts.setColumnStretch(1, 1)
        self._fact_words: dict[str, Words] = {}
        for number, (name, label) in enumerate(
            (
                ("source", translate("Users", "From")),
                ("created", translate("Users", "Added")),
                ("last", translate("Users", "Last sign-in")),
                ("confirmed", translate("Users", "Confirmed")),
            )
        ):
            head = Words(label, "label", "text2", wrap=True)
            head.setFixedWidth(_HEAD)
            self._fact_words[name] = Words("", "body", "text1", wrap=True)
            self._facts.addWidget(head, number, 0)
            self._facts.addWidget(self._fact_words[name], number, 1)
        self._column.addLayout(self._facts)

    def _build_means(self) -> None:
        self._column.addWidget(Words(translate("Users", "Ways to sign in"), "heading", "text1"))
        self._means = QGridLayout()
        self._means.setHorizontalSpacing(10)
        self._means.setVerticalSpacing(6)
        self._means.setColumnStretch(1, 1)
        self.reset = KeyButton(translate("Users", "Reset…"), tall=44)
        self.set_pin = KeyButton(translate("Users", "Set…"), tall=44)
        self.drop_pin = KeyButton(translate("Users", "Take away"), tall=44)
        self.set_badge = KeyButton(translate("Users", "Set…"), tall=44)
        self.drop_badge = KeyButton(translate("Users", "Take away"), tall=44)
        self.drop_totp = KeyButton(translate("Users", "Take away"), tall=44)
        self._mean_words: dict[str, Words] = {}
        rows = (
            ("password", translate("Users", "Password"), (self.reset,)),
            ("pin", translate("Users", "PIN"), (self.set_pin, self.drop_pin)),
            ("badge", translate("Users", "Badge"), (self.set_badge, self.drop_badge)),
            ("totp", translate("Users", "Second factor"), (self.drop_totp,)),
        )
        for number, (name, label, buttons) in enumerate(rows):
            head = Words(label, "label", "text2", wrap=True)
            head.setFixedWidth(_HEAD)
            self._mean_words[name] = Words("", "body", "text1", wrap=True)
            self._mean_words[name].setMinimumWidth(1)  # the buttons beside it never elide
            self._means.addWidget(head, number, 0)
            self._means.addWidget(self._mean_words[name], number, 1)
            line = QHBoxLayout()
            line.setSpacing(6)
            line.addStretch(1)
            for button in buttons:
                button.setAccessibleName(f"{label}: {button.text()}")
                line.addWidget(button)
            self._means.addLayout(line, number, 2)
        self._column.addLayout(self._means)
        self.reset.clicked.connect(self._open_password)
        self.set_pin.clicked.connect(self._open_pin)
        self.set_badge.clicked.connect(self._open_badge)
        self.drop_pin.clicked.connect(
            lambda: self._send(UserChange(pin=""), translate("Users", "The PIN of %1 is gone."))
        )
        self.drop_badge.clicked.connect(
            lambda: self._send(UserChange(badge=""), translate("Users", "The badge of %1 does not sign in any more."))
        )
        self.drop_totp.clicked.connect(
            lambda: self._send(UserChange(totp=False), translate("Users", "%1 signs in without second factor now."))
        )

    def _build_foot(self) -> None:
        self.outcome = Outcome()
        self.apply = KeyButton(translate("Users", "Apply"), kind="primary", tall=44)
        self.discard = KeyButton(translate("Users", "Discard"), tall=44)
        self.able = KeyButton(translate("Users", "Disable"), tall=44)
        self.unlock = KeyButton(translate("Users", "Unlock"), tall=44)
        self.apply.clicked.connect(self._apply)
        self.discard.clicked.connect(self._discard)
        self.able.clicked.connect(self._toggle)
        self.unlock.clicked.connect(
            lambda: self._send(UserChange(unlock=True), translate("Users", "%1 may try to sign in again."))
        )
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 12, 16, 14)
        foot.setSpacing(8)
        foot.addWidget(self.outcome)
        grid = QGridLayout()
        grid.setSpacing(8)
        grid.addWidget(self.apply, 0, 0)
        grid.addWidget(self.discard, 0, 1)
        grid.addWidget(self.able, 1, 0)
        grid.addWidget(self.unlock, 1, 1)
        foot.addLayout(grid)
        self.body.addLayout(foot)

    # what is shown

    @property
    def item(self) -> UserItem | None:
        """The user shown."""
        return self._item

    @property
    def draft(self) -> Draft | None:
        """What was typed and is not applied, None if nothing was."""
        return self._drafts.get(self._item.name) if self._item is not None else None

    def show_item(self, item: UserItem | None) -> None:
        """Shows a user; what was typed for this one before is there again."""
        if (item is None or self._item is None or item.name != self._item.name) and not self._busy:
            self.outcome.clear()
        self._item = item
        self.setEnabled(item is not None)
        if item is None:
            self.name.set_text(translate("Users", "No user selected"))
            self.sub.setText("")
            return
        draft = self._drafts.get(item.name) or Draft(item.title, tuple(item.assignments))
        self._showing = True
        if self.title_field.text() != draft.title:
            self.title_field.setText(draft.title)
        self.roles.set_value(draft.assignments)
        self._showing = False
        self._show_facts(item)
        self._judge()

    def forget(self) -> None:
        """Somebody else is here: nothing typed by the one before is shown."""
        self._drafts = {}
        self._busy = False
        self.show_item(None)

    def begin(self) -> None:
        """Puts the keyboard into the form."""
        if self._item is not None:
            self.title_field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show_facts(self, item: UserItem) -> None:
        from hmi.gui.pages.admin.users import state_words  # the table's words; it imports this module

        zone, now = self._bridge.plant.timezone, self._bridge.now_us
        self.name.set_text(item.name)
        self.sub.setText(state_words(item))
        local = item.source == UserSource.LOCAL.value
        self._roles_row.setEnabled(True)
        self.roles.set_fixed(not local)
        self.title_field.setReadOnly(not local)
        self._from_directory.setText(
            ""
            if local
            else translate("Users", "Name and roles come from the directory at each sign-in; change them there.")
        )
        self._from_directory.setVisible(not local)
        self._fact_words["source"].setText(source_word(item.source))
        self._fact_words["created"].setText(moment(item.created_us, zone, now) if item.created_us else "")
        last = item.t_last_sign_in_us
        self._fact_words["last"].setText(translate("Users", "never") if last is None else moment(last, zone, now))
        confirmed = "" if item.t_confirmed_us is None else moment(item.t_confirmed_us, zone, now)
        self._fact_words["confirmed"].setText(confirmed)
        place = self._facts.itemAtPosition(3, 0)
        head = place.widget() if place is not None else None
        if head is not None:
            head.setVisible(bool(confirmed))
        self._fact_words["confirmed"].setVisible(bool(confirmed))
        is_set, none = translate("Users", "set"), translate("Users", "none")
        words = is_set if item.has_password else none
        if item.must_change:
            words = translate("Users", "set, has to be changed at the next sign-in")
        self._mean_words["password"].setText(words if local else translate("Users", "kept by the directory"))
        self._mean_words["pin"].setText(is_set if item.has_pin else none)
        self._mean_words["badge"].setText(is_set if item.has_badge else none)
        self._mean_words["totp"].setText(is_set if item.has_totp else none)
        self.reset.setVisible(local)
        self.drop_pin.setVisible(item.has_pin)
        self.drop_badge.setVisible(item.has_badge)
        self.drop_totp.setVisible(item.has_totp)
        self.able.setText(translate("Users", "Disable") if item.enabled else translate("Users", "Enable"))
        self.unlock.setVisible(item.locked_s > 0)
        if item.locked_s > 0:
            words = translate("Users", "Locked after too many failures, %1 left. Alarms and values are open to all.")
            self.sub.setText(fill(words, age(item.locked_s)))

    def _title_problem(self) -> str:
        if self._item is None or self._item.source != UserSource.LOCAL.value or self.title_field.text().strip():
            return ""
        return translate("Users", "The full name is empty. It stands in records beside the user name.")

    def _roles_problem(self) -> str:
        return "" if self._item is None or self._item.source != UserSource.LOCAL.value else self.roles.problem

    def _edited(self) -> None:
        item = self._item
        if self._showing or item is None:
            return
        draft = Draft(self.title_field.text(), tuple(self.roles.value))
        if draft == Draft(item.title, tuple(item.assignments)):
            self._drafts.pop(item.name, None)
        else:
            self._drafts[item.name] = draft
        self._roles_row.touch()
        self._judge()

    def _judge(self) -> None:
        self._title_row.judge()
        self._roles_row.judge()
        edited = self.draft is not None
        wrong = bool(self._title_row.problem or self._roles_row.problem)
        self.apply.setEnabled(edited and not wrong and not self._busy)
        self.discard.setEnabled(edited and not self._busy)
        for button in (
            self.able, self.unlock, self.reset, self.set_pin, self.drop_pin, self.set_badge, self.drop_badge,
            self.drop_totp,
        ):  # fmt: skip
            button.setEnabled(not self._busy)

    # what is done

    def _apply(self) -> None:
        item, draft = self._item, self.draft
        if item is None or draft is None:
            return
        title = draft.title.strip()
        change = UserChange(
            title=title if title != item.title else None,
            assignments=list(draft.assignments) if list(draft.assignments) != item.assignments else None,
        )
        self._send(change, translate("Users", "Applied to %1."))

    def _discard(self) -> None:
        if self._item is not None:
            self._drafts.pop(self._item.name, None)
            self.outcome.clear()
            self.show_item(self._item)
            self.title_field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _toggle(self) -> None:
        if self._item is not None:
            enabled = not self._item.enabled
            done = (
                translate("Users", "%1 may sign in.") if enabled else translate("Users", "%1 cannot sign in any more.")
            )
            self._send(UserChange(enabled=enabled), done)

    def _send(self, change: UserChange, done: str) -> None:
        """Changes the user shown and says in the pane what came of it."""
        if self._item is not None and not self._busy:
            self._change(self._item.name, change, done, None)

    def _change(self, name: str, change: UserChange, done: str, dialog: FormDialog | None) -> None:
        """Signs if asked for and sends; a refusal is said in the dialog while one is open, else in the pane.

        name: whom the dialog was opened for; the table may have gone on to another one since.
        """
        bridge = self._bridge

        def send(signature: str) -> None:
            if dialog is not None:
                dialog.wait(translate("Form", "Sending…"))
            else:
                self._set_busy(True)
                self.outcome.waiting(translate("Form", "Sending…"))
            future = bridge.facade.change_user(name, change, bridge.people.token, signature)
            bridge.ask(future, taken, refused, self)

        def taken(answer: UserItem) -> None:
            self._set_busy(False)
            if change.title is not None or change.assignments is not None:
                self._drafts.pop(name, None)
            if self._item is not None and self._item.name == name:
                self.show_item(answer)
                self.outcome.done(fill(done, name))
            if dialog is not None:
                dialog.accept()
            self.changed.emit()

        def refused(error: Exception) -> None:
            self._set_busy(False)
            if dialog is not None:
                dialog.refuse(error)
            else:
                self.outcome.problem(str(error))

        words = fill(translate("Users", "Change the user %1"), name)
        self._signer.ask(Permission.USER_MANAGE.value, name, words, send)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self._judge()

    def _open_password(self) -> None:
        if self._item is not None:
            dialog = PasswordDialog(self.window(), self._item.name, self._password_length())
            words = translate("Users", "%1 has a new password, to be changed at the next sign-in.")
            self._open(dialog, self._item.name, lambda: UserChange(password=dialog.password), words)

    def _open_pin(self) -> None:
        if self._item is not None:
            dialog = PinDialog(self.window(), self._item.name)
            words = translate("Users", "%1 has a new PIN.")
            self._open(dialog, self._item.name, lambda: UserChange(pin=dialog.pin), words)

    def _open_badge(self) -> None:
        if self._item is not None:
            dialog = BadgeDialog(self.window(), self._item.name)
            words = translate("Users", "%1 has a new badge.")
            self._open(dialog, self._item.name, lambda: UserChange(badge=dialog.badge), words)

    def _open(self, dialog: FormDialog, name: str, change: Callable[[], UserChange], words: str) -> None:
        dialog.wanted.connect(lambda: self._change(name, change(), words, dialog))
        dialog.show_in_window()

    def _password_length(self) -> int:
        state = self._bridge.people.state
        return state.password_length if state is not None else 10
