"""Making the break-glass code: asked once more, shown once, printed, never kept."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPageSize, QPainter, QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QSizePolicy, QWidget

from hmi.gui.bridge import Bridge
from hmi.gui.dialogs.asking import AskDialog
from hmi.gui.i18n import day_with_year, fill, translate
from hmi.gui.pages.parts import KeyButton, Words
from hmi.gui.signing import Signer
from hmi.gui.theme import font
from hmi.gui.theme.strokes import frame
from hmi.gui.widgets.base import Painted
from hmi.gui.widgets.figures import local
from hmi.gui.widgets.painting.text import CENTRE, width, write
from hmi.model.access import Permission

SIGNED_AS = "break-glass"
"""What the signature of sealing a code names as its target."""


class BreakGlassDialog(AskDialog):
    """First the question, then the code. sealed: a new code is in force."""

    sealed = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(
            parent, translate("Account", "Break-glass code"), translate("Account", "Make the code"), wide=520
        )
        self._bridge = bridge
        self._signer = Signer(bridge, self)
        self._is_made = False
        state = bridge.people.state
        sealed = state is not None and state.break_glass_sealed
        words = translate(
            "Account",
            "The code is shown once and kept nowhere. Have an envelope ready; print it or write it down, seal it, and"
            " note who has it.",
        )
        if sealed:
            words += " " + translate("Account", "The code sealed before is void from then on.")
        self.question = Words(words, "operate", "text1", weight=400, wrap=True)
        self.code = _Code()
        self.code.hide()
        self.printing = KeyButton(translate("Account", "Print…"), tall=44)
        self.printing.setAutoDefault(False)
        self.printing.hide()
        self.printing.clicked.connect(self.ask_printer)
        self.above.addWidget(self.question)
        self.above.addWidget(self.code)
        self.foot.insertWidget(0, self.printing)

    def send(self) -> None:
        if self._is_made:
            self.accept()
            return
        bridge = self._bridge

        def go_on(signature: str) -> None:
            self.wait(translate("Form", "Sending…"))
            future = bridge.facade.seal_break_glass(bridge.people.token, signature)
            bridge.ask(future, self._made, self.refuse, self)

        words = translate("Account", "Make a new break-glass code")
        self._signer.ask(Permission.USER_MANAGE.value, SIGNED_AS, words, go_on)

    def _made(self, code: str) -> None:
        self._is_made = True
        self.say("")
        self.question.setText(
            translate("Account", "This is the only time the code is shown. It signs in once, as administrator.")
        )
        self.code.set_code(code)
        self.code.show()
        self.printing.show()
        self.cancel.hide()
        self.verb.setText(translate("Account", "It is in the envelope"))
        self.refit()
        self.printing.setFocus(Qt.FocusReason.OtherFocusReason)
        self.sealed.emit()

    def ask_printer(self) -> QPrintDialog:
        """Asks which printer, and prints the sheet for the envelope."""
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageSize(QPageSize(QPageSize.PageSizeId.A5))
        printer.setDocName("break-glass")  # the name of a print job is kept by spoolers; the code is not in it
        dialog = QPrintDialog(printer, self)
        dialog.accepted.connect(lambda: self.sheet().print_(printer))
        dialog.finished.connect(dialog.deleteLater)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.show()
        return dialog

    def sheet(self) -> QTextDocument:
        """What is printed: station, code, when, and what to do with it."""
        bridge = self._bridge
        station = bridge.station
        name = f"{station.name} ({station.id})" if station is not None else ""
        when = day_with_year(local(bridge.now_us, bridge.plant.timezone)) if bridge.now_us else ""
        lines = [
            "# " + translate("Account", "Break-glass code"),
            name,
            f"## {self.code.code}",
            fill(translate("Account", "Made on %1. It signs in once as administrator; its use is recorded."), when),
            translate("Account", "Seal this sheet. After use make a new code: Administration, My account."),
        ]
        document = QTextDocument()
        document.setMarkdown("\n\n".join(lines))
        return document


class _Code(Painted):
    """The code, large enough to be copied by hand without an error."""

    def __init__(self) -> None:
        super().__init__()
        self.code = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_code(self, code: str) -> None:
        """Shows the code."""
        self.code = code
        self.updateGeometry()
        self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(int(width(self.code, font("value_m"))) + 40, 72)

    def spoken(self) -> str:
        return " ".join(self.code)

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        frame(painter, rect, self.theme.colour("text2"), 1.5, self.theme.colour("plate2"), radius=3.0)
        style = font("value_m")
        if width(self.code, style) > rect.width() - 16:
            style = font("operate", 600)
        write(painter, rect, self.code, style, self.theme.colour("text1"), CENTRE)
