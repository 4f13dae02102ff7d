"""The little Markdown of a `Reply`: an author's words keep theirs, a person's words have none."""

from __future__ import annotations

import re
from typing import Final

_SIGNS: Final = frozenset("*_`[]<>\\~#-+&")
_BREAK: Final = re.compile(r"(?<!\\)<(?:br\s*/?|/p|/div|/h[1-6])\s*>", re.IGNORECASE)
_TAG: Final = re.compile(
    r"(?<!\\)</?(?:span|p|div|font|center|small|big|b|i|u|strong|em|h[1-6])\b[^<>]*(?<!\\)>",
    re.IGNORECASE,
)
_LINK: Final = re.compile(r"(?<!\\)\[([^\]\n]+)\]\([^()\s]+\)")
_BOLD: Final = re.compile(r"(?<!\\)(\*\*|__)(?=\S)(.+?)(?<=[^\s\\])\1", re.DOTALL)
_ITALIC: Final = re.compile(
    r"(?<!\\)(?:\*(?=\S)([^*\n]+?)(?<=[^\s\\])\*|(?<![\w\\])_(?=\S)([^_\n]+?)(?<=[^\s\\])_(?!\w))"
)
_HEADING: Final = re.compile(r"^#{1,6}\s+", re.MULTILINE)
_ESCAPED: Final = re.compile(r"\\([*_`\[\]<>\\~#+&-])")


def literal(text: str) -> str:
    """Words that a person said, so that no Markdown in them takes effect."""
    return "".join(f"\\{sign}" if sign in _SIGNS else sign for sign in text)


def strong(text: str) -> str:
    """A person's words in bold. Several lines stay plain: emphasis ends with a paragraph."""
    return literal(text) if "\n" in text else f"**{literal(text.strip())}**"


def authored(text: str) -> str:
    """An author's words. XLSForm allows a few HTML tags beside Markdown; a chat shows none."""
    return _TAG.sub("", _BREAK.sub("\n", text)).strip()


def unmarked(text: str) -> str:
    """An author's words as a button says them: without any markup."""
    plain = _HEADING.sub("", _LINK.sub(r"\1", authored(text)))
    plain = _ITALIC.sub(lambda found: found[1] or found[2], _BOLD.sub(r"\2", plain))
    return _ESCAPED.sub(r"\1", plain.replace("\n", " "))
