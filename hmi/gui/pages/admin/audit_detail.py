"""One row of the audit trail with every field, its signature in words and its place in the chain."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hmi.facade.access_data import AuditItem
from hmi.gui.bridge import Bridge
from hmi.gui.i18n import day_with_year, fill, translate
from hmi.gui.pages.admin.audit_words import deed_word, signature_words, who_words
from hmi.gui.pages.admin.notices import empty_layout
from hmi.gui.pages.admin.sessions import place_title
from hmi.gui.pages.parts import Hair, KeyButton, Plate, Words
from hmi.gui.widgets.figures import figure, local
from hmi.gui.widgets.scrolling import scrolling
from hmi.model.timestamps import iso

_LABEL = 92


class AuditDetail(Plate):
    """The pane beside the table. more_of(actor): show only what this person did."""

    more_of = Signal(str)

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._item: AuditItem | None = None
        self.body.setContentsMargins(0, 0, 0, 0)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 14, 16, 8)
        column.setSpacing(10)
        self.title = Words("", "title", "text1", wrap=True)
        self.sub = Words("", "body", "text2", wrap=True)
        self._facts = QVBoxLayout()
        self._facts.setSpacing(0)
        column.addWidget(self.title)
        column.addWidget(self.sub)
        column.addLayout(self._facts)
        column.addStretch(1)
        area = scrolling(inside)
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        area.setAccessibleName(translate("Audit", "All fields of the row"))
        self.body.addWidget(area, 1)
        self.body.addWidget(Hair("line2"))
        self.more = KeyButton("", tall=44)
        self.more.clicked.connect(self._more)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 12, 16, 14)
        foot.addWidget(self.more)
        self.body.addLayout(foot)
        self.setFocusProxy(area)
        self.show_item(None)

    def show_item(self, item: AuditItem | None) -> None:
        """Shows a row; None = none chosen."""
        if item is not None and item == self._item:
            return
        self._item = item
        empty_layout(self._facts)
        self.more.setEnabled(item is not None)
        if item is None:
            self.title.setText(translate("Audit", "No row selected"))
            self.sub.setText("")
            self.more.setText(translate("Audit", "Only this person"))
            return
        self.title.setText(deed_word(item.action))
        self.sub.setText(who_words(item))
        self.more.setText(fill(translate("Audit", "Only %1"), item.actor))
        for label, text in self._fields(item):
            self._add(label, text)

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Labels and texts shown."""
        return self._fields(self._item) if self._item is not None else []

    def _fields(self, item: AuditItem) -> list[tuple[str, str]]:
        then = local(item.t_us, self._bridge.plant.timezone)
        when = f"{day_with_year(then)}, {then.strftime('%H:%M:%S')}.{then.microsecond // 1000:03d}"
        all_of_them = [
            (translate("Audit", "Time"), when),
            (translate("Audit", "UTC"), iso(item.t_us).replace("T", " ").rstrip("Z")),
            (translate("Audit", "On"), item.target),
            (translate("Audit", "Address"), item.address),
            (translate("Audit", "Old"), item.old),
            (translate("Audit", "New"), item.new),
            (translate("Audit", "Read back"), item.readback),
            (translate("Audit", "Unit"), item.unit),
            (translate("Audit", "Reason"), item.reason),
            (translate("Audit", "Result"), item.result),
            (translate("Audit", "Approved by"), item.approver),
            (translate("Audit", "Signature"), signature_words(item)),
            (translate("Audit", "Seal"), _grouped(item.signature)),
            (translate("Audit", "Place"), place_title(self._bridge, item.place) if item.place else ""),
            (translate("Audit", "Session"), item.session),
            (translate("Audit", "Station"), item.station),
            (translate("Audit", "Action"), item.action),
            (translate("Audit", "Row"), figure(item.seq, 0)),
            (translate("Audit", "Hash"), _grouped(item.hash)),
            (translate("Audit", "Hash before"), _grouped(item.prev_hash)),
        ]
        return [(label, text) for label, text in all_of_them if text]

    def _add(self, label: str, text: str) -> None:
        self._facts.addWidget(Hair())
        row = QHBoxLayout()
        row.setContentsMargins(0, 6, 0, 6)
        row.setSpacing(10)
        name = Words(label, "label", "text2", wrap=True)
        name.setFixedWidth(_LABEL)
        value = Words(text, "body", "text1", wrap=True)
        value.setMinimumWidth(1)  # wraps, however long one word of it is
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        value.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(value, 1)
        self._facts.addLayout(row)

    def _more(self) -> None:
        if self._item is not None:
            self.more_of.emit(self._item.actor)


def _grouped(text: str) -> str:
    """A long run of hexadecimal digits in groups, so that it wraps and can be compared by eye."""
    return " ".join(text[start : start + 8] for start in range(0, len(text), 8))
