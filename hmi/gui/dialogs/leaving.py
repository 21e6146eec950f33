"""Closing the window while users exist: it stops the station behind it, so it asks who does it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from hmi.gui.bridge import Bridge
from hmi.gui.dialogs.asking import AskDialog
from hmi.gui.i18n import translate
from hmi.gui.pages.parts import Words
from hmi.model.access import Permission


class LeavingDialog(AskDialog):
    """Says what is needed and offers to sign in; once it is allowed the verb closes the window."""

    def __init__(self, bridge: Bridge, parent: QWidget, leave: Callable[[], object]) -> None:
        super().__init__(parent, translate("Leaving", "Close the window?"), "", wide=520)
        self._bridge = bridge
        self._leave = leave
        words = translate(
            "Leaving",
            "Closing the window stops the station behind it: nothing is read, recorded or alarmed on this computer "
            "until it is started again.",
        )
        self.above.addWidget(Words(words, "body", "text1", wrap=True))
        self._needed = Words("", "body", "text2", wrap=True)
        self.below.addWidget(self._needed)
        bridge.people.changed.connect(self._judge)
        self._judge()
        self.cancel.setFocus()

    def _judge(self) -> None:
        refusal = self._bridge.people.refusal(Permission.WINDOW_CLOSE)
        self._needed.setText(refusal)
        self._needed.setVisible(bool(refusal))
        self.verb.setText(translate("Leaving", "Sign in…") if refusal else translate("Leaving", "Close the window"))
        self.verb.updateGeometry()
        self.refit()

    def send(self) -> None:
        """Closes, or has the window ask who is here."""
        refusal = self._bridge.people.refusal(Permission.WINDOW_CLOSE)
        if refusal:
            self._bridge.people.ask_sign_in(refusal)
        else:
            self.accept()
            self._leave()
