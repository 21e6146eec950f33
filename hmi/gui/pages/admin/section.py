"""What every section of the Administration page is: its content, or in words why there is none and who could."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from hmi.base.errors import NotPermittedError
from hmi.gui.bridge import Bridge
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.admin.notices import Notice
from hmi.gui.pages.parts import Plate
from hmi.model.access import Permission

_PATIENCE_MS = 200


class Section(QWidget):
    """One section. Subclasses build into `content`, say what to ask in `question` and show it in `take`.

    counted: the figure beside its title changed. A refused or failed question is said; what was shown before stays.
    """

    counted = Signal()

    def __init__(self, bridge: Bridge, title: str, permission: Permission | None = None) -> None:
        super().__init__()
        self.bridge, self.title, self.permission = bridge, title, permission
        self.people = bridge.people
        self.compact = False
        self.count = ""
        self.is_known = False
        self._open = False
        self._again = False
        self._asked = 0
        self.content = QWidget()
        self.notice = Notice()
        self._plate = Plate(title, tools=True)
        self._plate.body.addWidget(self.notice, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._plate)
        self._stack.addWidget(self.content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(self._say_waiting)

    # what subclasses say

    def question(self) -> Future[Any] | None:
        """What to ask the station; None = everything is in `people.state`."""
        return None

    def take(self, answer: Any) -> None:
        """Shows an answer, or without a question what `people.state` says."""

    def hidden_because(self) -> tuple[str, str, tuple[tuple[str, Callable[[], object]], ...]] | None:
        """Title, reason and actions where there is nothing to show although it is permitted; None = show it."""
        return None

    def failed(self, error: Exception) -> None:
        """A question failed while something is shown already."""

    def find_field(self) -> QWidget | None:
        """The field that `/` focuses."""
        return None

    def regions(self) -> list[QWidget]:
        """Where F6 goes inside, in reading order."""
        return []

    def set_compact(self, compact: bool) -> None:
        """Follows the frame's size class."""
        self.compact = compact

    # what the page calls

    @property
    def is_settled(self) -> bool:
        """True when no answer is on its way."""
        return not self._open and self.people.state is not None

    @property
    def is_content(self) -> bool:
        """True while the content shows, not a notice."""
        return self._stack.currentWidget() is self.content

    def current_regions(self) -> list[QWidget]:
        """Regions of what shows now: those of the content, or the buttons of the notice."""
        return self.regions() if self.is_content else list(self.notice.buttons)

    def opened(self) -> None:
        """Called each time the section comes to the front."""
        self.refresh()

    def refresh(self) -> None:
        """Reads anew, or says why not. While an answer is on its way, one more question follows it at most."""
        state = self.people.state
        if state is None:
            self._patience.start()
            return
        if self.permission is not None and state.configured and self._refused():
            return
        if self._open:
            self._again = True
            return
        future = self.question()
        if future is None:
            self._answered(None)
            return
        self._open = True
        self._asked += 1
        asked = self._asked
        if not self.is_known:
            self._patience.start()
        self.bridge.ask(
            future, lambda answer: self._on_answer(answer, asked), lambda error: self._on_error(error, asked), self
        )

    def forget(self) -> None:
        """Somebody else is here now: nothing read or typed by the one before is for them."""
        self._drop()

    def _drop(self) -> None:
        """Lets an answer on its way come to nothing."""
        self._asked += 1
        self._open = self._again = False
        self.is_known = False
        self.count = ""

    def _refused(self) -> bool:
        assert self.permission is not None
        right = self.people.right(self.permission.value)
        if right is None or right.areas:
            return False
        self._drop()  # what was typed stays: a locked session may be unlocked by the same person
        self.refuse(self.people.refusal(self.permission.value) or right.reason)
        self.counted.emit()
        return True

    def refuse(self, reason: str) -> None:
        """Says why, which names who could, and offers to sign in."""
        self._patience.stop()
        self.notice.show_words(
            fill(self._refusal_title(), self.title),
            reason,
            "lock",
            ((translate("Administration", "Sign in…"), self._ask_sign_in),),
        )
        self._stack.setCurrentWidget(self._plate)

    def _refusal_title(self) -> str:
        state = self.people.state
        if state is None or state.session is None:
            return translate("Administration", "%1: sign in first")
        if state.session.state == "locked":
            return translate("Administration", "%1: locked")
        return translate("Administration", "%1: not with your role")

    def _ask_sign_in(self) -> None:
        self.people.ask_sign_in()

    def _say_waiting(self) -> None:
        if self.is_known and self.people.state is not None:
            return
        self.notice.show_words(
            translate("Administration", "Asking the station…"),
            translate("Administration", "This shows as soon as it answers. Process and alarms are not affected."),
            "clock",
        )
        self._stack.setCurrentWidget(self._plate)

    def _on_answer(self, answer: Any, asked: int) -> None:
        if asked == self._asked:
            self._open = False
            self._answered(answer)
            self._follow()

    def _answered(self, answer: Any) -> None:
        self._patience.stop()
        self.is_known = True
        self.take(answer)
        hidden = self.hidden_because()
        if hidden is None:
            self._stack.setCurrentWidget(self.content)
        else:
            title, reason, actions = hidden
            self.notice.show_words(title, reason, "info", actions)
            self._stack.setCurrentWidget(self._plate)
        self.counted.emit()

    def _on_error(self, error: Exception, asked: int) -> None:
        if asked != self._asked:
            return
        self._open = False
        self._patience.stop()
        if isinstance(error, NotPermittedError):
            self.is_known = False
            self.refuse(str(error))
        elif self.is_known:
            self.failed(error)
        else:
            self.notice.show_words(
                fill(translate("Administration", "%1 cannot be read"), self.title),
                fill(translate("Administration", "%1 Values and alarms go on."), str(error)),
                "octagon",
                ((translate("Administration", "Try again"), self.refresh),),
            )
            self._stack.setCurrentWidget(self._plate)
        self.counted.emit()
        self._follow()

    def _follow(self) -> None:
        if self._again:
            self._again = False
            self.refresh()
