"""Files that were sent to be looked at, until somebody says what is to become of them.

They are held in memory, each for whoever sent it, and for an hour: a restart forgets them, and the
file is sent again.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

KEPT: Final = timedelta(hours=1)
MOST: Final = 20
"""Files held at once: the oldest gives way."""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was sent."""

    name: str
    content: bytes


class Held:
    """Files by a name that nobody guesses."""

    def __init__(self) -> None:
        self._files: OrderedDict[str, tuple[int, datetime, File]] = OrderedDict()

    def keep(self, account_id: int, file: File, now: datetime) -> str:
        """Hold a file for an account; the name under which it asks for it."""
        while len(self._files) >= MOST:
            self._files.popitem(last=False)
        name = secrets.token_urlsafe(16)
        self._files[name] = (account_id, now + KEPT, file)
        return name

    def get(self, account_id: int, name: str, now: datetime) -> File | None:
        """A file that this account has sent within the last hour."""
        owner, until, file = self._files.get(name, (None, now, None))
        return file if owner == account_id and until > now else None

    def drop(self, name: str) -> None:
        """Forget a file."""
        self._files.pop(name, None)
