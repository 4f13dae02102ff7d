"""Seals the file of a table with the vault's key, in the format of backups, and opens it again."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from bot.exports.formats.private import binary_file
from storage.backup.envelope import Sealing, opened
from storage.vault import vault

SUFFIX: Final = "sealed"

_PIECE: Final = 64 * 1024


def seal(plain: Path, sealed: Path) -> None:
    """Write the content of `plain` into `sealed`, encrypted. Raises OSError."""
    with plain.open("rb") as source, binary_file(sealed) as stream:
        sealing = Sealing(stream, vault())
        while piece := source.read(_PIECE):
            sealing.write(piece)
        sealing.end()


def unseal(sealed: Path, plain: Path) -> None:
    """Write what `sealed` holds into `plain`, which is there whole or not at all.

    Raises BackupError if another key sealed it or if it was changed; OSError.
    """
    part = plain.with_name(f".{plain.name}.part")
    try:
        with sealed.open("rb") as stream, binary_file(part) as target:
            for piece in opened(stream, vault()):
                target.write(piece)
        part.rename(plain)
    finally:
        part.unlink(missing_ok=True)
