"""The one page of the central server: every station, and plainly how old what is shown is. No script, no asset."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from html import escape
from typing import Any, Final

from hmi.base.resources import shipped
from hmi.central.fleet import STALE_AFTER_S, Known
from hmi.model.timestamps import US_PER_S, to_datetime
from hmi.wire.report import StationReport

REFRESH_S: Final = 15
_PRIORITIES: Final = (("1", "Critical"), ("2", "High"), ("3", "Medium"), ("4", "Low"))

_USED: Final = ("frame", "ground", "plate", "plate2", "line2", "text1", "text2", "text3", "stalehatch", "outline")
_LAYOUT: Final = """
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text1);font:15px/1.45 Inter,system-ui,sans-serif;
font-variant-numeric:tabular-nums}
header{background:var(--frame);border-bottom:1px solid var(--line2);padding:12px 20px;display:flex;gap:8px 24px;
flex-wrap:wrap;align-items:baseline}
h1{font-size:18px;font-weight:600;margin:0}header p{margin:0;color:var(--text2)}
main{padding:20px;display:grid;gap:16px;grid-template-columns:repeat(auto-fill,minmax(min(420px,100%),1fr))}
article{background:var(--plate);border:1px solid var(--line2);border-radius:4px;padding:14px 16px}
article.stale{border-style:dashed;padding-left:28px;background:repeating-linear-gradient(135deg,transparent 0 6px,
var(--stalehatch) 6px 8px) left/14px 100% no-repeat,var(--plate)}
h2{font-size:17px;font-weight:600;margin:0 0 2px}h2 small{font-weight:400;color:var(--text3);font-size:13px}
.state{margin:0 0 10px;color:var(--text2)}
.mark{display:inline-block;border:1px solid var(--outline);border-radius:3px;padding:0 6px;font-weight:600;
background:var(--plate2);font-size:13px;margin-right:6px}
dl{display:grid;grid-template-columns:9.5em 1fr;gap:4px 12px;margin:0}
dt{color:var(--text2)}dd{margin:0}article.stale dl dd{color:var(--text3)}
article.stale .chip{background:none;color:var(--text3);border:1px dashed var(--text3)}
.chip{display:inline-block;border:1px solid var(--outline);border-radius:2px;padding:0 6px;margin:0 6px 2px 0;
font-size:13px;font-weight:600}
.note{color:var(--text3);font-size:13px;overflow-wrap:anywhere}.empty{grid-column:1/-1}
"""


@cache
def _style() -> str:
    """The style sheet, with the colours of the window's own theme, so that both look like one product."""
    themes = json.loads(shipped("resources", "themes", "tokens.json").read_text(encoding="utf-8"))["themes"]
    light, dark = (_variables(themes[name]) for name in ("light", "dark"))
    chips = "".join(
        f".p{key}{{background:{chip['fill']};color:{chip['text']}}}\n" for key, chip in themes["light"]["alarm"].items()
    )
    return f":root{{{light}}}\n@media(prefers-color-scheme:dark){{:root{{{dark}}}}}{_LAYOUT}{chips}"


def _variables(theme: dict[str, Any]) -> str:
    return ";".join(f"--{name}:{theme['colour'][name]['value']}" for name in _USED)


def render(stations: Sequence[Known], now_us: int, version: str) -> str:
    """The page as HTML."""
    cards = "\n".join(_card(station, now_us) for station in stations)
    if not stations:
        cards = (
            '<article class="empty"><h2>No station has reported yet</h2><p>Make a key with '
            "<code>plant-hmi central key create STATION</code> and set it as <code>agent.key</code> of the station."
            "</p></article>"
        )
    stale = sum(1 for station in stations if station.stale)
    summary = f"{len(stations)} station{'' if len(stations) == 1 else 's'}"
    summary += f", {stale} not reporting" if stale else ""
    at = to_datetime(now_us).strftime("%Y-%m-%d %H:%M:%S UTC")
    return (
        "<!doctype html>\n"
        f'<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="{REFRESH_S}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" '
        f'content="light dark"><title>Plant HMI stations</title><style>{_style()}</style></head>\n<body>\n'
        f"<header><h1>Stations</h1><p>{summary}</p><p>As known at <time>{at}</time>; "
        f"asked again every {REFRESH_S} s</p><p>Plant HMI central {escape(version)}</p></header>\n"
        f"<main>\n{cards}\n</main>\n</body></html>\n"
    )


