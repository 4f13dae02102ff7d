"""Bar codes are typed, or read from a photo where that is installed."""

from __future__ import annotations

import io
from functools import cache

import pytest
import zxingcpp
from PIL import Image

from handlers import barcodes
from tests.handlers.conftest import Village
from tests.handlers.widgets.conftest import Fill, entry

FORM = """
| survey | type | name | label |
|---|---|---|---|
| | barcode | pack | Number on the pack? |
| | text | last | Last? |
"""
NUMBER = "6901234567892"  # made up; its last digit is the check digit


@cache
def photo(*codes: str) -> bytes:
    """A grey photo with bar codes one below the other."""
    page = Image.new("L", (900, 500 * max(len(codes), 1)), 200)
    for place, code in enumerate(codes):
        drawn = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.EAN13).to_image(scale=5)
        height, width = drawn.shape
        bars = Image.frombytes("L", (width, height), bytes(memoryview(drawn)))  # type: ignore[arg-type]
        page.paste(bars, (100, 100 + 500 * place))
    kept = io.BytesIO()
    page.save(kept, "JPEG", quality=70)
    return kept.getvalue()


async def test_a_number_is_typed(village: Village, fill: Fill) -> None:
    mei = await fill(FORM)
    assert "二维码" in mei.open.text
    assert entry(mei).kind == "photo"
    await mei.say(NUMBER)
    assert (await village.values(mei))["pack"] == NUMBER


async def test_a_number_is_read_from_a_photo(village: Village, fill: Fill) -> None:
    mei = await fill(FORM)
    await mei.photo(photo(NUMBER))
    assert (await village.values(mei))["pack"] == NUMBER
    assert mei.texts[-2] == f"Number on the pack?\n✓ **{NUMBER}**"


@pytest.mark.parametrize(
    "content",
    [photo(), photo(NUMBER, "4006381333931"), b"\xff\xd8\xffbroken", b""],
    ids=["no code", "two codes", "a broken photo", "nothing"],
)
async def test_a_photo_without_one_clear_code_is_asked_for_again(
    village: Village, fill: Fill, content: bytes
) -> None:
    mei = await fill(FORM)
    await mei.photo(content)
    assert "没有读出条码" in mei.open.text
    assert "pack" not in await village.values(mei)


async def test_without_the_extra_the_number_has_to_be_typed(
    village: Village, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(barcodes, "find_spec", lambda _name: None)
    barcodes.readable.cache_clear()
    try:
        mei = await fill(FORM)
        assert "请输入条码上的号码" in mei.open.text
        assert entry(mei).kind == "text"
        await mei.photo(photo(NUMBER))
        assert "请输入条码上的号码" in mei.open.text
        assert village.channel.fetched == []
        await mei.say(NUMBER)
        assert (await village.values(mei))["pack"] == NUMBER
    finally:
        barcodes.readable.cache_clear()
