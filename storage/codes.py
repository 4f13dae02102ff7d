"""Random codes that people read aloud, and random secrets that they don't."""

from __future__ import annotations

import re
import secrets
from random import Random
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0 and O, no 1 and I

HOUSEHOLD: Final = "H"
PERSON: Final = "P"
STAFF: Final = "S"

_SUBJECT: Final = re.compile(f"[{HOUSEHOLD}{PERSON}][0-9A-Z]{{6}}")

_system = secrets.SystemRandom()


def code(prefix: str, length: int = 6, source: Random = _system) -> str:
    """A subject's or an account's code such as ``H7K3QXM``: says nothing about whom it names."""
    return prefix + "".join(source.choices(ALPHABET, k=length))


def invite_code() -> str:
    """A code of 10 characters (50 bits) that can be typed or stand in a link."""
    return code("", 10)


def secret() -> str:
    """256 random bits for a cookie or a link."""
    return secrets.token_urlsafe(32)


def subject_code(typed: str) -> str | None:
    """The code of a household or a person, if that is what somebody typed."""
    plain = "".join(typed.split()).upper()
    return plain if _SUBJECT.fullmatch(plain) else None
