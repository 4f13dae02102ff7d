"""Rules that can't be used: `zoufang run` and `doctor` tell each fault in a line of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.cli.conftest import Command

FAULTY = """
[switches]
Z99 = true

[[rule]]
id = "T01"
version = 1
"""


@pytest.fixture(autouse=True)
def county(zoufang: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ZOUFANG_DEMO", "false")
    monkeypatch.setenv("ZOUFANG_PORT", "0")
    folder = tmp_path / "rules"
    folder.mkdir()
    monkeypatch.setenv("ZOUFANG_RULES", str(folder))
    return folder


def test_each_fault_is_told_by_file_rule_and_field(zoufang: Command, county: Path) -> None:
    (county / "county.toml").write_text(FAULTY, encoding="utf-8")
    told = zoufang("run")
    assert told.status == 2
    lines = told.err.splitlines()
    assert "county.toml: T01: source: 缺少这一项。" in lines
    assert len(lines) > 3
    assert told.out == ""


def test_the_doctor_finds_each_fault(zoufang: Command, county: Path) -> None:
    (county / "county.toml").write_text(FAULTY, encoding="utf-8")
    told = zoufang("doctor")
    assert told.status == 1
    assert "故障  county.toml: T01: source: 缺少这一项。" in told.out.splitlines()


def test_a_folder_that_is_not_there(zoufang: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOUFANG_RULES", "nowhere")
    assert zoufang("run").refusal == "nowhere: 没有这个文件或文件夹。"


def test_a_calendar_with_a_mistake(
    zoufang: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "calendar.toml"
    file.write_text('[[year]]\nyear = 2026\noff = ["13-40"]\n', encoding="utf-8")
    monkeypatch.setenv("ZOUFANG_CALENDAR", str(file))
    refusal = zoufang("run").refusal
    assert "calendar.toml" in refusal
    assert "13-40" in refusal
