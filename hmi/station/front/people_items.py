"""What front ends are told about people: who is here, what may be done, accounts, sessions, rules, control."""

from __future__ import annotations

from hmi.access.guard import Caller, os_login
from hmi.access.sessions import Session
from hmi.access.store import Account, Control
from hmi.base.clock import Clock
from hmi.base.errors import NotSignedInError
from hmi.facade.access_data import (
    AccessState,
    ControlItem,
    PlaceItem,
    Right,
    RoleRow,
    RoleTableItem,
    SessionItem,
    UserItem,
)
from hmi.model.access import CONTROLLING, EVERYWHERE, Permission, Role, RoleTable
from hmi.model.areas import SYSTEM
from hmi.station.people import StationPeople


class PeopleItems:
    """Makes the answers from memory; nothing here waits."""

    def __init__(self, people: StationPeople, clock: Clock) -> None:
        self._people = people.access
        self._station_people = people
        self._people_clock = clock

    def state(self, token: str) -> AccessState:
        """Who stands behind a token and what they may do; never fails for an ended session but says why it ended."""
        people = self._people
        ended = ""
        try:
            caller = people.guard.caller(token)
        except NotSignedInError as fault:
            ended = str(fault)
            caller = people.guard.caller("")
        session = caller.session
        settings = people.settings
        place = people.places.find(caller.place)
        by_place: dict[str, list[str]] = {}
        for one in people.sessions.all():
            by_place.setdefault(one.place, []).append(one.user)
        return AccessState(
            configured=people.in_use,
            actor="" if caller.locked else caller.actor,
            os_user=os_login(),
            session=self.session(session) if session is not None else None,
            ended=ended,
            rights=[self._right(caller, permission) for permission in Permission],
            methods=self._methods(),
            browser_title=settings.oidc.title,
            directory_problem=people.recognition.directory_problem,
            banner=settings.banner,
            view_only=place is not None and place.view_only,
            place=caller.place,
            places=[
                PlaceItem(one.name, one.title, one.view_only, one.name == caller.place, by_place.get(one.name, []))
                for one in people.places.all
            ],
            control=[self.control(control) for control in people.places.controls()],
            idle_lock_s=settings.idle_lock_us / 1e6,
            password_length=settings.password_length,
            break_glass_sealed=bool(people.register.break_glass_hash),
            revision=people.register.revision,
        )

    def _right(self, caller: Caller, permission: Permission) -> Right:
        people = self._people
        areas = people.guard.areas(caller, permission)
        if permission in CONTROLLING and people.places.divided and areas == [EVERYWHERE]:
            areas = [*people.places.areas, SYSTEM]  # what another place controls has to be left out one by one
        refusals = {
            area: people.guard.refusal(
                caller, permission, () if area == EVERYWHERE else self._station_people.scopes(area)
            )
            for area in areas
        }
        allowed = [area for area, why in refusals.items() if not why]
        why = "" if allowed else next(iter(refusals.values()), people.guard.refusal(caller, permission, ()))
        signature = people.guard.signature_rule(caller, permission)
        return Right(permission.value, allowed, why, people.guard.roles_for(permission), signature.value)

    def _methods(self) -> list[str]:
        people = self._people
        accounts = [account for account in people.register.accounts.values() if account.user.enabled]
        found = []
        if people.directory_configured or any(account.password_hash for account in accounts):
            found.append("password")
        if any(account.pin_hash for account in accounts):
            found.append("pin")
        if any(account.badge_hash for account in accounts):
            found.append("badge")
        if people.provider_configured:
            found.append("browser")
        if people.register.break_glass_hash:
            found.append("break_glass")
        return found

    def session(self, session: Session) -> SessionItem:
        """An open session."""
        people = self._people
        now, clock = self._people_clock.monotonic_us(), self._people_clock
        account = people.register.account(session.user)
        assignments = account.user.assignments if account is not None else ()
        return SessionItem(
            id=session.id,
            user=session.user,
            title=account.user.title if account is not None else session.user,
            assignments=[one.text for one in assignments] if account is not None else [Role.ADMIN.value],
            place=session.place,
            method=session.method.value,
            state="locked" if session.locked else "active",
            t_begin_us=session.begin_us,
            t_end_us=clock.now_us() + session.ends_mono_us - now,
            idle_s=max(0, now - session.active_mono_us) / 1e6,
            offline=session.offline,
        )

    def user(self, account: Account) -> UserItem:
        """An account without its secrets."""
        user = account.user
        return UserItem(
            name=user.name,
            title=user.title,
            assignments=[one.text for one in user.assignments],
            source=user.source.value,
            enabled=user.enabled,
            must_change=user.must_change,
            has_password=user.has_password,
            has_pin=user.has_pin,
            has_badge=user.has_badge,
            has_totp=bool(account.totp_sealed),
            created_us=user.created_us,
            t_last_sign_in_us=user.last_sign_in_us,
            t_confirmed_us=user.confirmed_us,
            locked_s=self._people.recognition.locked_us(user.name) / 1e6,
        )

    def control(self, control: Control) -> ControlItem:
        """Who controls an area."""
        title = self._people.places.areas.get(control.area, "")
        return ControlItem(
            control.area,
            title or control.area,
            control.place,
            control.since_us or None,
            control.by,
            control.requested_place,
            control.requested_by,
        )


def role_table(table: RoleTable) -> RoleTableItem:
    """The table of roles and actions, a row an action."""
    rows = [
        RoleRow(
            permission.value,
            [role.value for role in Role if role in table.allowed(permission)],
            table.signature(permission).value,
        )
        for permission in Permission
    ]
    return RoleTableItem([role.value for role in Role], rows)
