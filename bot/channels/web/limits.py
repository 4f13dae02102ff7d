"""How much one browser may send and hold open."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds."""

    message: int = 64 * 1024
    """Body of a posted message. A text too long for an answer still arrives: the bot explains."""

    upload: int = 20 * 1024 * 1024
    """One uploaded file, the same as what Telegram lets a bot fetch."""

    uploads: int = 4
    """Uploads read at one moment, each of another person; others wait their turn, so memory stays
    bounded."""

    upload_time: float = 300.0
    """How long one upload may take to come in: as long as the page waits for it."""

    history: int = 200
    """Lines that a page loads at first, and lines read from the store at one go."""

    streams: int = 8
    """Open event streams of one person; one more ends the oldest."""

    heartbeat: float = 15.0
    """A sign of life on a quiet stream. The store is looked into as often, for lines that another
    replica added and for a session that ended."""

    guests: int = 30
    """People whom nobody knows and who come in within one minute; no more are let in."""

    session: int = 30 * 24 * 3600
    """How long a browser keeps the cookie. The store may end a session sooner."""
