"""Devices as a front end sees them."""

from __future__ import annotations

from collections.abc import Mapping

from hmi.acquisition.figures import DeviceStatus
from hmi.facade.data import DeviceItem, Percentiles, ScanFigures


def device_item(status: DeviceStatus, bad_tags: int) -> DeviceItem:
    """One device now."""
    return DeviceItem(
        name=status.name,
        title=status.title,
        driver=status.driver,
        address=status.address,
        state=status.state.value,
        since_us=status.since_us,
        last_error=status.last_error,
        t_last_error_us=status.t_last_error_us,
        response_ms=Percentiles(_ms(status.response_p50_us), _ms(status.response_p99_us)),
        scan_ms=ScanFigures(status.scan_asked_us / 1000, _ms(status.scan_p50_us), _ms(status.scan_p99_us)),
        requests=status.requests,
        errors=dict(status.errors),
        overruns=status.overruns,
        breaker=status.breaker,
        tags=status.tags,
        bad_tags=bad_tags,
    )


def device_items(statuses: list[DeviceStatus], unusable: Mapping[str, int]) -> list[DeviceItem]:
    """Every device; unusable: {device: tags that are bad or stale}."""
    return [device_item(status, unusable.get(status.name, 0)) for status in statuses]


def _ms(duration_us: float | None) -> float | None:
    return None if duration_us is None else duration_us / 1000
