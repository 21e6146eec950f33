"""Reads and keeps secrets; a value is never logged, never in a repr, never in an error."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final, Protocol, TypeVar

from hmi.base.errors import PlantError
from hmi.secrets.references import EXPECTED, credential_files, is_name, split_reference, standing_variable

SERVICE: Final = "plant-hmi"
"""Service under which every entry stands in the keyring."""

CREDENTIALS: Final = "CREDENTIALS_DIRECTORY"
"""The variable in which systemd names the folder of a service's credentials."""

T = TypeVar("T")
_INDEX: Final = ":names"
_LONGEST_CREDENTIAL: Final = 65_536
_TRUSTED_MODULES: Final = (
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
    "keyring.backends.Windows",
    "keyring.backends.macOS",
)


class SecretError(PlantError):
    """A secret cannot be read or kept; the text never holds the value."""


@dataclass(frozen=True, slots=True)
class FoundSecret:
    """A secret and where it came from. kind: `environment`, `credential` or `keyring`; place: in words, for people."""

    value: str = field(repr=False)
    kind: str
    place: str


class Backend(Protocol):
    """What is used of a keyring back end."""

    def get_password(self, service: str, username: str) -> str | None:
        """The entry's value or None."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Stores an entry."""
        ...

    def delete_password(self, service: str, username: str) -> None:
        """Removes an entry."""
        ...


def trusted_backends() -> Sequence[Backend]:
    """The operating system's own keyrings that answer on this machine, best first; empty on a headless box.

    Back ends are accepted by name only: others may keep secrets in plain files and still rank high.
    """
    import keyring
    from keyring.backends.chainer import ChainerBackend

    chosen = keyring.get_keyring()
    candidates = list(chosen.backends) if isinstance(chosen, ChainerBackend) else [chosen]
    return [candidate for candidate in candidates if _is_trusted(candidate)]


def _is_trusted(backend: object) -> bool:
    module = type(backend).__module__
    return any(module == trusted or module.startswith(trusted + ".") for trusted in _TRUSTED_MODULES)


