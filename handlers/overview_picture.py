"""The overview as a picture for a phone: a bar for each rule, with the numbers of the text.

`layout` says what stands where and is plain arithmetic; `draw` puts it on a canvas. The font is a
subset of Noto Sans CJK SC; a rare character that it lacks is left out.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # loaded by the first picture that is drawn
    from PIL.ImageFont import FreeTypeFont

WIDTH: Final = 1080
"""In pixels, as wide as a phone's screen."""

MOST: Final = 30
"""Bars of one picture: messengers refuse one that is much longer than wide."""

_FONT: Final = Path(__file__).parent / "fonts" / "NotoSansCJKsc-subset.otf"
_EDGE: Final = 48
_INNER: Final = WIDTH - 2 * _EDGE
_TITLE, _WORDS, _SMALL = 52, 40, 34  # pixels of a Chinese character
_HEAD: Final = 190
_ROW: Final = 176
_FOOT: Final = 40
_BAR: Final = 22
_ASCII: Final = 0.58  # how wide a Latin letter is beside a Chinese character

_PAPER, _INK, _FAINT = "#FFFFFF", "#1B2733", "#5B6B7B"
_RAIL, _GOOD, _SHORT, _MARK = "#E3E9EF", "#2E7D4F", "#C77700", "#1B2733"


@dataclass(frozen=True, slots=True)
class Bar:
    """One rule: what it is called, its numbers in words, which share of 1 is done, which should
    be, and whether that is reached."""

    title: str
    numbers: str
    share: float
    target: float | None
    met: bool


@dataclass(frozen=True, slots=True)
class Words:
    """Words whose left upper corner is at (`x`, `y`); `size` in pixels."""

    x: int
    y: int
    size: int
    text: str
    colour: str


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle."""

    x: int
    y: int
    width: int
    height: int
    colour: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """What stands where, in pixels from the left upper corner."""

    height: int
    words: tuple[Words, ...]
    boxes: tuple[Box, ...]


def layout(title: str, subtitle: str, bars: Sequence[Bar]) -> Drawing:
    """A head, then the bars one below the other; no more than `MOST` of them."""
    shown = bars[:MOST]
    words = [
        Words(_EDGE, 44, _TITLE, fitting(title, _TITLE, _INNER), _INK),
        Words(_EDGE, 118, _SMALL, fitting(subtitle, _SMALL, _INNER), _FAINT),
    ]
    boxes: list[Box] = []
    for number, bar in enumerate(shown):
        top = _HEAD + number * _ROW
        colour = _GOOD if bar.met else _SHORT
        words += [
            Words(_EDGE, top, _WORDS, fitting(bar.title, _WORDS, _INNER), _INK),
            Words(_EDGE, top + 56, _SMALL, fitting(bar.numbers, _SMALL, _INNER), colour),
        ]
        rail = top + 112
        boxes.append(Box(_EDGE, rail, _INNER, _BAR, _RAIL))
        if done := round(_INNER * min(max(bar.share, 0.0), 1.0)):
            boxes.append(Box(_EDGE, rail, done, _BAR, colour))
        if bar.target is not None:
            at = _EDGE + round(_INNER * min(bar.target, 1.0)) - 4
            boxes.append(Box(at, rail - 8, 4, _BAR + 16, _MARK))
    return Drawing(_HEAD + len(shown) * _ROW + _FOOT, tuple(words), tuple(boxes))


def fitting(text: str, size: int, width: int) -> str:
    """`text`, cut with an ellipsis where it would be wider than `width` pixels."""
    if _wide(text, size) <= width:
        return text
    kept = text
    while kept and _wide(kept + "…", size) > width:
        kept = kept[:-1]
    return kept + "…"


def _wide(text: str, size: int) -> float:
    return size * sum(_ASCII if one < "\u2e80" else 1.0 for one in text)


def draw(drawing: Drawing) -> bytes:
    """The drawing as PNG."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (WIDTH, drawing.height), _PAPER)
    pen = ImageDraw.Draw(image)
    for box in drawing.boxes:
        corner = (box.x + box.width - 1, box.y + box.height - 1)
        pen.rectangle(((box.x, box.y), corner), fill=box.colour)
    for one in drawing.words:
        pen.text((one.x, one.y), one.text, font=_font(one.size), fill=one.colour)
    written = io.BytesIO()
    image.quantize(32, Image.Quantize.FASTOCTREE).save(written, "PNG")
    return written.getvalue()


@cache
def _font(size: int) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(str(_FONT), size)
