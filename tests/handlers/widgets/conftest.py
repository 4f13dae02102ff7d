"""A worker before one question of a small form."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import cache

import pytest

from core.messages import Entry
from forms.intake import Intake, intake
from handlers.forms import publish
from storage.policy import OPERATOR
from tests.handlers.conftest import Village
from tests.handlers.paper import Paper, Talker

Fill = Callable[..., Awaitable[Talker]]

_ON = ("跳过", "Skip", "知道了", "完成", "Done")


@cache
def taken(tables: str, files: tuple[tuple[str, bytes], ...] = ()) -> Intake:
    """A form given as Markdown tables, with its attachments."""
    found = intake(tables.encode(), "sample.md", dict(files))
    assert found.form, found.findings
    return found


@pytest.fixture
def fill(village: Village) -> Fill:
    """Publishes a form and brings a worker before the question with a label, or the first one."""

    async def begin(
        tables: str,
        label: str = "",
        files: Mapping[str, bytes] | None = None,
        language: str = "zh",
    ) -> Talker:
        form = taken(tables, tuple((files or {}).items()))
        async with village.database.unit(OPERATOR, "test") as uow:
            await publish(uow, form, tables.encode())
        someone = await village.worker(language)
        await someone.press("sample")
        while label not in someone.open.text:
            await someone.press(_way_on(someone.open))
        return someone

    return begin


def _way_on(paper: Paper) -> str:
    return next(one.text for one in paper.buttons if one.text.startswith(_ON))


def names(someone: Talker) -> list[str]:
    """What the buttons of the open question say."""
    return [button.text for button in someone.open.buttons]


def entry(someone: Talker) -> Entry:
    """What is to be typed or sent now."""
    found = someone.open.reply.entry
    assert found is not None
    return found
