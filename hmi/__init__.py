"""Plant HMI: polls PLCs, shows live values, trends, OEE and alarms, stores history, ships to a central server."""

__version__ = "1.0.0"
