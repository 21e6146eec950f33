"""What sign-in knows of a directory server and of an identity provider."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from hmi.base.errors import UnreachableError
from hmi.model.access import Assignment


class DirectoryUnreachableError(UnreachableError):
    """The directory or provider does not answer, so nothing is known about a password; one sentence with what to do."""


@dataclass(frozen=True, slots=True)
class DirectoryUser:
    """A person a directory vouches for. name: as a user name of this station; subject: what the directory calls them.

    The subject stays when a person is renamed, and is another one for a new person of the same name.
    assignments: from the groups; empty = known, but without a role here.
    """

    name: str
    subject: str
    title: str
    assignments: tuple[Assignment, ...]


class PasswordDirectory(Protocol):
    """A directory that checks a name and a password."""

    def authenticate(self, user: str, password: str) -> DirectoryUser | None:
        """Who it is, None if name or password are wrong.

        Raises DirectoryUnreachableError if the directory cannot be asked, NotPermittedError if the name cannot be a
        user name here or the right password has expired, another PlantError if the directory is set up wrongly. Blocks
        for at most the configured timeout; never called from the window's or the evaluation thread.
        """
        ...


@dataclass(frozen=True, slots=True)
class BrowserFlow:
    """A sign-in in the browser that was begun. url: what the person opens; the rest ties the answer to it."""

    url: str
    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    redirect_url: str = ""


class IdentityProvider(Protocol):
    """A provider that signs people in on its own page."""

    def begin(self, redirect_url: str) -> BrowserFlow:
        """Starts a sign-in that must be finished within ten minutes.

        Raises DirectoryUnreachableError if the provider cannot be asked, another PlantError if it is set up wrongly.
        Blocks for at most the configured timeout, as `finish` does.
        """
        ...

    def finish(self, flow: BrowserFlow, code: str) -> DirectoryUser:
        """Exchanges the code and checks the identity token in full (signature, issuer, audience, nonce, times).

        The flow is the one whose state came back with the code; the caller must never take another. Raises
        NotPermittedError in plain words if the answer is forged, expired, foreign or was used before,
        DirectoryUnreachableError if the provider cannot be asked, another PlantError if it is set up wrongly.
        """
        ...
