"""Signing in at the identity provider: the browser opens, the dialog waits for its answer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from hmi.facade.access_data import BrowserSignIn, SignedIn
from hmi.gui.bridge import Bridge
from hmi.gui.dialogs.asking import FIELD
from hmi.gui.i18n import translate
from hmi.gui.pages.parts import KeyButton, Words

ASK_EVERY_MS = 500


def open_browser(address: str) -> bool:
    """Opens the address in the computer's browser; False if there is none."""
    return QDesktopServices.openUrl(QUrl(address))


class BrowserWait(QWidget):
    """done(SignedIn) with a token; failed(error): the provider or the station said no, or it took too long."""

    done = Signal(object)
    failed = Signal(object)

    def __init__(self, bridge: Bridge, open_: Callable[[str], bool] = open_browser) -> None:
        super().__init__()
        self._bridge = bridge
        self._open = open_
        self._flow = ""
        self._asking = False
        self._words = Words("", "body", "text1", wrap=True)
        self.address = QLineEdit()
        self.address.setReadOnly(True)
        self.address.setFixedHeight(FIELD)
        self.address.setAccessibleName(translate("SignIn", "Address for another browser"))
        self._copy = KeyButton(translate("SignIn", "Copy"), tall=FIELD)
        self._copy.setAutoDefault(False)
        self._copy.clicked.connect(self._to_clipboard)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.address, 1)
        row.addWidget(self._copy)
        self._other = Words(translate("SignIn", "Or open this address in another browser:"), "label", "text2")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._words)
        column.addWidget(self._other)
        column.addLayout(row)
        self._timer = QTimer(self)
        self._timer.setInterval(ASK_EVERY_MS)
        self._timer.timeout.connect(self._ask)
        self.stop()

    @property
    def is_waiting(self) -> bool:
        """True while the browser's answer is awaited."""
        return bool(self._flow)

    @property
    def words(self) -> str:
        """What is being waited for."""
        return self._words.text()

    def begin(self) -> None:
        """Starts the flow and opens the browser."""
        self._show(False)
        self._words.setText(translate("SignIn", "Asking the identity provider…"))
        future = self._bridge.facade.begin_browser_sign_in()
        self._bridge.ask(future, self._begun, self._fail, self)

    def stop(self) -> None:
        """Forgets the flow."""
        self._timer.stop()
        self._flow = ""
        self._show(False)
        self._words.setText(translate("SignIn", "Sign in at the identity provider in the browser."))

    def _show(self, waiting: bool) -> None:
        for part in (self._other, self.address, self._copy):
            part.setVisible(waiting)

    def _begun(self, begun: BrowserSignIn) -> None:
        self._flow = begun.flow
        self.address.setText(begun.url)
        self.address.setCursorPosition(0)
        opened = self._open(begun.url)
        waiting = translate("SignIn", "Waiting for the sign-in in the browser…")
        missing = translate("SignIn", "No browser could be opened on this computer.")
        self._words.setText(waiting if opened else missing)
        self._show(True)
        self._timer.start()

    def _ask(self) -> None:
        if self._flow and not self._asking:
            self._asking = True
            people = self._bridge.people
            future = self._bridge.facade.finish_browser_sign_in(self._flow, people.token)
            people.enter(future, self._answered, self._fail, self)

    def _answered(self, answer: SignedIn) -> None:
        self._asking = False
        if self._flow and answer.needs != "browser":
            self.stop()
            self.done.emit(answer)

    def _fail(self, error: Exception) -> None:
        self._asking = False
        self.stop()
        self.failed.emit(error)

    def _to_clipboard(self) -> None:
        QGuiApplication.clipboard().setText(self.address.text())
