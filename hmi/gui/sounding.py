"""The horn of this window: what sounds by the alarms of the bridge, and whether this computer can sound at all."""

from __future__ import annotations

import structlog
from PySide6.QtCore import QObject, Signal

from hmi.base.errors import NotSignedInError
from hmi.gui.bridge import Bridge
from hmi.gui.horn import Horn, HornState
from hmi.gui.tone import Player

_log = structlog.get_logger("window")


class Sounding(QObject):
    """Follows the alarms. changed: `state` or `problem` is another one.

    sound: False = the window's setting says no sound; what could be silenced is still known.
    """

    changed = Signal()
    _told = Signal(bool)

    def __init__(self, bridge: Bridge, parent: QObject | None = None, *, sound: bool = True) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._horn = Horn()
        self._state = HornState()
        self._player = Player(self._told.emit) if sound else None
        self._works = True
        self._told.connect(self._take)
        bridge.alarms_changed.connect(self._alarms_changed)
        self._alarms_changed()

    @property
    def state(self) -> HornState:
        """What sounds now."""
        return self._state

    @property
    def is_on(self) -> bool:
        """False if the setting says no sound."""
        return self._player is not None

    @property
    def works(self) -> bool:
        """False once this computer could not sound."""
        return self._works

    def silence(self) -> None:
        """Stops the sound at once and has it recorded; works for everybody, also while the station does not answer."""
        if not self._state.sounds:
            return
        self._show(self._horn.silence())
        self._record(self._bridge.people.token)

    def _record(self, token: str) -> None:
        def unrecorded(error: Exception) -> None:
            if isinstance(error, NotSignedInError):
                self._record("")  # the session had just ended: that it fell silent is put on record all the same
            else:
                _log.warning("silencing could not be recorded", reason=str(error))

        self._bridge.ask(self._bridge.facade.silence(token), _nothing, unrecorded if token else None, self)

    def close(self) -> None:
        """Ends the sound."""
        if self._player is not None:
            self._player.close()

    def _alarms_changed(self) -> None:
        listed = self._bridge.alarms
        if listed is not None:
            self._show(self._horn.update(listed.items))

    def _show(self, state: HornState) -> None:
        if state == self._state:
            return
        if self._player is not None and state.priority != self._state.priority:
            self._player.play(state.priority)
        self._state = state
        self.changed.emit()

    def _take(self, works: bool) -> None:
        self._works = works
        self.changed.emit()


def _nothing(_answer: object) -> None:
    pass
