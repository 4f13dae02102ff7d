"""However long a form's words are, every message keeps within what a messenger takes."""

from __future__ import annotations

import pytest

from bot.channels.telegram.calls import rendering
from core.messages import Reply
from tests.handlers.widgets.conftest import Fill

_LABEL = "很长的题目" * 700
_CHOICES = "\n".join(f"| | long | c{n} | {n}{'很长的选项' * 60} |" for n in range(1, 61))
FORM = f"""
| survey | type | name | label | hint | guidance_hint | appearance | parameters |
|---|---|---|---|---|---|---|---|
| | note | intro | {_LABEL} | | | | |
| | select_multiple long | a | {_LABEL} | {_LABEL} | {_LABEL} | | |
| | rank long | b | Rank? | | | | |
| | range | c | Range? | | | | start=0.000000001 end=0.00000001 step=0.000000001 |
| | date | d | Day? | | | | |
| | dateTime | e | Moment? | | | | |
| | text | last | Last? | | | | |

| choices | list_name | name | label |
|---|---|---|---|
{_CHOICES}
"""


def keeps_within(reply: Reply) -> None:
    for call in rendering("1", reply).calls:
        assert len(call.params["text"].encode("utf-16-le")) <= 4096 * 2
        rows = call.params.get("reply_markup", {}).get("inline_keyboard", [])
        assert sum(map(len, rows)) <= 100
        assert all(len(one["callback_data"].encode()) <= 64 for row in rows for one in row)


@pytest.mark.parametrize(
    ("label", "press"),
    [
        ("很长的题目", "ⓘ 说明"),
        ("Rank?", ""),
        ("Range?", ""),
        ("Day?", "日历"),
        ("Moment?", "日历"),
    ],
)
async def test_every_widget_keeps_within_the_limits(fill: Fill, label: str, press: str) -> None:
    mei = await fill(FORM, label)
    if press:
        await mei.press(press)
    for paper in mei.sheet:
        keeps_within(paper.reply)


async def test_a_search_keeps_within_the_limits(fill: Fill) -> None:
    mei = await fill(FORM, "Rank?")
    await mei.say("很长" * 300)
    await mei.say("5很长")
    keeps_within(mei.open.reply)
    await mei.press("5很长")
    keeps_within(mei.open.reply)
