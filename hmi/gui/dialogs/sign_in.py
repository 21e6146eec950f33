"""Signing in, unlocking, switching: a small dialog beside the live process, never a wall in front of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRegularExpression, Qt, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from hmi.facade.access_data import SignedIn
from hmi.gui.bridge import Bridge
from hmi.gui.dialogs.asking import AskDialog
from hmi.gui.dialogs.browser import BrowserWait, open_browser
from hmi.gui.dialogs.enrolment import EnrolmentCard
from hmi.gui.dialogs.number_pad import NumberPad
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.parts import KeyButton, Segments, Words
from hmi.model.access import Credentials, Method

_SHOWN_RECENT = 4
_PIN_DIGITS = 12
_SECOND_FACTOR = ("totp", "totp_setup")


class SignInDialog(AskDialog):
    """signed_in(method): done, and how.

    user: whom it begins with; unlock: that person comes back to a locked session, `Switch user` lets another one in.
    method: which way is in front, as far as the station offers it. why: the sentence that led here.
    """

    signed_in = Signal(str)

    def __init__(
        self,
        bridge: Bridge,
        parent: QWidget,
        *,
        user: str = "",
        unlock: bool = False,
        method: str = "",
        why: str = "",
        open_: Callable[[str], bool] = open_browser,
    ) -> None:
        self._unlock = unlock
        super().__init__(parent, self._title(), self._verb())
        self._bridge = bridge
        state = bridge.people.state
        self._methods = [name for name in (state.methods if state is not None else []) if name != Method.BREAK_GLASS]
        self._methods = self._methods or [Method.PASSWORD.value]
        self._length = state.password_length if state is not None else 0
        self.method = method if method in self._methods else self._methods[0]
        self._needs = ""
        self.enrolment: EnrolmentCard | None = None
        banner = state.banner if state is not None else ""
        for words, colour in ((banner, "text1"), (why, "text2")):
            if words:
                self.above.addWidget(Words(words, "body", colour, wrap=True))
        self.problem = Words("", "body", "text2", wrap=True)
        self.problem.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.problem.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.above.addWidget(self.problem)
        bridge.people.changed.connect(self._show_problem)
        self.segments = Segments([(name, self._method_title(name)) for name in self._methods], self.method)
        for button in self.segments.findChildren(QPushButton):
            button.setProperty("tall", "touch")
            button.setAutoDefault(False)
        self.segments.chosen.connect(self.choose)
        self.segments.setVisible(len(self._methods) > 1)
        self.above.addWidget(self.segments)
        self._recent = self._recent_row()
        self.above.addWidget(self._recent)
        self._build_fields(user)
        self.browser = BrowserWait(bridge, open_)
        self.browser.done.connect(self._asked)
        self.browser.failed.connect(self.refuse)
        self.below.addWidget(self.browser)
        self.pad = NumberPad()
        self.pad.typed.connect(self._digit)
        self.pad.erased.connect(self.pin.line.backspace)
        self.pad.entered.connect(self.press)
        self.below.addWidget(self.pad, 0, Qt.AlignmentFlag.AlignHCenter)
        self.switch = KeyButton(translate("SignIn", "Switch user"), kind="quiet", tall=44)
        self.switch.clicked.connect(self._switch)
        self.emergency = KeyButton(translate("SignIn", "Emergency…"), kind="quiet", tall=44)
        self.emergency.clicked.connect(lambda: self.choose(Method.BREAK_GLASS.value))
        sealed = state is not None and state.break_glass_sealed
        self.emergency.setVisible(sealed and not unlock)
        for number, button in enumerate((self.switch, self.emergency)):
            button.setAutoDefault(False)
            self.foot.insertWidget(number, button)
        self.switch.setVisible(unlock)
        self.choose(self.method)

    def _build_fields(self, user: str) -> None:
        self.user = self.add_field(translate("SignIn", "User"))
        self.user.line.setText(user)
        self.password = self.add_field(translate("SignIn", "Password"), secret=True)
        self.pin = self.add_field(translate("SignIn", "PIN"), secret=True)
        self.pin.line.setMaxLength(_PIN_DIGITS)
        self.pin.line.setValidator(QRegularExpressionValidator(QRegularExpression(r"\d*"), self))
        self.pin.line.setInputMethodHints(self.pin.line.inputMethodHints() | Qt.InputMethodHint.ImhDigitsOnly)
        self.badge = self.add_field(
            translate("SignIn", "Badge"), secret=True, hint=translate("SignIn", "Hold the badge to the reader.")
        )
        self.code = self.add_field(
            translate("SignIn", "Emergency code"), hint=translate("SignIn", "It works once, and its use is recorded.")
        )
        self.totp = self.add_field(
            translate("SignIn", "Second factor"), hint=translate("SignIn", "Six digits from the authenticator app.")
        )
        rule = fill(translate("SignIn", "At least %1 characters."), self._length)
        self.new = self.add_field(translate("SignIn", "New password"), secret=True, hint=rule)
        self.again = self.add_field(translate("SignIn", "Once more"), secret=True)

    def _recent_row(self) -> QWidget:
        place = QWidget()
        row = QHBoxLayout(place)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        people = self._bridge.people
        here = "" if people.is_locked else people.user
        self._names = [name for name in people.recent if name != here][:_SHOWN_RECENT]
        for name in self._names:
            button = KeyButton(name, icon_name="user", tall=44)
            button.setAutoDefault(False)
            button.setAccessibleName(fill(translate("SignIn", "Sign in as %1"), name))
            button.clicked.connect(lambda _=False, name=name: self._take_name(name))
            row.addWidget(button)
        row.addStretch(1)
        return place

    # what is shown

    def _title(self) -> str:
        return translate("SignIn", "Unlock") if self._unlock else translate("SignIn", "Sign in")

    def _verb(self) -> str:
        return translate("SignIn", "Unlock") if self._unlock else translate("SignIn", "Sign in")

    def _method_title(self, method: str) -> str:
        state = self._bridge.people.state
        titles = {
            Method.PASSWORD.value: translate("SignIn", "Password"),
            Method.PIN.value: translate("SignIn", "PIN"),
            Method.BADGE.value: translate("SignIn", "Badge"),
            Method.BROWSER.value: (state.browser_title if state is not None else "") or translate("SignIn", "Browser"),
        }
        return titles.get(method, method)

    def choose(self, method: str) -> None:
        """Brings one way of signing in to the front; nothing typed elsewhere is kept."""
        self.method = method
        self._needs = ""
        if self.enrolment is not None:
            self.above.removeWidget(self.enrolment)
            self.enrolment.deleteLater()
            self.enrolment = None
        self.browser.stop()
        self.segments.set_current(method)
        self.sentence.say("")
        self._busy = False
        self.verb.setEnabled(True)
        for field in (self.password, self.pin, self.badge, self.code, self.totp, self.new, self.again):
            field.line.clear()
        self._show()
        self._focus_first()

    def _show(self) -> None:
        named = self.method in (Method.PASSWORD, Method.PIN)
        shown = {
            self.user: named,
            self.password: self.method == Method.PASSWORD,
            self.pin: self.method == Method.PIN,
            self.badge: self.method == Method.BADGE,
            self.code: self.method == Method.BREAK_GLASS,
            self.totp: self._needs in _SECOND_FACTOR or bool(self.totp.text),
            self.new: self._needs == "new_password",
            self.again: self._needs == "new_password",
        }
        for field, wanted in shown.items():
            field.show(wanted)
        self.user.line.setReadOnly(self._unlock or bool(self._needs))
        self._recent.setVisible(named and not self._unlock and not self._needs and bool(self._names))
        self.browser.setVisible(self.method == Method.BROWSER)
        self._show_problem()
        self.pad.setVisible(self.method == Method.PIN)
        opens = self.method == Method.BROWSER
        self.verb.setText(translate("SignIn", "Open the browser") if opens else self._verb())
        self.verb.updateGeometry()
        self.refit()

    def _show_problem(self) -> None:
        """What was wrong with the directory when it was last asked, in the words for IT."""
        state = self._bridge.people.state
        problem = state.directory_problem if state is not None and self.method == Method.PASSWORD else ""
        words = fill(translate("SignIn", "When the directory was last asked: %1"), problem) if problem else ""
        if words != self.problem.text() or self.problem.isHidden() == bool(words):
            self.problem.setText(words)
            self.problem.setVisible(bool(words))
            self.refit()

    def _focus_first(self) -> None:
        secret = {Method.PASSWORD: self.password, Method.PIN: self.pin}.get(Method(self.method))
        if self._needs in _SECOND_FACTOR:
            self.totp.focus()
        elif self._needs == "new_password":
            self.new.focus()
        elif self.method == Method.BADGE:
            self.badge.focus()
        elif self.method == Method.BREAK_GLASS:
            self.code.focus()
        elif secret is None:
            self.verb.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.user.text:
            secret.focus()
        else:
            self.user.focus()

    def _take_name(self, name: str) -> None:
        self.user.line.setText(name)
        (self.pin if self.method == Method.PIN else self.password).focus()

    def _switch(self) -> None:
        self._unlock = False
        self.set_title(self._title())
        self.switch.hide()
        self.user.line.clear()
        self.choose(self.method)

    def _digit(self, digit: str) -> None:
        self.pin.line.insert(digit)

    # what is asked

    def send(self) -> None:
        """Asks the station to sign in with what stands here."""
        if self.method == Method.BROWSER:
            self.wait()
            self.browser.begin()
            self.refit()
            return
        if self.method in (Method.PASSWORD, Method.PIN) and not self.user.text.strip():
            self.say(translate("SignIn", "Type the user name, or choose one."))
            self.user.focus()
            return
        if self.lacks(self.password, self.pin, self.badge, self.code, self.totp):
            return
        if self._needs == "new_password" and self.new.text != self.again.text:
            self.say(translate("SignIn", "The two new passwords differ. Type the same one twice."))
            self.again.focus()
            return
        named = self.method in (Method.PASSWORD, Method.PIN)
        credentials = Credentials(
            user=self.user.text.strip() if named else "",
            password=self.password.text,
            pin=self.pin.text,
            badge=self.badge.text.strip(),
            code=self.code.text.strip(),
            totp=self.totp.text.strip(),
            new_password=self.new.text,
        )
        self.wait(translate("SignIn", "Checking…"))
        self._bridge.people.sign_in(credentials, self._asked, self.refuse, self)

    def _asked(self, answer: SignedIn) -> None:
        self._busy = False
        self.verb.setEnabled(True)
        if answer.token:
            self.signed_in.emit(self.method)
            self.accept()
            return
        self._needs = answer.needs
        if answer.needs == "totp_setup":
            self._show_enrolment(answer.message)
            words = translate("SignIn", "Your role needs a second factor: set it up now.")
            self.sentence.say(words, "info")
        else:
            self.sentence.say(answer.message, "info")
        self._show()
        self._focus_first()

    def _show_enrolment(self, uri: str) -> None:
        if self.enrolment is None:
            self.enrolment = EnrolmentCard(uri)
            self.above.addWidget(self.enrolment)

    def refuse(self, error: Exception) -> None:
        """The station said no: its sentence; the secret is typed anew, the rest stays."""
        for field in (self.pin, self.badge, self.code):
            field.line.clear()
        super().refuse(error)
        self._show()
        if self._needs in _SECOND_FACTOR:
            self.totp.focus()
        elif self._needs != "new_password":
            self._focus_first()
