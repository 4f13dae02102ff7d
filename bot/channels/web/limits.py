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

    guests: int = 120
    """People whom nobody knows and who come in within one minute; no more are let in."""

    guests_of_address: int = 20
    """Those of one address of the network: a village may share one, but one flood is kept apart."""

    sign_ins: int = 30
    """Sign-in links that one address of the network may try within a minute."""

    messages: int = 600
    """Messages of one person within a minute: far more than fingers send, less than a loop does."""

    files: int = 60
    """Uploads of one person within a minute."""

    session: int = 30 * 24 * 3600
    """How long a browser keeps the cookie. The store may end a session sooner."""
