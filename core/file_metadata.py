"""What people send, without what their phone wrote into it: place, time, device, names.

Each kind of picture, film, recording and office document has its own way (`_WAYS`). A file of such
a kind in which the metadata can't be found for certain is not taken at all. PDF, the documents of
office programs until 2007, text and archives are left as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from core.document_metadata import document
from core.filetypes import OASIS, OFFICE
from core.film_metadata import film
from core.gif_metadata import gif
from core.heif_metadata import heif
from core.picture_metadata import jpeg, png, webp
from core.sound_metadata import frames, ogg, wave
from core.unclean import UncleanError
from core.webm_metadata import webm


def _document(content: bytes) -> bytes:
    return document(content, without_metadata)


_WAYS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "image/jpeg": jpeg,
    "image/png": png,
    "image/webp": webp,
    "image/gif": gif,
    "image/heic": heif,
    "image/avif": heif,
    "video/mp4": film,
    "video/quicktime": film,
    "video/3gpp": film,
    "audio/mp4": film,
    "video/webm": webm,
    "audio/webm": webm,
    "audio/mpeg": frames,
    "audio/aac": frames,
    "audio/ogg": ogg,
    "audio/wav": wave,
    "audio/amr": bytes,  # it has no place for anything but sound
    f"{OFFICE}wordprocessingml.document": _document,
    f"{OFFICE}spreadsheetml.sheet": _document,
    f"{OFFICE}presentationml.presentation": _document,
    f"{OASIS}text": _document,
    f"{OASIS}spreadsheet": _document,
    f"{OASIS}presentation": _document,
}


def without_metadata(content: bytes, mime: str) -> bytes:
    """A file of type `mime`, as `core.filetypes` tells it, without its metadata. Raises
    UncleanError where that can't be done."""
    if mime.startswith(("image/", "video/", "audio/")) and mime not in _WAYS:
        raise UncleanError("a kind that nobody knows how to clean")
    way = _WAYS.get(mime)
    return way(content) if way else content
