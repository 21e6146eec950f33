"""What everybody sets for oneself: password, PIN, second factor. Each asks for the present password."""

from __future__ import annotations

from PySide6.QtCore import QRegularExpression
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QLineEdit, QWidget

from hmi.facade.access_data import TotpEnrolment
from hmi.gui.bridge import Bridge
from hmi.gui.dialogs.asking import AskDialog
from hmi.gui.dialogs.enrolment import EnrolmentCard, QrCode
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.parts import Words

_LEAST_PIN = 4


class _OwnDialog(AskDialog):
    """Asks for the present password first; closes with a sentence for the frame in `told`."""

    def __init__(self, bridge: Bridge, parent: QWidget, title: str, verb: str, wide: int = 480) -> None:
        super().__init__(parent, title, verb, bridge.people.user, wide)
        self._bridge = bridge
        self.present = self.add_field(translate("Own", "Present password"), secret=True)
        self.present.line.setFocus()

    def _stored(self, _answer: None) -> None:
        self.accept()


class PasswordDialog(_OwnDialog):
    """Changes one's own password."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(bridge, parent, translate("Own", "Change password"), translate("Own", "Change password"))
        state = bridge.people.state
        rule = fill(translate("Own", "At least %1 characters."), state.password_length if state is not None else 0)
        self.new = self.add_field(translate("Own", "New password"), secret=True, hint=rule)
        self.again = self.add_field(translate("Own", "Once more"), secret=True)

    def send(self) -> None:
        """Has the station store it."""
        if self.lacks(self.present):
            return
        if self.new.text != self.again.text:
            self.say(translate("Own", "The two new passwords differ. Type the same one twice."))
            self.again.focus()
            return
        facade, people = self._bridge.facade, self._bridge.people
        self.wait(translate("Own", "Sending…"))
        future = facade.change_own_password(people.token, self.present.text, self.new.text)
        self._bridge.ask(future, self._stored, self.refuse, self)


class PinDialog(_OwnDialog):
    """Sets or takes away one's own PIN."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(bridge, parent, translate("Own", "Set PIN"), translate("Own", "Set PIN"))
        words = translate(
            "Own", "For fast switching at this station. Digits only; leave it empty to take the PIN away."
        )
        self.pin = self.add_field(translate("Own", "New PIN"), secret=True, hint=words)
        self.again = self.add_field(translate("Own", "Once more"), secret=True)
        for field in (self.pin, self.again):
            field.line.setValidator(QRegularExpressionValidator(QRegularExpression(r"\d*"), self))
            field.line.setMaxLength(12)

    def send(self) -> None:
        """Has the station store it."""
        if self.lacks(self.present):
            return
        if self.pin.text != self.again.text:
            self.say(translate("Own", "The two PINs differ. Type the same one twice."))
            self.again.focus()
            return
        if 0 < len(self.pin.text) < _LEAST_PIN:
            self.say(fill(translate("Own", "A PIN has at least %1 digits."), _LEAST_PIN))
            self.pin.focus()
            return
        self.wait(translate("Own", "Sending…"))
        future = self._bridge.facade.set_own_pin(self._bridge.people.token, self.present.text, self.pin.text)
        self._bridge.ask(future, self._stored, self.refuse, self)


class SecondFactorDialog(_OwnDialog):
    """Two steps: the password gives the secret, a code from the app proves that it arrived."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(bridge, parent, translate("Own", "Second factor"), translate("Own", "Continue"), wide=520)
        words = translate(
            "Own", "An authenticator app on a phone gives a new code every 30 s, asked after the password."
        )
        self.above.addWidget(Words(words, "body", "text2", wrap=True))
        self.code = self.add_field(translate("Own", "Code from the app"))
        self.code.line.setMaxLength(6)
        self.code.line.setValidator(QRegularExpressionValidator(QRegularExpression(r"\d*"), self))
        self.code.show(False)
        self.shown: QrCode | None = None
        self.secret = QLineEdit()

    def send(self) -> None:
        """The first step asks for the secret, the second confirms it."""
        if self.lacks(self.present, self.code):
            return
        people = self._bridge.people
        self.wait(translate("Own", "Sending…"))
        if self.shown is None:
            future = self._bridge.facade.begin_totp(people.token, self.present.text)
            self._bridge.ask(future, self._show_code, self.refuse, self)
        else:
            self._bridge.ask(
                self._bridge.facade.confirm_totp(people.token, self.code.text), self._stored, self.refuse, self
            )

    def _show_code(self, enrolment: TotpEnrolment) -> None:
        self.say("")
        self.present.line.clear()
        self.present.show(False)
        card = EnrolmentCard(enrolment.uri)
        self.shown, self.secret = card.code, card.key
        self.above.addWidget(card)
        self.code.show()
        self.verb.setText(translate("Own", "Turn on"))
        self.verb.updateGeometry()
        self.refit()
        self.code.focus()
