"""The overview's picture shows what it was given, on a phone's width, in Chinese."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageColor

from core.texts import catalogue
from handlers.overview_picture import WIDTH, Bar, Drawing, draw, fitting, layout

GOOD, SHORT, RAIL = "#2E7D4F", "#C77700", "#E3E9EF"
BARS = [
    Bar("重点儿童每月走访", "3 / 4（75%） · 目标 100% · 逾期 1", 0.75, 1.0, met=False),
    Bar("入户走访", "15 / 15（100%） · 目标 95% ✓", 1.0, 0.95, met=True),
]


def drawn(drawing: Drawing) -> Image.Image:
    return Image.open(io.BytesIO(draw(drawing))).convert("RGB")


def test_every_number_stands_in_the_drawing() -> None:
    drawing = layout("走访完成情况 · 清溪镇", "2026年11月", BARS)
    texts = [one.text for one in drawing.words]
    assert texts[:2] == ["走访完成情况 · 清溪镇", "2026年11月"]
    assert texts[2:] == [text for bar in BARS for text in (bar.title, bar.numbers)]


def test_a_bar_is_as_long_as_its_share() -> None:
    drawing = layout("走访", "", BARS)
    rails = [one for one in drawing.boxes if one.colour == RAIL]
    short, good = ([one for one in drawing.boxes if one.colour == c] for c in (SHORT, GOOD))
    assert [one.width / rails[0].width for one in short] == [pytest.approx(0.75, abs=0.002)]
    assert [one.width for one in good] == [rails[1].width]


def test_the_pixels_are_those_of_the_layout() -> None:
    drawing = layout("走访", "", BARS)
    image = drawn(drawing)
    assert image.size == (WIDTH, drawing.height)
    rail, bar = drawing.boxes[0], drawing.boxes[1]
    middle = rail.y + rail.height // 2
    for x, colour in ((bar.x + 5, SHORT), (rail.x + rail.width - 30, RAIL)):
        seen = image.getpixel((x, middle))
        wanted = ImageColor.getrgb(colour)
        assert isinstance(seen, tuple)
        assert max(abs(a - b) for a, b in zip(seen, wanted, strict=True)) < 12


def test_words_leave_ink_where_they_stand() -> None:
    drawing = layout("走访完成情况", "", [])
    title = drawing.words[0]
    part = drawn(drawing).crop((title.x, title.y, title.x + title.size * 6, title.y + 80))
    assert min(part.convert("L").tobytes()) < 80


def test_it_is_small_enough_for_a_slow_line() -> None:
    assert len(draw(layout("走访", "", BARS * 15))) < 300_000


@given(st.text(max_size=80), st.integers(20, 60))
def test_words_are_cut_to_the_width(text: str, size: int) -> None:
    shown = fitting(text, size, 400)
    assert shown == text or (shown.endswith("…") and text.startswith(shown[:-1]))


@given(st.lists(st.builds(Bar, st.text(), st.text(), st.floats(-1, 9), st.none(), st.booleans())))
def test_everything_stands_on_the_canvas(bars: list[Bar]) -> None:
    drawing = layout("", "", bars)
    assert all(one.x >= 0 and one.x + one.width <= WIDTH for one in drawing.boxes)
    assert all(one.y + one.height <= drawing.height for one in drawing.boxes)
    assert WIDTH + drawing.height <= 10_000  # what Telegram takes as a photo


def test_the_font_has_every_character_of_our_words() -> None:
    from PIL import ImageFont

    from handlers import overview_picture

    font = ImageFont.truetype(str(overview_picture._FONT), 20)
    ours = ("supervise.over.", "supervise.picture.")
    texts = "".join(text for key, text in catalogue("zh").items() if key.startswith(ours))
    assert not {one for one in texts if one > " " and not bytes(font.getmask(one))}
