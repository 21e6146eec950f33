"""The status line: how honest the data on screen are, and which station they come from."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from hmi.gui.bridge import BEHIND_AFTER_S, Bridge
from hmi.gui.frame.banner import tag_frame
from hmi.gui.frame.who import place_words, requests
from hmi.gui.i18n import fill, translate
from hmi.gui.theme import font_px, paint_icon
from hmi.gui.theme.strokes import vertical
from hmi.gui.widgets.base import Painted
from hmi.gui.widgets.figures import age, clock, figure, local
from hmi.gui.widgets.painting.text import RIGHT, width, write
from hmi.model.access import Method


@dataclass(frozen=True, slots=True)
class StatusPart:
    """A part between two separators: runs of (text, strong), an optional icon or a dashed tag before them."""

    runs: tuple[tuple[str, bool], ...]
    icon: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class StatusState:
    """Parts from the left in order of importance, and the station at the right."""

    parts: tuple[StatusPart, ...] = field(default_factory=tuple)
    station: str = ""


def status_of(bridge: Bridge | None, starting: str = "", sound: str = "") -> StatusState:
    """What the status line says now. sound: what is wrong with the horn, in words."""
    if bridge is None or bridge.honesty is None:
        words = starting or translate("Status", "Waiting for the station")
        parts = [StatusPart(((words, True),), icon="pause")]
        if bridge is not None and bridge.is_silent:
            parts.insert(0, _silent(bridge))
        return StatusState(tuple(parts), _station(bridge))
    parts = []
    honesty = bridge.honesty
    if not bridge.alarms_running:
        parts.append(StatusPart(((translate("Banner", "ALARMS NOT RUNNING"), True),), icon="octagon"))
    if honesty.simulated:
        words = translate("Status", "Simulated plant")
        parts.append(StatusPart(((words, True),), tag="SIM"))
    if bridge.is_silent:
        parts.append(_silent(bridge))
        parts.append(StatusPart(((translate("Status", "all values stale"), False),)))
        return StatusState(tuple(parts), _station(bridge))
    if bridge.behind_s >= BEHIND_AFTER_S:
        behind = fill(translate("Status", "Window behind by %1 s"), figure(bridge.behind_s, 1))
        parts.append(StatusPart(((behind, True),), icon="pause"))
    elif honesty.devices_total and not honesty.devices_connected:
        # the station's own figures are live still, but nothing of the plant is
        parts.append(StatusPart(((translate("Status", "No device answers"), True),), icon="state/unknown"))
    else:
        runs = [(translate("Status", "Live"), True)]
        if honesty.oldest_live_age_s is not None:
            oldest = fill(translate("Status", "oldest value %1 s"), figure(honesty.oldest_live_age_s, 1))
            runs.append((oldest, False))
        parts.append(StatusPart(tuple(runs), icon="state/run"))
    parts += _people(bridge)
    parts += [_devices(bridge), _quality(bridge), _history(bridge), _central(bridge), _backup(bridge)]
    if sound:
        parts.insert(1, StatusPart(((sound, True),), icon="mute"))
    if honesty.clock_problem:
        parts.insert(1, StatusPart(((honesty.clock_problem, True),), icon="clock"))
    return StatusState(tuple(part for part in parts if part.runs), _station(bridge))


def _silent(bridge: Bridge) -> StatusPart:
    words = fill(translate("Status", "Station silent for %1 s"), int(bridge.behind_s))
    return StatusPart(((words, True),), icon="state/unknown")


def _people(bridge: Bridge) -> list[StatusPart]:
    """What has to be known about who acts here: emergency sign-in, a directory that is down, control places."""
    state = bridge.people.state
    if state is None:
        return []
    parts = []
    if state.session is not None and state.session.method == Method.BREAK_GLASS:
        parts.append(StatusPart(((translate("Status", "Emergency sign-in active"), True),), icon="octagon"))
    if state.directory_problem:
        runs = [(translate("Status", "Directory did not answer"), True)]
        if state.session is not None and state.session.offline:
            runs.append((translate("Status", "signed in by its earlier answer"), False))
        parts.append(StatusPart(tuple(runs), icon="unlink"))
    parts += [StatusPart(((words, True),), icon="hand") for words in requests(state)[:1]]
    if place_words(state):
        parts.append(StatusPart(((place_words(state), False),)))
    return parts


def _devices(bridge: Bridge) -> StatusPart:
    honesty = bridge.honesty
    assert honesty is not None
    counts = fill(translate("Status", "%1 of %2 devices"), honesty.devices_connected, honesty.devices_total)
    if not honesty.silent:
        return StatusPart(((counts, honesty.devices_connected < honesty.devices_total),))
    longest = min(honesty.silent, key=lambda device: device.since_us)
    since = age((bridge.now_us - longest.since_us) / 1e6)
    words = fill(translate("Status", "%1 silent for %2"), longest.name, since)
    if len(honesty.silent) > 1:
        words = fill(
            translate("Status", "%1 and %2 more silent, longest %3"), longest.name, len(honesty.silent) - 1, since
        )
    return StatusPart(((counts, True), (words, False)), icon="unlink")


def _quality(bridge: Bridge) -> StatusPart:
    honesty = bridge.honesty
    assert honesty is not None
    runs = [
        (figure(honesty.good, 0), True),
        (translate("Status", "good"), False),
        (figure(honesty.uncertain, 0), True),
        (translate("Status", "uncertain"), False),
        (figure(honesty.bad, 0), True),
        (translate("Status", "bad"), False),
    ]
    stale = fill(translate("Status", "%1 stale"), figure(honesty.stale, 0))
    runs.append((stale, honesty.stale > 0))
    return StatusPart(tuple(runs))


def _history(bridge: Bridge) -> StatusPart:
    honesty = bridge.honesty
    assert honesty is not None
    if honesty.history_problem:
        return StatusPart(((honesty.history_problem, True),), icon="octagon")
    if honesty.history_age_s is None:
        return StatusPart(((translate("Status", "History not written yet"), False),))
    written = fill(translate("Status", "History written %1 s ago"), figure(honesty.history_age_s, 1))
    return StatusPart(((written, False),))


def _central(bridge: Bridge) -> StatusPart:
    honesty = bridge.honesty
    assert honesty is not None
    if honesty.central == "none":
        return StatusPart(((translate("Status", "No central server"), False),))
    waiting = fill(translate("Status", "To central: %1 waiting"), figure(honesty.central_waiting, 0))
    if honesty.central == "unreachable":
        return StatusPart(((translate("Status", "Central unreachable"), True), (waiting, False)), icon="unlink")
    return StatusPart(((waiting, False),))


def _backup(bridge: Bridge) -> StatusPart:
    honesty = bridge.honesty
    assert honesty is not None
    if honesty.t_backup_verified_us is None:
        return StatusPart(((translate("Status", "No verified backup"), False),))
    zone = bridge.plant.timezone
    then, now = local(honesty.t_backup_verified_us, zone), local(bridge.now_us or honesty.t_backup_verified_us, zone)
    when = clock(honesty.t_backup_verified_us, zone, seconds=False)
    if then.date() != now.date():
        when = f"{then.day}.{then.month}. {when}"
    return StatusPart(((fill(translate("Status", "Backup %1 verified"), when), False),))


def _station(bridge: Bridge | None) -> str:
    if bridge is None or bridge.station is None:
        return ""
    station = bridge.station
    words = fill(translate("Status", "station %1"), station.id)
    return f"{station.name} · {words} · {station.version}"


class StatusLine(Painted):
    """Paints the parts; what does not fit is left out from the right end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = StatusState()
        self._compact = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def state(self) -> StatusState:
        """What is shown."""
        return self._state

    def set_state(self, state: StatusState) -> None:
        """Shows another moment."""
        if state != self._state:
            self._state = state
            self.refresh()

    def set_compact(self, compact: bool) -> None:
        """The low line."""
        self._compact = compact
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        tokens = self.theme.tokens
        return QSize(600, int(tokens.compact["status"] if self._compact else tokens.size["status"]))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    def spoken(self) -> str:
        parts = [" ".join(text for text, _ in part.runs) for part in self._state.parts]
        return ", ".join([*parts, self._state.station])

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        body = rect.adjusted(0, 1, 0, 0)
        end = body.right() - 12
        if self._state.station:
            place = QRectF(end - 500, body.top(), 500, body.height())
            end -= write(painter, place, self._state.station, font_px(13), self.theme.colour("text2"), RIGHT) + 16
        x = 14.0
        for index, part in enumerate(self._state.parts):
            needed = self._width(part)
            if index and x + needed > end:
                break
            if index:
                vertical(painter, x, body.center().y() - 8, body.center().y() + 8, self.theme.colour("line2"))
                x += 14
            x = self._draw_part(painter, body, x, part) + 14

    def _width(self, part: StatusPart) -> float:
        wide = sum(width(text, font_px(13, 600 if strong else 400)) + 6 for text, strong in part.runs) + 14
        return wide + (21 if part.icon else 0) + (40 if part.tag else 0)

    def _draw_part(self, painter: QPainter, body: QRectF, x: float, part: StatusPart) -> float:
        strong_colour, colour = self.theme.colour("text1"), self.theme.colour("text2")
        if part.icon:
            edge = 12.0 if part.icon.startswith("state/run") else 16.0
            paint_icon(painter, QRectF(x, body.center().y() - edge / 2, edge, edge), part.icon, strong_colour)
            x += edge + 5
        if part.tag:
            tag_frame(painter, QRectF(x, body.center().y() - 9, 34, 18), part.tag, strong_colour)
            x += 40
        for number, (text, strong) in enumerate(part.runs):
            x += 6 if number else 0
            place = QRectF(x, body.top(), 900, body.height())
            shown = strong_colour if strong else colour
            x += write(painter, place, text, font_px(13, 600 if strong else 400), shown, elide=False)
        return x
