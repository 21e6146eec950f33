"""Wires the agent to the station; without a central server nothing is shipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hmi.agent.agent import Agent


def build_agent(*_: object) -> Agent | None:
    """The agent of this station, None without a central server."""
    return None
