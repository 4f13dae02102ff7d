"""Finding a word wherever it was written, however it was encoded."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote

_CHARACTERS: Final = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")


def written(word: str | bytes) -> Iterator[bytes]:
    """Every way in which `word` may stand in a file: in four sets of characters, in hex, in base64
    at each of its three places, escaped for JSON and for an address."""
    if isinstance(word, bytes):
        yield word
        yield from _coded(word)
        return
    yield from {word.encode(name) for name in _CHARACTERS}
    yield from _coded(word.encode())
    yield from _base64(word.encode("utf-16-le"))
    yield from {json.dumps(word)[1:-1].encode(), quote(word).encode()}


def _coded(plain: bytes) -> Iterator[bytes]:
    yield plain.hex().encode()
    yield plain.hex().upper().encode()
    yield from _base64(plain)


def _base64(plain: bytes) -> Iterator[bytes]:
    """The middle of it, which hangs on nothing that stands before or after."""
    for before in range(3):
        whole = plain[(3 - before) % 3 :]
        whole = whole[: len(whole) // 3 * 3]
        if len(whole) >= 6:
            yield base64.b64encode(whole)


def found(words: Iterable[str | bytes], content: bytes) -> list[str | bytes]:
    """Those of `words` that stand in `content` in any of these ways."""
    return [word for word in words if any(way in content for way in set(written(word)))]
