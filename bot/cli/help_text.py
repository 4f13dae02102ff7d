"""How text is drawn on a help page: lines that break where Chinese may break, and kinds by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from rich.text import Text
from typer.rich_utils import OptionHighlighter, TypesHighlighter

_KINDS: Final = {
    "path": "file",
    "list[Path]": "file",
    "str": "text",
    "list[str]": "text",
    "int": "number",
    "int range": "number",
    "bool": "",
}
"""What typer calls the value of an option, and what it is to a person; a flag takes none."""


class Folding(OptionHighlighter):
    """Typer's colours on a text that is folded.

    Rich takes a run of characters without a space for one word, and cuts a word that is too long.
    """

    def __call__(self, text: str | Text) -> Text:
        made = super().__call__(text)
        made.overflow = "fold"
        return made


class Kinds(TypesHighlighter):
    """Typer's colours on what an option takes, in the words given by `names`."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def __call__(self, text: str | Text) -> Text:
        plain = str(text)
        if (found := re.match(r"<([^>]+)>", plain)) and found[1] in _KINDS:
            text = Text(self._names.get(_KINDS[found[1]], "") + plain[found.end() :])
        return super().__call__(text)
