"""Authors' words keep their Markdown, people's words have none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.markup import marked
from handlers.markup import authored, literal, strong, unmarked

LINES = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=40)


@given(LINES.map(str.strip))
def test_people_s_words_arrive_as_they_were_said(text: str) -> None:
    shown = marked(f"Name: {literal(text)}")
    assert shown.text == f"Name: {text}".strip()
    assert shown.spans == ()


@given(LINES)
def test_a_button_says_people_s_words_as_they_are(text: str) -> None:
    assert unmarked(literal(text)) == text.strip()


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("**Yes**", "Yes"),
        ("*perhaps* or __not__", "perhaps or not"),
        ("[Map](https://example.org/a_b) here", "Map here"),
        ("# Heading", "Heading"),
        ("household_size_now", "household_size_now"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ('<span style="color:#f00">Red</span><br/>line', "Red line"),
        ("a < b > c", "a < b > c"),
        ("\\*star\\*", "*star*"),
    ],
)
def test_a_button_shows_no_markup(label: str, said: str) -> None:
    assert unmarked(label) == said


def test_html_of_an_author_is_taken_out_and_markdown_stays() -> None:
    assert authored('<p align="center">**Look**</p>here') == "**Look**\nhere"


def test_what_a_person_typed_is_no_tag_either() -> None:
    assert authored(literal("<b>bold</b>")) == "\\<b\\>bold\\</b\\>"


def test_several_lines_are_not_made_bold() -> None:
    assert strong("a*b") == "**a\\*b**"
    assert strong("a\n\nb") == "a\n\nb"
