"""The directory and the provider of a configuration; their libraries are loaded only where they are used."""

from __future__ import annotations

from collections.abc import Callable

from hmi.access.directory.contract import IdentityProvider, PasswordDirectory
from hmi.base.clock import Clock
from hmi.model.station import LdapSettings, OidcSettings


def password_directory(settings: LdapSettings, resolve: Callable[[str], str]) -> PasswordDirectory | None:
    """The directory that checks passwords, None if none is configured. resolve: the secret behind a reference."""
    if not settings.url:
        return None
    from hmi.access.directory.ldap import LdapDirectory

    return LdapDirectory(settings, resolve)


def identity_provider(settings: OidcSettings, resolve: Callable[[str], str], clock: Clock) -> IdentityProvider | None:
    """The provider that signs people in on its own page, None if none is configured."""
    if not settings.issuer:
        return None
    from hmi.access.directory.oidc import OidcProvider

    return OidcProvider(settings, resolve, clock)
