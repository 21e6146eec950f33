"""The station's own key: seals small secrets that must stand in the database, and signs what must not be forged."""

from __future__ import annotations

import base64
import binascii
import contextlib
import hmac
import os
import secrets
import stat
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hmi.base.durable import sync_folder
from hmi.secrets.keys import KEY_FORM, is_key, new_key
from hmi.secrets.references import credential_files
from hmi.secrets.store import SecretError, SecretStore

FILE_NAME: Final = "seal.key"
"""Beside the database where there is no keyring. Never part of a backup: a stolen backup must not open itself."""

KEPT_NAME: Final = "seal.keyring"
"""Beside the database where the key is in a keyring, so that a start without that keyring does not make another one."""

DEFAULT_NAME: Final = "station-seal"
_VERSION: Final = "s1"
_NONCE: Final = 12
_LONGEST: Final = 4096


class SealingKey:
    """A 256-bit key of this station. Holds it in memory only; never shows it.

    `created` is True when no key was found and a new one was made: what an earlier key sealed cannot be opened then.
    `source` says where the key is kept: `environment`, `credential`, `keyring` or `file`.
    """

    def __init__(self, key: bytes, *, source: str, created: bool = False) -> None:
        self._cipher = AESGCM(_derived(key, b"seal"))
        self._mac_key = _derived(key, b"mac")
        self._id = _derived(key, b"name")[:4].hex()
        self.source = source
        self.created = created

    def __repr__(self) -> str:
        return f"SealingKey(source={self.source!r}, created={self.created})"

    def __reduce__(self) -> str:
        raise TypeError("a sealing key is not copied out of its process")

    @classmethod
    def load(cls, data_dir: Path, store: SecretStore, name: str = DEFAULT_NAME) -> SealingKey:
        """The key from environment, credential, keyring or `DATA/seal.key`, in this order; made where there is none.

        A new key goes into the keyring, or where there is no trusted one into the file, for its owner only. Raises
        SecretError in plain words, also for a keyring that is locked or away: a second key would make the first one's
        seals useless, and the witness of the audit trail a stranger's.
        """
        file, kept = data_dir / FILE_NAME, data_dir / KEPT_NAME
        found = store.find(name)
        if found is not None:
            key = cls(_parsed(found.value, f"The secret '{name}' ({found.place})"), source=found.kind)
            if found.kind == "keyring":
                _note_keyring(kept)
            return key
        if file.exists():
            return cls(_read(file), source="file")
        if kept.exists():
            raise SecretError(
                f"The key of this station is in the keyring of the account that started it first, as '{name}', and is "
                "not found from here; start the station as that account in its desktop session, or give the key as the "
                f"credential {credential_files(name)[0]}. If it is lost remove {kept}: second factors then have to be "
                "set up again."
            )
        if store.has_keyring():
            fresh = new_key()
            store.set(name, fresh)
            _note_keyring(kept)
            return cls(bytes.fromhex(fresh), source="keyring", created=True)
        created = _create(file)
        return cls(_read(file), source="file", created=created)

    def seal(self, text: str, purpose: str) -> str:
        """The text, unreadable and unchangeable without this key and the same purpose."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, text.encode(), self._bound(purpose))
        return f"{_VERSION}.{self._id}.{base64.urlsafe_b64encode(sealed).decode()}"

    def open(self, sealed: str, purpose: str) -> str:
        """The text `seal` was given; raises SecretError if key, purpose or a single byte differ."""
        version, _, rest = sealed.partition(".")
        key_id, _, body = rest.partition(".")
        if version != _VERSION or not key_id or not body:
            raise SecretError("A stored secret is not in the form this program seals; set it again.")
        if key_id != self._id:
            raise SecretError(
                "A stored secret was sealed with another key than this station has now (a new machine or account, or "
                "the key was removed); put the former key back or set the secret again."
            )
        try:
            content = base64.b64decode(body, altchars=b"-_", validate=True)
            if base64.urlsafe_b64encode(content).decode() != body:
                raise ValueError("spare bits are set")  # the last digits have room for bits that mean nothing
            plain = self._cipher.decrypt(content[:_NONCE], content[_NONCE:], self._bound(purpose)).decode()
        except (InvalidTag, ValueError, binascii.Error):
            raise SecretError("A stored secret was changed or does not belong here; set it again.") from None
        return plain

    def mac(self, data: bytes) -> str:
        """HMAC-SHA-256 of the data as hexadecimal digits, with a key of its own."""
        return hmac.new(self._mac_key, data, sha256).hexdigest()

    def verify_mac(self, data: bytes, mac: str) -> bool:
        """True if `mac` is this key's for the data; takes the same time whatever differs."""
        return hmac.compare_digest(self.mac(data).encode(), mac.encode("utf-8", "replace"))

    def _bound(self, purpose: str) -> bytes:
        return f"{_VERSION}\n{self._id}\n{purpose}".encode()


def _derived(key: bytes, use: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"plant-hmi station key, " + use).derive(key)


def _parsed(text: str, what: str) -> bytes:
    text = text.strip()
    if not is_key(text):
        raise SecretError(f"{what} is not a key; expected {KEY_FORM}.")
    return bytes.fromhex(text)


def _read(file: Path) -> bytes:
    try:
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as handle:
            mode = os.fstat(handle.fileno()).st_mode
            content = handle.read(_LONGEST)
    except OSError as fault:
        raise SecretError(f"{file} cannot be read: {fault.strerror}; let the station's account own it.") from None
    if not stat.S_ISREG(mode):
        raise SecretError(f"{file} is not a file; remove it and start again.")
    if os.name == "posix" and mode & 0o077:
        raise SecretError(
            f"{file} can be read or changed by others than its owner; run 'chmod 600 {file}', and if others had "
            "access to this machine, remove it and set the station's secrets again."
        )
    return _parsed(content.decode("ascii", "replace"), str(file))


def _note_keyring(kept: Path) -> None:
    """Leaves a word that the key is in a keyring. A folder that does not take it has no database to protect either."""
    with contextlib.suppress(OSError):
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text("the key of this station is in the keyring\n", encoding="ascii")


def _create(file: Path) -> bool:
    """Makes the file with a new key, whole or not at all; False if another process was first."""
    scratch = file.with_name(f"{file.name}.{secrets.token_hex(4)}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as handle:
                handle.write(new_key() + "\n")
                handle.flush()
                os.fsync(handle.fileno())
            return _put(scratch, file)
        finally:
            scratch.unlink(missing_ok=True)
    except OSError as fault:
        raise SecretError(
            f"{file} cannot be created: {fault.strerror}; give the station's account a data folder it may write to."
        ) from None


def _put(scratch: Path, file: Path) -> bool:
    """Gives the new file its name unless the name is taken; a plain rename would replace a key on POSIX."""
    try:
        if os.name == "posix":
            os.link(scratch, file)
            sync_folder(file.parent)
        else:
            scratch.rename(file)
    except FileExistsError:
        return False
    return True
