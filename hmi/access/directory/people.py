"""What a directory says of a person, in the words of this station: name, title, roles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from hmi.model.access import Assignment, parse_assignment
from hmi.settings import words
from hmi.settings.words import FormError

_LONGEST_TITLE: Final = 100


def station_name(text: str) -> str:
    """The name as a user name of this station: the same in small letters, empty if it does not fit.

    Two people must never share a user name, so nothing is cut or replaced.
    """
    if not text.isascii():
        return ""  # some letters become others when made small
    try:
        return words.name(text.lower())
    except FormError:
        return ""


def shown_title(text: str, name: str) -> str:
    """The person's full name for the screen: one line, not endless; the user name if there is none."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(printable.split())[:_LONGEST_TITLE] or name


def assignments_of(groups: Iterable[str], roles: Mapping[str, Iterable[str]]) -> tuple[Assignment, ...]:
    """Roles of somebody who is in these groups; every one once."""
    found = {parse_assignment(text) for group in groups for text in roles.get(group, ())}
    return tuple(sorted(found, key=lambda assignment: assignment.text))
