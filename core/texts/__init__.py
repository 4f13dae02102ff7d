"""Every sentence that a person reads, in Chinese and in English.

A catalogue is a folder of TOML files, one folder a language: ``zh/chat.toml`` holds the keys that
begin with ``chat.``. A text may name values in braces. Where a count changes the words, the entry
is a table with ``one`` and ``other``, chosen by the value ``n``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

LANGUAGES: Final = ("zh", "en")
DEFAULT: Final = "zh"

_FOLDER: Final = Path(__file__).parent


def say(language: str, key: str, /, **values: object) -> str:
    """The text of `key` in `language` (an unknown language reads Chinese), its values filled in.

    Raises KeyError for a key or a value that is missing: a test walks all of them.
    """
    texts = catalogue(language if language in LANGUAGES else DEFAULT)
    text = texts[key] if key in texts else texts[f"{key}.{'one' if values['n'] == 1 else 'other'}"]
    return text.format(**values)


def known(key: str) -> bool:
    """Whether there is a text for `key`."""
    return key in catalogue(DEFAULT)


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All texts of one language by their full key."""
    texts: dict[str, str] = {}
    for file in sorted((_FOLDER / language).glob("*.toml")):
        entries = tomllib.loads(file.read_text(encoding="utf-8"))
        texts.update(_flatten(file.stem, entries))
    return texts


def _flatten(prefix: str, entries: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, entry in entries.items():
        key = f"{prefix}.{name}"
        if isinstance(entry, Mapping):
            yield from _flatten(key, entry)
        else:
            yield key, entry
