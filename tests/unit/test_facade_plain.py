"""Every facade type survives JSON: built by hypothesis from its type hints."""

from __future__ import annotations

import dataclasses
import inspect
import json
import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hmi.facade import access_data, data
from hmi.facade.plain import from_plain, to_plain
from hmi.model.alarms import AlarmDefinition, AlarmType
from hmi.model.devices import DeviceDefinition
from hmi.model.equipment import Plant
from hmi.model.tags import TagDefinition

SCALARS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False), st.integers(-(2**53), 2**53), st.text(max_size=5), st.booleans()
)
MOMENTS = st.integers(1, 4_000_000_000_000_000)


def strategy_for(kind: type[Any]) -> st.SearchStrategy[Any]:
    from typing import get_type_hints

    hints = get_type_hints(kind)
    fields = {}
    for field in dataclasses.fields(kind):
        hint = hints[field.name]
        text = str(hint)
        if field.name.endswith("_us"):
            base: st.SearchStrategy[Any] = MOMENTS
            if "list" in text:
                base = st.lists(MOMENTS, max_size=3)
            fields[field.name] = base
        elif "bool" in text and "int" in text and "list" not in text:
            fields[field.name] = SCALARS
        elif "list" in text and "bool" in text and "int" in text:
            fields[field.name] = st.lists(SCALARS, max_size=3)
        else:
            fields[field.name] = st.from_type(hint)
    return st.builds(kind, **fields)


st.register_type_strategy(data.SilentDevice, st.builds(data.SilentDevice, st.text(), MOMENTS))
st.register_type_strategy(data.Honesty, strategy_for(data.Honesty))
for nested in (access_data.SessionItem, access_data.ControlItem):
    st.register_type_strategy(nested, strategy_for(nested))

KINDS = [
    kind
    for module in (data, access_data)
    for _, kind in inspect.getmembers(module, inspect.isclass)
    if dataclasses.is_dataclass(kind) and kind.__module__ == module.__name__ and kind is not data.Page
]
FLAT = [kind for kind in KINDS if kind not in {data.Health, data.HealthDetail, data.AlarmList, data.HistoryAnswer}]


@pytest.mark.parametrize("kind", FLAT, ids=lambda kind: kind.__name__)
@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_value_comes_back_equal(kind: type[Any], data: st.DataObject) -> None:
    value = data.draw(strategy_for(kind))
    text = json.dumps(to_plain(value), allow_nan=False)
    back = from_plain(kind, json.loads(text))
    assert json.dumps(to_plain(back), allow_nan=False) == text


def test_contract_names_and_number_rules() -> None:
    plain = to_plain(data.AlarmCounts(p1=2))
    assert plain["1"] == 2
    series = data.Series("a", "", "raw", [1_000_000], [math.nan], [0], min=[math.inf])
    plain = to_plain(series)
    assert plain["t"] == ["1970-01-01T00:00:01.000000Z"]
    assert plain["value"] == ["NaN"]
    assert plain["min"] == ["Infinity"]
    assert to_plain([2**60]) == [str(2**60)]


def test_a_page_of_items_comes_back() -> None:
    page = data.Page([data.SilentDevice("filler", 5_000_000)], "x")
    assert from_plain(data.Page[data.SilentDevice], json.loads(json.dumps(to_plain(page)))) == page


def test_the_plant_survives_json() -> None:
    device = DeviceDefinition("filler", "modbus-tcp", scan_us=500_000, options={"host": "10.0.0.5", "port": 502})
    alarm = AlarmDefinition("a", "t", AlarmType.HI, limit=80.0, on_delay_us=5_000_000)
    plant = Plant(
        "bottling",
        "Europe/Berlin",
        devices=(device,),
        alarms=(alarm,),
        tags=(TagDefinition("a/b", "filler", "holding:0", labels={1: "Running"}),),
        cycle=("2026-01-01", ("early", "off")),
    )
    assert to_plain(device)["scan_s"] == 0.5
    assert from_plain(Plant, json.loads(json.dumps(to_plain(plant)))) == plant
