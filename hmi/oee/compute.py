"""OEE of a table of states and counters under rules of its own, without a station: `oee compute FILE --rules FILE`."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, TextIO
from zoneinfo import ZoneInfo

from pydantic import Field, PlainValidator

from hmi.base.errors import PlantError
from hmi.model.equipment import Break, OeeRules, Plant, Shift, StateClass
from hmi.model.quality import GOOD
from hmi.model.timestamps import parse_time
from hmi.oee.engine.figures import Figures, figures, times_of
from hmi.oee.engine.intervals import Interval
from hmi.oee.engine.tracker import MachineRules, Tracked, on_sample, on_time
from hmi.oee.shifts import ShiftCalendar, ShiftRun
from hmi.settings.fields import DurationOrZeroUs, Fraction, IsoDate, RatePerS, Section, TagPath, whole
from hmi.settings.plant_sections import PlantSection, ShiftSection
from hmi.settings.problems import ConfigurationError, ProblemList
from hmi.settings.reports import validated
from hmi.settings.state_maps import state_map
from hmi.settings.yamlfile import read_yaml

STATE, TOTAL, GOOD_ITEMS, REJECT, MODE = "state", "total", "good", "reject", "mode"
_COLUMNS: Final = ("t", STATE, TOTAL, GOOD_ITEMS, REJECT, MODE)
_NEVER_STALE_US: Final = 2**62


class RulesSection(Section):
    """The rules file: the keys of `oee` in plant.yaml (tags may be left out), time zone, shifts and holidays."""

    ideal_rate: RatePerS = Field(description="the ideal rate, e.g. 600/min")
    states: Annotated[tuple[dict[int, StateClass], dict[int, str]], PlainValidator(state_map)] = state_map("packml")
    counter_modulus: Annotated[int, whole(2, 2**64)] = 65536
    micro_stop: DurationOrZeroUs = 300_000_000
    target: Fraction = 0.85
    stale: DurationOrZeroUs = 0
    timezone: str = "UTC"
    shifts: tuple[ShiftSection, ...] = ()
    holidays: tuple[IsoDate, ...] = ()
    state_tag: TagPath = ""
    total_tag: TagPath = ""
    good_tag: TagPath = ""
    reject_tag: TagPath = ""
    mode_tag: TagPath = ""
    product_tag: TagPath = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """Checked rules of a computation. stale_us: silence after which the state is unknown; 0 = a row holds for ever."""

    states: dict[int, StateClass]
    state_names: dict[int, str]
    ideal_rate_per_s: float
    counter_modulus: int
    micro_stop_us: int
    target: float
    stale_us: int
    plant: Plant


@dataclass(frozen=True, slots=True)
class Computed:
    """Figures of one shift, or of the whole table where no shifts are given."""

    shift: ShiftRun | None
    from_us: int
    to_us: int
    state: str
    figures: Figures


def read_rules(file: Path) -> Rules:
    """The rules of a YAML file; raises ConfigurationError with every mistake and its line."""
    problems = ProblemList()
    parsed = read_yaml(file, problems)
    section = validated(RulesSection, parsed) if parsed is not None else None
    if parsed is not None and section is not None:
        validated(PlantSection, parsed, (), {"name": "rules", "timezone": section.timezone})
    if section is None or problems.has_errors:
        raise ConfigurationError(problems.in_order())
    shifts = tuple(
        Shift(
            one.name, one.start, one.end, one.days, (), tuple(Break(b.start, b.length, b.planned) for b in one.breaks)
        )
        for one in section.shifts
    )
    return Rules(
        states=section.states[0],
        state_names=section.states[1],
        ideal_rate_per_s=section.ideal_rate,
        counter_modulus=section.counter_modulus,
        micro_stop_us=section.micro_stop,
        target=section.target,
        stale_us=section.stale,
        plant=Plant("rules", section.timezone, shifts=shifts, holidays=section.holidays),
    )


def compute(rules: Rules, file: TextIO, name: str) -> list[Computed]:
    """Figures per shift of a CSV `t,state,total,good` (or `reject`), or of the whole table without shifts.

    A row holds until the next one; the last row only ends the time. Raises PlantError naming file and line.
    """
    intervals, from_us, to_us = _intervals(rules, file, name)
    shifts = ShiftCalendar(rules.plant)
    runs: list[ShiftRun | None] = list(shifts.runs(from_us, to_us)) if not shifts.empty else [None]
    found: list[Computed] = []
    last = intervals[-1]
    state = rules.state_names.get(last.state, str(last.state_class)) if last.state is not None else "unknown"
    for run in runs:
        begin = max(from_us, run.from_us) if run is not None else from_us
        end = min(to_us, run.to_us) if run is not None else to_us
        times = times_of(intervals, begin, end, shifts.calendar(begin, end), rules.micro_stop_us)
        found.append(Computed(run, begin, end, state, figures(times)))
    return found


def _intervals(rules: Rules, file: TextIO, name: str) -> tuple[list[Interval], int, int]:
    reader = csv.DictReader(file)
    columns = [column.strip() for column in reader.fieldnames or []]
    reader.fieldnames = columns
    _check_columns(columns, name)
    split = GOOD_ITEMS if GOOD_ITEMS in columns else REJECT
    words = _words(rules.states)
    states = {**rules.states, **{number: StateClass(word) for word, number in words.items()}}
    machine = MachineRules(
        OeeRules(
            STATE,
            TOTAL,
            rules.ideal_rate_per_s,
            states,
            rules.state_names,
            good_tag=GOOD_ITEMS if split == GOOD_ITEMS else "",
            reject_tag=REJECT if split == REJECT else "",
            mode_tag=MODE if MODE in columns else "",
            counter_modulus=rules.counter_modulus,
        ),
        stale_us=rules.stale_us or _NEVER_STALE_US,
    )
    tracked = Tracked()
    made: dict[int, Interval] = {}
    times: list[int] = []
    zone = ZoneInfo(rules.plant.timezone)
    for row in reader:
        text = {key: (value or "").strip() for key, value in row.items() if key}
        try:
            t_us = _time(text["t"], zone)
            if times and t_us < times[-1]:
                raise ValueError("time goes backwards; expected rows in time order")
            values = _values(text, words, columns)
        except ValueError as fault:
            raise PlantError(f"{name}:{reader.line_num}: {fault}") from None
        times.append(t_us)
        for tag, value in values:
            tracked, changed = on_sample(machine, tracked, tag, value, GOOD, t_us)
            made.update({one.from_us: one for one in changed})
        tracked, changed = on_time(machine, tracked, t_us)
        made.update({one.from_us: one for one in changed})
    if len(times) < 2 or not made:
        raise PlantError(f"{name}: there is nothing to compute; expected at least two rows with a state")
    return [made[key] for key in sorted(made)], times[0], times[-1]


def _check_columns(columns: list[str], name: str) -> None:
    unknown = [column for column in columns if column not in _COLUMNS]
    if unknown:
        raise PlantError(f"{name}:1: unknown column '{unknown[0]}'; expected {','.join(_COLUMNS)}")
    missing = [column for column in ("t", STATE, TOTAL) if column not in columns]
    if missing or (GOOD_ITEMS in columns) == (REJECT in columns):
        wrong = f"no column {missing[0]}" if missing else "exactly one of good and reject is needed"
        raise PlantError(f"{name}:1: {wrong}; expected t,state,total,good")


def _words(states: Mapping[int, StateClass]) -> dict[str, int]:
    """Numbers for class words in the state column, where the file has no machine states."""
    free = min([0, *states]) - 1
    return {str(known): free - index for index, known in enumerate(StateClass)}


def _values(text: Mapping[str, str], words: Mapping[str, int], columns: list[str]) -> list[tuple[str, float | None]]:
    found: list[tuple[str, float | None]] = []
    for tag in (MODE, STATE, TOTAL, GOOD_ITEMS, REJECT):
        if tag not in columns or not text.get(tag):
            continue
        content = text[tag]
        if tag == STATE and content in words:
            found.append((tag, float(words[content])))
            continue
        number = _number(content)
        if number is None:
            expected = "a state number or one of " + ", ".join(words) if tag == STATE else "a number"
            raise ValueError(f"{tag} '{content}' is not known; expected {expected}")
        found.append((tag, number))
    return found


def _time(text: str, zone: ZoneInfo) -> int:
    seconds = _number(text)
    return round(seconds * 1_000_000) if seconds is not None else parse_time(text, zone, 0)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
