"""Prometheus text from plain figures; what is None is left out, so nothing unmeasured is exported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric

from hmi.base.histogram import HistogramFigures

Rows = Iterable[tuple[tuple[str, ...], float | None]]


def gauge(name: str, text: str, value: float | None) -> Metric:
    """A gauge without labels."""
    return GaugeMetricFamily(name, text, value=value)


def gauges(name: str, text: str, labels: list[str], rows: Rows) -> Metric:
    """A gauge with labels."""
    return _fill(GaugeMetricFamily(name, text, labels=labels), rows)


def counter(name: str, text: str, value: float | None) -> Metric:
    """A counter without labels; `_total` is added to the name."""
    return CounterMetricFamily(name, text, value=value)


def counters(name: str, text: str, labels: list[str], rows: Rows) -> Metric:
    """A counter with labels; `_total` is added to the name."""
    return _fill(CounterMetricFamily(name, text, labels=labels), rows)


def _fill(family: CounterMetricFamily | GaugeMetricFamily, rows: Rows) -> Metric:
    for values, value in rows:
        if value is not None:
            family.add_metric(values, value)
    return family


def histogram(name: str, text: str, figures: HistogramFigures | None) -> Metric:
    """A histogram without labels."""
    return _histogram(name, text, [], [] if figures is None else [((), figures)])


def histograms(name: str, text: str, label: str, table: Mapping[str, HistogramFigures | None]) -> Metric:
    """A histogram per value of one label."""
    return _histogram(name, text, [label], [((value,), row) for value, row in table.items() if row is not None])


def _histogram(name: str, text: str, labels: list[str], rows: list[tuple[tuple[str, ...], HistogramFigures]]) -> Metric:
    family = HistogramMetricFamily(name, text, labels=labels)
    for values, figures in rows:
        total = 0
        buckets: list[tuple[str, float]] = []
        for bound, count in zip(figures.bounds, figures.counts, strict=False):
            total += count
            buckets.append((repr(float(bound)), total))
        buckets.append(("+Inf", figures.count))
        family.add_metric(values, buckets, figures.sum)
    return family


def text(metrics: Iterable[Metric]) -> str:
    """The exposition text; a metric without a sample is left out."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Given([metric for metric in metrics if metric.samples]))
    return generate_latest(registry).decode()


class _Given:
    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        return iter(self._metrics)
