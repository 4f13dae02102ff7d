"""Files: judged by their content, kept once, shown to their own people only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.web import Limits
from bot.channels.web.incoming import _file_name
from core.filetypes import FileType, file_type
from core.messages import File, Picture, Reply
from core.ports import Undeliverable
from tests.bot.channels.web.conftest import client, enter
from tests.bot.channels.web.site import Site, running_site
from tests.clock import TurnedClock
from tests.core.boxed import WHERE, box, movie
from tests.core.test_document_metadata import NAME, packed, unpacked, workbook

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


def form(
    content: bytes = PNG, name: str = "house.jpg", claimed: str = "image/jpeg", **fields: str
) -> aiohttp.FormData:
    data = aiohttp.FormData()
    for key, value in {"client_id": str(uuid4()), **fields}.items():
        data.add_field(key, value)
    data.add_field("file", content, filename=name, content_type=claimed)
    return data


async def test_an_upload_becomes_a_file_of_its_real_kind(
    site: Site, lin: aiohttp.ClientSession
) -> None:
    async with lin.post("/chat/uploads", data=form(caption="南墙")) as answer:
        assert answer.status == 202
    (inbound,) = site.received
    event = inbound.event
    assert isinstance(event, File)
    assert (event.media, event.name, event.mime) == ("photo", "house.png", "image/png")
    assert (event.size, event.caption) == (len(PNG), "南墙")
    assert await site.channel.fetch(event.file_id) == PNG


async def test_the_same_upload_again_is_kept_once(site: Site, lin: aiohttp.ClientSession) -> None:
    key = str(uuid4())
    for _ in range(2):
        async with lin.post("/chat/uploads", data=form(client_id=key)) as answer:
            assert answer.status == 202
    assert (len(site.received), len(site.store.files), len(site.store.said())) == (1, 1, 1)


@pytest.mark.parametrize("content", [b"", b"<script>alert(1)</script>", b"PK\x03\x04", b"MZ"])
async def test_other_files_are_refused(
    site: Site, lin: aiohttp.ClientSession, content: bytes
) -> None:
    async with lin.post("/chat/uploads", data=form(content)) as answer:
        assert (answer.status, (await answer.json())["error"]) == (415, "file_kind")
    assert site.store.files == {}


@pytest.mark.parametrize(
    ("content", "why", "words"),
    [
        (box(b"ftyp", b"heic"), "file_unclean", "普通格式（JPEG）"),
        (box(b"ftyp", b"qt  ") + box(b"moov", box(b"cmov")), "film_unclean", "重新录一段"),
        (
            packed({"word/document.xml": "", "docProps/core.xml": "?"}),
            "document_unclean",
            "作者和单位",
        ),
    ],
)
async def test_a_file_that_may_tell_its_place_or_author_is_refused(
    site: Site, lin: aiohttp.ClientSession, content: bytes, why: str, words: str
) -> None:
    async with lin.post("/chat/uploads", data=form(content)) as answer:
        told = await answer.json()
    assert (answer.status, told["error"]) == (415, why)
    assert words in told["message"]
    assert site.store.files == {}


async def test_a_film_is_kept_without_its_place(site: Site, lin: aiohttp.ClientSession) -> None:
    async with lin.post("/chat/uploads", data=form(movie(b"isom"))) as answer:
        assert answer.status == 202
    ((content, *_),) = site.store.files.values()
    assert WHERE not in content


async def test_a_workbook_is_kept_without_its_author(
    site: Site, lin: aiohttp.ClientSession
) -> None:
    async with lin.post("/chat/uploads", data=form(workbook())) as answer:
        assert answer.status == 202
    ((content, *_),) = site.store.files.values()
    assert not any(NAME.encode() in part for part in unpacked(content).values())


async def test_a_file_beyond_the_limit_is_refused(clock: TurnedClock) -> None:
    async with running_site(clock, limits=Limits(upload=1000)) as site, client(site) as me:
        await enter(me, site)
        async with me.post("/chat/uploads", data=form(PNG + b"\x00" * 1000)) as answer:
            assert (answer.status, (await answer.json())["error"]) == (413, "file_too_large")
    assert site.store.files == {}


async def test_a_file_larger_than_the_servers_usual_bodies_is_taken(
    site: Site, lin: aiohttp.ClientSession
) -> None:
    async with lin.post("/chat/uploads", data=form(PNG + b"\x00" * 3_000_000)) as answer:
        assert answer.status == 202


class Stalled:
    """An upload whose second half comes only when it is told to `go_on`."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._rest = asyncio.Event()
        self.begun = asyncio.Event()
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        self.answer = asyncio.create_task(
            session.post("/chat/uploads", data=self._body(), headers=headers)
        )

    async def _body(self) -> AsyncIterator[bytes]:
        yield (
            f'--b\r\nContent-Disposition: form-data; name="client_id"\r\n\r\n{uuid4()}\r\n'
            '--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
        ).encode() + PNG
        self.begun.set()
        await self._rest.wait()
        yield b"\r\n--b--\r\n"

    async def go_on(self) -> int:
        """Send the rest; the status of the answer."""
        self._rest.set()
        async with await self.answer as answer:
            return answer.status


