"""Actions, roles, signatures and ways to sign in, in words."""

from __future__ import annotations

from collections.abc import Iterable

from hmi.gui.i18n import fill, translate
from hmi.gui.people import role_word
from hmi.model.access import EVERYWHERE, Method, Permission, SignatureRule, UserSource
from hmi.model.equipment import Plant


def action_word(permission: str) -> str:
    """A class of action in a few words; an unknown one as it is named in the role table."""
    words = {
        Permission.ALARM_SILENCE: translate("Access", "Silence the horn"),
        Permission.ALARM_ACK: translate("Access", "Acknowledge alarms"),
        Permission.ALARM_RESET: translate("Access", "Reset latched alarms"),
        Permission.CONTROL_TAKE: translate("Access", "Take control of an area"),
        Permission.CONTROL_FORCE: translate("Access", "Take control by force"),
        Permission.BACKUP_CREATE: translate("Access", "Make a backup"),
        Permission.AUDIT_READ: translate("Access", "Read the audit trail"),
        Permission.WINDOW_CLOSE: translate("Access", "Close the window"),
        Permission.SESSION_MANAGE: translate("Access", "See and end sessions"),
        Permission.USER_MANAGE: translate("Access", "Manage users"),
        Permission.ROLE_MANAGE: translate("Access", "Change roles"),
    }
    return next((word for known, word in words.items() if known.value == permission), permission)


def action_meaning(permission: str) -> str:
    """What a class of action lets somebody do, in one sentence."""
    words = {
        Permission.ALARM_SILENCE: translate("Access", "Stops the sound of alarms; they stay in the list."),
        Permission.ALARM_ACK: translate("Access", "Confirms that somebody has seen an alarm and takes care of it."),
        Permission.ALARM_RESET: translate("Access", "Lets an alarm go that stays after its cause has gone."),
        Permission.CONTROL_TAKE: translate("Access", "Makes a place the one from which an area is operated."),
        Permission.CONTROL_FORCE: translate(
            "Access", "Takes an area away from the place that has it, with a reason that is recorded."
        ),
        Permission.BACKUP_CREATE: translate("Access", "Writes a backup of the station now."),
        Permission.AUDIT_READ: translate("Access", "Shows, verifies and exports who did what."),
        Permission.WINDOW_CLOSE: translate("Access", "Ends the window where it fills the screen of a control room."),
        Permission.SESSION_MANAGE: translate("Access", "Shows who is signed in and signs others out."),
        Permission.USER_MANAGE: translate(
            "Access", "Adds, changes and disables users, resets their passwords, seals the break-glass code."
        ),
        Permission.ROLE_MANAGE: translate("Access", "Decides which role may do what, and what asks for a signature."),
    }
    return next((word for known, word in words.items() if known.value == permission), "")


def signature_word(rule: str) -> str:
    """What an action asks for before it is carried out."""
    words = {
        SignatureRule.NONE: translate("Access", "none"),
        SignatureRule.OWN: translate("Access", "re-authentication"),
        SignatureRule.TWO: translate("Access", "second person"),
    }
    return next((word for known, word in words.items() if known.value == rule), rule)


def method_word(method: str) -> str:
    """How somebody signed in."""
    words = {
        Method.PASSWORD: translate("Access", "password"),
        Method.PIN: translate("Access", "PIN"),
        Method.BADGE: translate("Access", "badge"),
        Method.BROWSER: translate("Access", "browser"),
        Method.BREAK_GLASS: translate("Access", "break-glass code"),
    }
    return next((word for known, word in words.items() if known.value == method), method)


def source_word(source: str) -> str:
    """Who vouches for a user."""
    words = {
        UserSource.LOCAL: translate("Access", "this station"),
        UserSource.LDAP: translate("Access", "directory"),
        UserSource.OIDC: translate("Access", "identity provider"),
    }
    return next((word for known, word in words.items() if known.value == source), source)


def area_titles(plant: Plant) -> list[tuple[str, str]]:
    """Areas and lines of the plant by name and title, in configured order: where a role may hold."""
    named = [(area.name, area.title or area.name) for area in plant.areas]
    named += [(line.name, line.title or line.name) for line in plant.lines]
    seen: dict[str, str] = {}
    for name, title in named:
        seen.setdefault(name, title)
    return list(seen.items())


def area_word(area: str, plant: Plant) -> str:
    """An area's title; `everywhere` for all of them."""
    if area == EVERYWHERE:
        return translate("Access", "everywhere")
    return dict(area_titles(plant)).get(area, area)


def areas_words(areas: Iterable[str], plant: Plant) -> str:
    """Several areas after each other."""
    return ", ".join(area_word(area, plant) for area in sorted(areas, key=lambda area: (area != EVERYWHERE, area)))


def assignment_word(text: str, plant: Plant) -> str:
    """`operator@line1` as `operator, Line 1`; everywhere goes without saying."""
    role, at, area = text.partition("@")
    if not at or area == EVERYWHERE:
        return role_word(role)
    return fill(translate("Access", "%1 in %2"), role_word(role), area_word(area, plant))


def assignments_words(texts: Iterable[str], plant: Plant) -> str:
    """All roles of a person."""
    return ", ".join(assignment_word(text, plant) for text in texts)
