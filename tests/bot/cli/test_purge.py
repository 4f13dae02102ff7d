"""`zoufang purge` shows what is over before it empties it; `zoufang hold` keeps it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.database import Database
from storage.formshelf import FormSource
from storage.policy import OPERATOR, Role
from tests import world
from tests.bot.cli.conftest import Command
from tests.clock import TurnedClock
from tests.storage.test_submissions import FORM, record


@pytest.fixture
def old(sqlite_url: str, village: None) -> None:
    """A record about the first household, of long ago."""

    async def write() -> None:
        database = await Database.open(sqlite_url, TurnedClock(datetime(2020, 1, 2, tzinfo=UTC)))
        worker = await world.hire(database, Role.GRID_WORKER, world.GRID)
        async with database.unit(OPERATOR, "test") as uow:
            await uow.forms.publish(FORM, FormSource(b"<h:html/>", {}))
        async with database.unit(worker, "test") as uow:
            (home,), _ = await uow.register.list("household")
            of_home = {"subject_kind": "household", "subject_id": home.id}
            day = datetime(2020, 1, 2, tzinfo=UTC).date()
            one = record("uuid:1", worker, visit_date=day, subject_code=home.code, **of_home)
            await uow.submissions.add(one)
        await database.close()

    asyncio.run(write())


def test_a_dry_run_counts_and_changes_nothing(zoufang: Command, old: None) -> None:
    for _ in range(2):
        told = zoufang("purge", "--dry-run")
        assert told.status == 0
        assert f"{FORM.form_id}：1 份记录到期" in told.out
    assert "已清空 1 份" in zoufang("purge", "--yes").out
    assert "没有到期的记录" in zoufang("purge", "--dry-run").out


def test_what_is_held_stays_until_the_hold_ends(zoufang: Command, old: None) -> None:
    assert "已保留" in zoufang("hold", "add", "HA00001", "--reason", "案号 7").out
    assert "HA00001" in (listed := zoufang("hold", "list").out)
    assert "案号 7" in listed
    assert "没有到期的记录" in zoufang("purge", "--yes").out
    assert "不再保留" in zoufang("hold", "remove", "HA00001").out
    assert "已清空 1 份" in zoufang("purge", "--yes").out
    assert "没有保留的对象" in zoufang("hold", "list").out


def test_a_hold_of_nobody_is_refused(zoufang: Command, village: None) -> None:
    assert zoufang("hold", "add", "HZZZZZZ", "--reason", "x").refusal
    assert zoufang("hold", "remove", "HA00001").refusal


def test_a_class_that_the_file_lacks_is_named(
    zoufang: Command, old: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "terms.toml"
    file.write_text(
        f'other = "a"\n[classes.a]\nmonths = 1\nsource = "county"\n[forms]\n{FORM.form_id} = "b"\n'
    )
    monkeypatch.setenv("ZOUFANG_RETENTION", str(file))
    assert "terms.toml" in zoufang("purge", "--dry-run").refusal
