"""Every sentence that a person reads, in Chinese and in English.

A catalogue is a folder of TOML files, one folder a language: ``zh/chat.toml`` holds the keys that
begin with ``chat.``, and is read when the first of them is wanted. A text may name values in
braces. Where a count changes the words, the entry is a table with ``one`` and ``other``, chosen by
the value ``n``.
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
    texts = chapter(language if language in LANGUAGES else DEFAULT, key.partition(".")[0])
    text = texts[key] if key in texts else texts[f"{key}.{'one' if values['n'] == 1 else 'other'}"]
    return text.format(**values)


def known(key: str) -> bool:
    """Whether there is a text for `key`."""
    return key in chapter(DEFAULT, key.partition(".")[0])


@cache
def chapter(language: str, name: str) -> Mapping[str, str]:
    """The texts of one file by their full key; none if there is no such file."""
    file = _FOLDER / language / f"{name}.toml"
    if not file.exists():
        return {}
    return dict(_flatten(name, tomllib.loads(file.read_text(encoding="utf-8"))))


def catalogue(language: str) -> Mapping[str, str]:
    """All texts of one language by their full key."""
    names = sorted(file.stem for file in (_FOLDER / language).glob("*.toml"))
    return {key: text for name in names for key, text in chapter(language, name).items()}


def _flatten(prefix: str, entries: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, entry in entries.items():
        key = f"{prefix}.{name}"
        if isinstance(entry, Mapping):
            yield from _flatten(key, entry)
        else:
            yield key, entry
