"""A whole household visit on a phone, with the real program behind it and a network that fails."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from handlers.visits import find
from tests.browser.conftest import PATIENCE
from tests.end_to_end import township as townships
from tests.end_to_end.township import Served, served

pytestmark = pytest.mark.browser


@dataclass(frozen=True, slots=True)
class Visitor:
    """A grid worker's phone before the program's web chat."""

    page: Page
    context: BrowserContext
    program: Served

    async def press(self, button: str) -> None:
        """Press a button of what is asked, and wait until it has gone through."""
        asked = self.page.locator(".asked")
        target = asked.get_by_role("button", name=button, exact=True)
        if not await target.count():
            target = asked.get_by_role("button", name=button)
        await target.first.click()

    async def sees(self, words: str) -> None:
        """Wait until these words stand in what is asked now."""
        await expect(self.page.locator(".asked").last).to_contain_text(words)

    async def say(self, text: str) -> None:
        await self.page.fill("#words", text)
        await self.page.click("#send")

    async def choose(self, *answers: tuple[str, str]) -> None:
        """For each label the button that answers it."""
        for label, button in answers:
            await self.sees(label)
            await self.press(button)


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(chromium: Browser, tmp_path: Path) -> AsyncIterator[Visitor]:
    township = await townships.settle(tmp_path)
    context = await chromium.new_context(
        viewport={"width": 360, "height": 740}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    async with served(township) as program:
        yield Visitor(page, context, program)
        await context.close()


async def test_a_household_visit_from_sign_in_to_receipt(visitor: Visitor, tmp_path: Path) -> None:
    page, township = visitor.page, visitor.program.township
    await page.goto(visitor.program.link("网格员"))
    await page.click("button")
    await visitor.sees("今天要做什么")
    await visitor.press("我的走访户")
    await visitor.sees("共")
    await visitor.say(township.people.household)
    await visitor.sees("找到 1 户")
    await visitor.press(township.people.household)
    await visitor.press("✎ 入户走访")

    await visitor.sees("走访日期")
    picker = page.locator("#entry input[type=date]")
    assert await picker.get_attribute("max") == "2026-11-21"
    await picker.fill("2026-11-20")
    await page.click("#send")
    await visitor.choose(("走访方式", "入户"), ("是否见到", "见到本人"))
    await visitor.sees("是否已说明用途")
    await page.screenshot(path=tmp_path / "question.png")

    await visitor.context.set_offline(True)
    await expect(page.locator("#banner")).to_contain_text("没有网络")
    await visitor.press("是")
    await expect(page.locator(".asked .sending")).to_have_count(1)
    await visitor.context.set_offline(False)
    await visitor.sees("陪同人员")
    await expect(page.locator("#banner")).to_be_hidden()

    await visitor.press("医生")
    await visitor.press("完成")
    await visitor.choose(
        ("房屋用途", "自住"), ("产权", "自有"), ("房屋结构", "砖混"), ("房屋安全等级", "B级")
    )
    await visitor.sees("实际居住几人")
    await visitor.context.set_offline(True)
    await visitor.say("0")
    await expect(page.locator(".status.waiting")).to_have_count(1)
    await visitor.context.set_offline(False)
    await visitor.sees("户籍人口几人")
    await visitor.say("x")
    await visitor.sees("不是一个合适的答案")
    await visitor.say("0")
    await visitor.sees("困难类型")
    await visitor.press("无")
    await visitor.press("完成")
    await visitor.choose(("有无矛盾纠纷", "无"))
    await visitor.sees("安全隐患")
    await visitor.say("无")
    await visitor.press("完成")
    await visitor.sees("有什么诉求")
    await visitor.say("医疗")
    await visitor.press("完成")
    await visitor.sees("诉求内容")
    await visitor.say("想办慢病卡")
    await visitor.sees("宣传了什么")
    await visitor.press("完成")

    await visitor.sees("请检查")
    await page.screenshot(path=tmp_path / "review.png")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    await visitor.press("提交")
    await visitor.sees("已提交")
    await page.screenshot(path=tmp_path / "receipt.png")

    (record,) = await township.records()
    receipt = record.instance_id.removeprefix("uuid:")[:8].upper()
    await visitor.sees(receipt)
    said = {name: find(record.answers, name) for name in ("notice", "n_live", "n_reg", "ask_text")}
    assert said == {"notice": "yes", "n_live": 0, "n_reg": 0, "ask_text": "想办慢病卡"}
    assert record.visit_date.isoformat() == "2026-11-20"
