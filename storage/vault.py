"""Encryption at rest, and keyed hashes by which sealed values can still be found.

Keys come from `storage.key_file`. From the first, two others are derived: one seals (AES-256-GCM),
one indexes (HMAC-SHA-256). Newer keys only seal. A sealed value names its key, and is bound to its
table and column, so it can't be moved elsewhere.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable, Sequence
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic_core import to_json
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from core.quick_json import loads

KEY_SIZE: Final = 32  # bytes
_BY_ROOT: Final = b"\x01"
_BY_NEWER: Final = b"\x02"
_NONCE: Final = 12
_TAG: Final = 16


class VaultError(Exception):
    """The key is missing, malformed, exposed, or not the one that sealed the data.

    `code` names the case: ``exposed``, ``malformed``, ``wrong_key``, ``no_key``.
    """

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(f"{code}: {where}")
        self.code = code
        self.where = where


class Vault:
    """Seals, opens and indexes with the keys of `storage.key_file`: the first is the root, the last
    seals. `reread` gives the keys as they are by now, for a value that a newer one sealed."""

    def __init__(self, *keys: bytes, reread: Callable[[], Sequence[bytes]] | None = None) -> None:
        self._reread = reread
        self._take(keys)
        self._index = _derive(keys[0], b"zoufang index")

    def _take(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) != KEY_SIZE for key in keys):
            raise VaultError("malformed")
        self._root = keys[0]
        self._sealers = {_prefix(keys[0], root=True): _sealer(keys[0])}
        self._sealers |= {_prefix(key): _sealer(key) for key in keys[1:]}
        self.prefix = list(self._sealers)[-1]

    @property
    def count(self) -> int:
        """How many keys there are."""
        return len(self._sealers)

    def refresh(self) -> None:
        """Take note of keys that were added or taken away."""
        if self._reread is not None:
            self._take(self._reread())

    def seal(self, plain: bytes, place: str) -> bytes:
        """`plain` encrypted for `place` (``table.column``)."""
        nonce = os.urandom(_NONCE)
        sealed = self._sealers[self.prefix].encrypt(nonce, plain, place.encode())
        return self.prefix + nonce + sealed

    def open(self, sealed: bytes, place: str) -> bytes:
        """The plain bytes. Raises VaultError ``wrong_key`` if it was not sealed so."""
        prefix = prefix_of(sealed)
        if prefix not in self._sealers:
            self.refresh()
        sealer = self._sealers.get(prefix)
        nonce, body = sealed[len(prefix) : len(prefix) + _NONCE], sealed[len(prefix) + _NONCE :]
        if sealer is None or len(body) < _TAG:
            raise VaultError("wrong_key", place)
        try:
            return sealer.decrypt(nonce, body, place.encode())
        except InvalidTag as error:
            raise VaultError("wrong_key", place) from error

    def index(self, value: str, purpose: str) -> str:
        """A keyed hash, 32 hex digits: equal for equal values, useless without the key."""
        message = f"{purpose}\0{value}".encode()
        return hmac.digest(self._index, message, "sha256").hex()[:32]

    def key_for_backup(self, salt: bytes) -> bytes:
        """The key that seals one backup."""
        return _derive(self._root, b"zoufang backup", salt)


def prefix_of(sealed: bytes) -> bytes:
    """By which a sealed value says what key sealed it: one byte for the root, else five."""
    return sealed[:1] if sealed[:1] == _BY_ROOT else sealed[:5]


def _prefix(key: bytes, *, root: bool = False) -> bytes:
    return _BY_ROOT if root else _BY_NEWER + _derive(key, b"zoufang key id")[:4]


def _sealer(key: bytes) -> AESGCM:
    return AESGCM(_derive(key, b"zoufang seal"))


def _derive(master: bytes, info: bytes, salt: bytes | None = None) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_SIZE, salt=salt, info=info).derive(master)


_open: list[Vault] = []


def use(vault: Vault) -> None:
    """Make `vault` the one that this process's columns seal with."""
    _open[:] = [vault]


def vault() -> Vault:
    """The vault in use. Raises VaultError ``no_key`` before `use`."""
    if not _open:
        raise VaultError("no_key")
    return _open[0]


class Sealed(TypeDecorator[Any]):
    """An encrypted column; `place` is its table and column."""

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


class SealedText(Sealed):
    """An encrypted text column."""

    cache_ok = True

    def _encode(self, value: str) -> bytes:
        return value.encode()

    def _decode(self, plain: bytes) -> str:
        return plain.decode()


class SealedBytes(Sealed):
    """An encrypted binary column."""

    cache_ok = True

    def _encode(self, value: bytes) -> bytes:
        return value

    def _decode(self, plain: bytes) -> bytes:
        return plain


class SealedJson(Sealed):
    """An encrypted column of JSON."""

    cache_ok = True

    def _encode(self, value: Any) -> bytes:
        return to_json(value)  # many times as quick as the standard library's

    def _decode(self, plain: bytes) -> Any:
        return loads(plain)
