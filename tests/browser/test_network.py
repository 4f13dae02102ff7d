"""Lost networks: nothing is lost, nothing is sent twice."""

from __future__ import annotations

from playwright.async_api import Route, expect

from core.messages import Text
from tests.browser.conftest import Phone, png


def texts(phone: Phone) -> list[str]:
    return [one.event.text for one in phone.site.received if isinstance(one.event, Text)]


async def test_what_is_said_offline_is_sent_once_and_in_order(phone: Phone) -> None:
    await phone.to_date()
    await phone.context.set_offline(True)
    await expect(phone.page.locator("#banner")).to_contain_text("没有网络")
    for text in ("昨天", "四", "4"):
        await phone.say(text)
    await expect(phone.page.locator(".status.waiting")).to_have_count(3)
    assert texts(phone) == []
    await phone.context.set_offline(False)
    await expect(phone.page.locator(".status")).to_have_count(0)
    await expect(phone.page.locator("#banner")).to_be_hidden()
    assert texts(phone) == ["昨天", "四", "4"]


async def test_a_tap_offline_is_kept_on_its_button(phone: Phone) -> None:
    await phone.begin()
    await phone.context.set_offline(True)
    await phone.tap("m1")
    await expect(phone.page.locator("[data-token=m1]")).to_have_class("plain sending")
    await expect(phone.page.locator("[data-token=m0]")).to_have_attribute("aria-disabled", "true")
    await phone.context.set_offline(False)
    await phone.page.wait_for_selector("#entry input[type=date]")
    assert phone.bot.answers == {"mode": "m1"}


async def test_a_reload_keeps_what_is_unsent(phone: Phone) -> None:
    await phone.to_date()
    blocked = True

    async def gate(route: Route) -> None:
        await (route.abort() if blocked else route.continue_())

    await phone.page.route("**/chat/**", gate)
    await phone.say("昨天")
    await expect(phone.page.locator(".status.waiting")).to_have_count(1)
    await phone.page.reload()
    await expect(phone.page.locator(".person .bubble")).to_contain_text("昨天")
    await expect(phone.page.locator(".status.waiting")).to_have_count(1)
    assert texts(phone) == []
    blocked = False
    await expect(phone.page.locator("text=家里常住几口人")).to_be_visible()
    assert texts(phone) == ["昨天"]


async def test_a_lost_answer_does_not_send_twice(phone: Phone) -> None:
    await phone.to_date()
    losses = 1

    async def lose(route: Route) -> None:
        nonlocal losses
        if losses:
            losses -= 1
            await route.fetch()  # the server takes it, the phone never hears so
            await route.abort()
        else:
            await route.continue_()

    await phone.page.route("**/chat/messages", lose)
    await phone.say("昨天")
    await expect(phone.page.locator("text=家里常住几口人")).to_be_visible()
    await expect(phone.page.locator(".status")).to_have_count(0)
    assert losses == 0
    assert texts(phone) == ["昨天"]
    assert (await phone.shown()).count("昨天") == 1


async def test_a_photo_taken_offline_is_sent_later(phone: Phone) -> None:
    await phone.enter()
    await phone.context.set_offline(True)
    picture = {"name": "house.png", "mimeType": "image/png", "buffer": png()}
    await phone.page.set_input_files("#file", files=[picture])
    await expect(phone.page.locator(".person img")).to_be_visible()
    await expect(phone.page.locator(".status.waiting")).to_have_count(1)
    await phone.context.set_offline(False)
    await expect(phone.page.locator(".status")).to_have_count(0)
    assert [one.event.kind for one in phone.site.received] == ["file"]


async def test_a_refused_message_can_be_deleted_and_blocks_nothing(phone: Phone) -> None:
    await phone.enter()
    other = {
        "name": "a.html",
        "mimeType": "text/html",
        "buffer": b"<!doctype html><script>1</script>",
    }
    await phone.page.set_input_files("#file", files=[other])
    await expect(phone.page.locator(".status.failed")).to_contain_text("不能发送这种文件")
    await phone.say("您好")
    await expect(phone.page.locator("text=今天还有")).to_be_visible()
    await phone.page.click("text=删除")
    await expect(phone.page.locator(".status")).to_have_count(0)
    await phone.page.reload()
    await expect(phone.page.locator("text=今天还有")).to_be_visible()
    await expect(phone.page.locator(".status")).to_have_count(0)


async def test_a_file_too_large_is_told_before_it_is_sent(phone: Phone) -> None:
    await phone.enter()
    await phone.page.evaluate(
        """() => {
          const content = new Uint8Array(21 * 1024 * 1024);
          const film = new File([content], "film.mp4", {type: "video/mp4"});
          const chosen = new DataTransfer();
          chosen.items.add(film);
          const input = document.querySelector("#file");
          input.files = chosen.files;
          input.dispatchEvent(new Event("change"));
        }"""
    )
    await expect(phone.page.locator("#notice")).to_contain_text("20 MB")
    assert phone.site.received == []


async def test_replies_made_while_away_are_there_on_return(phone: Phone) -> None:
    await phone.to_date()
    await phone.context.set_offline(True)
    await expect(phone.page.locator("#banner")).to_be_visible()
    await phone.bot.hello(phone.site.channel, "lin")
    await phone.context.set_offline(False)
    await expect(phone.page.locator("text=今天还有")).to_have_count(2)


async def test_without_permission_a_place_can_be_typed(phone: Phone) -> None:
    await phone.context.clear_permissions()
    await phone.enter()
    await phone.page.click("#menu-button")
    await phone.page.click("text=发送我的位置")
    await expect(phone.page.locator("#notice")).to_contain_text("直接输入坐标")
    await expect(phone.page.locator("#words")).to_be_focused()


async def test_the_page_opens_without_a_network(phone: Phone) -> None:
    await phone.to_date()
    await phone.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    await phone.page.reload()  # now through the service worker, which keeps the page
    await phone.page.wait_for_selector("#entry input[type=date]")
    await phone.context.set_offline(True)
    await phone.say("昨天")
    await phone.page.reload()
    await expect(phone.page.locator(".person .bubble")).to_contain_text("昨天")
    await expect(phone.page.locator("#banner")).to_contain_text("没有网络")
    await phone.context.set_offline(False)
    await expect(phone.page.locator("text=家里常住几口人")).to_be_visible()
    assert texts(phone) == ["昨天"]
