"""The rules and the calendar that the settings name are read, and refused, before anything else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot import rules
from bot.settings import Settings
from bot.settings_error import SettingsError
from scheduler.rule_problems import RulesError


@pytest.fixture
def county(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "county.toml").write_text("[switches]\nE04 = true\n", encoding="utf-8")
    return folder


def on(settings: Settings) -> set[str]:
    return {one.id for one in rules.shelf(settings).rulebook.rules if one.on}


def test_a_county_adds_to_the_built_in_rules(county: Path) -> None:
    added = on(Settings(rules=county)) - on(Settings())
    assert {name.partition(".")[0] for name in added} == {"E04"}


def test_the_rules_of_a_running_program_follow_their_files(county: Path) -> None:
    shelf = rules.shelf(Settings(rules=county))
    file = county / "county.toml"
    file.write_text("[switches]\nE05 = true\n", encoding="utf-8")
    assert shelf.refresh() == ()
    assert {"E05"} <= {one.row for one in shelf.rulebook.rules if one.on}
    former = shelf.rulebook
    file.write_text("[switches]\nNOPE = true\n", encoding="utf-8")
    assert [one.code for one in shelf.refresh()] == ["unknown_rule"]
    assert shelf.rulebook is former


def test_the_county_s_days_win_over_the_published_ones(tmp_path: Path) -> None:
    file = tmp_path / "calendar.toml"
    file.write_text('[[year]]\nyear = 2026\noff = ["11-23"]\n', encoding="utf-8")
    monday = date(2026, 11, 23)
    assert rules.working_days(Settings()).is_workday(monday)
    assert not rules.working_days(Settings(calendar=file)).is_workday(monday)


def test_what_can_not_be_used_is_found_at_the_start(tmp_path: Path) -> None:
    rules.check(Settings())
    with pytest.raises(RulesError):
        rules.check(Settings(rules=tmp_path / "nowhere"))
    with pytest.raises(SettingsError) as caught:
        rules.check(Settings(calendar=tmp_path / "nowhere.toml"))
    assert caught.value.code == "bad_calendar"
