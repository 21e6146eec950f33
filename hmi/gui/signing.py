"""The signature before an action that asks for one: who signs, what, and why; the station checks and remembers it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from hmi.gui.bridge import Bridge


class Signer(QObject):
    """Asks for a signature where the role table wants one; otherwise the action goes on at once."""

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge

    def is_needed(self, permission: str) -> bool:
        """True if the action asks for a signature here and now."""
        right = self._bridge.people.right(permission)
        return self._bridge.people.is_configured and right is not None and right.signature != "none"

    def ask(
        self,
        permission: str,
        target: str,
        words: str,
        on_ready: Callable[[str], None],
        on_cancelled: Callable[[], None] | None = None,
    ) -> None:
        """Calls `on_ready` with the signature, empty where none is needed; words: what is signed, for the person.

        on_cancelled: the dialog was closed without signing. permission, target: as the action itself names them.
        """
        if not self.is_needed(permission):
            on_ready("")
            return
        from hmi.gui.dialogs.signature import SignatureDialog

        right = self._bridge.people.right(permission)
        second = right is not None and right.signature == "two"
        dialog = SignatureDialog(self._bridge, self._window(), permission, target, words, second=second)
        dialog.signed.connect(on_ready)
        if on_cancelled is not None:
            dialog.rejected.connect(on_cancelled)
        dialog.show_in_window()

    def _window(self) -> QWidget:
        """The window the action was taken in: the one above the owner, else the active one."""
        above: QObject | None = self.parent()
        while above is not None and not isinstance(above, QWidget):
            above = above.parent()
        widget = above or QApplication.activeWindow()
        if widget is None:
            raise RuntimeError("a signature was asked for without a window")
        return widget.window()
