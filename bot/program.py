"""What a start opens, for everything that is built on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.ground import Grounds
from bot.settings import Settings
from core.ports import Channel, Clock
from handlers.turn import House
from scheduler.ticks import Work
from storage.database import Database

Announce = Callable[[str], None]
Chore = tuple[timedelta, Work]


@dataclass(frozen=True, slots=True)
class Program:
    """`channels` by their names; the web chat is always among them."""

    settings: Settings
    clock: Clock
    database: Database
    grounds: Grounds
    house: House
    channels: dict[str, Channel]
