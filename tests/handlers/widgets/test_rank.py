"""An order is pressed, over pages where there are many."""

from __future__ import annotations

from handlers.widgets import PAGE
from tests.handlers.conftest import Village
from tests.handlers.widgets.conftest import Fill, names

_TASKS = "\n".join(f"| | task | t{n} | Task {n} |" for n in range(1, 13))
FORM = f"""
| survey | type | name | label |
|---|---|---|---|
| | rank task | tasks | In which order? |
| | text | last | Last? |

| choices | list_name | name | label |
|---|---|---|---|
{_TASKS}
"""


async def test_twelve_are_put_in_order_over_two_pages(village: Village, fill: Fill) -> None:
    mei = await fill(FORM)
    assert "已排 0 / 12" in mei.open.text
    assert len([name for name in names(mei) if "Task" in name]) == PAGE
    await mei.press("›")
    await mei.press("Task 12")
    await mei.press("Task 11")
    await mei.press("‹")
    for n in range(1, 11):
        await mei.press(f"Task {n}")
    assert "3. Task 1" in names(mei)
    assert "已排 12 / 12" in mei.open.text
    await mei.press("完成 ✓")
    assert (await village.values(mei))["tasks"].split()[:3] == ["t12", "t11", "t1"]


async def test_a_step_is_taken_back_and_a_half_order_is_not_done(fill: Fill) -> None:
    mei = await fill(FORM)
    await mei.press("Task 3")
    assert "1. Task 3" in names(mei)
    assert "完成 ✓" not in names(mei)
    await mei.press("撤销")
    assert "已排 0 / 12" in mei.open.text
    assert "Task 3" in names(mei)


async def test_an_order_may_be_typed(village: Village, fill: Fill) -> None:
    mei = await fill(FORM)
    await mei.say("、".join(f"t{n}" for n in range(12, 0, -1)))
    await mei.press("完成 ✓")
    assert (await village.values(mei))["tasks"].startswith("t12 t11")
