"""The rows of the audit trail, newest first, fetched as one scrolls."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Signal

from hmi.facade.access_data import AuditItem, AuditQuery
from hmi.facade.data import Page
from hmi.gui.bridge import Bridge
from hmi.gui.i18n import translate
from hmi.gui.pages.admin.audit_words import change_words, deed_word, is_refused, who_short
from hmi.gui.pages.admin.sessions import place_title
from hmi.gui.pages.admin.table import Column, Index, Look, RowsModel
from hmi.gui.shown import moment

PAGE = 200


def audit_columns() -> tuple[Column, ...]:
    """Columns of the table, in reading order."""
    return (
        Column("time", lambda: translate("Audit", "Time"), 106, 0),
        Column("who", lambda: translate("Audit", "Who"), 116, 2),
        Column("what", lambda: translate("Audit", "What"), 164, 1),
        Column("target", lambda: translate("Audit", "On"), 110, 3),
        Column("change", lambda: translate("Audit", "Old → new"), 130, 5),
        Column("result", lambda: translate("Audit", "Result"), 100, 4),
        Column("reason", lambda: translate("Audit", "Reason"), 110, 3, rank=2),
        Column("place", lambda: translate("Audit", "Place"), 90, 1, rank=2),
    )


class AuditModel(RowsModel):
    """Rows of a search. asked, answered: a question went out, its answer or refusal came."""

    asked = Signal()
    answered = Signal()

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(audit_columns(), parent)
        self._bridge = bridge
        self._query = AuditQuery(limit=PAGE)
        self._next: str | None = None
        self._open = False
        self._question = 0
        self.problem: Exception | None = None

    @property
    def is_settled(self) -> bool:
        """True when no answer is on its way."""
        return not self._open

    @property
    def has_more(self) -> bool:
        """True if older rows follow."""
        return self._next is not None

    @property
    def query(self) -> AuditQuery:
        """What was searched for last."""
        return self._query

    def search(self, query: AuditQuery) -> None:
        """Reads anew."""
        self._query = replace(query, limit=PAGE, cursor=None, newest_first=True)
        self._question += 1
        self._open = False
        self._request(None)

    def forget(self) -> None:
        """Drops the rows, and an answer that is on its way."""
        self._question += 1
        self._open, self._next, self.problem = False, None, None
        self.show_rows([])

    def key(self, row: Any) -> str:
        return str(row.seq)

    def text(self, row: Any, column: str) -> str:
        item: AuditItem = row
        if column == "time":
            return moment(item.t_us, self._bridge.plant.timezone, self._bridge.now_us)
        if column == "who":
            return who_short(item)
        if column == "what":
            return deed_word(item.action)
        if column == "target":
            return item.target
        if column == "change":
            return change_words(item)
        if column == "result":
            return item.result
        return item.reason if column == "reason" else place_title(self._bridge, item.place) if item.place else ""

    def look(self, row: Any, column: str) -> Look:
        refused = is_refused(row)
        if column == "what":
            return Look(strong=refused, colour="text1", icon="octagon" if refused else "")
        return Look(strong=False, colour="text1" if column in ("time", "who") else "text2")

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._next is not None and not self._open

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self._request(self._next)

    def _request(self, cursor: str | None) -> None:
        self._open = True
        question = self._question
        future = self._bridge.facade.audit(replace(self._query, cursor=cursor), self._bridge.people.token)
        self._bridge.ask(
            future,
            lambda page: self._take(page, question, cursor is None),
            lambda error: self._fail(error, question),
            self,
        )
        self.asked.emit()

    def _take(self, page: Page[AuditItem], question: int, first: bool) -> None:
        if question != self._question:
            return
        self._open, self._next, self.problem = False, page.next, None
        if first:
            self.beginResetModel()
            self._rows = list(page.items)
            self.endResetModel()
        elif page.items:
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(page.items) - 1)
            self._rows += page.items
            self.endInsertRows()
        self.answered.emit()

    def _fail(self, error: Exception, question: int) -> None:
        if question == self._question:
            self._open, self._next, self.problem = False, None, error
            self.answered.emit()
