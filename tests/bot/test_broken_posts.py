"""A form whose body is broken is refused, on whatever page it comes in."""

from __future__ import annotations

import pytest

from tests.bot.channels.web.conftest import client, enter
from tests.bot.channels.web.site import running_site
from tests.clock import TurnedClock

_ID = b'Content-Disposition: form-data; name="client_id"\r\n\r\n'
_FILE = b'Content-Disposition: form-data; name="file"; filename="a.jpg"\r\n'

BROKEN = {
    "a header that is none": b"--edge\r\nContent-Disp\r\n\r\nx\r\n--edge--\r\n",
    "a header with a control character": b"--edge\r\nA: b\x7fc\r\n\r\nx\r\n--edge--\r\n",
    "no end": b"--edge\r\n" + _FILE + b"\r\n\xff\xd8\xff",
    "no edge": b"x",
    "no text": b"--edge\r\n" + _ID + b"\xff\xfe\r\n--edge--\r\n",
    "a length that is none": b"--edge\r\nContent-Length: x\r\n" + _FILE + b"\r\nx\r\n--edge--\r\n",
}


@pytest.mark.parametrize("name", BROKEN)
async def test_the_chat_does_not_understand_it(name: str, clock: TurnedClock) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=edge"}
    async with running_site(clock) as site, client(site) as page:
        await enter(page, site)
        async with page.post("/chat/uploads", data=BROKEN[name], headers=headers) as answer:
            assert answer.status == 400
        assert site.received == []
