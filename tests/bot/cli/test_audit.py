"""`zoufang audit`: checked, listed and exported from the command line."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.bot.cli.conftest import Command


def head_of(out: str) -> str:
    return (
        next(line for line in out.splitlines() if "--knows" in line).split("：")[1].split("（")[0]
    )


def test_a_whole_audit_is_said_to_be_whole(village: None, zoufang: Command, tmp_path: Path) -> None:
    zoufang("staff", "list")
    zoufang("submissions", "list")
    checked = zoufang("audit", "verify")
    assert checked.status == 0
    assert "审计记录完整" in checked.out
    again = zoufang("audit", "verify", "--knows", head_of(checked.out))
    assert "仍在链上" in again.out


def test_a_deleted_entry_is_found(village: None, zoufang: Command, sqlite_url: str) -> None:
    zoufang("submissions", "list")
    zoufang("submissions", "list")
    zoufang("audit", "verify")
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as database:
        database.execute("DROP TRIGGER audit_no_delete")
        database.execute("DELETE FROM audit WHERE id = (SELECT min(id) FROM audit)")
        database.commit()
    checked = zoufang("audit", "verify")
    assert checked.status == 1
    assert "第 1 条：记录被删掉" in checked.out


def test_entries_are_listed_and_exported(village: None, zoufang: Command, tmp_path: Path) -> None:
    zoufang("submissions", "list")
    assert "submissions list" in zoufang("audit", "list").out
    file = tmp_path / "audit.jsonl"
    assert zoufang("audit", "export", str(file)).status == 0
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert any(line["action"] == "list" and line["role"] == "operator" for line in lines)
    table = tmp_path / "audit.csv"
    assert zoufang("audit", "export", str(table)).status == 0
    assert table.read_text(encoding="utf-8-sig").startswith("时间,账号,岗位")


def test_a_file_that_is_there_is_left_alone(
    village: None, zoufang: Command, tmp_path: Path
) -> None:
    file = tmp_path / "audit.csv"
    file.write_text("mine")
    assert zoufang("audit", "export", str(file)).status == 2
    assert file.read_text() == "mine"
    assert zoufang("audit", "verify", "--knows", "nonsense").status == 2
