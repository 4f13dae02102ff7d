"""Markdown as text with marked spans, and long texts in parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.markup import Marked, Span, marked, parts, units


def kinds(markdown: str) -> list[tuple[str, str]]:
    found = marked(markdown)
    return [(span.kind, found.text[span.start : span.end]) for span in found.spans]


@pytest.mark.parametrize(
    ("markdown", "text", "spans"),
    [
        ("plain", "plain", []),
        ("**血压** is *high*", "血压 is high", [("bold", "血压"), ("italic", "high")]),
        ("***both***", "both", [("bold", "both"), ("italic", "both")]),
        ("~~old~~ `x < y`", "old x < y", [("code", "x < y"), ("strikethrough", "old")]),
        ("**血压：**高", "血压：高", [("bold", "血压：")]),
        ("说**“好”**了", "说“好”了", [("bold", "“好”")]),
        ("**是**和**否**", "是和否", [("bold", "否"), ("bold", "是")]),
        ("5 * 3 * 2 和 2 ** 3", "5 * 3 * 2 和 2 ** 3", []),
        ("# Title\ntext", "Title\ntext", [("bold", "Title")]),
        ("> said\n\nthen", "said\n\nthen", [("blockquote", "said")]),
        ("```\na\nb\n```", "a\nb", [("pre", "a\nb")]),
        ("a\n\n---\n\nb", "a\n\n———\n\nb", []),
        ("![map](x.png)", "map", []),
    ],
)
def test_markdown_is_marked(markdown: str, text: str, spans: list[tuple[str, str]]) -> None:
    assert marked(markdown).text == text
    assert sorted(kinds(markdown)) == spans


@pytest.mark.parametrize(
    "text",
    [
        "line\nline\n\nparagraph",
        "<b>not bold</b> & 5 < 6",
        "1. one\n2. two",
        "3) three",
        "2026. year",
        "text\n===",
        "[x]: http://example.org",
        "a_b_c 2*3*4 = 24",
        "•  bullets of one's own",
    ],
)
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert marked(text.replace("2*3*4", "2\\*3\\*4")).text == text.replace("•  ", "•  ")


def test_lists_have_their_markers_and_depth() -> None:
    text = "Danger signs:\n- fever\n  - over 39\n- cough\n\nEnd"
    assert marked(text).text == "Danger signs:\n• fever\n  • over 39\n• cough\n\nEnd"
    assert marked("-").text == "•"


def test_only_links_that_telegram_opens_are_links() -> None:
    linked = marked("[help](https://example.org/a?b=1) [call](tel:120) [110](tel:110)")
    assert linked.text == "help call 120 110"
    assert linked.spans == (Span("text_link", 0, 4, "https://example.org/a?b=1"),)
    assert linked.entities() == [
        {"type": "text_link", "offset": 0, "length": 4, "url": "https://example.org/a?b=1"}
    ]


def test_a_head_stands_in_italics_before_the_text() -> None:
    headed = marked("**Q**", head="▸ 7 / ~24")
    assert headed.text == "▸ 7 / ~24\nQ"
    assert headed.spans == (Span("italic", 0, 9), Span("bold", 10, 11))


def test_entities_are_counted_in_utf16() -> None:
    assert marked("👵 **好**").entities() == [{"type": "bold", "offset": 3, "length": 1}]


def test_a_long_text_is_cut_where_a_paragraph_ends() -> None:
    first, second = "啊" * 3000, "波" * 2000
    assert [part.text for part in parts(Marked(f"{first}\n\n{second}"))] == [first, second]


def test_without_paragraphs_lines_then_sentences_then_words() -> None:
    assert [p.text for p in parts(Marked("aaaa aaa\nbbb bbb"), 12)] == ["aaaa aaa", "bbb bbb"]
    assert [p.text for p in parts(Marked("一二三四五。六七八九"), 8)] == [
        "一二三四五。",
        "六七八九",
    ]
    assert [p.text for p in parts(Marked("aaaa bbbb cccc"), 11)] == ["aaaa bbbb", "cccc"]
    assert [p.text for p in parts(Marked("x" * 10), 4)] == ["xxxx", "xxxx", "xx"]


def test_a_mark_over_a_cut_goes_on_in_the_next_part() -> None:
    whole = Marked("aaaa bbbb", (Span("bold", 0, 9),))
    assert list(parts(whole, 6)) == [
        Marked("aaaa", (Span("bold", 0, 4),)),
        Marked("bbbb", (Span("bold", 0, 4),)),
    ]


TEXTS = st.text(alphabet=st.sampled_from("ab 。\n啊👵*_`>-#[]()~1."), max_size=200)


@given(TEXTS, st.integers(2, 40))
def test_parts_fit_and_lose_nothing_but_white_space(text: str, limit: int) -> None:
    pieces = list(parts(Marked(text), limit))
    assert all(0 < units(piece.text) <= limit for piece in pieces)
    assert "".join("".join(piece.text.split()) for piece in pieces) == "".join(text.split())


@given(TEXTS, st.integers(2, 40))
def test_marks_stay_on_their_words(text: str, limit: int) -> None:
    whole = marked(text)
    for piece in parts(whole, limit):
        for span, entity in zip(piece.spans, piece.entities(), strict=True):
            raw = piece.text.encode("utf-16-le")
            start = entity["offset"] * 2
            cut = raw[start : start + entity["length"] * 2].decode("utf-16-le")
            assert cut == piece.text[span.start : span.end]
            assert cut
