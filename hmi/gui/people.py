"""Who is signed in at this window, and what may be done from here: asked of the station, never decided here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any, Protocol

import shiboken6
import structlog
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal

from hmi.base.errors import PlantError
from hmi.facade.access_data import AccessState, Right, SignedIn
from hmi.facade.contract import Facade
from hmi.facade.data import AlarmItem
from hmi.gui.delivery import ErrorHandler
from hmi.gui.i18n import fill, translate
from hmi.model.access import CONTROLLING, EVERYWHERE, Credentials, Permission
from hmi.model.equipment import Plant

_log = structlog.get_logger("window")
ASK_EVERY_S = 1.0
TOUCH_EVERY_S = 5.0
_RECENT = 6
_ON_THE_PROCESS = CONTROLLING | {Permission.CONTROL_TAKE, Permission.CONTROL_FORCE}
_INPUT = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.ShortcutOverride,  # all there is to see of a key that is a shortcut
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TabletPress,
    }
)
"""Moving the pointer does not count: a mouse on a shaking desk would keep a deserted window open."""


class Ask(Protocol):
    """`Bridge.ask`: delivers a future's answer on the GUI thread."""

    def __call__(
        self,
        future: Future[Any],
        on_result: Callable[[Any], None],
        on_error: ErrorHandler | None = None,
        owner: QObject | None = None,
    ) -> None: ...


