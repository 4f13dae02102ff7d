"""Which channels may carry data of people, and what a start says of those abroad."""

from __future__ import annotations

import pytest

from bot.greeting import greet
from bot.settings import from_environment
from storage.database import Database


@pytest.mark.parametrize(
    ("environment", "channels"),
    [
        ({}, {"web"}),
        ({"ZOUFANG_OPEN_ON": "web,telegram"}, {"web"}),
        ({"ZOUFANG_OPEN_ON": "web,telegram", "ZOUFANG_PROFILE": "open"}, {"web", "telegram"}),
        ({"ZOUFANG_PROFILE": "open"}, {"web"}),
        ({"ZOUFANG_OPEN_ON": "telegram"}, set()),
    ],
)
def test_in_mainland_china_no_channel_abroad_is_open(
    environment: dict[str, str], channels: set[str]
) -> None:
    assert from_environment(environment).open_channels == channels


@pytest.mark.parametrize(
    ("environment", "abroad"),
    [
        ({}, False),
        ({"ZOUFANG_TELEGRAM_TOKEN": "1:abc"}, True),
        ({"ZOUFANG_TELEGRAM_TOKEN": "1:abc", "ZOUFANG_PROFILE": "open"}, False),
    ],
)
def test_a_start_knows_whether_a_channel_is_abroad(
    environment: dict[str, str], abroad: bool
) -> None:
    assert from_environment(environment).abroad is abroad


@pytest.mark.parametrize(("profile", "warned"), [("mainland", True), ("open", False)])
async def test_a_start_warns_of_a_channel_abroad(
    sqlite_database: Database, profile: str, warned: bool
) -> None:
    given = {"TELEGRAM_TOKEN": "1:abc", "PROFILE": profile, "DEMO": "false"}
    settings = from_environment({f"ZOUFANG_{name}": value for name, value in given.items()})
    lines: list[str] = []
    await greet(settings, sqlite_database, {}, lines.append)
    assert any("个人信息保护法" in line for line in lines) is warned
