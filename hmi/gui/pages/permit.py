"""A button that asks for a permission: it shows the lock and the role needed, and a press then offers the sign-in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Signal

from hmi.gui.pages.parts import KeyButton
from hmi.gui.people import People
from hmi.gui.theme import font
from hmi.gui.widgets.painting.text import width
from hmi.model.access import EVERYWHERE


class PermitButton(KeyButton):
    """Follows who is signed in. acted: pressed, and it may be done as far as the window knows; the station decides.

    It stays enabled while locked, so that keyboard and screen reader reach the reason.
    """

    acted = Signal()

    def __init__(
        self,
        permission: str,
        text: str,
        key: str = "",
        icon_name: str = "",
        kind: str = "secondary",
        tall: int = 44,
        people: People | None = None,
    ) -> None:
        super().__init__(text, key, icon_name, kind, tall)
        self.permission = permission
        self._kind, self._own_icon, self._own_key = kind, icon_name, key
        self._own_text, self._own_tip = text, ""
        self._scopes: tuple[tuple[str, ...], ...] = ((EVERYWHERE,),)
        self._refusal = ""
        self._people: People | None = None
        self.clicked.connect(self._pressed)
        if people is not None:
            self.follow(people)

    @property
    def refusal(self) -> str:
        """Why it is locked; empty = it is not."""
        return self._refusal

    def follow(self, people: People) -> None:
        """Takes what may be done from here."""
        self._people = people
        people.changed.connect(self.judge)
        self.judge()

    def set_scopes(self, targets: Iterable[Sequence[str]]) -> None:
        """The areas of what would be acted on, one entry a target; it is locked when none of them may be done."""
        scopes = tuple(tuple(target) for target in targets) or ((EVERYWHERE,),)
        if scopes != self._scopes:
            self._scopes = scopes
            self.judge()

    def set_words(self, text: str, tip: str = "") -> None:
        """What it says while it is not locked."""
        if (text, tip) != (self._own_text, self._own_tip):
            self._own_text, self._own_tip = text, tip
            self._show()

    def judge(self) -> None:
        """Asks again whether it may be done; called whenever somebody else is here."""
        reasons = [self._people.refusal(self.permission, scopes) for scopes in self._scopes] if self._people else [""]
        self._refusal = "" if "" in reasons else reasons[0]
        self._show()

    def _show(self) -> None:
        locked = bool(self._refusal)
        kind = "locked" if locked else self._kind
        if self.property("kind") != kind:
            self.setProperty("kind", kind)
            self.style().unpolish(self)
            self.style().polish(self)
        self._icon_name = "lock" if locked else self._own_icon
        self._key = "" if locked else self._own_key
        self.setText(self._locked_words() if locked else self._own_text)
        self.setToolTip(self._refusal or self._own_tip)
        self.setAccessibleName(self._own_text or self._own_tip)
        self.setAccessibleDescription(self._refusal)
        self.updateGeometry()
        self.update()

    def _locked_words(self) -> str:
        """The longest of the wordings that fits; in a button of its own width all fit."""
        if not self._own_text or self._people is None:
            return ""
        wordings = self._people.lock_words(self.permission, self._scopes[0])
        if self.minimumWidth() != self.maximumWidth():
            return wordings[0]  # not of a fixed width: it grows with its words
        room = self.maximumWidth() - 26 - 16
        return next((words for words in wordings if width(words, font("body", 500)) <= room), "")

    def _pressed(self) -> None:
        if self._refusal and self._people is not None:
            self._people.ask_sign_in(self._refusal)
        else:
            self.acted.emit()
