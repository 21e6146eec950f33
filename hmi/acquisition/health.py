"""What is known of a device's link: a pure state machine (health, what happened, now) -> health."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from hmi.drivers.contract import DeviceFaultError
from hmi.model.devices import Breaker, LinkState
from hmi.model.quality import BAD_NO_COMMUNICATION

LOST_AFTER: Final = 3
"""Failed polls in a row after which the link counts as lost and is opened anew."""

_LINK_KINDS: Final = ("timeout", "refused", "reset", "protocol")
"""Kinds of faults that mean silence; the others carry a reason of their own."""

_ADVICE: Final = {
    "timeout": "check power and cable",
    "refused": "check that the device is running and that address and port are right",
    "reset": "check the device; it or the network ended the connection",
    "exception": "look at the device's own display and its manual",
    "protocol": "check that this port speaks the configured protocol",
    "security": "check user, password and certificates",
    "configuration": "check the configuration of the device",
    "defect": "report this, it is a defect of Plant HMI",
}


@dataclass(frozen=True, slots=True)
class LinkHealth:
    """A device's link. failures: failed attempts in a row; failing_since_us: when the first of them was."""

    state: LinkState
    since_us: int
    breaker: Breaker = Breaker.CLOSED
    failures: int = 0
    failing_since_us: int = 0
    ever_connected: bool = False
    reconnects: int = 0
    fault_kind: str = ""
    fault_words: str = ""
    t_last_error_us: int = 0


def answered(health: LinkHealth, now_us: int) -> LinkHealth:
    """The device answered: connected, breaker closed, failures forgotten; the last error stays readable."""
    if health.state is LinkState.CONNECTED and not health.failures:
        return health
    return replace(
        health,
        state=LinkState.CONNECTED,
        since_us=health.since_us if health.state is LinkState.CONNECTED else now_us,
        breaker=Breaker.CLOSED,
        failures=0,
        failing_since_us=0,
        reconnects=health.reconnects + (1 if health.ever_connected and health.state is LinkState.DOWN else 0),
        ever_connected=True,
    )


def failed(health: LinkHealth, fault: DeviceFaultError, now_us: int) -> LinkHealth:
    """The device or its link failed: down at once, the breaker opens when the link is lost."""
    failures = health.failures + 1
    return replace(
        health,
        state=LinkState.DOWN,
        since_us=health.since_us if health.state is LinkState.DOWN else now_us,
        breaker=Breaker.OPEN if is_lost(fault, failures) else health.breaker,
        failures=failures,
        failing_since_us=health.failing_since_us or now_us,
        fault_kind=fault.kind,
        fault_words=str(fault),
        t_last_error_us=now_us,
    )


def probing(health: LinkHealth) -> LinkHealth:
    """One attempt is let through an open breaker."""
    return replace(health, breaker=Breaker.HALF_OPEN) if health.breaker is Breaker.OPEN else health


def is_lost(fault: DeviceFaultError, failures: int) -> bool:
    """True if the link must be opened anew; one or two silent polls are not enough."""
    return fault.kind != "timeout" or failures >= LOST_AFTER


def tag_status(health: LinkHealth, fault: DeviceFaultError) -> int:
    """StatusCode of the device's tags: the fault's own, BadNoCommunication once the link is lost or never was."""
    if fault.kind in _LINK_KINDS and (not health.ever_connected or health.failures >= LOST_AFTER):
        return BAD_NO_COMMUNICATION
    return fault.status


def sentence(name: str, where: str, health: LinkHealth, since: str, retry: str) -> str:
    """The fault for a person: who, what, since when, what to do. since, retry: texts such as `14:02:11`, `5 s`.

    Once the device answers again the sentence says so, or an old fault would read like a present one.
    """
    if health.state is not LinkState.DOWN:
        return f"{name} ({where}) {health.fault_words} at {since}; it answers again"
    advice = _ADVICE.get(health.fault_kind, "check the device")
    return f"{name} ({where}) {health.fault_words} since {since}: {advice}; retrying every {retry}"
