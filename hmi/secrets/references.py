"""How a configuration names a secret without holding it (`contract.md` 1)."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

EXPECTED: Final = "keyring:NAME, env:NAME or credential:NAME; store the value with 'plant-hmi secret set NAME'"
"""What stands in a problem about a secret."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_STANDING: Final = "PLANT_HMI_SECRET_"
_HOLDING: Final = ("CREDENTIALS_DIRECTORY", "PLANT_HMI_CENTRAL_DATABASE_PASSWORD", "PLANT_HMI_DEMO_CENTRAL_KEY")
"""Variables that hold or lead to secrets and are no secret's own."""


def is_reference(text: str) -> bool:
    """True for `keyring:NAME`, `env:NAME` and `credential:NAME` with a lawful name."""
    return split_reference(text) is not None


def split_reference(text: str) -> tuple[str, str] | None:
    """`("keyring", name)`, `("credential", name)` or `("env", variable)`; None if it is none of them."""
    kind, colon, name = text.partition(":")
    if not colon:
        return None
    if kind in ("keyring", "credential") and _NAME.fullmatch(name):
        return kind, name
    if kind == "env" and _VARIABLE.fullmatch(name):
        return kind, name
    return None


def is_name(text: str) -> bool:
    """True for a lawful name of a keyring entry or a credential."""
    return _NAME.fullmatch(text) is not None


def standing_variable(name: str) -> str:
    """The environment variable that stands in for a keyring entry, e.g. `PLANT_HMI_SECRET_PLC_USER`."""
    return _STANDING + name.upper().replace("-", "_")


def without_secrets(environment: Mapping[str, str], references: Iterable[str] = ()) -> dict[str, str]:
    """The environment for a child process that needs no secret; references: of the configuration, for their `env:`."""
    named = {name for kind, name in map(_split, references) if kind == "env"}
    return {
        name: value
        for name, value in environment.items()
        if name not in named and name not in _HOLDING and not name.upper().startswith(_STANDING)
    }


def _split(reference: str) -> tuple[str, str]:
    return split_reference(reference) or ("", "")


def credential_files(name: str) -> tuple[str, str]:
    """The file names under which a service's credential is looked for, the first that exists counts."""
    return f"plant-hmi-{name}", name


def references_in(settings: object) -> frozenset[str]:
    """Every reference in checked settings, however deep it stands."""
    return frozenset(text for text in _texts(settings) if is_reference(text))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        return
    parts: Iterable[object]
    if dataclasses.is_dataclass(value):
        parts = (getattr(value, each.name) for each in dataclasses.fields(value))
    elif isinstance(value, Mapping):
        parts = value.values()
    elif isinstance(value, list | tuple | set | frozenset):
        parts = value
    else:
        return
    for part in parts:
        yield from _texts(part)
