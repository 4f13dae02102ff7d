"""A county's own pension rules count, and follow their files while the program runs."""

from __future__ import annotations

import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bot.app import house_of
from bot.pension_rules import PensionRules, read
from bot.settings import Settings
from bot.settings_error import SettingsError
from pension import Month, RuleBookError, basic_pension, built_in

REGION = "990101"
SOURCE = """
[[source]]
id = "county"
title_zh = "示范县通知"
title_en = "A county's notice"
"""


def level(amount: int) -> str:
    return f"""{SOURCE}
[[basic_pension]]
region = "{REGION}"
amount = {amount}
valid_from = 2026-01-01
source = "county"
status = "statute"
"""


def told(rules: PensionRules) -> Decimal | None:
    return basic_pension(rules.current(), REGION, Month(2026, 11)).amount


@pytest.fixture
def county(tmp_path: Path) -> Path:
    folder = tmp_path / "pension"
    folder.mkdir()
    write(folder, level(180), 1)
    return folder


def write(folder: Path, text: str, moment: int) -> None:
    """Write the county's file, changed at a moment of its own."""
    file = folder / "county.toml"
    file.write_text(text, encoding="utf-8")
    os.utime(file, (moment, moment))


def test_without_a_folder_the_built_in_rules_count() -> None:
    assert PensionRules(None).current() is built_in()


def test_a_county_s_rules_come_after_the_built_in_ones(county: Path) -> None:
    assert told(PensionRules(county)) == 180


def test_a_changed_file_is_read_again_and_an_unchanged_one_is_not(county: Path) -> None:
    rules = PensionRules(county)
    book = rules.current()
    assert rules.current() is book
    write(county, level(195), 2)
    assert told(rules) == 195


@pytest.mark.parametrize("text", ["[[", level(1).replace("amount = 1", 'amount = "x"')])
def test_while_a_file_can_not_be_used_the_former_rules_stay(
    county: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = PensionRules(county)
    rules.current()
    write(county, text, 3)
    assert told(rules) == 180
    write(county, level(190), 4)
    assert told(rules) == 190


def test_a_folder_that_goes_away_changes_nothing(county: Path) -> None:
    rules = PensionRules(county)
    rules.current()
    (county / "county.toml").unlink()
    county.rmdir()
    assert told(rules) == 180


def test_a_start_with_a_wrong_file_is_refused(county: Path) -> None:
    write(county, "[[", 2)
    with pytest.raises(RuleBookError):
        house_of(Settings(pension=county))
    with pytest.raises(SettingsError):
        house_of(Settings(pension=county / "nowhere"))


def test_the_house_has_the_county_s_rules(county: Path) -> None:
    book = house_of(Settings(pension=county)).pension()
    assert basic_pension(book, REGION, Month.of(date(2026, 5, 1))).amount == 180


def test_files_and_folders_are_read_together(county: Path, tmp_path: Path) -> None:
    more = tmp_path / "more.toml"
    more.write_text(level(200).replace('"county"', '"other"'), encoding="utf-8")
    assert basic_pension(read(county, more), REGION, Month(2026, 11)).amount == 200


def test_a_file_that_is_no_text_is_told(county: Path) -> None:
    (county / "odd.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError):
        read(county)
