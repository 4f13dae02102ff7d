"""Characters to tokens.

XPath has no reserved words: `and`, `div` and `*` are operators only where an operator can stand,
that is after a complete operand. So `1and1` is legal, and a node may be called `mod`.

A path of plain names, which is most of what forms contain, comes as one token.
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple, TypeAlias, cast

from forms.xpath.errors import XPathError

TokenKind: TypeAlias = Literal["path", "number", "literal", "name", "operator", "mark", "end"]

_NAME: Final = r"[^\W\d][\w.\-\u00b7]*+"
_PATH: Final = rf"(?P<path>(?:\.\.(?:/\.\.)*+)?+(?:/{_NAME})++)(?![:]|[ \t\r\n]*+(?:[(/\[]|::))|"
_REST: Final = rf"""
      (?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
    | (?P<literal>"[^"]*"|'[^']*')
    | (?P<name>{_NAME}(?::(?!:)(?:{_NAME}|\*))?)
    | (?P<operator>!=|<=|>=|[=<>+\-|])
    | (?P<mark>::|//|\.\.|[()\[\]@,./*])
    """
_ANY: Final = re.compile(_PATH + _REST, re.VERBOSE)
_PATHLESS: Final = re.compile(_REST, re.VERBOSE)
_OPERATOR_NAME: Final = re.compile(r"(?:and|or|div|mod)(?![^\W\d])")
_SPACE: Final = re.compile(r"[ \t\r\n]*+")

_CLOSING: Final = frozenset({")", "]", ".", "..", "*"})
"""Marks that end an operand."""
_JOINING: Final = frozenset({"/", "//", "@", "::"})
"""Marks after which a name goes on with a path."""


class Token(NamedTuple):
    """One token; `position` is where it starts in the expression, from 0."""

    kind: TokenKind
    text: str
    position: int


def tokenize(source: str) -> list[Token]:
    """The tokens of `source`, ending with one `end` token. Raises XPathError."""
    tokens: list[Token] = []
    place = _after_space(source, 0)
    after_operand = in_path = False
    while place < len(source):
        found = (_PATHLESS if after_operand or in_path else _ANY).match(source, place)
        token = _token(source, place, found, after_operand)
        tokens.append(token)
        kind = token.kind
        after_operand = token.text in _CLOSING if kind == "mark" else kind != "operator"
        in_path = kind == "mark" and token.text in _JOINING
        place = _after_space(source, place + len(token.text))
    tokens.append(Token("end", "", len(source)))
    return tokens


def _after_space(source: str, place: int) -> int:
    found = _SPACE.match(source, place)
    return found.end() if found else place


def _token(source: str, place: int, found: re.Match[str] | None, after_operand: bool) -> Token:
    if found is None:
        if source[place] == "$":
            raise XPathError("variable", place)
        raise XPathError("syntax", place, found=source[place])
    text, kind = found.group(), cast(TokenKind, found.lastgroup)
    if after_operand and kind == "name":
        return Token("operator", _operator_name(text, place), place)
    if after_operand and text == "*":
        return Token("operator", text, place)
    return Token(kind, text, place)


def _operator_name(text: str, place: int) -> str:
    if found := _OPERATOR_NAME.match(text):
        return found.group()
    raise XPathError("syntax", place, found=text, expected="operator")
