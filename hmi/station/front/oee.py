"""OEE as a front end sees it."""

from __future__ import annotations

import dataclasses
from typing import Any

from hmi.facade.data import OeeItem, OeeQuery, StateSpan
from hmi.oee.service import OeeService


def items(service: OeeService, query: OeeQuery) -> list[OeeItem]:
    """Figures of what the query asks; may read the database."""
    views = service.figures(query.line, query.machine, query.shift or "current", query.from_us, query.to_us)
    return [OeeItem(**_fields(view)) for view in views]


def spans(service: OeeService, line: str, machine: str, from_us: int, to_us: int) -> list[StateSpan]:
    """State spans in time order; may read the database."""
    return [StateSpan(**_fields(view)) for view in service.states(line, machine, from_us, to_us)]


def _fields(view: Any) -> dict[str, Any]:
    return {field.name: getattr(view, field.name) for field in dataclasses.fields(view)}
