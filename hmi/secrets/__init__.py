"""Secrets by reference: the operating system's keyring, or what the environment or systemd hands to a service.

Nothing else touches one.
"""

from hmi.secrets.references import is_reference, references_in, standing_variable, without_secrets
from hmi.secrets.store import FoundSecret, SecretError, SecretStore, trusted_backends

__all__ = [
    "FoundSecret",
    "SecretError",
    "SecretStore",
    "is_reference",
    "references_in",
    "standing_variable",
    "trusted_backends",
    "without_secrets",
]
