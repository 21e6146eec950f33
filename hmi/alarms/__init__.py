"""Alarms after ISA-18.2: a pure engine, one file per alarm type, state and journal, and the service that joins them."""
