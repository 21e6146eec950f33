"""How simulated quantities move: ramps, first-order lags, wandering around a mean, random waiting times."""

from __future__ import annotations

import math
from random import Random


def ramp(value: float, target: float, rate_per_s: float, dt_s: float) -> float:
    """`value` moved towards `target` by at most `rate_per_s * dt_s`."""
    step = rate_per_s * dt_s
    if value < target:
        return min(target, value + step)
    return max(target, value - step)


def lag(value: float, target: float, tau_s: float, dt_s: float) -> float:
    """First-order lag: after `tau_s` 63 % of the way to `target` is gone, whatever the step length."""
    return target + (value - target) * math.exp(-dt_s / tau_s)


def wander(value: float, mean: float, spread: float, tau_s: float, dt_s: float, rng: Random) -> float:
    """Noise with memory: returns to `mean` within `tau_s`, standard deviation `spread` (Ornstein-Uhlenbeck)."""
    keep = math.exp(-dt_s / tau_s)
    return mean + (value - mean) * keep + spread * math.sqrt(1.0 - keep * keep) * rng.gauss(0.0, 1.0)


def jitter(value: float, spread: float, tau_s: float, dt_s: float, rng: Random) -> float:
    """Noise on top of a quantity that something else brings back, e.g. a lag; `spread` builds up within `tau_s`."""
    return value + spread * math.sqrt(1.0 - math.exp(-2.0 * dt_s / tau_s)) * rng.gauss(0.0, 1.0)


def happens(mean_time_s: float, dt_s: float, rng: Random) -> bool:
    """True if an event that comes every `mean_time_s` on average comes within this step."""
    return rng.random() < 1.0 - math.exp(-dt_s / mean_time_s)


def clamp(value: float, low: float, high: float) -> float:
    """`value` held between `low` and `high`."""
    return min(max(value, low), high)
