"""The log is read in words, whatever writes into it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import bot
from bot.office.pages.audit import purpose_in_words
from core.texts import LANGUAGES, known, say
from handlers.purposes import PURPOSES
from storage.file_access import EMERGENCY
from storage.policy import Role
from tests.bot.office.conftest import House
from tests.handlers.conftest import COUNTY, TOWNSHIP

ROOT = Path(bot.__file__).parent.parent
BY_NAME = ("again", "suspend", "hand_over", "resume", "confirm", "close", "open", "read")


def actions() -> Iterator[str]:
    """What the code writes down as done, where it says so by a word of its own."""
    for room in ("bot", "handlers", "scheduler", "storage"):
        for file in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and _records(node.func) and node.args:
                    first = node.args[0]
                    if isinstance(first, ast.Constant) and isinstance(first.value, str):
                        yield first.value
    yield from BY_NAME


def _records(called: ast.expr) -> bool:
    return (
        isinstance(called, ast.Attribute)
        and called.attr == "record"
        and ast.unparse(called.value).endswith("uow")
    )


def test_everything_that_is_written_down_has_words() -> None:
    found = {f"audited.{one.replace(' ', '_')}" for one in actions()}
    assert len(found) > 70
    assert [one for one in sorted(found) if not known(one)] == []
    assert all(say(language, one) for language in LANGUAGES for one in found)


def purposes() -> Iterator[str]:
    """What units of work that may write are opened for, where the code says it by words."""
    for room in ("bot", "handlers", "scheduler", "storage"):
        for file in (ROOT / room).rglob("*.py"):
            place = "office " if file.parent.name == "pages" else ""
            tree = ast.parse(file.read_text("utf-8"))
            named = dict(_named(tree))
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and _opens(node.func):
                    said = [named.get(ast.unparse(one), ast.unparse(one)) for one in node.args]
                    yield from (place + one.strip("'") for one in said[:2] if one[0] == "'")


def _named(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """What a module calls its texts."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
            name = node.targets[0] if isinstance(node, ast.Assign) else node.target
            yield ast.unparse(name), ast.unparse(node.value)


def _opens(called: ast.expr) -> bool:
    return isinstance(called, ast.Attribute) and called.attr in ("unit", "_unit")


def test_everything_is_done_for_something_that_has_words() -> None:
    found = {*purposes(), *PURPOSES, EMERGENCY, "export duties_month", "digest"}
    assert len(found) > 80
    plain = [one for one in sorted(found) if purpose_in_words("zh", one) == one]
    assert plain == []
    assert all(purpose_in_words(language, one) for language in LANGUAGES for one in found)
    assert purpose_in_words("zh", "县卫健局") == "县卫健局"  # another program, by its name


async def test_an_auditor_reads_what_was_searched(house: House) -> None:
    above = await house.browser(house.above)
    await above.get("/office/register?q=PAAAAAA")
    await above.get("/office/records")
    assert await house.rows(
        "SELECT action, object FROM audit WHERE action LIKE 'list_re%' ORDER BY id"
    ) == [("list_register", "person PAAAAAA"), ("list_records", TOWNSHIP)]
    reader = await house.browser(await house.staff(Role.AUDITOR, COUNTY, "reader"))
    page = await reader.get("/office/audit")
    assert "查找名册" in page.text and "查看记录列表" in page.text and "list_re" not in page.text
    assert "办公室：名册" in page.text and "office register" not in page.text
