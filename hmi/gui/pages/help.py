"""The Help page: the manual as it ships with the program, with a search over its pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import (
    QDesktopServices,
    QFont,
    QPalette,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QTextBrowser, QWidget

from hmi.gui.bridge import Bridge
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.page import Page, Target
from hmi.gui.pages.parts import Plate, SearchField, Words, keep_margin
from hmi.gui.theme import current, font, resources

_TITLE = re.compile(r"^#\s+(.+)$", re.MULTILINE)
START = "index"


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


class HelpPage(Page):
    """List of pages at the left, the text at the right."""

    manual_page: ClassVar[str] = START

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, parent)
        self._pages = manual_pages()
        self._name = ""
        left = Plate(translate("Help", "Manual"))
        left.body.setContentsMargins(10, 0, 10, 10)
        self.field = SearchField(translate("Help", "Search the manual"))
        self.field.textChanged.connect(self._search)
        self.list = QListWidget()
        self.list.setFont(font("body"))
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
        self._name = page.name
        for row in range(self.list.count()):
            item = self.list.item(row)
            if item.data(Qt.ItemDataRole.UserRole) == page.name:
                self.list.setCurrentRow(row)
        self._show()

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
            item.setToolTip(page.title)
            item.setSizeHint(QSize(100, 34))
            self.list.addItem(item)
            if page.name == self._name:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        self._count.setText(fill(translate("Help", "%1 pages"), len(hits)))

    def _chosen(self, item: QListWidgetItem | None, _before: object) -> None:
        if item is not None:
            self._name = str(item.data(Qt.ItemDataRole.UserRole))
            self._show()

    def _follow(self, url: QUrl) -> None:
        if url.scheme() in ("http", "https", "mailto"):
            QDesktopServices.openUrl(url)
        elif url.path():
            self.open_manual(url.path().split("#", maxsplit=1)[0].rsplit("/", 1)[-1])
