"""The audit trail: who did what, when, where and why; searched, verified, exported."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from hmi.base.errors import NotPermittedError
from hmi.facade.access_data import AuditItem, AuditQuery, AuditVerdict
from hmi.gui.bridge import Bridge
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.admin.audit_detail import AuditDetail
from hmi.gui.pages.admin.audit_table import AuditModel
from hmi.gui.pages.admin.audit_words import known_deeds, verdict_words
from hmi.gui.pages.admin.export import write_text
from hmi.gui.pages.admin.notices import Outcome
from hmi.gui.pages.admin.section import Section
from hmi.gui.pages.admin.table import RowsTable
from hmi.gui.pages.parts import KeyButton, Plate, SearchField, Segments, Words
from hmi.gui.widgets.figures import figure, local
from hmi.model.access import Permission
from hmi.model.timestamps import to_us

_DETAIL = 400
_TYPING_MS = 300
_MOST_EXPORTED = 100_000
_RANGES = ("yesterday", "today", "7d", "all")


def range_start(name: str, now_us: int, zone: str) -> int:
    """Where a preset begins, in plant time: midnight before, last midnight, the midnight 7 days back, or never."""
    if name == "all" or not now_us:
        return 0
    midnight = local(now_us, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    days = {"today": 0, "yesterday": 1, "7d": 7}[name]
    return to_us(midnight - timedelta(days=days))


def contains(words: str) -> str:
    """What was typed as a glob: what it contains, or the globs * and ? as they are."""
    words = words.strip()
    return words if not words or "*" in words or "?" in words else f"*{words}*"


class AuditSection(Section):
    """Filters, table, detail."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge, translate("Audit", "Audit trail"), Permission.AUDIT_READ)
        self._range = _RANGES[0]
        self._verifying_since: int | None = None
        self._exporting = False
        self.model = AuditModel(bridge, self)
        self.model.answered.connect(self._answered_by_model)
        self.model.asked.connect(self._say)
        self.table = RowsTable(self.model, translate("Audit", "Audit trail"), tall=34)
        self.table.picked.connect(self._picked)
        self.detail = AuditDetail(bridge)
        self.detail.setFixedWidth(_DETAIL)
        self.detail.more_of.connect(self._only)
        self.table.opened.connect(self.detail.more.setFocus)
        self.outcome = Outcome()
        self.verdict = Outcome()
        self.words = Words("", "label", "text3")
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self.search)
        self._build()
        bridge.ticked.connect(self._tick)

    def _build(self) -> None:
        self.ranges = Segments(
            (
                ("yesterday", translate("Audit", "Since yesterday")),
                ("today", translate("Audit", "Today")),
                ("7d", translate("Audit", "7 days")),
                ("all", translate("Audit", "All")),
            ),
            self._range,
        )
        self.ranges.chosen.connect(self._choose_range)
        self.actor = _line(translate("Audit", "Who"))
        self.target = _line(translate("Audit", "On what"))
        self.deed = QComboBox()
        self.deed.setAccessibleName(translate("Audit", "What was done"))
        self.deed.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.deed.setMinimumContentsLength(12)
        for name, words in known_deeds():
            self.deed.addItem(words, name)
        self.text = SearchField(translate("Audit", "Anywhere in the row"))
        for line in (self.actor, self.target, self.text):
            line.textChanged.connect(self._typing.start)
        self.deed.currentIndexChanged.connect(self.search)
        self.verify = KeyButton(translate("Audit", "Verify"), icon_name="check", tall=44)
        self.verify.clicked.connect(self._verify)
        self.export = KeyButton(translate("Audit", "Export CSV…"), icon_name="export", tall=44)
        self.export.clicked.connect(self.ask_file)
        plate = self._table_plate = Plate(translate("Audit", "Audit trail"), tools=True, tall=60)
        plate.body.setContentsMargins(1, 0, 1, 10)
        plate.head.addWidget(self.verify)
        plate.head.addWidget(self.export)
        filters = QGridLayout()
        filters.setContentsMargins(13, 0, 11, 10)
        filters.setHorizontalSpacing(8)
        filters.setVerticalSpacing(8)
        for column, (widget, share) in enumerate(
            ((self.ranges, 0), (self.actor, 2), (self.deed, 2), (self.target, 2), (self.text, 3))
        ):
            filters.addWidget(widget, 0, column)
            filters.setColumnStretch(column, share)
        self._filters = filters
        plate.body.addLayout(filters)
        plate.body.addWidget(self.table, 1)
        below = QVBoxLayout()
        below.setContentsMargins(13, 8, 13, 0)
        below.setSpacing(4)
        below.addWidget(self.words)
        below.addWidget(self.verdict)
        below.addWidget(self.outcome)
        plate.body.addLayout(below)
        row = QHBoxLayout(self.content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(plate, 1)
        row.addWidget(self.detail)

    # what the page calls

    def refresh(self) -> None:
        """Shows the trail or why not. Rows already shown stay; opening the section reads newer ones."""
        state = self.people.state
        if state is None:
            self._patience.start()
        elif not (state.configured and self._refused()) and not self.is_known:
            self.is_known = True
            self._patience.start()
            self.search()

    def opened(self) -> None:
        """Reads the newest rows."""
        if self.is_known and self.is_content:
            self.search()
        else:
            self.refresh()

    @property
    def is_settled(self) -> bool:
        return super().is_settled and self.model.is_settled and not self._typing.isActive()

    @property
    def is_busy(self) -> bool:
        """True while a verification or an export is on its way."""
        return self._verifying_since is not None or self._exporting

    def forget(self) -> None:
        super().forget()
        self.model.forget()
        self.outcome.clear()
        self.verdict.clear()
        self._verifying_since = None
        self._exporting = False
        self._judge()

    def find_field(self) -> QWidget:
        return self.text

    def regions(self) -> list[QWidget]:
        return [self.actor, self.table, self.detail]

    def set_compact(self, compact: bool) -> None:
        super().set_compact(compact)
        self.detail.setFixedWidth(310 if compact else _DETAIL)
        self.table.set_small(compact)
        widgets = (self.actor, self.deed, self.target, self.text)
        for number, widget in enumerate(widgets):  # two rows of filters where one would be too narrow to read
            self._filters.removeWidget(widget)
            if compact:
                self._filters.addWidget(widget, 1, number)
            else:
                self._filters.addWidget(widget, 0, number + 1)
        self._filters.removeWidget(self.ranges)
        self._filters.addWidget(self.ranges, 0, 0, 1, 4 if compact else 1, Qt.AlignmentFlag.AlignLeft)
        for column, share in enumerate((2, 2, 2, 3, 0) if compact else (0, 2, 2, 2, 3)):
            self._filters.setColumnStretch(column, share)

    # searching

    @property
    def query(self) -> AuditQuery:
        """What the filters say."""
        return AuditQuery(
            from_us=range_start(self._range, self.bridge.now_us, self.bridge.plant.timezone),
            actor=contains(self.actor.text()),
            action=str(self.deed.currentData() or ""),
            target=contains(self.target.text()),
            text=self.text.text().strip(),
        )

    def search(self) -> None:
        """Reads what the filters say."""
        self._typing.stop()
        self.model.search(self.query)

    def _choose_range(self, name: str) -> None:
        self._range = name
        self.search()

    def _only(self, actor: str) -> None:
        self.actor.setText(actor)
        self.search()
        self.table.setFocus()

    def _answered_by_model(self) -> None:
        self._patience.stop()
        problem = self.model.problem
        if isinstance(problem, NotPermittedError):
            self.forget()
            self.refuse(str(problem))
        elif problem is not None and not self.model.rows:
            self.is_known = False
            self.notice.show_words(
                translate("Audit", "The audit trail cannot be read"),
                str(problem),
                "octagon",
                ((translate("Administration", "Try again"), self.refresh),),
            )
            self._stack.setCurrentWidget(self._plate)
        else:
            self._stack.setCurrentWidget(self.content)
        self._say()
        self._picked(self.table.key)

    def _say(self) -> None:
        if self.model.problem is not None:
            words = fill(translate("Audit", "The rest cannot be read: %1"), str(self.model.problem))
        elif not self.model.is_settled:
            words = translate("Audit", "Reading…")
        elif not self.model.rows:
            words = translate("Audit", "No row fits. Take a longer time or clear the filters.")
        else:
            words = fill(translate("Audit", "%1 rows, newest first"), figure(len(self.model.rows), 0))
            if self.model.has_more:
                words += ", " + translate("Audit", "older ones follow when you scroll")
        self.words.setText(words)

    def _picked(self, key: str) -> None:
        number = self.model.number_of(key) if key else -1
        row: AuditItem | None = self.model.row(number)
        self.detail.show_item(row)

    # verifying

    def _verify(self) -> None:
        if self._verifying_since is not None:
            return
        self._verifying_since = self.bridge.now_us
        self._judge()
        asked = self._asked
        future = self.bridge.facade.verify_audit(self.people.token)
        self.bridge.ask(
            future, lambda verdict: self._verified(verdict, asked), lambda error: self._not_verified(error, asked), self
        )
        self._tick()

    def _verified(self, verdict: AuditVerdict, asked: int) -> None:
        if asked != self._asked:
            return
        self._verifying_since = None
        words = verdict_words(verdict, self.bridge.plant.timezone)
        if verdict.ok:
            self.verdict.done(words)
        else:
            self.verdict.problem(words)
        self._judge()

    def _not_verified(self, error: Exception, asked: int) -> None:
        if asked == self._asked:
            self._verifying_since = None
            self.verdict.problem(fill(translate("Audit", "Not verified: %1"), str(error)))
            self._judge()

    def _tick(self) -> None:
        since = self._verifying_since
        if since is not None and self.isVisible():
            seconds = max(0, (self.bridge.now_us - since) // 1_000_000)
            self.verdict.waiting(
                fill(translate("Audit", "Verifying every row for %1 s; a million rows take about a minute."), seconds)
            )

    def _judge(self) -> None:
        self.verify.setEnabled(self._verifying_since is None)
        self.export.setEnabled(not self._exporting)

    # exporting

    def ask_file(self) -> QFileDialog:
        """Asks where to write the rows that fit the filters."""
        dialog = QFileDialog(self.window(), translate("Audit", "Export the audit trail"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(translate("Audit", "CSV files (*.csv)"))
        dialog.setDefaultSuffix("csv")
        station = self.bridge.station.id if self.bridge.station is not None else "station"
        day = local(self.bridge.now_us, self.bridge.plant.timezone).strftime("%Y-%m-%d")
        dialog.selectFile(f"audit-{station}-{day}.csv")
        dialog.fileSelected.connect(lambda name: self.export_to(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def export_to(self, path: Path) -> None:
        """Writes every row that fits the filters, not only those shown."""
        self._exporting = True
        self._judge()
        self.outcome.waiting(translate("Audit", "Asking for the rows…"))
        asked = self._asked
        future = self.bridge.facade.audit_csv(self.query, self.people.token)
        self.bridge.ask(future, lambda text: self._write(path, text, asked), self._not_exported, self)

    def _write(self, path: Path, text: str, asked: int) -> None:
        if asked != self._asked:
            return
        rows = count_rows(text)
        self.outcome.waiting(fill(translate("Audit", "Writing %1 rows…"), figure(rows, 0)))
        self.bridge.ask(write_text(path, text), lambda done: self._exported(done, rows), self._not_exported, self)

    def _exported(self, path: Path, rows: int) -> None:
        self._exporting = False
        words = translate("Audit", "%1 rows written to %2. The export is recorded in the trail.")
        if rows >= _MOST_EXPORTED:
            words = translate("Audit", "%1 rows written to %2: that is the most at once. Export the rest by time.")
        self.outcome.done(fill(words, figure(rows, 0), path))
        self._judge()

    def _not_exported(self, error: Exception) -> None:
        self._exporting = False
        self.outcome.problem(fill(translate("Audit", "Not exported: %1"), str(error)))
        self._judge()


def count_rows(text: str) -> int:
    """Records of a CSV text without its header; line breaks inside quotes do not count."""
    quoted, rows = False, 0
    for part in text.split('"'):
        if not quoted:
            rows += part.count("\n")
        quoted = not quoted
    return max(0, rows - 1 + (0 if text.endswith("\n") or not text else 1))


def _line(words: str) -> QLineEdit:
    line = QLineEdit()
    line.setPlaceholderText(words)
    line.setAccessibleName(words)
    line.setMinimumWidth(80)
    line.setMaxLength(200)
    line.setClearButtonEnabled(False)
    line.setToolTip(translate("Audit", "What it contains; * and ? stand for anything"))
    return line
