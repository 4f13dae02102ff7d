"""The operator updates the register from a file as the office does, and takes it back."""

from __future__ import annotations

from pathlib import Path

from tests import world
from tests.bot.cli.conftest import Command
from tests.bot.cli.test_register_import import (
    CHILD,
    GRANDMOTHER,
    HEAD,
    changed,
    count,
    registered,
    write_csv,
)


def test_a_file_updates_the_register_and_is_taken_back(
    village: None, zoufang: Command, sqlite_url: str, tmp_path: Path
) -> None:
    before = count(sqlite_url)
    file = write_csv(tmp_path / "a.csv", [HEAD, GRANDMOTHER, CHILD])
    assert "新增人 2" in zoufang("register", "update", file, "--dry-run").out
    assert count(sqlite_url) == before
    assert "编号 1" in zoufang("register", "update", file).out
    assert count(sqlite_url) == before + 2

    moved = changed(area=world.SIBLING_GRID, birth_date="1950-03-05", tags="糖尿病")
    done = zoufang("register", "update", write_csv(tmp_path / "b.csv", [HEAD, moved]))
    assert "类别有变 1" in done.out and "迁户、换户 1" in done.out
    head = registered(sqlite_url, "1-01")[0]
    assert (head.area_code, head.tags) == (
        world.SIBLING_GRID,
        ("diabetes", "hypertension", "over_65"),
    )

    assert "已撤回" in zoufang("register", "undo", "2").out
    assert registered(sqlite_url, "1-01")[0].tags == ("hypertension", "over_65")
    assert "已撤回" in zoufang("register", "undo", "1").out
    assert count(sqlite_url) == before
    assert "撤不了" in zoufang("register", "undo", "1").refusal
    listed = zoufang("register", "imports").out
    assert "a.csv" in listed and "已撤回" in listed


def test_mistakes_are_told_by_their_cells_and_nothing_is_changed(
    village: None, zoufang: Command, sqlite_url: str, tmp_path: Path
) -> None:
    before = count(sqlite_url)
    bad = changed(name="吴芳", phone="12", head="")
    done = zoufang("register", "update", write_csv(tmp_path / "a.csv", [HEAD, GRANDMOTHER, bad]))
    assert "1 处" in done.refusal and "手机号" in done.out
    assert count(sqlite_url) == before