def _card(station: Known, now_us: int) -> str:
    row, report = station.row, station.report
    name = report.name if report is not None and report.name else row.owner.station
    tenant = "" if row.owner.tenant == "default" else f"{row.owner.tenant} / "
    heading = f"<h2>{escape(name)} <small>{escape(tenant + row.owner.station)}</small></h2>"
    rows = [("Last report", _last_report(station))]
    if report is not None:
        rows += _report_rows(station, report)
    rows.append(("Last verified backup", _backup(station, now_us)))
    rows.append(("Audit trail", _audit(station, now_us)))
    items = "".join(f"<dt>{label}</dt><dd>{value}</dd>" for label, value in rows)
    kind = ' class="stale"' if station.stale else ""
    return f'<article{kind} id="{escape(row.owner.station)}">{heading}{_state(station)}<dl>{items}</dl></article>'


def _state(station: Known) -> str:
    marks: list[str] = []
    if station.report is None:
        marks.append('<span class="mark">NO REPORT</span> This station has not reported anything yet.')
    elif station.stale:
        age = age_text(station.report_age_s)
        marks.append(f'<span class="mark">STALE</span> Not reporting: what follows was true {age} ago, not now.')
    else:
        words = {"healthy": "Healthy", "degraded": "Degraded", "down": "Down"}
        marks.append(words.get(station.report.health, "Health not reported"))
    if station.report is not None and station.report.simulated:
        marks.insert(0, '<span class="mark">SIM</span>')
    return f'<p class="state">{"".join(marks)}</p>'


def _last_report(station: Known) -> str:
    if station.report is None:
        return "never"
    limit = f", stale after {STALE_AFTER_S:.0f} s" if station.stale else ""
    return f"{age_text(station.report_age_s)} ago{limit}"


def _report_rows(station: Known, report: StationReport) -> list[tuple[str, str]]:
    oldest = age_text(station.data_age_s) + " old" if station.data_age_s is not None else "no live value"
    silent = f" (silent: {escape(', '.join(report.devices_silent[:8]))})" if report.devices_silent else ""
    return [
        ("Data", f"oldest live value {oldest}"),
        ("Devices", f"{report.devices_connected} of {report.devices_total} connected{silent}"),
        ("Alarms", _alarms(report)),
        ("OEE", _oee(report)),
        ("Waiting", f"{report.waiting} records to ship, {report.backlog} in queues"),
        ("Version", escape(report.version) or "not reported"),
    ]


def _alarms(report: StationReport) -> str:
    chips = [
        f'<span class="chip p{key}">{name} {report.alarms[key]}</span>'
        for key, name in _PRIORITIES
        if report.alarms.get(key)
    ]
    unacked = report.alarms.get("unacked", 0)
    if not chips:
        return "none" if report.alarms else "not reported"
    return "".join(chips) + f'<br><span class="note">{unacked} unacknowledged</span>'


def _oee(report: StationReport) -> str:
    if not report.oee:
        return "no line reported"
    return "<br>".join(
        f"{escape(line)} {'not available' if value is None else f'{value * 100:.1f} %'}"
        for line, value in sorted(report.oee.items())
    )


def _backup(station: Known, now_us: int) -> str:
    backup = station.row.backup
    if backup is None or backup.verified_us is None:
        return "none on this server"
    age = age_text((now_us - backup.verified_us) / US_PER_S)
    return f'checked here {age} ago<br><span class="note">{escape(backup.id)}</span>'


def _audit(station: Known, now_us: int) -> str:
    audit = station.row.audit
    if audit is None:
        return "not witnessed here"
    text = f"row {audit.seq}, said {age_text((now_us - audit.seen_us) / US_PER_S)} ago"
    if audit.note:
        text += f'<br><span class="note">{escape(audit.note)}</span>'
    if audit.problem:
        text = f'<span class="mark">CHECK</span>{escape(audit.problem)}<br>{text}'
    return text


def age_text(age_s: float | None) -> str:
    """`12 s`, `5 min`, `3 h`, `9 d`: an age at a glance, never rounded down to zero units."""
    if age_s is None:
        return "unknown time"
    age_s = max(age_s, 0.0)
    if age_s < 120:
        return f"{age_s:.0f} s"
    if age_s < 7200:
        return f"{age_s / 60:.0f} min"
    if age_s < 172_800:
        return f"{age_s / 3600:.0f} h"
    return f"{age_s / 86400:.0f} d"
