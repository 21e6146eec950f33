"""The Help page: the manual as it ships with the program, with a search over its pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, QUrl
from PySide6.QtGui import (
    QDesktopServices,
    QFont,
    QPainter,
    QPalette,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTextBrowser,
    QWidget,
)

from hmi.gui.bridge import Bridge
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.page import Page, Target
from hmi.gui.pages.parts import KeyButton, Plate, SearchField, Words, keep_margin
from hmi.gui.theme import current, font, resources
from hmi.gui.widgets.painting.text import write

_TITLE = re.compile(r"^#\s+(.+)$", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"[`*#|]+|^\s*[-0-9.]+\s")
START = "index"
_HIT = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class ManualPage:
    """One page: name as in links, title, text."""

    name: str
    title: str
    text: str


def manual_pages(folder: Path | None = None) -> list[ManualPage]:
    """Every page of the manual, the start page first, then by title; and the runbooks."""
    root = folder or resources() / "docs"
    found = []
    for file in sorted((*root.glob("manual/**/*.md"), *root.glob("runbooks/**/*.md"))):
        text = file.read_text(encoding="utf-8")
        title = _TITLE.search(text)
        name = file.relative_to(root).with_suffix("").as_posix().removeprefix("manual/")
        found.append(ManualPage(name, title.group(1).strip() if title else file.stem, text))
    return sorted(found, key=lambda page: (page.name != START, page.title.lower()))


def matching(pages: list[ManualPage], words: str) -> list[ManualPage]:
    """Pages that contain every word; those with a word in the title come first."""
    parts = words.lower().split()
    hits = [page for page in pages if all(part in page.text.lower() or part in page.title.lower() for part in parts)]
    return sorted(hits, key=lambda page: not any(part in page.title.lower() for part in parts)) if parts else hits


def matching_line(page: ManualPage, words: str) -> str:
    """The page's first line with the most of the words, without Markdown marks; empty if none holds one."""
    parts = words.lower().split()
    best, most = "", 0
    for line in page.text.splitlines():
        found = sum(part in line.lower() for part in parts)
        if found > most and not line.startswith("# "):
            best, most = line, found
    return " ".join(_MARKS.sub(" ", _LINK.sub(r"\1", best)).split())


def resolve(pages: list[ManualPage], wanted: str) -> ManualPage | None:
    """The page of a name; an unknown one leads to the page that mentions it, else to the start page."""
    wanted = wanted.strip().removesuffix(".md")
    for page in pages:
        if page.name == wanted or page.name.rsplit("/", 1)[-1] == wanted:
            return page
    mentioned = matching(pages, wanted) if wanted else []
    if mentioned:
        return mentioned[0]
    return pages[0] if pages else None


