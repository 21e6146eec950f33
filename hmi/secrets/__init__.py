"""Secrets by reference: the operating system's keyring, or the environment for services. Nothing else touches one."""

from hmi.secrets.references import is_reference, standing_variable
from hmi.secrets.store import SecretError, SecretStore, trusted_backends

__all__ = ["SecretError", "SecretStore", "is_reference", "standing_variable", "trusted_backends"]
