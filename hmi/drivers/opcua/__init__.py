"""OPC UA: addresses by namespace URI, sessions, subscriptions, values with status and both times."""

from hmi.drivers.opcua.kind import OpcUaKind

__all__ = ["OpcUaKind"]
