"""Every page of the window, explicitly: one line here and one file beside it make a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hmi.gui.bridge import Bridge
from hmi.gui.i18n import translate
from hmi.gui.pages.page import Page

Loader = Callable[[Bridge], Page]


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One page. key: its shortcut; group: pages of one group stand together in the rail; load: makes the page."""

    id: str
    icon: str
    title: Callable[[], str]
    key: str
    group: int
    load: Loader


def _overview(bridge: Bridge) -> Page:
    from hmi.gui.pages.overview import OverviewPage

    return OverviewPage(bridge)


def _line(bridge: Bridge) -> Page:
    from hmi.gui.pages.line import LinePage

    return LinePage(bridge)


def _trends(bridge: Bridge) -> Page:
    from hmi.gui.pages.trends import TrendsPage

    return TrendsPage(bridge)


def _alarms(bridge: Bridge) -> Page:
    from hmi.gui.pages.alarms import AlarmsPage

    return AlarmsPage(bridge)


def _oee(bridge: Bridge) -> Page:
    from hmi.gui.pages.oee import OeePage

    return OeePage(bridge)


def _devices(bridge: Bridge) -> Page:
    from hmi.gui.pages.devices import DevicesPage

    return DevicesPage(bridge)


def _tags(bridge: Bridge) -> Page:
    from hmi.gui.pages.tags import TagsPage

    return TagsPage(bridge)


def _administration(bridge: Bridge) -> Page:
    from hmi.gui.pages.administration import AdministrationPage

    return AdministrationPage(bridge)


def _help(bridge: Bridge) -> Page:
    from hmi.gui.pages.help import HelpPage

    return HelpPage(bridge)


PAGES: tuple[PageEntry, ...] = (
    PageEntry("overview", "overview", lambda: translate("Rail", "Overview"), "Alt+1", 1, _overview),
    PageEntry("line", "line", lambda: translate("Rail", "Line"), "Alt+2", 1, _line),
    PageEntry("trends", "trends", lambda: translate("Rail", "Trends"), "Alt+3", 1, _trends),
    PageEntry("alarms", "alarms", lambda: translate("Rail", "Alarms"), "Alt+4", 1, _alarms),
    PageEntry("oee", "oee", lambda: translate("Rail", "OEE"), "Alt+5", 1, _oee),
    PageEntry("devices", "devices", lambda: translate("Rail", "Devices"), "Alt+6", 2, _devices),
    PageEntry("tags", "tags", lambda: translate("Rail", "Tags"), "Alt+7", 2, _tags),
    PageEntry("administration", "admin", lambda: translate("Rail", "Admin"), "Alt+8", 3, _administration),
    PageEntry("help", "help", lambda: translate("Rail", "Help"), "Alt+H", 3, _help),
)


def page(page_id: str) -> PageEntry:
    """The entry of a page; KeyError for an unknown one."""
    for entry in PAGES:
        if entry.id == page_id:
            return entry
    raise KeyError(page_id)
