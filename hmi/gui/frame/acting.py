"""The two buttons beside the banner: silence the horn, which everybody may, and acknowledge the rows seen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QWidget

from hmi.gui.acknowledging import Acknowledging, Outcome
from hmi.gui.bridge import Bridge
from hmi.gui.frame.banner import BannerRow
from hmi.gui.frame.contents import orders_of
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.parts import KeyButton
from hmi.gui.pages.permit import PermitButton
from hmi.gui.people import scopes_of
from hmi.gui.sounding import Sounding
from hmi.model.access import Permission

_WIDE, _NARROW, _TALL = 148, 44, 45


class ActingCell(QWidget):
    """said(words): what came of acknowledging, where it was not simply done. seen: gives the rows on screen."""

    said = Signal(str)

    def __init__(self, seen: Callable[[], tuple[BannerRow, ...]]) -> None:
        super().__init__()
        self._seen = seen
        self._bridge: Bridge | None = None
        self._acknowledging: Acknowledging | None = None
        self.sounding: Sounding | None = None
        self._compact = False
        self._keys: tuple[tuple[str, int], ...] = ()
        self._shown: tuple[object, ...] = ()
        self.silence_button = KeyButton("", icon_name="mute", tall=_TALL)
        self.silence_button.clicked.connect(self.silence)
        self.acknowledge_button = PermitButton(Permission.ALARM_ACK, "", icon_name="check", tall=_TALL)
        self.acknowledge_button.acted.connect(self.acknowledge_seen)
        self._row = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._row.addStretch(1)
        self._row.addWidget(self.silence_button)
        self._row.addWidget(self.acknowledge_button)
        self._row.addStretch(1)
        self.set_compact(False)
        self.refresh()

    def attach(self, bridge: Bridge, *, sound: bool) -> None:
        """Acts on a station from now on."""
        self._bridge = bridge
        self._acknowledging = Acknowledging(bridge, self)
        self._acknowledging.finished.connect(self._acknowledged)
        self.sounding = Sounding(bridge, self, sound=sound)
        self.sounding.changed.connect(self.refresh)
        self.acknowledge_button.follow(bridge.people)
        self.refresh()

    def close_sound(self) -> None:
        """Ends the horn; called when the window goes."""
        if self.sounding is not None:
            self.sounding.close()

    @property
    def sound_problem(self) -> str:
        """What the status line says about the horn; empty = it can be heard."""
        if self.sounding is None or self.sounding.works:
            return ""
        return translate("Status", "No sound on this computer")

    def set_compact(self, compact: bool) -> None:
        """Signs beside each other instead of words below each other."""
        self._compact = compact
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if compact else QBoxLayout.Direction.TopToBottom)
        self._row.setContentsMargins(8 if compact else 12, 0, 8 if compact else 12, 0)
        self._row.setSpacing(6 if compact else 0)
        for button in (self.silence_button, self.acknowledge_button):
            button.setProperty("tall", "" if compact else "cell")  # drawn lower than what can be hit
            button.style().unpolish(button)
            button.style().polish(button)
            button.setFixedWidth(_NARROW if compact else _WIDE)
        self.refresh()

    def refresh(self) -> None:
        """Shows what can be done now; called ten times a second, so it changes only what is another."""
        sounds = self.sounding is not None and self.sounding.state.sounds
        busy = self._acknowledging is not None and self._acknowledging.is_busy
        self._show_scopes()
        shown = (self._compact, sounds, busy, bool(self._seen()))
        if shown == self._shown:
            return
        self._shown = shown
        self.silence_button.setEnabled(sounds)
        self.silence_button.setText("" if self._compact else translate("Banner", "Silence"))
        self.silence_button.setAccessibleName(translate("Banner", "Silence the horn"))
        tip = translate("Banner", "Silence the horn (M). Everybody may; the alarms stay unacknowledged.")
        self.silence_button.setToolTip(tip if sounds else translate("Banner", "Nothing sounds"))
        words = translate("Banner", "Sending…") if busy else translate("Banner", "Ack page")
        tip = translate("Banner", "Acknowledge the alarms shown in this banner")
        self.acknowledge_button.set_words("" if self._compact else words, tip)
        self.acknowledge_button.setAccessibleName(tip)
        self.acknowledge_button.setEnabled(bool(self._seen()) and not busy)

    def _show_scopes(self) -> None:
        keys = tuple(row.key for row in self._seen())
        if self._bridge is None or self._bridge.alarms is None or keys == self._keys:
            return
        self._keys = keys
        wanted = {alarm for alarm, _ in keys}
        plant = self._bridge.plant
        self.acknowledge_button.set_scopes(
            scopes_of(plant, item) for item in self._bridge.alarms.items if item.id in wanted
        )

    def silence(self) -> None:
        """Stops the horn at once."""
        if self.sounding is not None:
            self.sounding.silence()

    def acknowledge_seen(self) -> None:
        """Acknowledges the rows that can be seen, and only those."""
        if self._acknowledging is not None:
            self._acknowledging.acknowledge(orders_of(self._seen()))
            self.refresh()

    def _acknowledged(self, outcome: Outcome) -> None:
        if outcome.refused:
            words = "   ".join(outcome.refused)
            if outcome.done:
                words = fill(translate("Banner", "%1 acknowledged."), len(outcome.done)) + "   " + words
            self.said.emit(words)
        self.refresh()
