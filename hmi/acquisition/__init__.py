"""Devices at work: connect, poll, subscribe, back off, recover, write with read-back."""

from hmi.acquisition.figures import (
    AcquisitionFigures,
    DeviceEvent,
    DeviceStatus,
    WriteOutcome,
)
from hmi.acquisition.service import Acquisition

__all__ = ["Acquisition", "AcquisitionFigures", "DeviceEvent", "DeviceStatus", "WriteOutcome"]
