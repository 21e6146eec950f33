"""Control places: one place controls an area, everybody can see which, and it is handed over on record."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from hmi.access.register import Register
from hmi.access.store import Control
from hmi.base.errors import NotPermittedError, PlantError
from hmi.model.access import AuditRow
from hmi.model.station import AccessSettings, PlaceSettings

REMOTE: Final = "remote"
"""Place of a front end on another machine that has proven none; nothing is controlled from it."""


class Places:
    """The configured places and the areas between which control is divided.

    areas: names with titles. A station without `places` has only its own, which controls everything; nothing is asked
    or handed over then. resolve: the secret behind a reference.
    """

    def __init__(
        self,
        settings: AccessSettings,
        station: str,
        areas: Mapping[str, str],
        register: Register,
        resolve: Callable[[str], str],
    ) -> None:
        self.own = settings.place or station
        self.areas = dict(areas)
        self._register = register
        self._resolve = resolve
        known = settings.places or (PlaceSettings(self.own, view_only=settings.view_only),)
        self._places = {
            place.name: PlaceSettings(
                place.name, place.title, place.view_only or (place.name == self.own and settings.view_only), place.key
            )
            for place in known
        }
        self.divided = len(self._places) > 1

    @property
    def all(self) -> list[PlaceSettings]:
        """Every place in configured order."""
        return list(self._places.values())

    def find(self, name: str) -> PlaceSettings | None:
        """A configured place, None for another name."""
        return self._places.get(name)

    def prove(self, name: str, key: str) -> str:
        """The place a front end may call its own; raises NotPermittedError for one it cannot prove."""
        if not name:
            return self.own
        if name == REMOTE:
            return REMOTE
        place = self._places.get(name)
        expected = self._resolve(place.key) if place is not None and place.key else ""
        if not expected or not hmac.compare_digest(expected.encode(), key.encode()):
            raise NotPermittedError(
                f"this front end has not proven to be at '{name}': give the key of that place (access.places)"
            )
        return name

    def initial(self, now_us: int) -> list[tuple[Control, AuditRow]]:
        """Areas nobody ever controlled, or a place that no longer can, given to the station's own, with their rows."""
        own = self._places.get(self.own)
        if not self.divided or own is None or own.view_only:
            return []
        known = self._register.control
        found = []
        for area in self.areas:
            before = known[area].place if area in known else ""
            if area in known and (not before or self._can_control(before)):
                continue
            reason = f"{before} is no place that controls any more" if before else "first start"
            row = AuditRow(now_us, "system", "CONTROL_TAKEN", target=area, old=before, new=self.own, reason=reason)
            found.append((Control(area, self.own, now_us, "system"), row))
        return found

    def _can_control(self, name: str) -> bool:
        place = self._places.get(name)
        return place is not None and not place.view_only

    def controls(self) -> list[Control]:
        """Every area with who controls it; empty if control is not divided."""
        if not self.divided:
            return []
        known = self._register.control
        return [known.get(area, Control(area, "", 0, "")) for area in self.areas]

    def refusal(self, place: str, scopes: Sequence[str]) -> str:
        """Why a place may not act on the process in these scopes; empty = it may."""
        if not self.divided:
            return ""
        known = self._register.control
        area = next((scope for scope in scopes if scope in self.areas), "")
        if not area:
            return ""  # the station's own alarms belong to no area
        holder = known[area].place if area in known else ""
        if holder == place:
            return ""
        if not holder:
            return f"nobody controls {area}: take control of it first"
        return f"{area} is controlled by {holder}: ask for control or take it first"

    def area(self, name: str) -> Control:
        """Who controls an area; raises PlantError for an unknown one or where control is not divided."""
        if not self.divided:
            raise PlantError("no control places are configured: this station controls every area")
        if name not in self.areas:
            raise PlantError(f"no area {name}: known are {', '.join(self.areas)}")
        return self._register.control.get(name, Control(name, "", 0, ""))

    def must_act(self, name: str) -> PlaceSettings:
        """A place that can control; raises PlantError for another one."""
        place = self._places.get(name)
        if place is None:
            raise NotPermittedError(
                f"'{name}' is not a configured place: known are {', '.join(self._places)} (access.places)"
            )
        if place.view_only:
            raise NotPermittedError(f"{name} is a view-only station: it controls nothing")
        return place
