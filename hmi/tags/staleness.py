"""When a value is too old to be called live (`domain.md` 4.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

SHORTEST_LIMIT_US: Final = 5_000_000
MISSED_SCANS: Final = 3

I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def polled_limit_us(scan_us: int) -> int:
    """Longest time since the last good receive at which a polled tag is still live."""
    return max(MISSED_SCANS * scan_us, SHORTEST_LIMIT_US)


@dataclass(slots=True)
class Liveness:
    """What tells how old each tag is, on the monotonic clock; parallel arrays by tag number and by device.

    received_us: last usable receive of the tag. polled_limit_us: its limit while polled. device: its device's index.
    heard_us: last sign of life of the device's subscription. silence_us: longest silence of the subscription at which
    its tags are live, 0 = the device is polled.
    """

    received_us: I64
    polled_limit_us: I64
    device: npt.NDArray[np.int32]
    heard_us: I64
    silence_us: I64

    def ages_us(self, tags: npt.NDArray[np.int64], monotonic_us: int) -> tuple[I64, Bools]:
        """Age that counts for each tag, and whether it is beyond its limit.

        The age of a subscribed tag is the silence of its subscription: no change is normal there.
        """
        device = self.device[tags]
        silence_limit = self.silence_us[device]
        subscribed = silence_limit > 0
        received = self.received_us[tags]
        last = np.where(subscribed, np.maximum(self.heard_us[device], received), received)
        limit = np.where(subscribed, silence_limit, self.polled_limit_us[tags])
        ages = np.maximum(monotonic_us - last, 0)
        return ages, ages > limit
