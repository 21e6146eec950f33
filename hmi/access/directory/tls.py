"""Whom a connection to a directory or a provider trusts."""

from __future__ import annotations

import ssl

from hmi.base.errors import PlantError


def trusting(ca: str, key: str) -> ssl.SSLContext:
    """Checks certificates and host names against the file `ca`, or the system's authorities if it is empty.

    Raises PlantError that names the setting `key` if the file holds no certificate.
    """
    try:
        context = ssl.create_default_context(cafile=ca or None)
    except (OSError, ssl.SSLError):
        raise PlantError(f"The file {ca} of {key} cannot be read as a certificate (PEM).") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
