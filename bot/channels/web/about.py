"""What a page may know about its session."""

from __future__ import annotations

import hashlib

from core.ports import WebSession
from core.texts import chapter


def person(session: WebSession) -> str:
    """An opaque name of the person, the same on each of their devices. It keeps two people's unsent
    messages apart on a phone that they share."""
    return hashlib.sha256(session.address.encode()).hexdigest()[:16]


def about(session: WebSession) -> dict[str, object]:
    """``{"person", "language"}``; language is ``zh`` or ``en``."""
    return {"person": person(session), "language": session.language}


def about_with_words(session: WebSession) -> dict[str, object]:
    """The same, with all ``words`` of the page in that language."""
    return {**about(session), "words": section(session.language, "web.page.")}


def section(language: str, prefix: str) -> dict[str, str]:
    """The texts whose keys begin with `prefix`, by the rest of the key."""
    return {
        key.removeprefix(prefix): text
        for key, text in chapter(language, prefix.partition(".")[0]).items()
        if key.startswith(prefix)
    }
