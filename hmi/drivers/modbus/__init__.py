"""Modbus TCP: addresses, codec, request planner, shared connections, driver."""

from hmi.drivers.modbus.kind import ModbusTcpKind

__all__ = ["ModbusTcpKind"]
