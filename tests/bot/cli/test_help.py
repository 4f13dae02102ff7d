"""Help pages speak one language, and lose no word of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache

import pytest

from core.texts import LANGUAGES, say
from storage.policy import STAFF_ROLES, Role

ALL_PAGES = """
import sys
from bot.cli import main
for command in ("", "forms", "forms try", "submissions list", "staff invite"):
    try:
        main([*sys.argv[1:], *command.split(), "--help"])
    except SystemExit as end:
        assert end.code == 0
"""
TYPERS_OWN = re.compile(r"Usage|Options|Commands|Arguments|Show|exit|required|default|<|OPTIONS")


@cache
def pages(language: str) -> str:
    """The help of some commands, as it goes into a pipe 60 columns wide."""
    line = [sys.executable, "-c", ALL_PAGES, "--lang", language]
    narrow = os.environ | {"COLUMNS": "60", "TERMINAL_WIDTH": "60"}
    return subprocess.run(
        line, capture_output=True, check=True, encoding="utf-8", env=narrow
    ).stdout


def without_breaks(text: str) -> str:
    return re.sub(r"[\s│╭╮╰╯─]", "", text)


def test_a_chinese_page_has_none_of_typers_english() -> None:
    assert TYPERS_OWN.findall(pages("zh")) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["usage", "options", "commands", "arguments", "help", "required"])
def test_a_page_has_the_words_of_the_catalogue(language: str, key: str) -> None:
    assert say(language, f"help_page.{key}").strip() in pages(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_an_option_takes_is_said_in_words(language: str) -> None:
    for key in ("file", "text", "number"):
        assert say(language, f"help_page.{key}") in pages(language)
    assert say(language, "help_page.default", value=50) in pages(language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["run", "lang", "staff_invite", "area"])
def test_a_long_text_is_folded_and_not_cut(language: str, key: str) -> None:
    assert "…" not in pages(language).replace(say(language, "help_page.some_command"), "")
    assert without_breaks(say(language, f"cli.help.{key}")) in folded(language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", STAFF_ROLES)
def test_an_invitation_names_every_role_in_words(language: str, role: Role) -> None:
    name = say(language, f"chat.role.{role.value}")
    said = say(language, "cli.help.one_role", id=role.value, name=name)
    assert without_breaks(said) in folded(language)


def folded(language: str) -> str:
    """The texts of the pages without the columns beside them."""
    lines = (re.split(r"\s{2,}", line.strip("│ \n"))[-1] for line in pages(language).splitlines())
    return without_breaks("".join(lines))
