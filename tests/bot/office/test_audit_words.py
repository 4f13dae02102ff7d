"""The log is read in words, whatever writes into it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import bot
from core.texts import LANGUAGES, known, say
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
