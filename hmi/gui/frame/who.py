"""What the frame says about people: who is here, what may be done, which place controls what."""

from __future__ import annotations

from hmi.facade.access_data import AccessState, SessionItem
from hmi.gui.bridge import Bridge
from hmi.gui.frame.user import UserState
from hmi.gui.i18n import day, fill, translate
from hmi.gui.people import assignment_words
from hmi.gui.shown import shift_at, shift_title
from hmi.gui.widgets.figures import age, clock, local
from hmi.model.access import Method, Permission


def user_of(bridge: Bridge | None) -> UserState:
    """Clock in the plant's zone, date, shift, and who is here."""
    state = bridge.people.state if bridge is not None else None
    shown = _who(state)
    if bridge is None or bridge.now_us == 0:
        return shown
    zone = bridge.plant.timezone
    if bridge.is_silent:
        when, now = fill(translate("User", "stands still for %1"), age(bridge.behind_s)), clock(bridge.data_us, zone)
    else:
        when, now = day(local(bridge.now_us, zone)), clock(bridge.now_us, zone)
        shift = shift_at(bridge.plant, bridge.now_us)
        if shift:
            words = fill(translate("User", "%1 shift"), shift_title(shift))
            when = f"{when} · {words}"
    return UserState(
        now,
        when,
        shown.user,
        shown.note,
        f"{shown.hint}\n{zone}",
        shown.short,
        bridge.is_silent,
        shown.icon,
        shown.strong,
        shown.spoken,
    )


def _who(state: AccessState | None) -> UserState:
    menu = translate("User", "Opens the menu for signing in, locking and switching the user")
    if state is None:
        hint = translate("User", "The station has not said yet whether people sign in here.")
        return UserState(user="–", note=translate("User", "not known yet"), hint=hint, short="–", spoken=menu)
    if not state.configured:
        return _nobody_exists(state, menu)
    session = state.session
    if session is None:
        name = translate("User", "View only")
        note = translate("User", "view-only station") if state.view_only else free_actions(state)
        hint = translate("User", "Nobody is signed in. Process and alarms stay live; actions are locked.")
        return UserState(user=name, note=note, hint=hint, short=name, spoken=menu)
    name = session.title or session.user
    roles = ", ".join(assignment_words(text) for text in session.assignments)
    if session.state == "locked":
        words = fill(translate("User", "Locked, %1"), name)
        hint = translate("User", "%1 unlocks it; others switch the user. Anybody may silence the horn.")
        note = translate("User", "unlock or switch user")
        return UserState(
            user=words, note=note, hint=fill(hint, name), short=words, icon="lock", strong=True, spoken=menu
        )
    note, strong = _role_note(state, session, roles)
    hint = fill(translate("User", "Signed in: %1 (%2), as %3"), name, session.user, roles)
    if session.offline:
        words = translate("User", "The directory did not answer at this sign-in; the roles are the earlier ones.")
        hint += "\n" + words
    elif note != roles:
        hint += "\n" + note
    return UserState(user=name, note=note, hint=hint, short=name, strong=strong, spoken=menu)


def _nobody_exists(state: AccessState, menu: str) -> UserState:
    name = state.os_user
    hint = translate("User", "Operating system user %1. No users exist on this station yet, so nobody signs in.")
    return UserState(
        user=name,
        note=translate("User", "no sign-in configured"),
        hint=fill(hint, name),
        short=translate("User", "no sign-in"),
        spoken=menu,
    )


def _role_note(state: AccessState, session: SessionItem, roles: str) -> tuple[str, bool]:
    """The line below the name, and whether it stands out."""
    if session.method == Method.BREAK_GLASS:
        return translate("User", "emergency sign-in"), True
    if state.view_only:
        return translate("User", "view-only station"), False
    if session.offline:
        return translate("User", "signed in offline"), True
    return roles, False


def free_actions(state: AccessState) -> str:
    """What may be done without signing in, in few words."""
    free = [right.permission for right in state.rights if right.areas]
    if free == [Permission.ALARM_SILENCE]:
        return translate("User", "may silence only")
    if not free:
        return translate("User", "may look only")
    return fill(translate("User", "%1 actions without sign-in"), len(free))


def place_words(state: AccessState) -> str:
    """Which areas this place controls and who has the others; empty where there is one place only."""
    if len(state.places) < 2:
        return ""
    if state.view_only:
        return translate("User", "View-only station")
    own = [item.title or item.area for item in state.control if item.place == state.place]
    others = [item for item in state.control if item.place and item.place != state.place]
    parts = []
    if own:
        parts.append(fill(translate("User", "%1 controls %2"), state.place, ", ".join(own)))
    elif not others:
        parts.append(fill(translate("User", "%1 controls nothing"), state.place))
    for item in others:
        parts.append(fill(translate("User", "%1 controlled by %2"), item.title or item.area, item.place))
    return " · ".join(parts)


def requests(state: AccessState) -> list[str]:
    """Other places that ask for an area of this one."""
    words = translate("User", "%1 asks for %2")
    return [
        fill(words, item.requested_place, item.title or item.area)
        for item in state.control
        if item.requested_place and item.place == state.place
    ]
