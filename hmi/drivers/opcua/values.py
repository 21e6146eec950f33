"""OPC UA data values to samples and back; pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, Final

from asyncua import ua as _ua

from hmi.model.quality import (
    BAD_CONFIGURATION_ERROR,
    BAD_NO_DATA,
    BAD_SENSOR_FAILURE,
    GOOD,
    UNCERTAIN_ENGINEERING_UNITS_EXCEEDED,
    is_bad,
    is_good,
)
from hmi.model.samples import Sample, Scalar
from hmi.model.tags import TagDefinition
from hmi.model.timestamps import iso, to_us

ua: Any = _ua  # its modules export by star, which strict typing does not follow
_INTEGERS: Final = (
    ua.VariantType.SByte, ua.VariantType.Byte, ua.VariantType.Int16, ua.VariantType.UInt16, ua.VariantType.Int32,
    ua.VariantType.UInt32, ua.VariantType.Int64, ua.VariantType.UInt64,
)  # fmt: skip
_FLOATS: Final = (ua.VariantType.Float, ua.VariantType.Double)
_LIMITS: Final = {
    ua.VariantType.SByte: (-128, 127), ua.VariantType.Byte: (0, 255), ua.VariantType.Int16: (-32768, 32767),
    ua.VariantType.UInt16: (0, 65535), ua.VariantType.Int32: (-(2**31), 2**31 - 1),
    ua.VariantType.UInt32: (0, 2**32 - 1), ua.VariantType.Int64: (-(2**63), 2**63 - 1),
    ua.VariantType.UInt64: (0, 2**64 - 1),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Value:
    value: Scalar | None
    status: int


def sample_of(tag: TagDefinition, data: Any, now_us: int) -> Sample:
    """The sample a data value means; times as the server sent them, a missing source time is the server's or now."""
    status = int(data.StatusCode.value) if data.StatusCode is not None else GOOD
    server_us = _time(data.ServerTimestamp)
    source_us = _time(data.SourceTimestamp) or server_us or now_us
    found = _Value(None, status)
    if not is_bad(status):
        raw = data.Value.Value if data.Value is not None else None
        found = _converted(tag, raw, status)
    return Sample(tag.number, found.value, found.status, source_us, now_us, server_us)


def _converted(tag: TagDefinition, raw: Any, status: int) -> _Value:
    if raw is None:
        return _Value(None, BAD_NO_DATA)
    if isinstance(raw, datetime):
        raw = iso(to_us(raw if raw.tzinfo is not None else raw.replace(tzinfo=UTC)))
    elif isinstance(raw, ua.LocalizedText):
        raw = raw.Text or ""
    elif isinstance(raw, bytes):
        raw = raw.hex()
    if tag.is_text or isinstance(raw, str):
        if tag.type and not tag.is_text:
            return _Value(None, BAD_CONFIGURATION_ERROR)
        return _Value(str(raw), status)
    if isinstance(raw, bool) or tag.type == "bool":
        return _Value(1.0 if raw else 0.0, status)
    if not isinstance(raw, (int, float)):
        return _Value(None, BAD_CONFIGURATION_ERROR)  # an array or a structure cannot be one value
    if isinstance(raw, float) and math.isnan(raw):
        return _Value(None, BAD_SENSOR_FAILURE)
    if isinstance(raw, int) and int(raw) in tag.bad_values:
        return _Value(None, 0x80000000)
    value = _scaled(tag, raw)
    low = tag.low if tag.low is not None else -math.inf
    high = tag.high if tag.high is not None else math.inf
    if not low <= value <= high:
        if is_good(status):
            status = UNCERTAIN_ENGINEERING_UNITS_EXCEEDED
        if tag.scaling.clamp:
            value = min(max(value, low), high)
    return _Value(value, status)


def _scaled(tag: TagDefinition, raw: int | float) -> int | float:
    scaling = tag.scaling
    if _is_mapped(tag):
        raw_low, raw_high = scaling.raw_low or 0.0, scaling.raw_high or 0.0
        low, high = tag.low or 0.0, tag.high or 0.0
        return low + (raw - raw_low) * (high - low) / (raw_high - raw_low)
    if scaling.scale == 1 and scaling.offset == 0:
        return raw
    if isinstance(raw, int) and float(scaling.scale).is_integer() and float(scaling.offset).is_integer():
        return int(raw) * int(scaling.scale) + int(scaling.offset)
    return raw * scaling.scale + scaling.offset


def _is_mapped(tag: TagDefinition) -> bool:
    scaling = tag.scaling
    return None not in (scaling.raw_low, scaling.raw_high, tag.low, tag.high) and scaling.raw_low != scaling.raw_high


def variant_for(tag: TagDefinition, value: Scalar, variant_type: Any) -> Any:
    """The variant to write so that the node keeps its type; raises ValueError in plain words if it does not fit."""
    if variant_type is ua.VariantType.Boolean:
        if isinstance(value, str):
            raise ValueError(f"'{value}' is a text; expected true or false")
        return ua.Variant(bool(value), variant_type)
    if variant_type in (ua.VariantType.String, ua.VariantType.LocalizedText):
        text = str(value)
        return ua.Variant(
            ua.LocalizedText(text) if variant_type is ua.VariantType.LocalizedText else text, variant_type
        )
    if isinstance(value, str):
        raise ValueError(f"'{value}' is a text; expected a number")
    if variant_type in _FLOATS:
        return ua.Variant(float(_raw(tag, value)) if math.isfinite(value) else float(value), variant_type)
    if variant_type not in _INTEGERS:
        raise ValueError(f"a value of type {variant_type.name} cannot be written")
    if not math.isfinite(value):
        raise ValueError("a whole number cannot be NaN or infinite")
    whole = round(_raw(tag, value))
    least, most = _LIMITS[variant_type]
    if not least <= whole <= most:
        raise ValueError(f"the raw value {whole} does not fit {variant_type.name} ({least} to {most})")
    return ua.Variant(whole, variant_type)


def _raw(tag: TagDefinition, value: int | float) -> Fraction:
    scaling = tag.scaling
    wanted = Fraction(value)
    if _is_mapped(tag):
        raw_low, raw_high = Fraction(scaling.raw_low or 0.0), Fraction(scaling.raw_high or 0.0)
        low, high = Fraction(tag.low or 0.0), Fraction(tag.high or 0.0)
        return raw_low + (wanted - low) * (raw_high - raw_low) / (high - low)
    if scaling.scale == 1 and scaling.offset == 0:
        return wanted
    return (wanted - Fraction(scaling.offset)) / Fraction(scaling.scale)


def _time(moment: datetime | None) -> int:
    if moment is None:
        return 0
    return max(0, to_us(moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)))