async def test_stalled_uploads_of_one_person_hold_nobody_else_up(clock: TurnedClock) -> None:
    async with running_site(clock, limits=Limits(uploads=2)) as site, client(site) as me:
        await enter(me, site)
        stalled = [Stalled(me) for _ in range(3)]
        for upload in stalled:
            await upload.begun.wait()
        async with client(site) as wang:
            await enter(wang, site, address="wang")
            async with wang.post("/chat/uploads", data=form()) as answer:
                assert answer.status == 202
        assert await asyncio.gather(*(upload.go_on() for upload in stalled)) == [202] * 3


async def test_an_upload_that_does_not_come_in_gives_its_place_back(clock: TurnedClock) -> None:
    limits = Limits(uploads=1, upload_time=0.02)
    async with running_site(clock, limits=limits) as site:
        for address in ("lin", "lin", "wang"):
            async with client(site) as someone:
                await enter(someone, site, address=address)
                async with await Stalled(someone).answer as answer:
                    assert (answer.status, (await answer.json())["error"]) == (408, "too_slow")
    assert (site.received, site.store.files) == ([], {})


@pytest.mark.parametrize("fields", [{"client_id": "x"}, {"surprise": "x"}])
async def test_an_upload_with_wrong_fields_is_refused(
    site: Site, lin: aiohttp.ClientSession, fields: dict[str, str]
) -> None:
    async with lin.post("/chat/uploads", data=form(**fields)) as answer:
        assert answer.status == 400
    assert site.received == []


async def test_a_broken_upload_is_refused(site: Site, lin: aiohttp.ClientSession) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    async with lin.post("/chat/uploads", data=b"--b\r\n", headers=headers) as answer:
        assert answer.status == 400
    assert site.received == []


async def test_people_see_their_own_files_only(site: Site, lin: aiohttp.ClientSession) -> None:
    async with lin.post("/chat/uploads", data=form()):
        pass
    (file_id,) = site.store.files
    async with lin.get(f"/chat/files/{file_id}") as answer:
        assert (answer.status, await answer.read()) == (200, PNG)
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    async with client(site) as wang:
        await enter(wang, site, address="wang")
        async with wang.get(f"/chat/files/{file_id}") as answer:
            assert answer.status == 404


async def test_a_picture_that_the_bot_sent_is_shown(site: Site, lin: aiohttp.ClientSession) -> None:
    site.store.files["map/1"] = (PNG, "map.png", "image/png")
    async with lin.get("/chat/files/map/1") as answer:
        assert answer.status == 404
    picture = Picture(media="map/1", name="map.png", mime="image/png")
    await site.channel.deliver("lin", Reply(text="地图", pictures=(picture,)), None)
    async with lin.get("/chat/files/map/1") as answer:
        assert (answer.status, await answer.read()) == (200, PNG)


async def test_a_document_is_a_download(site: Site, lin: aiohttp.ClientSession) -> None:
    async with lin.post("/chat/uploads", data=form(b"%PDF-1.7", "证明.pdf", "application/pdf")):
        pass
    (file_id,) = site.store.files
    async with lin.get(f"/chat/files/{file_id}") as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")


async def test_fetching_what_is_not_kept_is_an_outcome(site: Site) -> None:
    with pytest.raises(Undeliverable):
        await site.channel.fetch("gone")


@pytest.mark.parametrize(
    ("start", "claimed", "media", "mime"),
    [
        (b"\xff\xd8\xff\xe0", "", "photo", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "", "photo", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "", "audio", "audio/wav"),
        (b"\x00\x00\x00\x18ftypheic", "", "photo", "image/heic"),
        (b"\x00\x00\x00\x18ftypisom", "", "video", "video/mp4"),
        (b"\x00\x00\x00\x18ftypisom", "audio/mp4", "audio", "audio/mp4"),
        (b"\x00\x00\x00\x18ftypM4A ", "", "audio", "audio/mp4"),
        (b"\x00\x00\x00\x18ftyp3gp4", "", "video", "video/3gpp"),
        (b"\x00\x00\x00\x14ftypqt  ", "", "video", "video/quicktime"),
        (b"\x1aE\xdf\xa3", "audio/webm;codecs=opus", "audio", "audio/webm"),
        (b"\x1aE\xdf\xa3", "video/webm", "video", "video/webm"),
        (b"\xff\xfb\x90", "", "audio", "audio/mpeg"),
        (b"\xff\xf1\x50", "", "audio", "audio/aac"),
        (b"#!AMR\n", "", "audio", "audio/amr"),
        (b"OggS", "", "audio", "audio/ogg"),
        (b"%PDF-1.4", "", "document", "application/pdf"),
    ],
)
def test_the_first_bytes_say_what_a_file_is(
    start: bytes, claimed: str, media: str, mime: str
) -> None:
    found = file_type(start + b"\x00" * 20, claimed)
    assert found is not None
    assert (found.media, found.mime) == (media, mime)


@given(st.binary(max_size=40), st.text(max_size=20))
def test_judging_never_fails(content: bytes, claimed: str) -> None:
    found = file_type(content, claimed)
    assert found is None or "/" in found.mime


@given(st.text(max_size=200))
def test_a_files_name_is_harmless(given_name: str) -> None:
    name = _file_name(given_name, FileType("photo", "image/png", ".png"))
    assert name.endswith(".png")
    assert len(name) <= 84
    assert not set(name) & set("/\\\x00\r\n")
    assert not name.startswith(".")
