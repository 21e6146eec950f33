"""What a certificate says as a plain value, and what its dates mean; nothing here loads the library."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from hmi.base.errors import PlantError
from hmi.model.timestamps import to_datetime

DAY_US: Final = 86_400_000_000
WARN_DAYS: Final = 30
"""From how many days before its end a certificate is a matter of an alarm (`domain.md` 1.5)."""


class CertificateError(PlantError):
    """A certificate or key that cannot be used, in a sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What people want to know of a certificate.

    names: host names, addresses and URIs it is for. sha256, sha1: thumbprints, `AA:BB:...`. authority: may sign others.
    """

    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before_us: int
    not_after_us: int
    sha256: str
    sha1: str
    self_signed: bool
    authority: bool

    def days_left(self, now_us: int) -> int:
        """Whole days until it ends, negative once it has ended."""
        return (self.not_after_us - now_us) // DAY_US


def day(t_us: int) -> str:
    """`2026-04-30`, in UTC."""
    return to_datetime(t_us).strftime("%Y-%m-%d")


def date_problem(facts: CertificateFacts, now_us: int, warn_days: int = WARN_DAYS) -> str:
    """What is wrong with its dates at `now_us`, naming the day; empty if nothing."""
    if now_us < facts.not_before_us:
        return f"is valid only from {day(facts.not_before_us)}: is the clock of this computer right?"
    if now_us >= facts.not_after_us:
        return f"has expired on {day(facts.not_after_us)}"
    left = facts.days_left(now_us)
    if left < warn_days:
        return f"expires on {day(facts.not_after_us)}, in {left} {'day' if left == 1 else 'days'}"
    return ""


def fits(names: Iterable[str], host: str) -> bool:
    """True if a certificate with these names is for `host`; `*.plant.example` stands for one label."""
    wanted = host.lower().rstrip(".")
    label, _, parent = wanted.partition(".")
    for name in names:
        known = name.lower().rstrip(".")
        if known == wanted or (known.startswith("*.") and label and known[2:] == parent):
            return True
    return False
