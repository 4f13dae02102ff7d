"""For everyone: keyboards, screen readers, small screens, bright sun."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from core.messages import Button, Reply
from tests.browser.conftest import Phone

# Ratios of WCAG 2 contrast between each visible text and the nearest painted ground behind it.
CONTRASTS = """() => {
  const rgb = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => v / 255)
      .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const found = rgb(getComputedStyle(one).backgroundColor);
      if (found.length && (found.length < 4 || found[3] === 1)) return found;
    }
    return [255, 255, 255];
  };
  const seen = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !element.checkVisibility()) continue;
    if (element.closest(".unseen, script, noscript")) continue;
    const style = getComputedStyle(element);
    const [a, b] = [light(rgb(style.color)), light(ground(element))].sort((x, y) => y - x);
    seen.push([element.textContent.trim(), (a + 0.05) / (b + 0.05), parseFloat(style.fontSize)]);
  }
  return seen;
}"""

SMALL_TARGETS = """() => [...document.querySelectorAll("button, #words, #entry input")]
  .filter((one) => one.checkVisibility())
  .map((one) => [one.textContent.trim(), one.getBoundingClientRect().height])
  .filter(([, height]) => height < 44)"""


async def test_a_visit_by_keyboard_alone(phone: Phone) -> None:
    page = phone.page
    await phone.enter()
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#words")).to_be_focused()
    await page.keyboard.type("/menu")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("[data-token=begin]")
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Shift+Tab")
    await expect(page.locator("[data-token=begin]")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-token=m0]")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("[data-token=m1]")).to_be_focused()
    await page.keyboard.press("3")
    await expect(page.locator("#words")).to_be_focused()
    await page.keyboard.type("2026-11-20")
    await page.keyboard.press("Enter")
    await expect(page.locator("text=家里常住几口人")).to_be_visible()
    await page.keyboard.type("3")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("[data-token=h0]")
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Space")  # 完成 with nothing chosen
    await page.wait_for_selector("#entry input[type=month]")
    assert phone.bot.answers == {
        "mode": "m2",
        "date": "2026-11-20",
        "count": "3",
        "hazards": "done",
    }


async def test_toggles_keep_the_focus(phone: Phone) -> None:
    await phone.to_date()
    await phone.say("昨天")
    await phone.say("4")
    await phone.page.wait_for_selector("[data-token=h2]")
    await phone.page.focus("[data-token=h2]")
    await phone.page.keyboard.press("Enter")
    await phone.page.wait_for_selector("[data-token=h2].chosen")
    await expect(phone.page.locator("[data-token=h2]")).to_be_focused()


async def test_the_menu_works_by_keyboard(phone: Phone) -> None:
    page = phone.page
    await phone.enter()
    await page.focus("#menu-button")
    await page.keyboard.press("Enter")
    await expect(page.locator("#menu button").first).to_be_focused()
    await expect(page.locator("#menu-button")).to_have_attribute("aria-expanded", "true")
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("#menu button").nth(1)).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator("#menu")).to_be_hidden()
    await expect(page.locator("#menu-button")).to_be_focused()


async def test_a_screen_reader_hears_new_messages_by_their_speakers(phone: Phone) -> None:
    await phone.begin()
    log = phone.page.locator("#log")
    await expect(log).to_have_attribute("role", "log")
    await expect(log).to_have_attribute("aria-live", "polite")
    await expect(log).to_have_attribute("aria-label", "对话")
    await expect(phone.page.locator("#words")).to_have_attribute("aria-label", "输入消息")
    await expect(phone.page.locator("#progress")).to_have_attribute(
        "aria-valuetext", "第 1 题，共约 8 题"
    )
    assert (await log.locator(".bot .bubble").last.inner_text()).startswith("走访：")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_word_can_be_read_in_the_sun(phone: Phone, scheme: Any) -> None:
    await phone.page.emulate_media(color_scheme=scheme)
    await phone.to_date()
    await phone.bot.hello(phone.site.channel, "lin")
    await phone.page.wait_for_selector(".asked [data-token=begin]")
    await phone.context.set_offline(True)
    await phone.say("昨天")
    await phone.tap("begin")
    await phone.page.wait_for_selector(".sending")
    await phone.page.click("#menu-button")
    for text, ratio, size in await phone.page.evaluate(CONTRASTS):
        assert ratio >= 7, text
        assert size >= 16, text
    assert await phone.page.evaluate(SMALL_TARGETS) == []


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_nothing_is_wider_than_the_screen(phone: Phone, width: int, language: str) -> None:
    await phone.page.set_viewport_size({"width": width, "height": 568})
    await phone.begin(language)
    week = tuple(Button(text=str(day), token=f"d{day}") for day in range(1, 8))
    long = (Button(text="一个特别长的选项" * 8, token="long"),)
    text = "x" * 300 + " https://visits.example/" + "y" * 200
    reply = Reply(text=text, buttons=(week, long))
    await phone.site.channel.deliver("lin", reply, None)
    await phone.page.wait_for_selector("[data-token=long]")
    await phone.page.click("#menu-button")
    wide = await phone.page.evaluate(
        """() => [document.documentElement, document.querySelector("#log-frame"),
          ...document.querySelectorAll(".line, .row, footer, header")]
          .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.className)"""
    )
    assert wide == []
    seven = phone.page.locator("[data-token=d7]")
    box = await seven.bounding_box()
    assert box and box["x"] + box["width"] <= width
    assert box["width"] >= 32


async def test_a_message_taller_than_the_screen_is_shown_from_its_beginning(phone: Phone) -> None:
    await phone.begin()
    await phone.site.channel.deliver("lin", Reply(text="开头\n" + "很长\n" * 80 + "结尾"), None)
    tall = phone.page.locator(".bubble >> text=结尾")
    await expect(tall).to_have_count(1)
    frame = await phone.page.locator("#log-frame").bounding_box()
    box = await tall.bounding_box()
    assert frame and box
    assert abs(box["y"] - frame["y"]) < 40


async def test_who_reads_back_is_not_torn_away(phone: Phone) -> None:
    await phone.enter()
    for n in range(40):
        await phone.site.channel.deliver("lin", Reply(text=f"第 {n} 条"), None)
    await expect(phone.page.locator("text=第 39 条")).to_be_in_viewport()
    await phone.page.evaluate("document.querySelector('#log-frame').scrollTop = 0")
    await expect(phone.page.locator("text=第 0 条")).to_be_in_viewport()
    await phone.site.channel.deliver("lin", Reply(text="新的一条"), None)
    await expect(phone.page.locator("#latest")).to_be_visible()
    await expect(phone.page.locator("text=第 0 条")).to_be_in_viewport()
    await phone.page.click("#latest")
    await expect(phone.page.locator("text=新的一条")).to_be_in_viewport()


async def test_a_menu_that_changes_further_up_comes_into_view(phone: Phone) -> None:
    await phone.enter()
    menu = await phone.site.channel.deliver("lin", Reply(text="主菜单"), None)
    for n in range(40):
        await phone.site.channel.deliver("lin", Reply(text=f"第 {n} 条"), None)
    await expect(phone.page.locator("text=第 39 条")).to_be_in_viewport()
    row = (Button(text="我的走访户", token="households"),)
    await phone.site.channel.deliver("lin", Reply(text="请选择", buttons=(row,)), menu.message)
    await expect(phone.page.locator("[data-token=households]")).to_be_in_viewport()
