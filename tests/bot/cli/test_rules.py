"""`zoufang rules list`, `check` and `explain`."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from core.clock import SystemClock
from handlers.forms import publish_builtin
from storage.database import Database
from storage.vault import Vault
from tests.bot.cli.conftest import Command

WEEKLY = """
[[rule]]
id = "T01"
version = 1
titles = {{ zh = "每周走访", en = "Weekly visit" }}
source = "县里的通知"
clause = "三"
status = "S"
scope = "local"
on = true
valid_from = 2026-01-01
who = "grid_worker"
anchor = {{ kind = "calendar" }}
every = "1 week"

[rule.population]
any_tags = ["lives_alone"]

[[rule.satisfied_by]]
form = "{form}"
"""


def county(folder: Path, text: str) -> Path:
    file = folder / "county.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture
def published(sqlite_url: str, vault: Vault) -> None:
    """A database with the built-in forms."""

    async def publish() -> None:
        database = await Database.open(sqlite_url, SystemClock())
        await publish_builtin(database)
        await database.close()

    asyncio.run(publish())


def test_the_list_tells_what_rests_on_what_and_is_on(zoufang: Command) -> None:
    told = zoufang("rules", "list")
    rows = {line.split()[0]: line.split() for line in told.out.splitlines() if line.strip()}
    assert rows["C01"][-1] == "是"
    assert rows["C04"][-1] == "否"
    assert "官方文本" in rows["C02"]


def test_the_built_in_rules_are_fine(
    zoufang: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZOUFANG_DATABASE_URL", "sqlite:///data/not_yet.sqlite3")
    told = zoufang("rules", "check")
    assert told.status == 0
    assert "规则没有问题" in told.out
    assert "没有核对规则里写的表单" in told.err
    assert not (tmp_path / "data").exists()


def test_faults_are_told_by_file_rule_and_field(zoufang: Command, tmp_path: Path) -> None:
    text = WEEKLY.format(form="x").replace("lives_alone", "lonely").replace("1 week", "1 moon")
    told = zoufang("rules", "check", county(tmp_path, text))
    assert told.status == 1
    assert "county.toml: T01: every: “1 moon”不是时间长度" in told.out
    text = text.replace("1 moon", "1 week")
    told = zoufang("rules", "check", county(tmp_path, text))
    assert told.out.splitlines() == [
        "county.toml: T01: population: 没有“lonely”这个类别。",
        "有 1 处问题。",
    ]


@pytest.mark.usefixtures("published")
def test_forms_and_questions_are_looked_up_where_forms_are_published(
    zoufang: Command, tmp_path: Path
) -> None:
    assert zoufang("rules", "check").err == ""
    told = zoufang("rules", "check", county(tmp_path, WEEKLY.format(form="household_vist")))
    assert (told.status, told.out.splitlines()[0]) == (
        1,
        "county.toml: T01: satisfied_by: 没有“household_vist”这个表单。",
    )


def test_a_file_that_is_not_there(zoufang: Command) -> None:
    assert "nowhere.toml" in zoufang("rules", "check", "nowhere.toml").refusal


def test_a_rule_is_explained_with_its_source_and_its_window(zoufang: Command) -> None:
    lines = zoufang("rules", "explain", "C01", "--on", "2026-09-10").out.splitlines()
    assert "出处：儿童福利领域督查表（2019-10-18），第18项" in lines
    assert "谁去：儿童主任" in lines
    assert "这一期：9月1日至30日任意一天（2026-09）" in lines
    assert "怎样算完成：儿童走访；方式：入户、学校；结果：见到本人、见到家属" in lines
    assert "提醒：到期前2个工作日：告诉责任人，放在每天一条的汇总里" in lines
    assert "上报：逾期后7天：告诉乡镇督导，放在每天一条的汇总里" in lines


def test_a_rule_is_explained_in_english(zoufang: Command) -> None:
    told = zoufang("--lang", "en", "rules", "explain", "c01", "--on", "2026-09-10")
    assert "This period: any day from 1 to 30 September (2026-09)" in told.out
    assert "Who: village child-welfare director" in told.out


def test_a_duty_of_several_rules_is_explained_whole(zoufang: Command) -> None:
    told = zoufang("rules", "explain", "E07").out
    assert told.count("出处：") == len([line for line in told.splitlines() if "规则：" in line]) > 1


def test_a_county_s_own_rule_counts_in_its_area(
    zoufang: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = WEEKLY.format(form="household_visit").replace("on = true", 'on = true\nregion = "9902"')
    county(tmp_path, text)
    monkeypatch.setenv("ZOUFANG_RULES", str(tmp_path))
    assert "没有规则 T01" in zoufang("rules", "explain", "T01").out
    assert "地区：9902" in zoufang("rules", "explain", "T01", "--area", "990202100201").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["X99"], "没有规则 X99"), (["C01", "--on", "autumn"], "--on")],
)
def test_what_can_not_be_explained(zoufang: Command, arguments: list[str], said: str) -> None:
    assert said in zoufang("rules", "explain", *arguments).refusal


def test_a_day_before_the_rule(zoufang: Command) -> None:
    assert "没有生效的版本" in zoufang("rules", "explain", "C01", "--on", "2000-01-01").out
