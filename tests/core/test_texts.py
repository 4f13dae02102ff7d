"""The catalogues say the same things in both languages."""

from __future__ import annotations

import re
import string

from core.texts import LANGUAGES, catalogue


def _values(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_every_text_with_the_same_values() -> None:
    chinese, english = (catalogue(language) for language in LANGUAGES)
    assert chinese.keys() == english.keys()
    for key, text in chinese.items():
        assert _values(text) == _values(english[key]) or key.endswith((".one", ".other")), key


def test_chinese_texts_are_chinese_and_english_ones_are_not() -> None:
    han = re.compile(r"[\u4e00-\u9fff]")
    both = {"chat.language.ask", "chat.language.zh", "chat.language.en", "chat.button.language"}
    strays = [key for key, text in catalogue("en").items() if han.search(text) and key not in both]
    assert strays == []
