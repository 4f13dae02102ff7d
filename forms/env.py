"""What an interview may know of the world: the clock, the zone, chance, the device and its user."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from uuid import uuid4


def _now() -> datetime:
    return datetime.now(UTC)


def _uuid() -> str:
    return str(uuid4())


@dataclass(frozen=True, slots=True)
class Env:
    """Handed in by the caller, so that a test can turn the clock and repeat chance.

    `now` gives an aware datetime. `tz` is the zone in which dates are read and written.
    `random_seed` makes random() and randomize() repeatable; None takes the system's chance.
    `properties` feeds property() and the preloads: deviceid, username, phonenumber, email,
    subscriberid, simserial. `quote` writes a value that stands within a text: a caller that renders
    Markdown escapes it, so that nothing a person typed takes effect as markup.
    """

    now: Callable[[], datetime] = _now
    tz: tzinfo = UTC
    uuid: Callable[[], str] = _uuid
    random_seed: int | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    quote: Callable[[str], str] = str
