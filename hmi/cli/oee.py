"""`oee compute`: figures of a table of states and counters."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from hmi.base.errors import Exit, UsageError
from hmi.cli import oee_figures
from hmi.cli.options import print_json, wants_json

if TYPE_CHECKING:
    from hmi.facade.data import OeeItem
    from hmi.oee.compute import Computed, Rules


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `oee`."""
    parser = commands.add_parser("oee", help="overall equipment effectiveness")
    oee_figures.add_options(parser)
    add_compute(parser.add_subparsers(dest="oee_command", metavar="COMMAND"))


def add_compute(forms: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `oee compute`."""
    compute = forms.add_parser("compute", help="figures of a CSV t,state,total,good")
    compute.add_argument("file", type=Path, metavar="FILE", help="t in seconds or ISO time; state number or class word")
    compute.add_argument("--rules", type=Path, metavar="FILE", required=True, help="YAML: ideal_rate, states, shifts")
    compute.set_defaults(run=run_compute)


def run_compute(args: argparse.Namespace) -> int:
    """Prints the figures of every shift in the table."""
    from hmi.facade.plain import to_plain
    from hmi.oee.compute import compute, read_rules

    rules = read_rules(args.rules)
    try:
        with args.file.open(encoding="utf-8-sig", newline="") as file:
            found = compute(rules, file, args.file.name)
    except (OSError, UnicodeDecodeError) as fault:
        raise UsageError(f"{args.file} cannot be read: {fault}") from None
    items = [_item(one, rules) for one in found]
    if wants_json(args):
        print_json({"items": [to_plain(item) for item in items]})
    else:
        print("\n\n".join(as_text(item) for item in items))
    return int(Exit.DONE)


def _item(one: Computed, rules: Rules) -> OeeItem:
    from hmi.facade.data import OeeItem

    found = one.figures
    return OeeItem(
        line="",
        machine="",
        shift=one.shift.label if one.shift is not None else "",
        from_us=one.from_us,
        to_us=one.to_us,
        state=one.state,
        availability=found.availability,
        performance=found.performance,
        quality=found.quality,
        oee=found.oee,
        nee=found.nee,
        teep=found.teep,
        coverage=found.coverage,
        oee_if_unknown_down=found.oee_if_unknown_down,
        oee_if_unknown_run=found.oee_if_unknown_run,
        times_s=found.times_s,
        counts=found.counts,
        target=rules.target,
        warnings=found.warnings,
        shift_from_us=one.shift.from_us if one.shift is not None else one.from_us,
        shift_to_us=one.shift.to_us if one.shift is not None else one.to_us,
        ideal_rate_per_s=rules.ideal_rate_per_s,
    )


def as_text(item: OeeItem) -> str:
    """Figures as lines for a person: percentages with two decimals, times in minutes, every warning."""
    name = "/".join(part for part in (item.line, item.machine) if part)
    lines = [f"{' '.join(part for part in (name, item.shift) if part) or 'all'}:"]
    for word in ("availability", "performance", "quality", "oee", "nee", "teep", "coverage"):
        value: float | None = getattr(item, word)
        lines.append(f"  {word:<18}{'n/a' if value is None else f'{value * 100:.2f} %'}")
    for word, seconds in item.times_s.items():
        lines.append(f"  {word:<18}{seconds / 60:.2f} min")
    lines += [f"  {word:<18}{number}" for word, number in item.counts.items()]
    lines += [f"  warning: {warning}" for warning in item.warnings]
    return "\n".join(lines)
