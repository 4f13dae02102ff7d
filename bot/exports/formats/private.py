"""New files that only their owner can read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO, TextIO


def text_file(file: Path, encoding: str) -> TextIO:
    """A new text file. Raises OSError."""
    return os.fdopen(_opened(file), "w", encoding=encoding, newline="")


def binary_file(file: Path) -> BinaryIO:
    """A new binary file. Raises OSError."""
    return os.fdopen(_opened(file), "wb")


def _opened(file: Path) -> int:
    return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
