"""Texts in JSON of any shape."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from core.trees import plain

_TEXTS: Final = st.text(st.sampled_from('a村\\u0"\x00\ud800\udfff\U0001f33e'), max_size=6)
_TREES: Final = st.recursive(
    st.none() | st.integers() | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=6,
)


def _texts(tree: Any) -> list[str]:
    if isinstance(tree, str):
        return [tree]
    if isinstance(tree, dict):
        return [text for pair in tree.items() for one in pair for text in _texts(one)]
    return [text for one in tree for text in _texts(one)] if isinstance(tree, list) else []


@given(_TREES)
def test_what_is_plain_can_be_kept_and_is_left_alone(tree: Any) -> None:
    made = plain(tree)
    for text in _texts(made):
        assert "\x00" not in text
        text.encode()  # no half of a character
    assert plain(made) is made


def test_nul_goes_and_half_a_character_is_replaced() -> None:
    assert plain({"a\x00": ["\ud800x", 1]}) == {"a": ["\ufffdx", 1]}


def test_a_backslash_that_only_looks_like_nul_stays() -> None:
    assert plain(["\\u0000"]) == ["\\u0000"]
