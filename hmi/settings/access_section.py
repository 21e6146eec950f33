"""The section `access` of station.yaml: signing in, control places, the directory and the identity provider."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainValidator,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)

from hmi.model.access import ASSIGNABLE, parse_assignment
from hmi.model.station import AccessSettings, LdapSettings, OidcSettings, PlaceSettings
from hmi.model.timestamps import format_duration
from hmi.settings import words
from hmi.settings.fields import Name, Secret, Section, Text, YesNo, refuse, whole
from hmi.settings.problems import did_you_mean, shown
from hmi.settings.words import FormError

_S_US: Final = 1_000_000
_MIN_US: Final = 60 * _S_US
_H_US: Final = 60 * _MIN_US
_D_US: Final = 24 * _H_US
_ROLES: Final = tuple(role.value for role in ASSIGNABLE)
_LDAP_FORM: Final = "ldaps://HOST, or ldap://HOST with start_tls: yes"
_ISSUER_FORM: Final = "https://HOST, or http:// to this machine itself"
_PRINCIPAL: Final = re.compile(r"[^@=\s]{1,200}@[^@=\s]{1,200}")
_SCOPE: Final = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,100}")
_DEFAULT: Final = AccessSettings()
_LDAP: Final = LdapSettings()
_OIDC: Final = OidcSettings()


def _between(low_us: int, high_us: int, *, none: bool = False) -> Any:
    """Validator of a duration in a range; with `none` that word stands for 0."""
    span = f"{format_duration(low_us)} to {format_duration(high_us)}"
    expected = f"none or {span}" if none else span

    def check(value: object) -> int:
        if none and value == "none":
            return 0
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            raise refuse("this is not a duration", expected)
        try:
            found = words.duration_us(str(value))
        except FormError as fault:
            raise refuse(
                fault.message, fault.expected if not none else f"none or {fault.expected}", fault.hint
            ) from None
        if not low_us <= found <= high_us:
            raise refuse(f"'{shown(value)}' is out of range", expected)
        return found

    return PlainValidator(check)


def _listed(value: object) -> object:
    """One word where a list of words may stand."""
    return [value] if isinstance(value, str) else value


def _role(value: object) -> str:
    if value not in _ROLES:
        hint = did_you_mean(value, _ROLES) if isinstance(value, str) else ""
        raise refuse(f"'{shown(value)}' is not a role", "one of " + ", ".join(_ROLES), hint)
    return str(value)


def _assignment(value: object) -> str:
    expected = f"a role ({', '.join(_ROLES)}), with @AREA for one area only, e.g. operator@bottling"
    if not isinstance(value, str):
        raise refuse("this is not a role", expected)
    try:
        return parse_assignment(value).text
    except ValueError:
        word = value.partition("@")[0]
        raise refuse(f"'{shown(value)}' is not a role", expected, did_you_mean(word, _ROLES)) from None


def _scope(value: object) -> str:
    if not isinstance(value, str) or not _SCOPE.fullmatch(value):
        raise refuse(f"'{shown(value)}' is not a scope", "words such as openid, profile, groups")
    return value


def _groups(value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    for group, assignments in value.items():
        if not group.strip() or not assignments:
            raise refuse("a group has no name or no role", "GROUP: [operator@bottling]")
    return value


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or re.fullmatch(r"127(\.\d{1,3}){3}", host) is not None


def _address(value: object, expected: str, secret_key: str) -> SplitResult:
    """The parts of a URL that holds no user or password."""
    text = value if isinstance(value, str) else ""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise refuse("the address cannot be read", expected) from None
    if parts.username is not None or parts.password is not None:
        # "secret" keeps the address itself out of the printed problem
        raise refuse("a user or password must not stand in the address", f"{secret_key}: keyring:NAME", code="secret")
    if not host or parts.query or parts.fragment or any(character.isspace() for character in text):
        raise refuse("this is not the address of a server", expected)
    return parts


def _issuer(value: object) -> str:
    parts = _address(value, _ISSUER_FORM, "access.oidc.secret")
    if parts.scheme not in ("https", "http"):
        raise refuse("this is not a web address", _ISSUER_FORM)
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        raise refuse("the provider would be asked without encryption", _ISSUER_FORM)
    return str(value)  # kept to the letter: the provider's own document must name the same issuer


def _dn(value: object) -> str:
    if not isinstance(value, str) or "=" not in value or len(value) > 1000:
        raise refuse("this is not a distinguished name", "e.g. ou=people,dc=plant,dc=example")
    return value.strip()


def _account(value: object) -> str:
    if isinstance(value, str) and _PRINCIPAL.fullmatch(value):
        return value  # Active Directory's other form of a name
    return _dn(value)


def _filter(*places: str) -> Any:
    """Validator of a search filter that holds one of the places, e.g. `{user}`."""
    expected = f"a filter in parentheses with {' or '.join(places)}, e.g. (uid={{user}})"

    def check(value: object) -> str:
        text = value.strip() if isinstance(value, str) else ""
        if not (text.startswith("(") and text.endswith(")")) or text.count("(") != text.count(")") or len(text) > 1000:
            raise refuse("this is not a search filter", expected)
        if not any(place in text for place in places):
            raise refuse("the filter would find the same entries for everybody", expected)
        return text

    return PlainValidator(check)


def _banner(text: str) -> str:
    if len(text) > 2000:
        raise refuse(f"the banner has {len(text)} characters", "at most 2000")
    return text


_Words = BeforeValidator(_listed)
_Roles = Annotated[tuple[Annotated[str, PlainValidator(_role)], ...], _Words]
_Assignments = Annotated[tuple[Annotated[str, PlainValidator(_assignment)], ...], _Words]
_GroupMap = Annotated[dict[str, _Assignments], AfterValidator(_groups)]


class _Place(Section):
    name: Name = Field(description="the name of the place, e.g. hall-desk")
    title: Text = ""
    view_only: YesNo = False
    key: Secret = ""


class _Ldap(Section):
    # start_tls before url: the check of the address looks at it
    start_tls: YesNo = _LDAP.start_tls
    url: str = Field(description=_LDAP_FORM)
    ca: Text = _LDAP.ca
    bind_dn: Annotated[str, PlainValidator(_account)] = _LDAP.bind_dn
    bind_password: Secret = Field(default=_LDAP.bind_password, validate_default=True)
    user_base: Annotated[str, PlainValidator(_dn)] = Field(description="where people are, e.g. ou=people,dc=plant")
    user_filter: Annotated[str, _filter("{user}")] = _LDAP.user_filter
    title_attribute: Text = _LDAP.title_attribute
    group_base: Annotated[str, PlainValidator(_dn)] = _LDAP.group_base
    group_filter: Annotated[str, _filter("{dn}", "{user}")] = _LDAP.group_filter
    groups: _GroupMap = Field(default_factory=dict)
    timeout: Annotated[int, _between(_S_US // 2, _MIN_US)] = _LDAP.timeout_us

    @field_validator("url", mode="before")
    @classmethod
    def _server(cls, value: object, info: ValidationInfo) -> str:
        parts = _address(value, _LDAP_FORM, "access.ldap.bind_password")
        if parts.scheme not in ("ldaps", "ldap") or parts.path not in ("", "/"):
            raise refuse("this is not the address of a directory server", _LDAP_FORM)
        start_tls = bool(info.data.get("start_tls"))
        if parts.scheme == "ldaps" and start_tls:
            raise refuse("ldaps:// is encrypted from the start", "ldaps:// without start_tls, or ldap:// with it")
        # a wrong start_tls is its own mistake; this one could not be judged without it
        if (
            parts.scheme == "ldap"
            and "start_tls" in info.data
            and not start_tls
            and not _is_loopback(parts.hostname or "")
        ):
            raise refuse("passwords would cross the network without encryption", _LDAP_FORM)
        return str(value).rstrip("/")

    @field_validator("bind_password", mode="wrap")
    @classmethod
    def _both(cls, value: object, secret: ValidatorFunctionWrapHandler, info: ValidationInfo) -> str:
        bind_dn = info.data.get("bind_dn")
        if value == "":
            if bind_dn:
                raise refuse("the account that searches has no password", "bind_password: keyring:NAME", code="missing")
            return ""
        if bind_dn == "":
            raise refuse("a password without an account", "bind_dn: DN of the account that searches", code="missing")
        return str(secret(value))

    @field_validator("groups", mode="after")
    @classmethod
    def _are_names(cls, value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for group in value:
            if "=" not in group:
                raise refuse(
                    f"'{shown(group)}' is not the full name of a group", '"cn=operators,ou=groups,dc=plant": operator'
                )
        return value


class _Oidc(Section):
    issuer: Annotated[str, PlainValidator(_issuer)] = Field(description=_ISSUER_FORM)
    client_id: Text = Field(description="the name under which the provider knows this station")
    secret: Secret = _OIDC.secret
    ca: Text = _OIDC.ca
    title: Text = _OIDC.title
    scopes: Annotated[tuple[Annotated[str, PlainValidator(_scope)], ...], _Words] = _OIDC.scopes
    user_claim: Text = _OIDC.user_claim
    title_claim: Text = _OIDC.title_claim
    groups_claim: Text = _OIDC.groups_claim
    groups: _GroupMap = Field(default_factory=dict)
    timeout: Annotated[int, _between(_S_US // 2, _MIN_US)] = _OIDC.timeout_us

    @field_validator("scopes", mode="after")
    @classmethod
    def _has_openid(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if "openid" not in value:
            raise refuse("without the scope openid the provider does not say who signed in", "[openid, profile]")
        return value


class AccessSection(Section):
    """The keys of `access`."""

    # places before place: the check of the name looks at them
    places: tuple[_Place, ...] = ()
    place: Name = _DEFAULT.place
    view_only: YesNo = _DEFAULT.view_only
    idle_lock: Annotated[int, _between(_S_US, _D_US, none=True)] = _DEFAULT.idle_lock_us
    session: Annotated[int, _between(_MIN_US, 31 * _D_US)] = _DEFAULT.session_us
    sessions: Annotated[int, whole(1, 1000)] = _DEFAULT.sessions
    sessions_per_user: Annotated[int, whole(1, 100)] = _DEFAULT.sessions_per_user
    attempts: Annotated[int, whole(3, 20)] = _DEFAULT.attempts
    lockout: Annotated[int, _between(_MIN_US, _D_US)] = _DEFAULT.lockout_us
    password_length: Annotated[int, whole(8, 128)] = _DEFAULT.password_length
    banner: Annotated[Text, AfterValidator(_banner)] = _DEFAULT.banner
    second_factor: _Roles = _DEFAULT.second_factor
    fast_sign_in: _Roles = _DEFAULT.fast_sign_in
    offline: Annotated[int, _between(_MIN_US, 90 * _D_US, none=True)] = _DEFAULT.offline_us
    ldap: _Ldap | None = None
    oidc: _Oidc | None = None

    @field_validator("places", mode="after")
    @classmethod
    def _once(cls, value: tuple[_Place, ...]) -> tuple[_Place, ...]:
        names = [place.name for place in value]
        for name in names:
            if names.count(name) > 1:
                raise refuse(f"the place '{name}' stands twice", "every name once")
            if name == "remote":
                raise refuse("'remote' stands for front ends that have proven no place", "another name")
        return value

    @field_validator("place", mode="after")
    @classmethod
    def _is_known(cls, value: str, info: ValidationInfo) -> str:
        names = [place.name for place in info.data.get("places", ())]
        if names and value not in names:
            raise refuse(f"there is no place '{value}'", "one of the names in 'places'", did_you_mean(value, names))
        return value

    def check_own_place(self, station: str) -> None:
        """Refuses a list of places without this station's own one, which is named by `place` or is the station's id."""
        names = [place.name for place in self.places]
        if names and not self.place and station not in names:
            raise refuse(
                f"none of the places is this station's own: there is no place '{station}'",
                "place: NAME with one of the names in 'places'",
                code="missing",
            )


def access_settings(raw: AccessSection) -> AccessSettings:
    """The checked section as the station uses it."""
    return AccessSettings(
        place=raw.place,
        view_only=raw.view_only,
        places=tuple(PlaceSettings(p.name, p.title, p.view_only, p.key) for p in raw.places),
        idle_lock_us=raw.idle_lock,
        session_us=raw.session,
        sessions=raw.sessions,
        sessions_per_user=raw.sessions_per_user,
        attempts=raw.attempts,
        lockout_us=raw.lockout,
        password_length=raw.password_length,
        banner=raw.banner,
        second_factor=raw.second_factor,
        fast_sign_in=raw.fast_sign_in,
        offline_us=raw.offline,
        ldap=_ldap(raw.ldap) if raw.ldap else LdapSettings(),
        oidc=_oidc(raw.oidc) if raw.oidc else OidcSettings(),
    )


def _ldap(raw: _Ldap) -> LdapSettings:
    return LdapSettings(
        url=raw.url,
        start_tls=raw.start_tls,
        ca=raw.ca,
        bind_dn=raw.bind_dn,
        bind_password=raw.bind_password,
        user_base=raw.user_base,
        user_filter=raw.user_filter,
        title_attribute=raw.title_attribute,
        group_base=raw.group_base,
        group_filter=raw.group_filter,
        groups=raw.groups,
        timeout_us=raw.timeout,
    )


def _oidc(raw: _Oidc) -> OidcSettings:
    return OidcSettings(
        issuer=raw.issuer,
        client_id=raw.client_id,
        secret=raw.secret,
        ca=raw.ca,
        title=raw.title,
        scopes=raw.scopes,
        user_claim=raw.user_claim,
        title_claim=raw.title_claim,
        groups_claim=raw.groups_claim,
        groups=raw.groups,
        timeout_us=raw.timeout,
    )
