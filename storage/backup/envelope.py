"""The file of a backup: compressed, and encrypted piece by piece.

``ZFB1``, 16 bytes of salt, then pieces: four bytes of length and AES-256-GCM over up to 64 KiB. The
key comes from the vault's and the salt; the nonce counts the pieces, and its last byte says which
is the end. So no piece can be changed, moved, doubled or cut off, and nothing is held in memory.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.vault import Vault

MAGIC: Final = b"ZFB1"
_SALT: Final = 16
_PIECE: Final = 64 * 1024
_TAG: Final = 16


class BackupError(Exception):
    """A file that is no whole backup of this vault's.

    `code` is ``not_a_backup``, ``damaged`` (or sealed with another key), ``newer`` (made by a later
    program), ``not_empty`` (the database to restore into has something in it).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Sealing:
    """Writes a backup's lines into `stream`. `end` has to be called: else it is no backup."""

    def __init__(self, stream: BinaryIO, vault: Vault) -> None:
        salt = os.urandom(_SALT)
        stream.write(MAGIC + salt)
        self._stream = stream
        self._sealer = AESGCM(vault.key_for_backup(salt))
        self._packer = zlib.compressobj(6)
        self._waiting = bytearray()
        self._count = 0

    def write(self, content: bytes) -> None:
        """Add `content`."""
        self._waiting += self._packer.compress(content)
        while len(self._waiting) > _PIECE:
            self._seal(bytes(self._waiting[:_PIECE]), last=False)
            del self._waiting[:_PIECE]

    def end(self) -> None:
        """Write what is left."""
        self._waiting += self._packer.flush()
        while len(self._waiting) > _PIECE:
            self._seal(bytes(self._waiting[:_PIECE]), last=False)
            del self._waiting[:_PIECE]
        self._seal(bytes(self._waiting), last=True)

    def _seal(self, piece: bytes, *, last: bool) -> None:
        sealed = self._sealer.encrypt(_nonce(self._count, last=last), piece, MAGIC)
        self._stream.write(len(sealed).to_bytes(4, "big") + sealed)
        self._count += 1


def opened(stream: BinaryIO, vault: Vault) -> Iterator[bytes]:
    """What a backup holds, part by part. Raises BackupError."""
    if stream.read(len(MAGIC)) != MAGIC:
        raise BackupError("not_a_backup")
    opener = AESGCM(vault.key_for_backup(_exactly(stream, _SALT)))
    unpacker = zlib.decompressobj()
    count, last = 0, False
    while not last:
        size = int.from_bytes(_exactly(stream, 4), "big")
        if not _TAG <= size <= _PIECE + _TAG:
            raise BackupError("damaged")
        sealed = _exactly(stream, size)
        piece, last = _open(opener, count, sealed)
        yield unpacker.decompress(piece)
        count += 1
    if stream.read(1) or not unpacker.eof:
        raise BackupError("damaged")


def _open(opener: AESGCM, count: int, sealed: bytes) -> tuple[bytes, bool]:
    """A piece, and whether it is the last."""
    for last in (False, True):
        try:
            return opener.decrypt(_nonce(count, last=last), sealed, MAGIC), last
        except InvalidTag:
            continue
    raise BackupError("damaged")


def _nonce(count: int, *, last: bool) -> bytes:
    return count.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def _exactly(stream: BinaryIO, size: int) -> bytes:
    content = stream.read(size)
    if len(content) != size:
        raise BackupError("damaged")
    return content
