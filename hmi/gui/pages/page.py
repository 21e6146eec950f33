"""What every page is to the frame: a widget with a bridge, a way out to other pages and a way in to a target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from hmi.gui.bridge import Bridge


@dataclass(frozen=True, slots=True)
class Target:
    """What a page should show: some tags, an alarm, a device, a machine path, a moment, a manual page."""

    tags: tuple[str, ...] = ()
    alarm: str = ""
    device: str = ""
    machine: str = ""
    at_us: int | None = None
    manual: str = ""


class Page(QWidget):
    """Base of every page.

    go(page id, Target): asks the frame for another page. `compact` follows the frame (ui.md 6 Sizes). The page keeps
    its own margin to the frame.
    A page asks the station through `self.bridge.ask(..., owner=self)` and paints nothing it was not told.
    """

    go = Signal(str, object)
    manual_page: ClassVar[str] = ""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bridge = bridge
        self.compact = False

    def set_compact(self, compact: bool) -> None:
        """Follows the frame's size class; called before the first show and at each change."""
        self.compact = compact

    def opened(self) -> None:
        """Called each time the page comes to the front."""

    def closed(self) -> None:
        """Called each time another page takes its place."""

    def show_target(self, target: Target) -> None:
        """Shows what another page or the alarm banner asked for."""

    def regions(self) -> list[QWidget]:
        """Where F6 goes inside the page, in reading order."""
        return [self]

    def find_field(self) -> QWidget | None:
        """The field that `/` focuses, None if the page has none."""
        return None

    def help_page(self) -> str:
        """Manual page for what has the focus."""
        return self.manual_page

    def is_settled(self) -> bool:
        """True when nothing asked for is still on its way; pictures wait for it."""
        return True
