"""The operator window: the permanent frame around one page at a time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from hmi.gui import theme
from hmi.gui.bridge import Bridge
from hmi.gui.frame.acting import ActingCell
from hmi.gui.frame.banner import BannerRows, BannerState, CountsView, Logo
from hmi.gui.frame.contents import banner_of, rail_items
from hmi.gui.frame.people_menu import PeopleMenu
from hmi.gui.frame.rail import Rail
from hmi.gui.frame.status import StatusLine, status_of
from hmi.gui.frame.trim import FrameNote, Separator, Veil
from hmi.gui.frame.user import UserArea
from hmi.gui.frame.who import user_of
from hmi.gui.i18n import translate
from hmi.gui.pages.page import Page, Target
from hmi.gui.pages.registry import PAGES
from hmi.gui.pages.registry import page as page_entry
from hmi.gui.theme.strokes import hair

COMPACT_BELOW = 1600


class Window(QWidget):
    """One window. It shows its frame at once; pages come with `attach`.

    page_opened(page id): another page is in front. closing: the window is about to go. sound: the horn is played here.
    offer_administrator: a station without users gets its first administrator offered.
    """

    page_opened = Signal(str)
    closing = Signal()

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        start_page: str = "overview",
        kiosk: bool = False,
        sound: bool = False,
        offer_administrator: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Plant HMI")
        self._bridge: Bridge | None = None
        self._sound, self._offer_administrator = sound, offer_administrator
        self.people_menu: PeopleMenu | None = None
        self._may_close = False
        self._pages: dict[str, Page] = {}
        self._current = ""
        self._start_page = start_page
        self._trail: list[str] = []
        self._starting = translate("Status", "Starting station…")
        self._last_alarm_us = 0
        self._compact = False
        self._veiled = False
        if kiosk:
            self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self._build()
        self._bind_keys()
        self._set_compact(False)
        theme.current().changed.connect(self._restyle)
        self._restyle()
        self._show_frame()

    @property
    def bridge(self) -> Bridge | None:
        """The bridge in use; None until the station is open."""
        return self._bridge

    @property
    def current_page(self) -> str:
        """Id of the page in front, empty before the first."""
        return self._current

    def page(self, page_id: str) -> Page | None:
        """A page that was opened before."""
        return self._pages.get(page_id)

    def _build(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        self._logo = Logo()
        self._logo.clicked.connect(self._go_home)
        self._banner = BannerRows()
        self._banner.opened.connect(self._open_alarm)
        self._counts = CountsView()
        self._counts.clicked.connect(lambda: self.open_page("alarms"))
        self._acting = ActingCell(lambda: self._banner.seen)
        self._acting.said.connect(self.tell)
        self._user = UserArea()
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 0, 1)
        top.setSpacing(0)
        for widget, stretch in ((self._banner, 1), (self._counts, 0), (self._acting, 0), (self._user, 0)):
            top.addWidget(Separator())
            top.addWidget(widget, stretch)
        self._rail = Rail()
        self._rail.wanted.connect(self.open_page)
        self._status = StatusLine()
        self._note = FrameNote()
        self._stack = QStackedWidget()
        self._waiting = QLabel(self._starting)
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._waiting.setFont(theme.font("title"))
        self._waiting.setWordWrap(True)
        self._stack.addWidget(self._waiting)
        self._place = QVBoxLayout()
        self._place.setSpacing(8)
        self._place.addWidget(self._note)
        self._place.addWidget(self._stack, 1)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addLayout(self._place, 1)
        right.addWidget(self._status)
        grid.addWidget(self._logo, 0, 0)
        grid.addLayout(top, 0, 1)
        grid.addWidget(self._rail, 1, 0)
        grid.addLayout(right, 1, 1)
        grid.setRowStretch(1, 1)
        grid.setColumnStretch(1, 1)

    def _bind_keys(self) -> None:
        for entry in PAGES:
            self._key(entry.key, partial(self.open_page, entry.id))
        self._key("Alt+Left", self.go_back)
        self._key("Home", self._go_home)
        self._key("F1", self.open_help)
        self._key("F6", self._next_region)
        self._key("Ctrl+K", self.open_find)
        self._key("Ctrl+Shift+D", self.switch_theme)
        self._key("/", self._focus_find_field)
        self._key("M", self._acting.silence)
        self._key("Escape", self._note.hide)

    def _key(self, keys: str, run: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.activated.connect(run)

    # the station

    def attach(self, bridge: Bridge) -> None:
        """Shows a station: the frame follows it, the start page opens."""
        self._bridge = bridge
        self._acting.attach(bridge, sound=self._sound)
        self.people_menu = PeopleMenu(
            bridge, self, self._user, self.tell, self._note.take_back, offer_administrator=self._offer_administrator
        )
        bridge.people.changed.connect(self._show_frame)
        bridge.ticked.connect(self._show_frame)
        bridge.alarms_changed.connect(self._alarms_changed)
        bridge.plant_changed.connect(self._plant_changed)
        self._alarms_changed()
        if bridge.plant.name:
            self.open_page(self._start_page)

    def say(self, words: str) -> None:
        """Says in the middle of the page area what is being waited for, or why there is nothing to show."""
        self._starting = words.split("\n", maxsplit=1)[0]
        self._waiting.setText(words)
        self._stack.setCurrentWidget(self._waiting)
        self._show_frame()

    def show_in_place(self, widget: QWidget) -> None:
        """Shows a widget instead of a page, e.g. the first-start choice."""
        self._stack.addWidget(widget)
        self._stack.setCurrentWidget(widget)

    def _plant_changed(self) -> None:
        for page_id in list(self._pages):
            self._drop(page_id)
        wanted, self._current = self._current or self._start_page, ""
        self.open_page(wanted)

    def _drop(self, page_id: str) -> None:
        page = self._pages.pop(page_id)
        self._stack.removeWidget(page)
        page.deleteLater()

    def _alarms_changed(self) -> None:
        bridge = self._bridge
        if bridge is not None and bridge.alarms is not None:
            self._counts.set_counts(bridge.alarms.counts)
            times = [item.t_active_us or 0 for item in bridge.alarms.items]
            self._last_alarm_us = max([self._last_alarm_us, *times])
        self._rail.set_items(rail_items(bridge))
        self._show_frame()

    def _show_frame(self) -> None:
        bridge = self._bridge
        self._status.set_state(status_of(bridge, self._starting, self._acting.sound_problem))
        self._user.set_state(user_of(bridge))
        if bridge is None:
            self._rail.set_items(rail_items(None))
            self._banner.set_state(BannerState(empty=self._starting))
        else:
            self._banner.set_state(banner_of(bridge, self._last_alarm_us))
            self._counts.set_stale(not bridge.alarms_running)
        self._acting.refresh()

    # pages

    def open_page(self, page_id: str, target: Target | None = None) -> None:
        """Brings a page to the front, and shows it a target."""
        bridge = self._bridge
        if bridge is None or not bridge.plant.name:
            return
        page = self._pages.get(page_id)
        if page is None:
            page = page_entry(page_id).load(bridge)
            page.go.connect(self._go)
            page.set_compact(self._compact)
            page.setMinimumSize(1, 1)  # a page too wide is cut; it never pushes the frame out of the screen
            self._pages[page_id] = page
            self._stack.addWidget(page)
        if self._current and self._current != page_id:
            before = self._pages.get(self._current)
            if before is not None:
                before.closed()
            self._trail = [*self._trail[-20:], self._current]
        changed = self._current != page_id
        self._current = page_id
        self._stack.setCurrentWidget(page)
        self._rail.set_current(page_id)
        if changed:
            page.opened()
        if target is not None:
            page.show_target(target)
        self.page_opened.emit(page_id)

    def _go(self, page_id: str, target: object) -> None:
        self.open_page(page_id, target if isinstance(target, Target) else None)

    def go_back(self) -> None:
        """The page before."""
        if self._trail:
            page_id = self._trail.pop()
            self.open_page(page_id)
            self._trail = self._trail[:-1]

    def _go_home(self) -> None:
        self.open_page("overview")

    def open_help(self) -> None:
        """The manual page of what has the focus."""
        page = self._pages.get(self._current)
        manual = page.help_page() if page is not None else ""
        self.open_page("help", Target(manual=manual))

    def open_find(self) -> None:
        """The search over everything."""
        if self._bridge is None:
            return
        from hmi.gui.dialogs.find import FindDialog

        dialog = FindDialog(self._bridge, self)
        dialog.chosen.connect(self._go)
        self._veil(True)
        dialog.finished.connect(self._unveil)
        dialog.place_below(self._banner.height())
        dialog.show()

    def _unveil(self) -> None:
        self._veil(False)

    def _veil(self, veiled: bool) -> None:
        if veiled and not self._veiled:
            self._cover = Veil(self._stack)
            self._cover.show()
        elif not veiled and self._veiled:
            self._cover.deleteLater()
        self._veiled = veiled

    def switch_theme(self) -> None:
        """Light to dark and back."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, "light" if theme.current().is_dark else "dark")

    def _open_alarm(self, alarm: str, _activation: int) -> None:
        self.open_page("alarms", Target(alarm=alarm))

    def _focus_find_field(self) -> None:
        page = self._pages.get(self._current)
        field = page.find_field() if page is not None else None
        if field is not None:
            field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _next_region(self) -> None:
        page = self._pages.get(self._current)
        regions: list[QWidget] = [self._banner, self._rail, *(page.regions() if page is not None else []), self._user]
        focused = QApplication.focusWidget()
        inside = [
            i
            for i, region in enumerate(regions)
            if focused is not None and (region is focused or region.isAncestorOf(focused))
        ]
        following = regions[(inside[-1] + 1) % len(regions)] if inside else regions[0]
        following.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if not following.hasFocus():
            inner = following.nextInFocusChain()
            if inner is not None:
                inner.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def tell(self, words: str, icon: str = "octagon") -> None:
        """Writes above the page what came of something, until it is closed."""
        self._note.say(words, icon)

    # looks

    def _set_compact(self, compact: bool) -> None:
        self._compact = compact
        for widget in (self._banner, self._counts, self._acting, self._rail, self._status, self._user):
            widget.set_compact(compact)
        self._logo.setFixedSize(*((76, 56) if compact else (88, 92)))
        self._place.setContentsMargins(1, 0, 0, 0)
        for page in self._pages.values():
            page.set_compact(compact)

    def _restyle(self) -> None:
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        compact = event.size().width() < COMPACT_BELOW
        if compact != self._compact:
            self._set_compact(compact)
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = theme.current()
        painter.fillRect(self.rect(), colours.colour("frame"))
        top, left = self._rail.geometry().top(), self._rail.geometry().right() + 1
        bottom = self._status.geometry().top()
        painter.fillRect(QRect(left, top, self.width() - left, bottom - top), colours.colour("ground"))
        line = colours.colour("line2")
        thin = hair(self.devicePixelRatioF())
        painter.fillRect(0, top - 1, self.width(), 1, line) if thin >= 1 else painter.fillRect(
            self.rect().toRectF().adjusted(0, top - thin, 0, top - self.height()), line
        )
        painter.fillRect(left, top, 1, self.height() - top, line)
        painter.fillRect(left, bottom, self.width() - left, 1, line)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)

    def close_now(self) -> None:
        """Closes without asking: a signal, the end of the desktop session, a time limit."""
        self._may_close = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        people = self._bridge.people if self._bridge is not None else None
        app = QApplication.instance()
        ends = isinstance(app, QApplication) and app.isSavingSession()  # the desktop logs out: do not hold it up
        asks = people is not None and people.is_configured and not ends
        if asks and not self._may_close and self.people_menu is not None:
            event.ignore()
            self.people_menu.leave(self.close_now)
            return
        if self.people_menu is not None:
            self.people_menu.close_dialog()
        self._acting.close_sound()
        self.closing.emit()
        super().closeEvent(event)
