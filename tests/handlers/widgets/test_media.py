"""Photos, recordings, videos and files: what is asked for, and what is taken."""

from __future__ import annotations

import pytest

from core.messages import File
from core.ports import Undeliverable
from storage.policy import OPERATOR
from tests.core.boxed import WHERE, box, movie
from tests.core.sounds import opus
from tests.handlers.conftest import Village
from tests.handlers.paper import Talker
from tests.handlers.widgets.conftest import Fill, entry

FORM = """
| survey | type | name | label | appearance | parameters |
|---|---|---|---|---|---|
| | image | house | The house? | | |
| | image | signed | The signature? | signature | |
| | image | sketch | The sketch? | draw | |
| | image | fresh | The yard now? | new | max-pixels=3000 |
| | audio | spoken | A recording? | | |
| | video | filmed | A video? | | |
| | file | paper | A document? | | |
| | text | last | Last? | | |
"""
JPEG = b"\xff\xd8\xff\xe0photo"
OGG = opus()
MP4 = movie(b"isom")
PACKED = box(b"ftyp", b"isom") + box(b"moov", box(b"cmov"))
PDF = b"%PDF-1.7 paper"
HTML = b"<!doctype html><script>1</script>"


Sent = tuple[str, bytes, str]


async def send(someone: Talker, sent: Sent) -> None:
    """Send a file: how the messenger sees it, its content, the type that it claims."""
    media, content, mime = sent
    someone.channel.files["one"] = content
    event = {"media": media, "file_id": "one", "mime": mime, "size": len(content)}
    await someone.do(File.model_validate(event))


@pytest.mark.parametrize(
    ("label", "words", "kind"),
    [
        ("The house?", "请发送照片。", "photo"),
        ("The signature?", "请在纸上签名，再拍照发送。", "photo"),
        ("The sketch?", "请在纸上画好或标注，再拍照发送。", "photo"),
        ("The yard now?", "请现在拍，不要用以前的照片。", "photo"),
        ("A recording?", "请发送语音或录音。", "audio"),
        ("A video?", "请发送视频。", "video"),
        ("A document?", "请发送文件", "file"),
    ],
)
async def test_it_says_what_to_send(fill: Fill, label: str, words: str, kind: str) -> None:
    mei = await fill(FORM, label)
    assert words in mei.open.text
    assert entry(mei).kind == kind


async def test_the_full_picture_is_asked_for_where_it_matters(fill: Fill) -> None:
    mei = await fill(FORM, "The yard now?")
    assert "以“文件”方式发送" in mei.open.text
    other = await fill(FORM, "The house?")
    assert "文件" not in other.open.text


@pytest.mark.parametrize(
    ("label", "sent", "received"),
    [
        ("The house?", ("photo", JPEG, "image/jpeg"), "照片已收到"),
        ("The house?", ("document", JPEG, "image/jpeg"), "照片已收到"),
        ("A recording?", ("audio", OGG, "audio/ogg"), "录音已收到"),
        ("A video?", ("video", MP4, "video/mp4"), "视频已收到"),
        ("A document?", ("document", PDF, "application/pdf"), "文件已收到"),
        ("A document?", ("photo", JPEG, "image/jpeg"), "文件已收到"),
        (
            "A document?",
            ("document", "姓名,岁\n王,70\n".encode("gb18030"), "text/csv"),
            "文件已收到",
        ),
    ],
)
async def test_a_file_is_taken_and_said_to_be_there(
    village: Village, fill: Fill, label: str, sent: Sent, received: str
) -> None:
    mei = await fill(FORM, label)
    await send(mei, sent)
    assert mei.texts[-2] == f"{label}\n✓ **{received}**"
    (kept,) = (await village.stored(mei))["media"].values()
    assert (kept["mime"], kept["size"]) == (sent[2], len(sent[1]))


@pytest.mark.parametrize(
    ("label", "sent", "words"),
    [
        ("The house?", ("document", PDF, "application/pdf"), "这不是照片"),
        ("The house?", ("document", PDF, "image/jpeg"), "这不是照片"),
        ("A recording?", ("photo", JPEG, "image/jpeg"), "这不是录音"),
        ("A video?", ("audio", OGG, "audio/ogg"), "这不是视频"),
        ("A video?", ("video", PACKED, "video/mp4"), "拍摄地点，去不掉，没有保存"),
        ("The house?", ("document", box(b"ftyp", b"heic"), "image/heic"), "普通照片（JPEG）"),
        ("A document?", ("document", HTML, "text/html"), "我不能收这种文件"),
        ("A document?", ("document", b"MZ\x90\x00", "application/pdf"), "我不能收这种文件"),
    ],
)
async def test_another_kind_of_file_gets_a_kind_sentence(
    village: Village, fill: Fill, label: str, sent: Sent, words: str
) -> None:
    mei = await fill(FORM, label)
    await send(mei, sent)
    assert words in mei.open.text
    assert label in mei.open.text
    assert (await village.stored(mei))["media"] == {}


async def test_a_file_that_the_messenger_will_not_give_is_asked_for_again(
    village: Village, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def too_big(_channel: object, _file_id: str) -> bytes:
        raise Undeliverable("file is too big")

    monkeypatch.setattr(type(village.channel), "fetch", too_big)
    mei = await fill(FORM, "A video?")
    await send(mei, ("video", MP4, "video/mp4"))
    assert "20 MB" in mei.open.text
    assert "A video?" in mei.open.text


@pytest.mark.parametrize(
    ("label", "sent"),
    [
        ("A recording?", ("audio", OGG, "audio/ogg")),
        ("A video?", ("video", MP4, "video/mp4")),
    ],
)
async def test_where_it_was_made_is_not_kept(
    village: Village, fill: Fill, label: str, sent: Sent
) -> None:
    mei = await fill(FORM, label)
    await send(mei, sent)
    (kept,) = (await village.stored(mei))["media"].values()
    async with village.database.unit(OPERATOR, "test") as uow:
        found = await uow.media.get(kept["file_id"])
    assert found
    assert WHERE in sent[1]
    assert WHERE not in found[0]
