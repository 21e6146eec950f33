"""Room for one file descriptor per connection."""

from __future__ import annotations

from typing import Final

import structlog

_log = structlog.get_logger("acquisition")
_SPARE: Final = 512
_MOST: Final = 65_536


def raise_descriptor_limit(connections: int) -> None:
    """Raises the soft limit of open files where the system has one, and says so if it stays too low."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(hard, _MOST) if hard != resource.RLIM_INFINITY else _MOST
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
        except (ValueError, OSError):
            pass
    if soft != resource.RLIM_INFINITY and soft < connections + _SPARE:
        _log.warning(
            "the limit of open files is too low for every device; raise it (ulimit -n or LimitNOFILE=)",
            limit=soft,
            devices=connections,
        )
