"""Forms of the Administration page: labels, fields, a sentence at each problem; nothing typed is ever lost."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from hmi.gui.dialogs.asking import AskDialog
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.admin.notices import Glyph
from hmi.gui.pages.parts import KeyButton, Words

_LABEL = 130
_WIDE = 640
_AROUND = 230
"""Height of a dialog without its fields, and air below it."""


class Field(QWidget):
    """A label, what is edited, a hint below, and in its place the problem. check: the sentence, empty = fine.

    above: the label stands above, for what needs the width.

    The sentence waits until somebody was in the field, so that an untouched form does not scold.
    """

    changed = Signal()

    def __init__(
        self,
        label: str,
        editor: QWidget,
        hint: str = "",
        check: Callable[[], str] | None = None,
        label_width: int = _LABEL,
        *,
        above: bool = False,
    ) -> None:
        super().__init__()
        self.label, self.editor, self._check = label, editor, check
        self._touched = False
        row = QVBoxLayout(self) if above else QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4 if above else 10)
        name = Words(label, "label", "text2", wrap=True)
        if not above:
            name.setFixedWidth(label_width)
            name.setMinimumHeight(32)
        name.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        name.setBuddy(editor)
        row.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(3)
        column.addWidget(editor)
        self._hint = Words(hint, "label", "text3", wrap=True)
        self._hint.setVisible(bool(hint))
        self._problem = QWidget()
        line = QHBoxLayout(self._problem)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        self._sentence = Words("", "label", "text1", weight=500, wrap=True)
        line.addWidget(Glyph("octagon", 16), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._sentence, 1)
        self._problem.hide()
        column.addWidget(self._hint)
        column.addWidget(self._problem)
        row.addLayout(column, 1)
        if not editor.accessibleName():
            editor.setAccessibleName(label)
        if isinstance(editor, QLineEdit):
            editor.textChanged.connect(self._edited)
        editor.installEventFilter(self)

    @property
    def problem(self) -> str:
        """What is wrong, whether it is shown yet or not; empty = nothing."""
        return self._check() if self._check is not None and not self.isHidden() else ""

    @property
    def shown_problem(self) -> str:
        """The sentence that stands at the field."""
        return self._sentence.text() if not self._problem.isHidden() else ""

    def touch(self) -> None:
        """From now on a problem is said."""
        self._touched = True
        self.judge()

    def judge(self) -> None:
        """Says the problem of now, if somebody was in the field."""
        words = self.problem if self._touched else ""
        self._sentence.setText(words)
        self._problem.setVisible(bool(words))
        self._hint.setVisible(bool(self._hint.text()) and not words)
        self.editor.setAccessibleDescription(words or self._hint.text())
        if bool(self.editor.property("problem")) != bool(words):
            self.editor.setProperty("problem", bool(words))
            self.editor.style().unpolish(self.editor)
            self.editor.style().polish(self.editor)

    def _edited(self) -> None:
        self._touched = True
        self.judge()
        self.changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and isinstance(self.editor, QLineEdit) and self.editor.text():
            self.touch()
        return super().eventFilter(watched, event)


class Form(QWidget):
    """Fields below each other, with headings between."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(10)
        self.fields: list[Field] = []

    def add(self, field: Field) -> Field:
        """Puts a field at the end."""
        field.changed.connect(self._changed)
        self.fields.append(field)
        self.column.addWidget(field)
        return field

    def head(self, text: str) -> None:
        """A heading before the next field."""
        self.column.addWidget(Words(text, "heading", "text1"))

    @property
    def problems(self) -> list[Field]:
        """Fields with a problem, in reading order."""
        return [field for field in self.fields if field.problem]

    def next_problem(self) -> None:
        """Goes to the problem after the field that has the focus, and says it."""
        wrong = self.problems
        if not wrong:
            return
        focused = self.focusWidget()
        here = [i for i, field in enumerate(wrong) if focused is not None and field.isAncestorOf(focused)]
        following = wrong[(here[-1] + 1) % len(wrong)] if here else wrong[0]
        following.touch()
        following.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _changed(self) -> None:
        for field in self.fields:
            field.judge()  # one entry may decide about another: a password and its repetition
        self.changed.emit()


class FormDialog(AskDialog):
    """A form with Cancel and one verb. The verb is locked until nothing is wrong; a refusal keeps every entry.

    wanted: the verb was pressed. Answer with `wait`, then `refuse` or `accept`.
    """

    wanted = Signal()

    def __init__(self, parent: QWidget, title: str, verb: str, note: str = "", wide: int = 560) -> None:
        super().__init__(parent, title, verb, note, wide)
        self.form = Form()
        self.form.changed.connect(self._judge)
        self.beside = QHBoxLayout()
        self.beside.setSpacing(20)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._inside = inside = QWidget()
        holder = QVBoxLayout(inside)
        holder.setContentsMargins(2, 2, 10, 2)
        holder.addWidget(self.form)
        holder.addStretch(1)
        self._area.setWidget(inside)
        inside.setAutoFillBackground(False)
        self._area.viewport().setAutoFillBackground(False)
        self.beside.addWidget(self._area, 1)
        self.above.addLayout(self.beside)
        self._count = Words("", "label", "text2")
        words = translate("Form", "next problem")
        self._next = KeyButton(words if wide >= _WIDE else "", "F8", kind="quiet")
        self._next.setAccessibleName(words)
        self._next.setToolTip(words)
        self._next.clicked.connect(self.form.next_problem)
        self._next.setAutoDefault(False)
        self.foot.insertWidget(0, self._count)
        self.foot.insertWidget(1, self._next)
        walk = QShortcut(QKeySequence("F8"), self)
        walk.activated.connect(self.form.next_problem)

    def add(self, field: Field) -> Field:
        """Puts a field at the end; Enter in a line of it presses the verb."""
        self.form.add(field)
        if isinstance(field.editor, QLineEdit) and not isinstance(field.editor, BadgeField):
            field.editor.returnPressed.connect(self.press)
        return field

    def ready(self) -> None:
        """To be called when every field is in: judges them, and begins in the first one."""
        self._judge()
        if self.form.fields:
            self.form.fields[0].editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def press(self) -> None:
        """Presses the verb, or leads to what keeps it locked."""
        if self.form.problems and not self.is_busy:
            self.form.next_problem()
        else:
            super().press()

    def send(self) -> None:
        self.wanted.emit()

    def say(self, words: str) -> None:
        super().say(words)
        self._judge()

    def refit(self) -> None:
        layout = self._inside.layout()
        if layout is not None:
            wide = max(200, self._area.viewport().width())
            tall = layout.totalHeightForWidth(wide) if layout.hasHeightForWidth() else layout.totalSizeHint().height()
            room = self._window().height() - self._top() - _AROUND
            self._area.setFixedHeight(max(80, min(tall + 4, room)))
        super().refit()

    def _judge(self) -> None:
        wrong = self.form.problems
        names = ", ".join(field.label for field in wrong)
        one = translate("Form", "1 problem: %1")
        text = fill(one, names) if len(wrong) == 1 else fill(translate("Form", "%1 problems"), len(wrong))
        self._count.setText(text if wrong else "")
        self._count.setToolTip(names)
        self._next.setVisible(bool(wrong))
        self.verb.setEnabled(not wrong and not self.is_busy)
        if self.isVisible():
            self.refit()


class BadgeField(QLineEdit):
    """Takes the burst of a badge reader that types like a keyboard: the number, then Enter, which presses nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setMaxLength(128)


def secret_field(name: str = "") -> QLineEdit:
    """A line that shows dots."""
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setMaxLength(1024)
    field.setAccessibleName(name)
    return field
