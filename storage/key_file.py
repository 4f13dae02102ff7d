"""Where the keys come from: the environment, or a file of mode 0600 outside the database.

Keys are 32 random bytes in base64, a line each, the oldest first. The first is the root: indexes,
the audit's chain and backups hang on it for good. The last one seals. Those between open what was
sealed before, in an old backup too.
"""

from __future__ import annotations

import base64
import os
import stat
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from storage.vault import KEY_SIZE, Vault, VaultError

_VARIABLE: Final = "ZOUFANG_KEY"


def load_or_create(file: Path, from_environment: str | None = None) -> Vault:
    """The vault of the keys `from_environment` (with commas between), else of `file`, which is
    made if it is missing. Raises VaultError."""
    if not from_environment and not file.exists():
        _write(file, [os.urandom(KEY_SIZE)], new=True)
    return load(file, from_environment)


def load(file: Path, from_environment: str | None = None) -> Vault:
    """The same, but a missing file is an error: ``no_key``."""
    if from_environment:
        return Vault(*_decoded(from_environment.split(","), _VARIABLE))
    return Vault(*keys(file), reread=lambda: keys(file))


def keys(file: Path) -> Sequence[bytes]:
    """The keys in a file. Raises VaultError ``no_key``, ``exposed``, ``malformed``."""
    if not file.exists():
        raise VaultError("no_key", str(file))
    if os.name == "posix" and stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise VaultError("exposed", str(file))
    return _decoded(file.read_text(encoding="ascii", errors="replace").split(), str(file))


def add(file: Path) -> None:
    """Add a new key, which seals from now on."""
    _write(file, [*keys(file), os.urandom(KEY_SIZE)])


def age(file: Path) -> float:
    """How many seconds ago the keys were last changed."""
    return time.time() - file.stat().st_mtime


def forget(file: Path) -> int:
    """Take out the keys between the first and the last; how many."""
    found = keys(file)
    if len(found) > 2:
        _write(file, [found[0], found[-1]])
    return max(len(found) - 2, 0)


def _decoded(texts: Sequence[str], where: str) -> Sequence[bytes]:
    try:
        found = [base64.b64decode(text.strip(), validate=True) for text in texts]
    except ValueError as error:
        raise VaultError("malformed", where) from error
    if not found or any(len(key) != KEY_SIZE for key in found):
        raise VaultError("malformed", where)
    return found


def _write(file: Path, found: Sequence[bytes], *, new: bool = False) -> None:
    """Write keys to a file, all of them or none: what is in its place stays whole until then."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = file if new else file.with_name(f".{file.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | (os.O_EXCL if new else os.O_TRUNC), 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(b"".join(base64.b64encode(key) + b"\n" for key in found))
        stream.flush()
        os.fsync(stream.fileno())
    if not new:
        part.replace(file)
