"""Sign-in with a directory server: LDAP and Active Directory."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Final
from uuid import UUID

import structlog

from hmi.access.directory.bounded import BoundedCalls, Deadline
from hmi.access.directory.contract import DirectoryUnreachableError, DirectoryUser
from hmi.access.directory.dn import DnError, same_dn
from hmi.access.directory.ldap_session import Answer, Entry, LdapSession
from hmi.access.directory.people import assignments_of, shown_title, station_name
from hmi.base.errors import NotPermittedError, PlantError
from hmi.model.station import LdapSettings
from hmi.settings.words import NAME_FORM

_log = structlog.get_logger("access")

_LONGEST_PASSWORD: Final = 1000
_MOST_GROUPS: Final = 1000
_MEMBER_OF: Final = "memberOf"
_SUCCESS: Final = 0
_TOO_MANY: Final = 4
# time limit exceeded, busy, unavailable, other
_NO_ANSWER: Final = frozenset({3, 51, 52, 80})
# no such object, invalid DN, inappropriate authentication, invalid credentials, insufficient rights, unwilling (a
# disabled account in 389 DS), constraint violation (its lock-out): one answer, so that none tells that a name exists
_REFUSED: Final = frozenset({32, 34, 48, 49, 50, 53, 19})
# Active Directory says these only after the right password: expired, must be changed at the next sign-in
_RENEW: Final = frozenset({"532", "773"})
_DATA: Final = re.compile(r"\bdata ([0-9a-f]{1,8})\b")
_PLACE: Final = re.compile(r"\{(user|dn)\}")
_ESCAPED: Final = str.maketrans({character: f"\\{ord(character):02x}" for character in "\\*()\0"})


class LdapDirectory:
    """Checks passwords by signing in to the directory as the person, after finding them with the searching account.

    resolve: the secret behind a reference.
    """

    def __init__(self, settings: LdapSettings, resolve: Callable[[str], str]) -> None:
        self._settings = settings
        self._resolve = resolve
        self._calls = BoundedCalls("directory")
        try:
            self._roles = {same_dn(group): roles for group, roles in settings.groups.items()}
        except DnError:
            raise PlantError(
                "A group in access.ldap.groups is not a distinguished name; copy it from the directory."
            ) from None

    def authenticate(self, user: str, password: str) -> DirectoryUser | None:
        name = station_name(user)
        if not name:
            # the text is not repeated: it may be a password typed in the wrong field
            raise NotPermittedError(
                "This name cannot be a user name here; sign in with the short name, e.g. ana and not ana@plant.example "
                f"({NAME_FORM})."
            )
        # an empty password would be a bind as nobody, which succeeds; some servers stop reading at a NUL
        if not password or "\0" in password or len(password) > _LONGEST_PASSWORD:
            return None
        settings = self._settings
        account_password = self._resolve(settings.bind_password) if settings.bind_dn else ""
        return self._calls.run(
            lambda deadline: self._ask(deadline, name, password, account_password),
            settings.timeout_us,
            "The directory server does not answer in time; check the network and the server.",
        )

    def _ask(self, deadline: Deadline, name: str, password: str, account_password: str) -> DirectoryUser | None:
        settings = self._settings
        with LdapSession(settings, deadline, settings.bind_dn, account_password) as searching:
            _need(searching.bind(), "the account that searches", "access.ldap.bind_dn and the secret of bind_password")
            entry = self._find(searching, name)
            # a name that is not there is tried as well, so that the time of the answer tells nothing
            dn = entry.dn if entry else f"cn={secrets.token_hex(8)},{settings.user_base}"
            with LdapSession(settings, deadline, dn, password if entry else secrets.token_urlsafe()) as person:
                if not _accepted(person.bind()) or entry is None:
                    return None
                groups = self._groups(searching if settings.bind_dn else person, entry, name)
        return DirectoryUser(
            name=name,
            subject=_subject(entry),
            title=shown_title(entry.text(settings.title_attribute) or entry.text("cn"), name),
            assignments=assignments_of(groups, self._roles),
        )

    def _find(self, session: LdapSession, name: str) -> Entry | None:
        settings = self._settings
        attributes = [settings.title_attribute or "cn", "cn", _MEMBER_OF, "entryUUID", "objectGUID"]
        found = session.search(settings.user_base, search_filter(settings.user_filter, user=name), attributes, most=2)
        _need(found, "the search for people", "access.ldap.user_base and user_filter", _SUCCESS, _TOO_MANY)
        if len(found.entries) > 1:
            _log.warning("the directory has several entries for one name; narrow access.ldap.user_filter")
            return None
        return found.entries[0] if found.entries else None

    def _groups(self, session: LdapSession, entry: Entry, name: str) -> list[str]:
        settings = self._settings
        if not settings.group_base:
            held = [value.decode("utf-8", "replace") for value in entry.attributes.get(_MEMBER_OF.lower(), ())]
        else:
            by_member = search_filter(settings.group_filter, user=name, dn=entry.dn)
            found = session.search(settings.group_base, by_member, ["1.1"], most=_MOST_GROUPS)
            _need(found, "the search for groups", "access.ldap.group_base and group_filter")
            held = [group.dn for group in found.entries]
        return [known for dn in held if (known := _known(dn))]


def _known(dn: str) -> str:
    try:
        return same_dn(dn)
    except DnError:
        return ""  # a name of the directory that no configured group can have


def search_filter(template: str, **values: str) -> str:
    """The filter with `{user}` and `{dn}` filled in; no character of a value changes what it asks (RFC 4515)."""
    return _PLACE.sub(lambda place: values.get(place[1], "").translate(_ESCAPED), template)


def _need(answer: Answer, what: str, keys: str, *good: int) -> None:
    if answer.code in (good or (_SUCCESS,)):
        return
    if answer.code in _NO_ANSWER:
        raise DirectoryUnreachableError(f"The directory cannot answer now ({answer.word}); try again, or ask IT.")
    raise PlantError(f"The directory refuses {what} ({answer.word}); check {keys}.")


def _accepted(answer: Answer) -> bool:
    data = _DATA.search(answer.message)
    if answer.code == 49 and data and data[1] in _RENEW:
        raise NotPermittedError(
            "The directory asks for a new password first; change it at a computer of the office network, then sign in."
        )
    if answer.code in _REFUSED:
        return False
    _need(answer, "to check passwords", "access.ldap.url and start_tls")
    return True


def _subject(entry: Entry) -> str:
    """What stays the same when a person is renamed or moved, and is new for another person of the same name."""
    guid = (entry.attributes.get("objectguid") or [b""])[0]
    if len(guid) == 16:
        return str(UUID(bytes_le=bytes(guid)))
    return entry.text("entryUUID") or entry.dn
