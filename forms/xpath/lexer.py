"""Characters to tokens.

XPath has no reserved words: `and`, `div` and `*` are operators only where an operator can stand,
that is after a complete operand. So `1and1` is legal, and a node may be called `mod`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, cast

from forms.xpath.errors import XPathError

TokenKind: TypeAlias = Literal["space", "number", "literal", "name", "operator", "mark", "end"]

_NAME: Final = r"[^\W\d][\w.\-\u00b7]*"
_OPERATOR_NAME: Final = re.compile(r"(?:and|or|div|mod)(?![^\W\d])")
_TOKEN: Final = re.compile(
    rf"""
      (?P<space>[ \t\r\n]+)
    | (?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
    | (?P<literal>"[^"]*"|'[^']*')
    | (?P<name>{_NAME}(?::(?!:)(?:{_NAME}|\*))?)
    | (?P<operator>!=|<=|>=|[=<>+\-|])
    | (?P<mark>::|//|\.\.|[()\[\]@,./*])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `position` is where it starts in the expression, from 0."""

    kind: TokenKind
    text: str
    position: int


def tokenize(source: str) -> list[Token]:
    """The tokens of `source`, ending with one `end` token. Raises XPathError."""
    tokens: list[Token] = []
    place = 0
    after_operand = False
    while place < len(source):
        token = _next(source, place, after_operand)
        place += len(token.text)
        if token.kind != "space":
            tokens.append(token)
            after_operand = _ends_operand(token)
    tokens.append(Token("end", "", len(source)))
    return tokens


def _next(source: str, place: int, after_operand: bool) -> Token:
    """The token at `place`, white space included."""
    found = _TOKEN.match(source, place)
    if found is None:
        if source[place] == "$":
            raise XPathError("variable", place)
        raise XPathError("syntax", place, found=source[place])
    text = found.group()
    kind = cast(TokenKind, found.lastgroup)
    if after_operand and kind == "name":
        return Token("operator", _operator_name(text, place), place)
    if after_operand and text == "*":
        return Token("operator", text, place)
    return Token(kind, text, place)


def _operator_name(text: str, place: int) -> str:
    if found := _OPERATOR_NAME.match(text):
        return found.group()
    raise XPathError("syntax", place, found=text, expected="operator")


def _ends_operand(token: Token) -> bool:
    if token.kind == "mark":
        return token.text in (")", "]", ".", "..", "*")
    return token.kind in ("number", "literal", "name")