class People(QObject):
    """The session of this window. The token lives in memory only and is never stored or logged.

    changed: `state` is another one. signed_in: somebody signed in, unlocked or took over. signed_out(reason): the
    session is no more; reason: the station's words, empty if it was meant. sign_in_wanted(why): something locked was
    tried; the window answers with its dialog.
    """

    changed = Signal()
    signed_in = Signal()
    signed_out = Signal(str)
    sign_in_wanted = Signal(str)

    def __init__(self, facade: Facade, ask: Ask, monotonic: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._facade = facade
        self._ask = ask
        self._monotonic = monotonic
        self._token = ""
        self._state: AccessState | None = None
        self._open = 0
        self._asked = -ASK_EVERY_S
        self._touched = -TOUCH_EVERY_S
        self._recent: list[str] = []
        self._entering = 0
        self._problem = ""

    def start(self) -> None:
        """Begins to watch for input; the bridge calls `tick` from then on."""
        app = QCoreApplication.instance()
        if app is not None:
            app.installEventFilter(self)
        self.refresh()

    def stop(self) -> None:
        """Ends the session, as far as the station still answers: a closed window leaves nobody signed in."""
        app = QCoreApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        if self._token:
            self._facade.sign_out(self._token)
            self._token = ""

    # what is known

    @property
    def token(self) -> str:
        """What goes as `session` with every call; empty = nobody is signed in."""
        return self._token

    @property
    def state(self) -> AccessState | None:
        """The station's last word about who is here; None until it answered."""
        return self._state

    @property
    def is_configured(self) -> bool:
        """True once users exist on the station."""
        return self._state is not None and self._state.configured

    @property
    def is_locked(self) -> bool:
        """True while the session is locked."""
        session = self._state.session if self._state is not None else None
        return session is not None and session.state == "locked"

    @property
    def user(self) -> str:
        """Name of who is signed in, also while locked; empty = nobody."""
        session = self._state.session if self._state is not None else None
        return session.user if session is not None else ""

    @property
    def recent(self) -> tuple[str, ...]:
        """Names that signed in at this window, the last one first; forgotten when the window closes."""
        return tuple(self._recent)

    def right(self, permission: str) -> Right | None:
        """One action as it stands now; None until the station answered, and for an unknown action."""
        rights = self._state.rights if self._state is not None else []
        return next((right for right in rights if right.permission == permission), None)

    def refusal(self, permission: str, scopes: Iterable[str] = (EVERYWHERE,)) -> str:
        """Empty if it may be done in one of the scopes, else why not, as a sentence for a tooltip.

        Nothing known yet counts as allowed: the station decides in the end and says no itself.
        """
        right, state = self.right(permission), self._state
        if right is None or state is None:
            return ""
        wanted = set(scopes)
        if state.view_only and permission in _ON_THE_PROCESS:
            return translate("People", "This is a view-only station. Act at the place that controls the area.")
        if EVERYWHERE in right.areas or wanted & set(right.areas):
            return self._controlled_elsewhere(permission, wanted, state)
        if state.session is not None and state.session.state == "locked":
            return fill(translate("People", "Locked. %1 unlocks it; others switch the user."), state.session.title)
        needs = fill(translate("People", "Needs %1."), roles_in_words(right.roles))
        if state.session is None:
            return needs + " " + translate("People", "Nobody is signed in.")
        here = ", ".join(assignment_words(text) for text in state.session.assignments)
        who = fill(translate("People", "Signed in: %1 (%2)."), state.session.user, here)
        roles = {text.partition("@")[0] for text in state.session.assignments}
        if not right.areas and roles & set(right.roles) and right.reason:
            return right.reason[:1].upper() + right.reason[1:]
        return f"{needs} {who}"

    def lock_words(self, permission: str, scopes: Iterable[str] = (EVERYWHERE,)) -> tuple[str, ...]:
        """What may stand on a locked button, the fullest wording first: the role needed, or what is in the way."""
        right, state = self.right(permission), self._state
        if state is not None and state.view_only and permission in _ON_THE_PROCESS:
            return (translate("People", "View only"),)
        if state is not None and self._controlled_elsewhere(permission, set(scopes), state):
            held = next(item.place for item in state.control if item.area in set(scopes) and item.place != state.place)
            return fill(translate("People", "%1 controls"), held), held
        if self.is_locked:
            return (translate("People", "Locked"),)
        if right is not None and right.areas:
            return translate("People", "Not in this area"), translate("People", "Other area")
        roles = [role for role in right.roles if role != "nobody"] if right is not None else []
        if not roles:
            return (translate("People", "Locked"),)
        return fill(translate("People", "Needs %1"), role_word(roles[0])), role_word(roles[0])

    def _controlled_elsewhere(self, permission: str, scopes: set[str], state: AccessState) -> str:
        if permission not in CONTROLLING:
            return ""
        for item in state.control:
            if item.area in scopes and item.place and item.place != state.place:
                words = translate("People", "%1 is controlled by %2. Take control of it first.")
                return fill(words, item.title or item.area, item.place)
        return ""

    # what can be done

    def sign_in(
        self,
        credentials: Credentials,
        on_done: Callable[[SignedIn], None],
        on_error: Callable[[Exception], None],
        owner: QObject,
    ) -> None:
        """Signs in, unlocks or switches; `on_done` also gets an answer that asks for more (`needs`)."""
        sent = replace(credentials, session=credentials.session or self._token)
        self.enter(self._facade.sign_in(sent), on_done, on_error, owner)

    def enter(
        self,
        future: Future[SignedIn],
        on_done: Callable[[SignedIn], None],
        on_error: Callable[[Exception], None],
        owner: QObject,
    ) -> None:
        """Takes the answer to a sign-in on its way. If `owner` is gone by then nobody wants it: nobody is let in.

        Until then the end of the present session is no news: whoever comes in ends it.
        """
        self._entering += 1

        def done(answer: SignedIn) -> None:
            self._entering -= 1
            if shiboken6.isValid(owner):
                self.accept(answer)
                on_done(answer)
            elif answer.token and answer.token == self._token:
                self._ask(self._facade.lock(answer.token), self._locked, self._told)
            elif answer.token:
                self._ask(self._facade.sign_out(answer.token), _nothing, self._told)
                self.refresh()

        def failed(error: Exception) -> None:
            self._entering -= 1
            if shiboken6.isValid(owner):
                on_error(error)

        self._ask(future, done, failed, self)

    def ask_sign_in(self, why: str = "") -> None:
        """Has the window offer its sign-in dialog; why: a sentence that stands in it."""
        self.sign_in_wanted.emit(why)

    def accept(self, answer: SignedIn) -> None:
        """Takes over the session of an answer that carries a token."""
        if not answer.token:
            return
        self._token = answer.token
        if answer.session is not None:
            name = answer.session.user
            if answer.session.method != "break_glass":
                self._recent = [name, *(known for known in self._recent if known != name)][:_RECENT]
            if self._state is not None:
                self._state = replace(self._state, session=answer.session, ended="")
        self._touched = self._monotonic()
        self.changed.emit()
        self.signed_in.emit()
        self.refresh()

    def sign_out(self) -> None:
        """Ends the session; the window goes on in view."""
        token, self._token = self._token, ""
        if token:
            self._ask(self._facade.sign_out(token), _nothing, self._told)
            self._forget("")

    def lock(self) -> None:
        """Blocks actions until the same person signs in again; process and alarms stay as they are."""
        if self._token and not self.is_locked:
            self._ask(self._facade.lock(self._token), self._locked, self._told)

    def refresh(self) -> None:
        """Asks who is here and what may be done."""
        self._asked = self._monotonic()
        token = self._token
        future = self._facade.access(token)
        self._open += 1

        def take(state: AccessState) -> None:
            self._open -= 1
            self._problem = ""
            if token == self._token and not (token and state.session is None and self._entering):
                self._take(state)

        def fail(error: Exception) -> None:
            self._open -= 1
            self._told(error)

        self._ask(future, take, fail, self)

    def tick(self) -> None:
        """Asks once a second unless the last question is still open."""
        if self._open == 0 and self._monotonic() - self._asked >= ASK_EVERY_S:
            self.refresh()

    def _locked(self, _answer: None) -> None:
        self.refresh()

    def _take(self, state: AccessState) -> None:
        before, self._state = self._state, state
        if self._token and state.session is None:
            self._token = ""
            self.changed.emit()
            self.signed_out.emit(state.ended)
            self.refresh()  # what may be done without a session is another question
        elif before is None or _worth_telling(before) != _worth_telling(state):
            self.changed.emit()

    def _forget(self, reason: str) -> None:
        if self._state is not None:
            self._state = replace(self._state, session=None, actor="")
        self.changed.emit()
        self.signed_out.emit(reason)
        self.refresh()

    def _told(self, error: Exception) -> None:
        words = str(error) if isinstance(error, PlantError) else type(error).__name__
        if words != self._problem:  # asked every second: once is enough
            self._problem = words
            if isinstance(error, PlantError):
                _log.warning("the station does not say who may do what", reason=words)
            else:
                _log.error("a question about people failed", exc_info=error)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT and self._token and not self.is_locked:
            now = self._monotonic()
            if now - self._touched >= TOUCH_EVERY_S:
                self._touched = now
                self._ask(self._facade.touch(self._token), _nothing, self._told)
        return False


def _worth_telling(state: AccessState) -> AccessState:
    """The state without what moves all the time."""
    session = replace(state.session, idle_s=0.0) if state.session is not None else None
    return replace(state, session=session, revision=0)


def _nothing(_answer: object) -> None:
    pass


def scopes_of(plant: Plant, item: AlarmItem) -> tuple[str, ...]:
    """The areas an alarm lies in, from the inside out: its own, the line or area its path begins with, the line's."""
    root = (item.tag if "/" in item.tag else item.id).partition("/")[0]
    names = dict.fromkeys(name for name in (item.area, root) if name)
    above = [line.area for line in plant.lines if line.area and line.name in names]
    return (*names, *above)


def role_word(role: str) -> str:
    """A role in the window's language."""
    return {
        "nobody": translate("Role", "nobody"),
        "viewer": translate("Role", "viewer"),
        "operator": translate("Role", "operator"),
        "maintenance": translate("Role", "maintenance"),
        "supervisor": translate("Role", "supervisor"),
        "engineer": translate("Role", "engineer"),
        "admin": translate("Role", "administrator"),
    }.get(role, role)


def roles_in_words(roles: Iterable[str]) -> str:
    """`operator, maintenance or supervisor`."""
    words = [role_word(role) for role in roles if role != "nobody"]
    if len(words) < 2:
        return "".join(words)
    return fill(translate("People", "%1 or %2"), ", ".join(words[:-1]), words[-1])


def assignment_words(text: str) -> str:
    """`operator`, or `operator in bottling` for `operator@bottling`."""
    role, _, area = text.partition("@")
    return fill(translate("People", "%1 in %2"), role_word(role), area) if area else role_word(role)
