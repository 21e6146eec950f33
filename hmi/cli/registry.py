"""Every command group, in the order of `--help`. A new group: one file beside this one and one line here."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import argparse

GROUPS: Final[tuple[str, ...]] = (
    "demo",
    "run",
    "simulate",
    "check",
    "history",
    "backup",
    "database",
    "secret",
    "user",
    "audit",
    "certificate",
    "tags",
    "devices",
    "alarms",
    "oee",
    "health",
    "central",
)
"""Module names below `hmi.cli`; each has `add_commands(commands)`."""


def add_all(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the parsers of every group; a group imports what its commands need only when one runs."""
    for group in GROUPS:
        import_module(f"hmi.cli.{group}").add_commands(commands)
