"""A file that a messenger handed over, without what a phone wrote into it.

It is cleaned before its step begins, in a thread: a long film takes a second, and no transaction
and no other chat waits for that.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from core.file_metadata import without_metadata
from core.filetypes import FileType, file_type
from core.unclean import UncleanError


@dataclass(frozen=True, slots=True)
class Fetched:
    """The content without metadata, empty if there is none; `kind` is None for what nobody takes.
    Of an `unclean` file the metadata can't be found for certain, so none of it is kept."""

    content: bytes
    kind: FileType | None = None
    unclean: bool = False


async def clean(content: bytes, claimed: str) -> Fetched:
    """`content` as it may be kept; `claimed` is the mime type that the sender gives."""
    kind = file_type(content, claimed)
    if kind is None:
        return Fetched(content)
    try:
        return Fetched(await asyncio.to_thread(without_metadata, content, kind.mime), kind)
    except UncleanError:
        return Fetched(b"", kind, unclean=True)
