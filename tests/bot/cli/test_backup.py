"""`zoufang backup` and `zoufang restore`: a drill from the command line, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.backups import EVERY, Backups
from storage.backup import files
from storage.database import Database
from tests.bot.cli.conftest import Command
from tests.clock import TurnedClock
from tests.postgres import PostgresServer


def test_a_drill(
    village: None,
    zoufang: Command,
    monkeypatch: pytest.MonkeyPatch,
    postgres: PostgresServer,
    tmp_path: Path,
) -> None:
    before = zoufang("staff", "list").out
    file = tmp_path / "one.zfb"
    assert "已核对" in zoufang("backup", file).out
    assert "备份完好" in zoufang("backup", file, "--check").out
    monkeypatch.setenv("ZOUFANG_DATABASE_URL", postgres.url(postgres.new()))
    assert "已恢复" in zoufang("restore", file).out
    assert zoufang("staff", "list").out == before
    assert "已经有数据表" in zoufang("restore", file).refusal


def test_what_is_no_backup_is_refused(
    zoufang: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "x.zfb").write_text("hello")
    monkeypatch.setenv("ZOUFANG_DATABASE_URL", f"sqlite:///{tmp_path / 'new.sqlite3'}")
    assert "不是走访的备份" in zoufang("backup", "x.zfb", "--check").refusal
    assert "不是走访的备份" in zoufang("restore", "x.zfb").refusal
    assert "x.zfb" in zoufang("backup", "x.zfb").refusal
    assert zoufang("backup", "--check").status == 2
    assert "missing.zfb" in zoufang("restore", "missing.zfb").refusal


async def test_the_program_makes_one_a_day_and_keeps_the_newest(
    database: Database, clock: TurnedClock, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    backups = Backups(database, folder, keep=2)
    for _ in range(3):
        await backups.make()
        await backups.make()
        clock.turn(seconds=EVERY.total_seconds() + 1)
    made = files.kept(folder)
    assert len(made) == 2
    for one in made:
        assert await files.check(one) == 0  # nothing is in it yet