def set_type(document: QTextDocument) -> None:
    """Gives Markdown text the window's weights and some air: only three weights of Inter are bundled."""
    cursor = QTextCursor(document)
    block = document.begin()
    while block.isValid():
        cursor.setPosition(block.position())
        air = QTextBlockFormat()
        air.setBottomMargin(4 if block.textList() is not None else 10)
        air.setLineHeight(125, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        level = block.blockFormat().headingLevel()
        if level:
            air.setTopMargin(4 if level == 1 else 14)
        cursor.mergeBlockFormat(air)
        if level:
            heading = QTextCharFormat()
            heading.setFontWeight(QFont.Weight.DemiBold)
            heading.setProperty(QTextCharFormat.Property.FontPixelSize, {1: 26, 2: 20}.get(level, 17))
            heading.clearProperty(QTextCharFormat.Property.FontSizeAdjustment)
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(heading)
        _lighten(cursor, block)
        block = block.next()


def _lighten(cursor: QTextCursor, block: QTextBlock) -> None:
    """Bold is the bundled 600; a heavier one would be made up by Qt."""
    bold = QTextCharFormat()
    bold.setFontWeight(QFont.Weight.DemiBold)
    spans = []
    parts = block.begin()
    while not parts.atEnd():
        fragment = parts.fragment()
        if fragment.isValid() and fragment.charFormat().fontWeight() > QFont.Weight.DemiBold.value:
            spans.append((fragment.position(), fragment.length()))
        parts += 1
    for start, length in spans:
        cursor.setPosition(start)
        cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(bold)


class HitDelegate(QStyledItemDelegate):
    """Title of a page, and below it the line that fits the search."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        line = str(index.data(_HIT) or "")
        theme, rect = current(), QRectF(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.colour("selected" if chosen else "hover"))
        if chosen:
            painter.fillRect(QRectF(rect.left(), rect.top(), 4, rect.height()), theme.colour("accent"))
        place = rect.adjusted(12, 0, -6, 0)
        title = QRectF(place.left(), place.top() + 5, place.width(), 22) if line else place
        write(painter, title, str(index.data() or ""), font("body", 500), theme.colour("text1"))
        if line:
            below = QRectF(place.left(), title.bottom(), place.width(), 20)
            write(painter, below, line, font("label"), theme.colour("text3"))
        painter.restore()


class HelpPage(Page):
    """List of pages at the left, the text at the right."""

    manual_page: ClassVar[str] = START

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, parent)
        self._pages = manual_pages()
        self._name = ""
        self._before: list[str] = []
        self._after: list[str] = []
        left = Plate(translate("Help", "Manual"))
        self.back = KeyButton("", icon_name="chevron-left")
        self.forward = KeyButton("", icon_name="chevron-right")
        for button, words, step in (
            (self.back, translate("Help", "Back to the page read before"), self.go_back),
            (self.forward, translate("Help", "Forward again"), self.go_forward),
        ):
            button.setToolTip(words)
            button.setAccessibleName(words)
            button.clicked.connect(step)
            left.head.addWidget(button)
        left.body.setContentsMargins(10, 0, 10, 10)
        self.field = SearchField(translate("Help", "Search the manual"))
        self.field.textChanged.connect(self._search)
        self.list = QListWidget()
        self.list.setFont(font("body"))
        self.list.setItemDelegate(HitDelegate(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(translate("Help", "Pages of the manual"))
        self.list.currentItemChanged.connect(self._chosen)
        self._count = Words("", "label", "text3")
        left.body.addWidget(self.field)
        left.body.addSpacing(8)
        left.body.addWidget(self.list, 1)
        left.body.addWidget(self._count)
        left.setFixedWidth(320)
        self.browser = QTextBrowser()
        self.browser.setOpenLinks(False)
        self.browser.setFont(font("body"))
        self.browser.setAccessibleName(translate("Help", "Manual text"))
        self.browser.anchorClicked.connect(self._follow)
        right = Plate()
        right.body.setContentsMargins(10, 10, 2, 4)
        right.body.addWidget(self.browser)
        self._row = row = QHBoxLayout(self)
        keep_margin(row, False)
        row.setSpacing(10)
        row.addWidget(left)
        row.addWidget(right, 1)
        current().changed.connect(self._show)
        self._search("")
        self.open_manual(START)

    def set_compact(self, compact: bool) -> None:
        super().set_compact(compact)
        keep_margin(self._row, compact)

    def show_target(self, target: Target) -> None:
        if target.manual:
            self.field.clear()
            self.open_manual(target.manual)

    def opened(self) -> None:
        self.browser.setFocus()

    def regions(self) -> list[QWidget]:
        return [self.field, self.list, self.browser]

    def find_field(self) -> QWidget:
        return self.field

    @property
    def open_page(self) -> str:
        """Name of the manual page shown."""
        return self._name

    def open_manual(self, name: str) -> None:
        """Shows a page of the manual."""
        page = resolve(self._pages, name)
        if page is None:
            self.browser.setPlainText(translate("Help", "The manual is missing in this installation."))
            return
        self._remember(page.name)
        self._mark()
        self._show()

    def go_back(self) -> None:
        """Shows the page read before this one."""
        self._step(self._before, self._after)

    def go_forward(self) -> None:
        """Shows the page that `go_back` left."""
        self._step(self._after, self._before)

    def _step(self, source: list[str], other: list[str]) -> None:
        if source:
            other.append(self._name)
            self._name = source.pop()
            self._mark()
            self._show()
            self._show_steps()

    def _remember(self, name: str) -> None:
        if self._name and name != self._name:
            self._before.append(self._name)
            self._after.clear()
        self._name = name
        self._show_steps()

    def _show_steps(self) -> None:
        self.back.setEnabled(bool(self._before))
        self.forward.setEnabled(bool(self._after))

    def _mark(self) -> None:
        self.list.blockSignals(True)
        for row in range(self.list.count()):
            item = self.list.item(row)
            if item.data(Qt.ItemDataRole.UserRole) == self._name:
                self.list.setCurrentRow(row)
        self.list.blockSignals(False)

    def _show(self) -> None:
        page = next((page for page in self._pages if page.name == self._name), None)
        if page is None:
            return
        theme = current()
        palette = self.browser.palette()
        palette.setColor(QPalette.ColorRole.Base, theme.colour("plate"))
        palette.setColor(QPalette.ColorRole.Text, theme.colour("text1"))
        palette.setColor(QPalette.ColorRole.Link, theme.colour("accent"))
        self.browser.setPalette(palette)
        self.browser.setStyleSheet("QTextBrowser { background: transparent; border: none; padding: 4px 12px; }")
        document = self.browser.document()
        document.setDefaultFont(font("operate", 400))
        document.setDocumentMargin(8)
        self.browser.setMarkdown(page.text)
        set_type(document)
        self.browser.moveCursor(QTextCursor.MoveOperation.Start)
        words = self.field.text().split()
        if words:
            self.browser.find(words[0])

    def _search(self, words: str) -> None:
        hits = matching(self._pages, words)
        self.list.blockSignals(True)
        self.list.clear()
        for page in hits:
            item = QListWidgetItem(page.title)
            item.setData(Qt.ItemDataRole.UserRole, page.name)
            line = matching_line(page, words)
            item.setData(_HIT, line)
            item.setToolTip(f"{page.title}\n{line}" if line else page.title)
            item.setSizeHint(QSize(100, 54 if line else 34))
            self.list.addItem(item)
            if page.name == self._name:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        self._count.setText(fill(translate("Help", "%1 pages"), len(hits)))

    def _chosen(self, item: QListWidgetItem | None, _before: object) -> None:
        if item is not None:
            self._remember(str(item.data(Qt.ItemDataRole.UserRole)))
            self._show()

    def _follow(self, url: QUrl) -> None:
        if url.scheme() in ("http", "https", "mailto"):
            QDesktopServices.openUrl(url)
        elif url.path():
            self.open_manual(url.path().split("#", maxsplit=1)[0].rsplit("/", 1)[-1])
