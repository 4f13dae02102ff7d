"""The way to the Bot API: its proxy, its limits, and what counts as no answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.telegram.api import NO_ANSWER, ApiError, Upload
from bot.channels.telegram.wire import Wire


class Far:
    """A server that answers as it is told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answer: Callable[[], web.Response] = lambda: web.Response(text='{"ok": true}')
        self.asked: list[str] = []
        self.bodies: list[bytes] = []
        self.kinds: list[str] = []

    async def take(self, request: web.Request) -> web.Response:
        self.asked.append(request.raw_path)
        self.bodies.append(await request.read())
        self.kinds.append(request.content_type)
        return self.answer()


@pytest.fixture
def far() -> Far:
    return Far()


@pytest.fixture
async def base(far: Far) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", far.take)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


@pytest.fixture
async def wire(base: str) -> AsyncIterator[Wire]:
    made = Wire(base)
    yield made
    await made.close()


async def test_words_go_as_json(far: Far, base: str, wire: Wire) -> None:
    status, content = await wire.post(f"{base}/x", {"text": "村", "n": [1]}, {}, 5.0)
    assert (status, content) == (200, b'{"ok": true}')
    assert far.kinds == ["application/json"]


async def test_files_go_as_a_form_in_which_all_but_words_is_json(
    far: Far, base: str, wire: Wire
) -> None:
    picture = Upload(b"\xff\xd8", '村 "1".jpg', "image/jpeg")
    params = {"caption": "村", "reply_markup": {"a": 1}, "photo": "gone"}
    await wire.post(f"{base}/x", params, {"photo": picture}, 5.0)
    body = far.bodies[0]
    assert far.kinds == ["multipart/form-data"]
    assert b'{"a":1}' in body
    assert "filename=\"村 '1'.jpg\"".encode() in body
    assert b"gone" not in body


async def test_a_call_goes_through_the_proxy_that_the_environment_names(
    far: Far, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", base)
    monkeypatch.setenv("no_proxy", "here.invalid")
    wire = Wire("http://telegram.invalid")
    await wire.post("http://telegram.invalid/bot1:x/getMe", {}, {}, 5.0)
    assert far.asked == ["http://telegram.invalid/bot1:x/getMe"]
    await wire.close()
    direct = Wire("http://here.invalid")
    with pytest.raises(ApiError):
        await direct.post("http://here.invalid/bot1:x/getMe", {}, {}, 5.0)
    assert len(far.asked) == 1
    await direct.close()


async def test_the_headers_of_a_server_come_the_same_way(
    base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", base)
    monkeypatch.setenv("no_proxy", "here.invalid")
    wire = Wire("http://telegram.invalid")
    assert "Date" in await wire.headers(5.0)
    await wire.close()
    direct = Wire("http://here.invalid")
    with pytest.raises(ApiError):
        await direct.headers(5.0)
    await direct.close()


async def test_a_redirection_is_not_followed_with_the_token_in_its_address(
    far: Far, base: str, wire: Wire
) -> None:
    elsewhere = {"Location": f"{base}/elsewhere"}
    far.answer = lambda: web.Response(status=302, headers=elsewhere)
    status, _ = await wire.post(f"{base}/bot1:x/getMe", {}, {}, 5.0)
    assert (status, far.asked) == (302, ["/bot1:x/getMe"])


async def test_nobody_there_is_no_answer(wire: Wire) -> None:
    with pytest.raises(ApiError) as refusal:
        await wire.post("http://127.0.0.1:1/x", {}, {}, 5.0)
    assert refusal.value.code == NO_ANSWER


async def test_a_file_may_be_too_big_or_refused(far: Far, base: str, wire: Wire) -> None:
    far.answer = lambda: web.Response(body=b"x" * 1000)
    with pytest.raises(ApiError) as large:
        await wire.fetch(f"{base}/f", 999, 5.0)
    assert large.value.code == 413
    far.answer = lambda: web.Response(status=404)
    with pytest.raises(ApiError) as gone:
        await wire.fetch(f"{base}/f", 999, 5.0)
    assert gone.value.code == 404


async def test_a_wire_that_was_closed_opens_again(base: str, wire: Wire) -> None:
    for _ in range(2):
        status, _ = await wire.post(f"{base}/x", {}, {}, 5.0)
        assert status == 200
        await wire.close()
