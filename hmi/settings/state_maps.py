"""Machine state numbers to OEE classes: the presets, and maps written in plant.yaml (`domain.md` 3)."""

from __future__ import annotations

from typing import Final

from hmi.model.equipment import StateClass
from hmi.settings.fields import refuse
from hmi.settings.problems import did_you_mean, shown

_CLASSES: Final = {
    "Undefined": StateClass.UNKNOWN,
    "Clearing": StateClass.BREAKDOWN,
    "Stopped": StateClass.STOP,
    "Starting": StateClass.SETUP,
    "Idle": StateClass.WAITING,
    # the number alone does not tell starved from blocked; both are the external bucket
    "Suspended": StateClass.STARVED,
    "Execute": StateClass.RUN,
    "Stopping": StateClass.STOP,
    "Aborting": StateClass.BREAKDOWN,
    "Aborted": StateClass.BREAKDOWN,
    "Holding": StateClass.STOP,
    "Held": StateClass.STOP,
    "Unholding": StateClass.STOP,
    "Suspending": StateClass.STARVED,
    "Unsuspending": StateClass.STARVED,
    "Resetting": StateClass.SETUP,
    "Completing": StateClass.END,
    "Complete": StateClass.END,
}

# numbers of ISA-TR88.00.02 as in OPC 30050
_PACKML: Final = (
    "Undefined", "Clearing", "Stopped", "Starting", "Idle", "Suspended", "Execute", "Stopping", "Aborting", "Aborted",
    "Holding", "Held", "Unholding", "Suspending", "Unsuspending", "Resetting", "Completing", "Complete",
)  # fmt: skip

# numbers of OPC 30060 (Tobacco Machine Communication) 11.9 StateEnumeration
_PACKML_TOBACCO: Final = (
    "Stopped", "Resetting", "Idle", "Starting", "Execute", "Completing", "Complete", "Aborting", "Aborted", "Stopping",
    "Clearing", "Suspending", "Suspended", "Unsuspending", "Holding", "Held", "Unholding",
)  # fmt: skip

PRESETS: Final = {"packml": _PACKML, "packml-tobacco": _PACKML_TOBACCO}
"""{preset: state names in the order of their numbers}."""

_EXPECTED: Final = "packml, packml-tobacco or a map of state numbers to " + ", ".join(StateClass)


def preset(name: str) -> tuple[dict[int, StateClass], dict[int, str]]:
    """Classes and names of a preset's states by number; raises KeyError for an unknown preset."""
    names = dict(enumerate(PRESETS[name]))
    return {number: _CLASSES[state] for number, state in names.items()}, names


def state_map(value: object) -> tuple[dict[int, StateClass], dict[int, str]]:
    """Validator of `states`: a preset's name or `{number: class}`."""
    if isinstance(value, str):
        if value not in PRESETS:
            raise refuse(f"there is no preset '{shown(value)}'", _EXPECTED, did_you_mean(value, PRESETS))
        return preset(value)
    if not isinstance(value, dict) or not value:
        raise refuse("this is not a map of states", _EXPECTED)
    states: dict[int, StateClass] = {}
    for key, word in value.items():
        if not str(key).isascii() or not str(key).isdigit() or len(str(key)) > 10:
            raise refuse(f"'{shown(key)}' is not a state number", "whole numbers from 0 as keys")
        known = [str(state_class) for state_class in StateClass]
        if str(word) not in known:
            raise refuse(
                f"'{shown(word)}' of state {key} is not an OEE class", ", ".join(known), did_you_mean(str(word), known)
            )
        states[int(key)] = StateClass(str(word))
    if StateClass.RUN not in states.values():
        raise refuse("no state is of class run", "at least one state number with class run")
    return states, {}
