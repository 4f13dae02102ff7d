"""The page and its assets, read into memory once and served from here, compressed.

An asset's address holds a hash of all of them: browsers keep it for ever, and a new release has new
addresses. Imports between the page's modules are relative, so they stay within one release.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from typing import Final

from aiohttp import web

from bot.channels.web.about import about_with_words, section
from core.ports import WebSession
from core.texts import LANGUAGES

FOLDER: Final = Path(__file__).parent.parent / "webchat"

_TYPES: Final = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_TAGS: Final = {"zh": "zh-CN", "en": "en"}


@dataclass(frozen=True, slots=True)
class _Asset:
    content: bytes
    packed: bytes
    mime: str


class Pages:
    """All that is served without a session."""

    def __init__(self, folder: Path = FOLDER) -> None:
        files = {
            file.relative_to(folder).as_posix(): file
            for file in sorted(folder.rglob("*"))
            if file.suffix in _TYPES
        }
        self._assets = {name: _asset(file) for name, file in files.items()}
        self._version = hashlib.sha256(
            b"".join(name.encode() + asset.content for name, asset in self._assets.items())
        ).hexdigest()[:12]
        self._doors = _both_languages()

    def routes(self) -> list[web.RouteDef]:
        """Assets by release, and those whose address browsers want to be fixed."""
        return [
            web.get("/web/{version}/{name:.+}", self._versioned),
            web.get("/worker.js", self._worker),
            web.get("/manifest.webmanifest", self._manifest),
            web.get("/favicon.ico", self._favicon),
        ]

    def html(self, name: str, status: int = 200) -> web.Response:
        """A page in both languages, for someone whose language is not known yet."""
        return self._page(name, {"version": self._version, **self._doors}, status)

    def chat(self, session: WebSession) -> web.Response:
        """The chat page of one person, their words with it."""
        opening = json.dumps(about_with_words(session), ensure_ascii=False)
        words = {
            "version": self._version,
            "lang": _TAGS[session.language],
            # A data block ends at "</script", and nothing else in it is markup.
            "opening": opening.replace("<", "\\u003c"),
        }
        return self._page("index.html", words, 200)

    def _page(self, name: str, words: dict[str, str], status: int) -> web.Response:
        text = Template(self._assets[name].content.decode()).substitute(words)
        response = web.Response(text=text, status=status, content_type="text/html")
        response.enable_compression()
        return response

    async def _versioned(self, request: web.Request) -> web.Response:
        current = request.match_info["version"] == self._version
        return self._serve(
            request, request.match_info["name"], _FOR_EVER if current else "no-cache"
        )

    async def _worker(self, request: web.Request) -> web.Response:
        return self._serve(request, "worker.js", "no-cache")

    async def _manifest(self, request: web.Request) -> web.Response:
        return self._serve(request, "manifest.webmanifest", "no-cache")

    async def _favicon(self, request: web.Request) -> web.Response:
        return self._serve(request, "icon-192.png", "public, max-age=86400")

    def _serve(self, request: web.Request, name: str, cache: str) -> web.Response:
        asset = self._assets.get(name)
        if asset is None or name.endswith(".html"):
            raise web.HTTPNotFound
        headers = {"Content-Type": asset.mime, "Cache-Control": cache, "Vary": "Accept-Encoding"}
        if asset.packed and "gzip" in request.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return web.Response(body=asset.packed, headers=headers)
        return web.Response(body=asset.content, headers=headers)


def _asset(file: Path) -> _Asset:
    content = file.read_bytes()
    mime = _TYPES[file.suffix]
    text = mime.startswith("text/") or mime.endswith(("xml", "json"))
    return _Asset(
        content=content,
        packed=gzip.compress(content, mtime=0) if text else b"",
        mime=f"{mime}; charset=utf-8" if text else mime,
    )


def _both_languages() -> dict[str, str]:
    return {
        f"{name}_{language}": escape(text)
        for language in LANGUAGES
        for name, text in section(language, "web.door.").items()
    }
