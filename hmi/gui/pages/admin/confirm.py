"""A question before something that others will notice: what will happen, Cancel in front, one verb, maybe a reason."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from hmi.gui.i18n import translate
from hmi.gui.pages.admin.form import Field, FormDialog
from hmi.gui.pages.parts import Words

REASON_MOST = 200


class ConfirmDialog(FormDialog):
    """Says what will happen. Cancel has the focus, unless a reason has to be written first.

    agreed: the verb was pressed. Answer with `wait`, then `refuse` or `accept`.
    """

    agreed = Signal()

    def __init__(self, parent: QWidget, title: str, words: str, verb: str, *, reason: bool = False) -> None:
        super().__init__(parent, title, verb, wide=560)
        self._ask_reason = reason
        self.form.column.addWidget(Words(words, "operate", "text1", weight=400, wrap=True))
        self.reason = QLineEdit()
        self.reason.setMaxLength(REASON_MOST)
        if reason:
            hint = translate("Confirm", "It is recorded and the other place sees it.")
            self.add(Field(translate("Confirm", "Reason"), self.reason, hint, self._reason_problem, 80))
        self.ready()

    def send(self) -> None:
        self.agreed.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        (self.reason if self._ask_reason else self.cancel).setFocus(Qt.FocusReason.OtherFocusReason)

    def _reason_problem(self) -> str:
        if self.reason.text().strip():
            return ""
        return translate("Confirm", "The reason is empty. Say why, so that the others understand it later.")


class ChooseDialog(FormDialog):
    """One choice out of a few."""

    agreed = Signal()

    def __init__(
        self, parent: QWidget, title: str, label: str, choices: list[tuple[str, str]], verb: str, hint: str = ""
    ) -> None:
        super().__init__(parent, title, verb, wide=480)
        self.box = QComboBox()
        self.box.setMinimumHeight(36)
        self.box.setAccessibleName(label)
        for name, words in choices:
            self.box.addItem(words, name)
        self.add(Field(label, self.box, hint, None, 80))
        self.ready()

    @property
    def choice(self) -> str:
        """What is chosen."""
        return str(self.box.currentData())

    def send(self) -> None:
        self.agreed.emit()
