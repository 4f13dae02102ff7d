"""Both languages say everything, with the same values in it."""

from __future__ import annotations

from string import Formatter

import pytest

from core.texts import LANGUAGES, catalogue, known, say


def values(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def wholes(language: str) -> dict[str, set[str]]:
    """The values in each text, those of ``one`` and ``other`` taken together."""
    found: dict[str, set[str]] = {}
    for key, text in catalogue(language).items():
        whole = key.removesuffix(".one").removesuffix(".other")
        found[whole] = found.get(whole, set()) | values(text)
    return found


CHINESE, ENGLISH = (wholes(language) for language in LANGUAGES)


def test_both_languages_have_the_same_keys() -> None:
    assert set(CHINESE) ^ set(ENGLISH) == set()


def test_a_text_names_the_same_values_in_both_languages() -> None:
    differing = {key for key in CHINESE if CHINESE[key] != ENGLISH.get(key)}
    assert differing == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_can_be_said(language: str) -> None:
    for key, text in catalogue(language).items():
        assert say(language, key, **dict.fromkeys(values(text), 1)).strip()


def test_a_count_chooses_the_words() -> None:
    assert say("en", "cli.register.areas", n=1) == "Imported 1 area."
    assert say("en", "cli.register.areas", n=2) == "Imported 2 areas."


def test_an_unknown_language_reads_chinese_and_an_unknown_key_is_an_error() -> None:
    assert say("fr", "cli.head.name") == say("zh", "cli.head.name")
    assert known("cli.head.name")
    assert not known("cli.head.nothing")
    with pytest.raises(KeyError):
        say("zh", "cli.nothing", n=1)
