"""The period of a duty, as a table for other offices tells it."""

from __future__ import annotations

from datetime import date

import pytest

from bot.exports.definition import Definition
from bot.exports.period_words import period_words
from bot.exports.shelf import LIBRARY, parsed
from core.texts import LANGUAGES

FIRST, LAST = date(2026, 11, 3), date(2026, 11, 10)
EVENT = "uuid:0c1f4a1e-8a1d-4c55-9a44-0d4a5b1f2c3d"


@pytest.mark.parametrize(
    ("key", "last", "told"),
    [
        ("2026-11", LAST, "2026年11月"),
        ("2026-03", LAST, "2026年3月"),
        ("2026Q4", LAST, "2026年第4季度"),
        ("2026H2", LAST, "2026年下半年"),
        ("2026W07", LAST, "2026年第7周"),
        ("2026", LAST, "2026年"),
        ("double_ninth-2026", FIRST, "2026年重阳"),
        ("no_such_day-2026", FIRST, "2026-11-03"),
        ("2026-11-03", LAST, "2026-11-03 至 2026-11-10"),
        (EVENT, FIRST, "2026-11-03"),
        (f"{EVENT}/2", LAST, "2026-11-03 至 2026-11-10（第 2 次）"),
    ],
)
def test_a_period_is_told_in_words(key: str, last: date, told: str) -> None:
    assert period_words(key, FIRST, last, "zh") == told


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_table_shows_the_key_of_an_event(language: str) -> None:
    assert "uuid" not in period_words(f"{EVENT}/1", FIRST, LAST, language)
    for file in sorted(LIBRARY.glob("*.toml")):
        one = parsed(file, Definition)
        assert isinstance(one, Definition)
        assert all(each.show == "label" for each in one.columns if each.source == "duty.period")
