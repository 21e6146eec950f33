"""The first administrator of a station without users: from then on the role table says who may do what."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from hmi.facade.access_data import SignedIn, UserChange, UserItem
from hmi.gui.bridge import Bridge
from hmi.gui.dialogs.asking import AskDialog
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.parts import Words
from hmi.model.access import Credentials, Role


class FirstAdminDialog(AskDialog):
    """created(name): the account exists, and this window is signed in as it."""

    created = Signal(str)

    def __init__(self, bridge: Bridge, parent: QWidget, *, offered: bool = False) -> None:
        title = translate("FirstAdmin", "First administrator")
        super().__init__(parent, title, translate("FirstAdmin", "Create"), wide=520)
        self._bridge = bridge
        if offered:
            self.cancel.setText(translate("FirstAdmin", "Later"))
        state = bridge.people.state
        self._length = state.password_length if state is not None else 0
        words = translate(
            "FirstAdmin",
            "No users exist on this station: everybody at this computer may do everything, recorded as %1. "
            "With the first administrator, sign-in and the table of roles come into force.",
        )
        actor = state.actor if state is not None else ""
        self.above.addWidget(Words(fill(words, actor), "body", "text2", wrap=True))
        self.name = self.add_field(
            translate("FirstAdmin", "User"),
            hint=translate("FirstAdmin", "Short, such as a-weber. It is never given to another person."),
        )
        self.title = self.add_field(translate("FirstAdmin", "Full name"))
        rule = fill(translate("FirstAdmin", "At least %1 characters."), self._length)
        self.password = self.add_field(translate("FirstAdmin", "Password"), secret=True, hint=rule)
        self.again = self.add_field(translate("FirstAdmin", "Once more"), secret=True)
        if offered:
            note = translate("FirstAdmin", "Later: in the menu of the user area at the top right.")
            self.below.addWidget(Words(note, "label", "text3", wrap=True))
        self.name.line.setFocus()

    def send(self) -> None:
        """Checks the entries and has the station create the account."""
        if not self.name.text.strip():
            self.say(translate("FirstAdmin", "Type a user name."))
            self.name.focus()
        elif len(self.password.text) < self._length:
            words = translate("FirstAdmin", "The password has %1 characters; it needs at least %2.")
            self.say(fill(words, len(self.password.text), self._length))
            self.password.focus()
        elif self.password.text != self.again.text:
            self.say(translate("FirstAdmin", "The two passwords differ. Type the same one twice."))
            self.again.focus()
        else:
            change = UserChange(
                title=self.title.text.strip() or self.name.text.strip(),
                assignments=[Role.ADMIN.value],
                password=self.password.text,
            )
            self.wait(translate("FirstAdmin", "Creating the account…"))
            future = self._bridge.facade.add_user(self.name.text.strip(), change, self._bridge.people.token)
            self._bridge.ask(future, self._made, self.refuse, self)

    def _made(self, _item: UserItem) -> None:
        credentials = Credentials(user=self.name.text.strip(), password=self.password.text)
        self._bridge.people.sign_in(credentials, self._signed_in, self._not_signed_in, self)

    def _signed_in(self, _answer: SignedIn) -> None:
        self.created.emit(self.name.text.strip())
        self.accept()

    def _not_signed_in(self, _error: Exception) -> None:
        self._bridge.people.refresh()  # the account exists all the same; signing in is offered in the frame
        self.accept()
