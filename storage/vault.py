"""Encryption at rest, and keyed hashes by which sealed values can still be found.

One master key, 32 bytes, comes from the environment or from a file of mode 0600 that lies outside
the database and its backups. Two keys are derived from it: one seals (AES-256-GCM), one indexes
(HMAC-SHA-256). A sealed value is bound to its table and column, so it can't be moved elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import stat
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

_VERSION: Final = b"\x01"
_NONCE: Final = 12
_TAG: Final = 16
_KEY: Final = 32


class VaultError(Exception):
    """The key is missing, malformed, exposed, or not the one that sealed the data.

    `code` names the case: ``exposed``, ``malformed``, ``wrong_key``, ``no_key``.
    """

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(f"{code}: {where}")
        self.code = code
        self.where = where


class Vault:
    """Seals, opens and indexes with one master key."""

    def __init__(self, master: bytes) -> None:
        if len(master) != _KEY:
            raise VaultError("malformed")
        self._master = master
        self._sealer = AESGCM(_derive(master, b"zoufang seal"))
        self._index = _derive(master, b"zoufang index")

    def seal(self, plain: bytes, place: str) -> bytes:
        """`plain` encrypted for `place` (``table.column``)."""
        nonce = os.urandom(_NONCE)
        return _VERSION + nonce + self._sealer.encrypt(nonce, plain, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """The plain bytes. Raises VaultError ``wrong_key`` if it was not sealed so."""
        version, nonce, body = sealed[:1], sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        if version != _VERSION or len(body) < _TAG:
            raise VaultError("wrong_key", place)
        try:
            return self._sealer.decrypt(nonce, body, place.encode())
        except InvalidTag as error:
            raise VaultError("wrong_key", place) from error

    def index(self, value: str, purpose: str) -> str:
        """A keyed hash, 32 hex digits: equal for equal values, useless without the key."""
        message = f"{purpose}\0{value}".encode()
        return hmac.new(self._index, message, hashlib.sha256).hexdigest()[:32]


    def key_for_backup(self, salt: bytes) -> bytes:
        """The key that seals one backup."""
        return _derive(self._master, b"zoufang backup", salt)


def _derive(master: bytes, info: bytes, salt: bytes | None = None) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY, salt=salt, info=info).derive(master)


def load_or_create(file: Path, from_environment: str | None = None) -> Vault:
    """The vault of base64 `from_environment`, else of `file`, which is made if it is missing."""
    if not from_environment and not file.exists():
        _create(file)
    return load(file, from_environment)


def load(file: Path, from_environment: str | None = None) -> Vault:
    """The same, but a missing file is an error: ``no_key``."""
    if from_environment:
        return Vault(_decode(from_environment, "ZOUFANG_KEY"))
    if not file.exists():
        raise VaultError("no_key", str(file))
    if os.name == "posix" and stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise VaultError("exposed", str(file))
    return Vault(_decode(file.read_bytes().strip(), str(file)))


def _decode(text: str | bytes, where: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise VaultError("malformed", where) from error
    if len(key) != _KEY:
        raise VaultError("malformed", where)
    return key


def _create(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = base64.b64encode(os.urandom(_KEY))
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(text + b"\n")
        stream.flush()
        os.fsync(stream.fileno())


_open: list[Vault] = []


def use(vault: Vault) -> None:
    """Make `vault` the one that this process's columns seal with."""
    _open[:] = [vault]


def vault() -> Vault:
    """The vault in use. Raises VaultError ``no_key`` before `use`."""
    if not _open:
        raise VaultError("no_key")
    return _open[0]


class _Sealed(TypeDecorator[Any]):
    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def _encode(self, value: Any) -> bytes:
        raise NotImplementedError

    def _decode(self, plain: bytes) -> Any:
        raise NotImplementedError

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        return None if value is None else vault().seal(self._encode(value), self.place)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else self._decode(vault().open(bytes(value), self.place))


class SealedText(_Sealed):
    """An encrypted text column."""

    cache_ok = True

    def _encode(self, value: str) -> bytes:
        return value.encode()

    def _decode(self, plain: bytes) -> str:
        return plain.decode()


class SealedBytes(_Sealed):
    """An encrypted binary column."""

    cache_ok = True

    def _encode(self, value: bytes) -> bytes:
        return value

    def _decode(self, plain: bytes) -> bytes:
        return plain


class SealedJson(_Sealed):
    """An encrypted column of JSON."""

    cache_ok = True

    def _encode(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    def _decode(self, plain: bytes) -> Any:
        return json.loads(plain)
