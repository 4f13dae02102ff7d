"""`zoufang pension check`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.cli.conftest import Command

SOURCE = """
[[source]]
id = "county"
title_zh = "示范县通知"
title_en = "A county's notice"
"""
SCHEME = """
[[scheme]]
id = "county"
region = "990101"
frame = "national_2014"
valid_from = 2026-01-01
source = "county"
status = "statute"
tiers = [100, 500]
subsidies = [{{ tier = 100, amount = 30 }}, {{ tier = 500, amount = {amount} }}]
"""


def file(folder: Path, text: str) -> Path:
    made = folder / "county.toml"
    made.write_text(text, encoding="utf-8")
    return made


def test_the_built_in_rules_are_fine(zoufang: Command) -> None:
    done = zoufang("pension", "check")
    assert done.status == 0
    assert done.out.startswith("养老金规定没有问题：参保规定 2 条")


def test_a_county_s_table_is_held_against_the_national_floors(
    zoufang: Command, tmp_path: Path
) -> None:
    good = file(tmp_path, SOURCE + SCHEME.format(amount=60))
    done = zoufang("pension", "check", str(good))
    assert done.status == 0
    assert "请核对：county: 缺少国家规定的200元档。" in done.out
    done = zoufang("pension", "check", str(file(tmp_path, SOURCE + SCHEME.format(amount=50))))
    assert done.status == 1
    assert "county: 500元档补贴50元，低于国家规定的60元。" in done.out


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[[", "county.toml: 不是正确的 TOML"),
        (SCHEME.format(amount=60), "county.toml: scheme 第 1 条: source: 没有这个出处"),
        (
            SOURCE + SCHEME.format(amount=60).replace("national_2014", "nowhere"),
            "county.toml: scheme 第 1 条: frame: 没有这个框架",
        ),
        (
            SOURCE + SCHEME.format(amount=60) + "tears = 1\n",
            "county.toml: scheme 第 1 条: tears: 没有这一项",
        ),
        (
            SOURCE + '[[basic_pension]]\namount = 180\nsource = "county"\nregion = "990101"\n',
            "county.toml: basic_pension 第 1 条: status: 缺少这一项",
        ),
    ],
)
def test_each_fault_is_told_by_file_row_and_field(
    zoufang: Command, tmp_path: Path, text: str, line: str
) -> None:
    done = zoufang("pension", "check", str(file(tmp_path, text)))
    assert done.status == 1
    assert done.out.startswith(line)
    assert "有 1 处问题。" in done.out


def test_the_folder_of_the_settings_is_checked(
    zoufang: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    file(folder, "[[")
    monkeypatch.setenv("ZOUFANG_PENSION", str(folder))
    assert zoufang("pension", "check").status == 1
    assert "不是正确的 TOML" in zoufang("run").refusal


def test_a_file_that_is_not_there_is_an_error(zoufang: Command) -> None:
    assert "nowhere.toml" in zoufang("pension", "check", "nowhere.toml").refusal
