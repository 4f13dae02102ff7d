"""Files on a bad way come in: each is taken or refused, soon, and the next person is served."""

from __future__ import annotations

import os
import random
import time
from contextlib import suppress
from typing import Final
from uuid import UUID

import aiohttp
import pytest

from bot.channels.web import Limits
from core.file_metadata import without_metadata
from core.filetypes import file_type
from core.unclean import UncleanError
from tests.bot.channels.web.site import running_site
from tests.clock import TurnedClock
from tests.handlers.uploads import WHOLE, harmed

TIMES: Final = int(os.environ.get("FUZZ_TIMES", "2"))
SEED: Final = int(os.environ.get("FUZZ_SEED", "1"))
JUDGED: Final = 3 * TIMES  # of each kind of file
POSTED: Final = 100 * TIMES
LONGEST: Final = 1.0  # seconds of the processor that a file of some kilobytes may take
CLAIMS: Final = ("", "text/html", "application/zip", "image/svg+xml", "audio/mpeg", "x")
EDGE: Final = b"an-edge"


@pytest.mark.parametrize("name", WHOLE)
def test_any_upload_is_judged_and_breaks_nothing(name: str) -> None:
    chance = random.Random(f"{SEED}/{name}")
    whole, claimed = WHOLE[name]
    for _ in range(JUDGED):
        content = harmed(whole, chance)
        begun = time.process_time()
        found = file_type(content, chance.choice((claimed, *CLAIMS)))
        if found is not None:
            with suppress(UncleanError):
                without_metadata(content, found.mime)
        assert time.process_time() - begun < LONGEST, content.hex()


@pytest.mark.filterwarnings("ignore::aiohttp.BadContentDispositionHeader")
@pytest.mark.filterwarnings("ignore::aiohttp.BadContentDispositionParam")
async def test_any_request_to_keep_a_file_is_answered(clock: TurnedClock) -> None:
    chance = random.Random(SEED)
    async with (
        running_site(clock, limits=Limits(files=10**9, upload=20_000)) as site,
        aiohttp.ClientSession(site.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as page,
    ):
        async with page.post(f"/sign-in/{site.store.link()}") as answer:
            assert answer.status == 200
        for number in range(POSTED):
            body = _body(chance)
            headers = {"Content-Type": f"multipart/form-data; boundary={EDGE.decode()}"}
            async with page.post("/chat/uploads", data=body, headers=headers) as answer:
                assert answer.status in (202, 400, 413, 415), (number, answer.status)
        async with page.get("/chat/session") as answer:
            assert answer.status == 200
        taken = [line["event"] for line in site.store.said() if line["from"] == "person"]
        assert len(taken) == len(site.store.files)
        assert len(taken) > POSTED // 20


def _body(chance: random.Random) -> bytes:
    """A form with a file, of which anything may be wrong."""
    content, claimed = chance.choice(list(WHOLE.values()))
    if chance.random() < 0.5:
        content = harmed(content, chance)
    head = b'Content-Disposition: form-data; name="'
    key = str(UUID(int=chance.getrandbits(128), version=4)).encode()
    name = chance.choice((b"a.jpg", b"../../a", "照片.png".encode(), b'a"b', b"", b"x" * 3000))
    parts = [
        head + b'client_id"\r\n\r\n' + key,
        head + b'caption"\r\n\r\n' + "看\x00<b>".encode(),
        head + b'file"; filename="' + name + b'"\r\nContent-Type: ' + claimed.encode(),
    ]
    parts[2] += b"\r\n\r\n" + content
    if chance.random() < 0.1:
        del parts[chance.randrange(3)]
    if chance.random() < 0.1:
        parts.append(chance.choice(parts or [b""]))
    if chance.random() < 0.1:
        chance.shuffle(parts)
    edged = b"".join(b"--" + EDGE + b"\r\n" + part + b"\r\n" for part in parts)
    whole = edged + b"--" + EDGE + b"--\r\n"
    return harmed(whole, chance) if chance.random() < 0.2 else whole