class SecretStore:
    """Resolves `keyring:NAME`, `env:NAME` and `credential:NAME`.

    For `keyring:NAME` the variable `PLANT_HMI_SECRET_NAME` goes first, then a file `plant-hmi-NAME` or `NAME` in the
    folder systemd names in `CREDENTIALS_DIRECTORY`, then the keyring.
    """

    def __init__(
        self,
        environment: Mapping[str, str] | None = None,
        backends: Callable[[], Sequence[Backend]] = trusted_backends,
    ) -> None:
        self._environment = os.environ if environment is None else environment
        self._backends = backends

    def __repr__(self) -> str:
        return "SecretStore()"

    def resolve(self, reference: str) -> str:
        """The secret a reference names; raises SecretError in one plain sentence that says what to do."""
        parts = split_reference(reference)
        if parts is None:
            # the text may be the secret itself, written where its reference belongs
            raise SecretError(f"A secret is not given as a reference; expected {EXPECTED}.")
        kind, name = parts
        if kind == "env":
            value = self._environment.get(name)
            if not value:
                raise SecretError(f"The environment variable {name} is not set; the setting env:{name} needs it.")
            return value
        found = self._given(name, credentials_only=kind == "credential")
        if found is None and kind == "credential":
            raise SecretError(
                f"There is no credential '{name}'; give the service one, e.g. "
                f"'LoadCredentialEncrypted=plant-hmi-{name}' in its systemd unit."
            )
        if found is None:
            self._usable(name)  # says what to do where there is no keyring
            found = self._kept(name)
        if found is None:
            raise SecretError(
                f"The secret '{name}' is not in the keyring; store it with 'plant-hmi secret set {name}' "
                f"or set the environment variable {standing_variable(name)}."
            )
        return found.value

    def find(self, name: str) -> FoundSecret | None:
        """The secret `keyring:NAME` stands for, None where there is none; raises SecretError for a locked keyring."""
        _need_name(name)
        return self._given(name) or self._kept(name)

    def source(self, reference: str) -> str:
        """Where a reference is answered from, in words for people and never with the value; empty if nowhere."""
        kind, name = split_reference(reference) or ("", "")
        if kind == "env":
            return f"environment variable {name}" if self._environment.get(name) else ""
        if kind not in ("keyring", "credential"):
            return ""
        found = self._given(name, credentials_only=kind == "credential")
        if found is None and kind == "keyring":
            found = self._kept(name)
        return found.place if found is not None else ""

    def has_keyring(self) -> bool:
        """True if this machine has a keyring that can be trusted and answers."""
        return bool(_guarded(self._backends))

    def set(self, name: str, value: str) -> None:
        """Keeps a secret in the first keyring; raises SecretError where there is none."""
        _need_name(name)
        if not value:
            raise SecretError("The secret is empty; nothing was stored.")
        backend = self._usable(name)[0]
        _guarded(partial(backend.set_password, SERVICE, name, value))
        self._write_index(backend, self._read_index(backend) | {name})

    def delete(self, name: str) -> None:
        """Removes a secret from every keyring that holds it; raises SecretError if none does."""
        _need_name(name)
        found = False
        for backend in self._usable(name):
            if _guarded(partial(backend.get_password, SERVICE, name)) is not None:
                _guarded(partial(backend.delete_password, SERVICE, name))
                found = True
            known = self._read_index(backend)
            if name in known:
                self._write_index(backend, known - {name})
        if not found:
            raise SecretError(f"The secret '{name}' is not in the keyring; nothing was deleted.")

    def names(self) -> list[str]:
        """Names stored by `set` that are still there; never a value."""
        found: list[str] = []
        for backend in self._usable(""):
            for name in self._read_index(backend) - frozenset(found):
                if _guarded(partial(backend.get_password, SERVICE, name)) is not None:
                    found.append(name)
        return sorted(found)

    def stand_in(self, name: str) -> str | None:
        """What is given to the service and therefore goes before the keyring entry, in words; else None."""
        found = self._given(name)
        return found.place if found is not None else None

    def _given(self, name: str, *, credentials_only: bool = False) -> FoundSecret | None:
        """What the environment or systemd hands to this process."""
        variable = standing_variable(name)
        value = None if credentials_only else self._environment.get(variable)
        if value:
            return FoundSecret(value, "environment", f"environment variable {variable}")
        folder = self._environment.get(CREDENTIALS)
        for file in (Path(folder) / part for part in credential_files(name)) if folder else ():
            value = _credential(file)
            if value:
                return FoundSecret(value, "credential", f"credential {file.name}")
        return None

    def _kept(self, name: str) -> FoundSecret | None:
        for backend in _guarded(self._backends):
            value = _guarded(partial(backend.get_password, SERVICE, name))
            if value:
                return FoundSecret(value, "keyring", "keyring")
        return None

    def _usable(self, name: str) -> Sequence[Backend]:
        backends = _guarded(self._backends)
        if not backends:
            variable = standing_variable(name) if name else "PLANT_HMI_SECRET_NAME"
            raise SecretError(
                "This machine has no keyring that can be trusted (no desktop session, or a service account); set the "
                f"environment variable {variable} for the station, or give its service the systemd credential "
                f"{credential_files(name or 'NAME')[0]}, or start it where a keyring is unlocked."
            )
        return backends

    @staticmethod
    def _read_index(backend: Backend) -> frozenset[str]:
        text = _guarded(partial(backend.get_password, SERVICE, _INDEX)) or "[]"
        try:
            names = json.loads(text)
        except ValueError:
            names = None
        if not isinstance(names, list):
            return frozenset()
        return frozenset(name for name in names if isinstance(name, str) and is_name(name))

    @staticmethod
    def _write_index(backend: Backend, names: Collection[str]) -> None:
        _guarded(lambda: backend.set_password(SERVICE, _INDEX, json.dumps(sorted(names))))


def _need_name(name: str) -> None:
    if not is_name(name):
        raise SecretError(
            f"'{name}' is not a name for a secret; expected lower case letters, digits, '-' and '_', at most 40."
        )


def _credential(file: Path) -> str | None:
    """The content without its line end; None if there is no such file."""
    try:
        with file.open("rb") as handle:
            content = handle.read(_LONGEST_CREDENTIAL + 1)
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise SecretError(
            f"The credential {file} cannot be read: {fault.strerror}; let the station's account read it."
        ) from None
    try:
        value = content.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        value = ""
    if not value or len(content) > _LONGEST_CREDENTIAL:
        raise SecretError(f"The credential {file} is empty, too long or not text; store the secret itself in it.")
    return value


def _guarded(call: Callable[[], T]) -> T:
    """The call's answer; a fault of the keyring becomes one sentence without details that could hold a value."""
    try:
        return call()
    except Exception as fault:
        # every back end raises exceptions of its own library (D-Bus, Windows); all mean the same to the person
        locked = type(fault).__name__ in ("KeyringLocked", "InitError", "LockedException")
        state = "is locked; unlock it" if locked else f"does not work ({type(fault).__name__}); repair it"
        raise SecretError(
            f"The keyring of this machine {state} or use the environment variable PLANT_HMI_SECRET_NAME."
        ) from None
