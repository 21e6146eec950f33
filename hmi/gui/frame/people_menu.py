"""The menu of the user area and its dialogs: sign in, switch, lock, sign out, one's own secrets, control places."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSettings
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QWidget

from hmi.gui.bridge import Bridge
from hmi.gui.dialogs.asking import AskDialog
from hmi.gui.frame.user import UserArea
from hmi.gui.i18n import translate
from hmi.model.access import Method

_OFFERED = "first-administrator-offered"


class PeopleMenu(QObject):
    """One dialog at a time; it opens below the banner and never stops what is behind it.

    say(words, icon): writes a sentence into the frame; take_back(words): it is not true any more. offer_administrator:
    a station without users gets its first one offered, once.
    """

    def __init__(
        self,
        bridge: Bridge,
        window: QWidget,
        area: UserArea,
        say: Callable[[str, str], None],
        take_back: Callable[[str], None],
        *,
        offer_administrator: bool = False,
    ) -> None:
        super().__init__(window)
        self._bridge, self._people = bridge, bridge.people
        self._window, self._area, self._say, self._take_back = window, area, say, take_back
        self._ended = ""  # what the frame was told of a session that is no more
        self._method = ""  # the way used last at this window: whoever switches fast, switches the same way again
        self._offer = offer_administrator
        self._dialog: AskDialog | None = None
        self.menu = QMenu(area)
        self.menu.setProperty("kind", "tall")
        self.menu.setAccessibleName(translate("User", "Signing in"))
        area.clicked.connect(self.open_menu)
        lock = QShortcut(QKeySequence("Ctrl+L"), window)
        lock.activated.connect(self.lock)
        self._people.sign_in_wanted.connect(self._wanted)
        self._people.signed_out.connect(self._signed_out)
        self._people.signed_in.connect(self._signed_in)
        bridge.honesty_changed.connect(self._offer_administrator)

    @property
    def dialog(self) -> AskDialog | None:
        """The dialog that is open."""
        return self._dialog

    def close_dialog(self) -> None:
        """Closes what is open; the window goes."""
        self.menu.close()
        if self._dialog is not None:
            self._dialog.reject()

    # the menu

    def open_menu(self) -> None:
        """Opens the menu below the user area."""
        self.menu.clear()
        state = self._people.state
        if state is None:
            return
        if not state.configured:
            self._add(translate("User", "Create first administrator…"), self.create_administrator)
        else:
            self._add_signing(state.session is not None)
            if state.session is not None and not self._people.is_locked and state.session.method != Method.BREAK_GLASS:
                self._add_own()
        if len(state.places) > 1 and state.configured:
            self.menu.addSeparator()
            self._add(translate("User", "Control places…"), self.open_places)
        first = self.menu.actions()[0]
        self.menu.popup(self._area.mapToGlobal(self._area.rect().bottomLeft()))
        self.menu.setActiveAction(first)

    def _add_signing(self, somebody: bool) -> None:
        if self._people.is_locked:
            self._add(translate("User", "Unlock…"), self.sign_in)
        elif not somebody:
            self._add(translate("User", "Sign in…"), self.sign_in)
        if somebody:
            self._add(translate("User", "Switch user…"), self.switch)
            if not self._people.is_locked:
                self._add(translate("User", "Lock"), self.lock, "Ctrl+L")
            self._add(translate("User", "Sign out"), self._people.sign_out)

    def _add_own(self) -> None:
        self.menu.addSeparator()
        self._add(translate("User", "Change password…"), self.change_password)
        self._add(translate("User", "Set PIN…"), self.set_pin)
        self._add(translate("User", "Second factor…"), self.second_factor)

    def _add(self, words: str, run: Callable[[], object], key: str = "") -> QAction:
        action = self.menu.addAction(words)
        if key:
            action.setText(f"{words}\t{key}")
        action.triggered.connect(lambda _checked=False: run())
        return action

    # what it does

    def lock(self) -> None:
        """Locks, or where it is locked already asks who unlocks."""
        if self._people.is_locked:
            self.sign_in()
        else:
            self._people.lock()

    def sign_in(self, why: str = "") -> None:
        """The sign-in dialog; on a locked session it unlocks."""
        self._ask_who(self._people.user, unlock=self._people.is_locked, why=why)

    def switch(self) -> None:
        """Another person takes over."""
        recent = [name for name in self._people.recent if name != self._people.user]
        self._ask_who(recent[0] if recent else "")

    def _ask_who(self, user: str, *, unlock: bool = False, why: str = "") -> None:
        from hmi.gui.dialogs.sign_in import SignInDialog

        dialog = SignInDialog(self._bridge, self._window, user=user, unlock=unlock, method=self._method, why=why)
        dialog.signed_in.connect(self._remember)
        self._show(dialog)

    def create_administrator(self, *, offered: bool = False) -> None:
        """The dialog for the first administrator."""
        from hmi.gui.dialogs.first_admin import FirstAdminDialog

        self._show(FirstAdminDialog(self._bridge, self._window, offered=offered))

    def change_password(self) -> None:
        """The dialog for one's own password."""
        from hmi.gui.dialogs.own_account import PasswordDialog

        self._show(PasswordDialog(self._bridge, self._window), translate("User", "The password is changed."))

    def set_pin(self) -> None:
        """The dialog for one's own PIN."""
        from hmi.gui.dialogs.own_account import PinDialog

        self._show(PinDialog(self._bridge, self._window), translate("User", "The PIN is stored."))

    def second_factor(self) -> None:
        """The dialog for one's own second factor."""
        from hmi.gui.dialogs.own_account import SecondFactorDialog

        dialog = SecondFactorDialog(self._bridge, self._window)
        self._show(dialog, translate("User", "The second factor is on: the next sign-in asks for it."))

    def open_places(self) -> None:
        """The dialog for control places."""
        from hmi.gui.dialogs.control import ControlDialog

        self._show(ControlDialog(self._bridge, self._window))

    def leave(self, leave: Callable[[], object]) -> None:
        """Asks before the window closes."""
        from hmi.gui.dialogs.leaving import LeavingDialog

        self._show(LeavingDialog(self._bridge, self._window, leave))

    def _show(self, dialog: AskDialog, done: str = "") -> None:
        before, self._dialog = self._dialog, dialog
        if before is not None:
            before.reject()
        dialog.finished.connect(lambda _result: self._closed(dialog))
        if done:
            dialog.accepted.connect(lambda: self._say(done, "check"))
        dialog.show_in_window()

    def _closed(self, dialog: AskDialog) -> None:
        if self._dialog is dialog:
            self._dialog = None
            self._window.activateWindow()

    def _remember(self, method: str) -> None:
        if method != Method.BREAK_GLASS:
            self._method = method

    def _wanted(self, why: str) -> None:
        if self._people.is_configured:
            self.sign_in(why)

    def _signed_out(self, reason: str) -> None:
        if reason:
            self._ended = reason[:1].upper() + reason[1:]
            self._say(self._ended, "info")

    def _signed_in(self) -> None:
        self._take_back(self._ended)
        self._ended = ""

    def _offer_administrator(self) -> None:
        """Once for a station: no users, and not the simulated plant."""
        state, station = self._people.state, self._bridge.station
        if not self._offer or state is None or station is None:
            return
        self._offer = False
        if state.configured or station.plc == "simulation":
            return
        settings = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "plant-hmi", "window")
        offered = settings.value(_OFFERED, [])
        known = [str(name) for name in offered] if isinstance(offered, list) else [str(offered)]
        if station.id in known:
            return
        settings.setValue(_OFFERED, [*known, station.id][-100:])
        settings.sync()
        self.create_administrator(offered=True)
