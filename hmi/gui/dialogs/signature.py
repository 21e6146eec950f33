"""Signing one action: what it is, why, oneself again, and where the rule wants it a second person."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from hmi.facade.access_data import SignatureRequest
from hmi.gui.bridge import Bridge
from hmi.gui.dialogs.asking import AskDialog, Field
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.parts import Hair, Words
from hmi.model.access import Credentials


class SignatureDialog(AskDialog):
    """signed(signature): the station took it; it is valid once and for a minute."""

    signed = Signal(str)

    def __init__(
        self, bridge: Bridge, parent: QWidget, permission: str, target: str, words: str, *, second: bool = False
    ) -> None:
        super().__init__(parent, translate("Sign", "Signature"), translate("Sign", "Sign"), wide=520)
        self._bridge = bridge
        self._permission, self._target = permission, target
        self.above.addWidget(Words(words, "operate", "text1", weight=600, wrap=True))
        meaning = translate(
            "Sign", "Your name, the time and the reason are recorded with the action and cannot be changed."
        )
        self.above.addWidget(Words(meaning, "label", "text2", wrap=True))
        self.above.addWidget(Hair("line2"))
        self.reason = self.add_field(translate("Sign", "Reason"))
        self.password = self.add_field(
            fill(translate("Sign", "Password of %1"), bridge.people.user or "?"), secret=True
        )
        code = translate("Sign", "Second factor")
        hint = translate("Sign", "Only if your account has one.")
        self.totp = self.add_field(code, hint=hint)
        self.second_user: Field | None = None
        if second:
            self.second_user = self.add_field(
                translate("Sign", "Second person"), hint=translate("Sign", "Somebody else who may do this.")
            )
            self.second_password = self.add_field(translate("Sign", "Password, second person"), secret=True)
            self.second_totp = self.add_field(translate("Sign", "Second factor, second person"))
        self.reason.line.setFocus()

    def send(self) -> None:
        """Asks the station for the signature."""
        if not self.reason.text.strip():
            self.say(translate("Sign", "Say why: the reason is part of the signature."))
            self.reason.focus()
            return
        needed = [self.password]
        if self.second_user is not None:
            needed += [self.second_user, self.second_password]
        if self.lacks(*needed):
            return
        people = self._bridge.people
        own = Credentials(user=people.user, password=self.password.text, totp=self.totp.text.strip())
        other = None
        if self.second_user is not None:
            other = Credentials(
                user=self.second_user.text.strip(),
                password=self.second_password.text,
                totp=self.second_totp.text.strip(),
            )
        request = SignatureRequest(self._permission, self._target, self.reason.text.strip(), own, other)
        self.wait(translate("Sign", "Checking the signature…"))
        self._bridge.ask(self._bridge.facade.sign(request, people.token), self._take, self.refuse, self)

    def _take(self, signature: str) -> None:
        self.signed.emit(signature)
        self.accept()
