"""What the pages for people say is there: files, commands, settings, the form to begin with."""

from __future__ import annotations

import re
import shlex
from datetime import time
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from bot.cli.app import app
from bot.settings import PREFIX, Settings
from forms.intake import intake
from tests.docs.pages import PAGES, READMES, ROOT, anchor, blocks, commands, headings, links, name

COMMANDS = sorted({command for page in PAGES for command in commands(page)})
LARGEST_PICTURE = 120_000


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links(page):
        path, _, heading = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        if heading:
            assert heading in {anchor(words) for _, words in headings(target)}, link


def test_each_readme_links_to_the_other() -> None:
    english, chinese = READMES
    assert chinese.name in links(english)[:1]
    assert english.name in links(chinese)[:1]


def test_pictures_are_small() -> None:
    for picture in (ROOT / "docs" / "images").iterdir():
        assert picture.stat().st_size < LARGEST_PICTURE, picture.name


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_can_be_typed(line: str) -> None:
    words = shlex.split(line, comments=True)
    if words[0] == "--lang":
        del words[:2]
    command = typer.main.get_command(app)
    while isinstance(command, TyperGroup) and words and words[0] in command.commands:
        command = command.commands[words.pop(0)]
    if words != ["--help"]:
        assert not isinstance(command, TyperGroup), "there is no such command"
        command.make_context("zoufang", words)


@pytest.mark.parametrize("page", READMES, ids=name)
def test_a_readme_shows_commands(page: Path) -> None:
    assert len(list(commands(page))) > 10


@pytest.mark.parametrize("page", READMES, ids=name)
def test_the_table_of_settings_is_whole_and_its_defaults_are_right(page: Path) -> None:
    rows = re.findall(r"^\| `(ZOUFANG_\w+)` \| (.*?) \|", page.read_text("utf-8"), re.MULTILINE)
    shown = dict(rows)
    fields = {PREFIX + (f.alias or n).upper(): f for n, f in Settings.model_fields.items()}
    assert list(shown) == list(fields)
    for variable, field in fields.items():
        if field.default is not None:
            assert shown[variable] == f"`{spelt(field.default)}`", variable


def spelt(default: object) -> str:
    """A default as an operator would write it."""
    if isinstance(default, Path) and default.is_absolute():
        return default.relative_to(ROOT).as_posix()
    if isinstance(default, time):
        return f"{default:%H:%M}"
    if isinstance(default, frozenset):
        return ",".join(sorted(default))
    return str(default).lower() if isinstance(default, bool) else str(default)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_no_page_names_a_setting_that_does_not_exist(page: Path) -> None:
    known = {PREFIX + (f.alias or n).upper() for n, f in Settings.model_fields.items()}
    known |= {"ZOUFANG_CONFORMANCE", "ZOUFANG_TEST_CHROMIUM"}  # read by benchmarks and tests
    assert set(re.findall(r"ZOUFANG_[A-Z_]+[A-Z]", page.read_text("utf-8"))) <= known


def test_the_readmes_have_the_same_shape() -> None:
    english, chinese = ([level for level, _ in headings(page)] for page in READMES)
    assert english == chinese


def test_both_readmes_show_the_same_commands_and_the_same_form() -> None:
    english, chinese = READMES
    own = [line for line in commands(english) if "--lang" not in line]
    assert own == [line for line in commands(chinese) if line != "--help"]
    assert blocks(english, "markdown") == blocks(chinese, "markdown")


def test_the_form_of_the_readme_is_taken_whole() -> None:
    (form,) = blocks(READMES[0], "markdown")
    taken = intake(form.encode(), "well_check.md", {})
    assert taken.form is not None
    assert taken.form.form_id == "well_check"
    assert [finding.code for finding in taken.findings] == []
