"""The page of settings: what the deployment runs with, and never a secret."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.office.deployment import Fact, chapters
from bot.settings import Settings, from_environment
from core.texts import LANGUAGES
from storage.policy import Role
from tests.bot.office.conftest import House
from tests.handlers.conftest import COUNTY
from tests.handlers.matrix import HOMES
from tests.scheduler.duties import ground

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)


def facts(settings: Settings, language: str = "zh") -> list[Fact]:
    found = chapters(settings, ground(HOMES), NOW, language)
    return [fact for chapter in found for fact in chapter.facts]


def attention(settings: Settings) -> str:
    return " ".join(fact.attention for fact in facts(settings))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_secret_is_told(language: str) -> None:
    secrets = {
        "ZOUFANG_KEY": "a2V5a2V5a2V5a2V5",
        "ZOUFANG_TELEGRAM_TOKEN": "1234567:AAtoken",
        "ZOUFANG_TELEGRAM_WEBHOOK_SECRET": "hook-secret-hook-secret",
        "ZOUFANG_METRICS_TOKEN": "metrics-secret-metrics",
        "ZOUFANG_DATABASE_URL": "postgresql://someone:pass-word@db.example/zoufang",
    }
    told = repr(facts(from_environment(secrets), language))
    for secret in (*list(secrets.values())[:-1], "someone", "pass-word", "db.example"):
        assert secret not in told, secret


def test_every_variable_that_is_named_exists() -> None:
    named = {one.where for one in facts(Settings()) if one.where.startswith("ZOUFANG_")}
    known = {
        f"ZOUFANG_{(field.alias or name).upper()}" for name, field in Settings.model_fields.items()
    }
    assert named and named <= known


def test_a_backup_that_is_missed_asks_for_attention(tmp_path: Path) -> None:
    assert "没有自动备份" in attention(Settings())
    kept = Settings(backups=tmp_path)
    assert "文件夹里没有备份" in attention(kept)
    backup = tmp_path / "zoufang-20261121-030000.zfb"
    backup.touch()
    for hours, late in ((5, False), (60, True)):
        at = (NOW - timedelta(hours=hours)).timestamp()
        os.utime(backup, (at, at))
        assert ("两天没有新备份" in attention(kept)) is late


def test_a_year_without_holidays_asks_for_attention() -> None:
    later = chapters(Settings(), ground(HOMES), NOW.replace(year=2099), "zh")
    assert any("2099 年的放假安排" in fact.attention for one in later for fact in one.facts)
    assert "放假安排还没有" not in attention(Settings())


async def test_the_page_is_for_who_administers(house: House) -> None:
    chief = await house.browser(await house.staff(Role.COUNTY_ADMINISTRATOR, COUNTY, "chief"))
    page = await chief.get("/office/settings")
    assert page.status == 200 and "21:00–08:00" in page.text and "ZOUFANG_TIMEZONE" in page.text
    above = await house.browser(house.above)
    assert (await above.get("/office/settings")).status == 403
    assert "/office/settings" not in (await above.get("/office")).text
