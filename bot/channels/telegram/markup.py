"""The little Markdown of a `Reply` as plain text with marked spans, cut to Telegram's length.

Telegram takes formatting beside the text (`entities`), so nothing has to be escaped and no text,
whatever a person typed into it, can break a message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.rules_inline.state_inline import Delimiter, StateInline
from markdown_it.token import Token

TEXT_LIMIT: Final = 4096
"""The longest message, in UTF-16 code units, as Telegram counts."""

_FIRST_WIDE: Final = "\u2e80"


def _emphasis(state: StateInline, silent: bool) -> bool:
    """CommonMark's stars, but as a Chinese sentence needs them: it has no spaces around a bold
    ``**血压：**高``, which CommonMark would leave as stars because of the colon."""
    marker = state.src[state.pos]
    if silent or marker not in "_*":
        return False
    run = state.scanDelims(state.pos, marker == "*")
    before = state.src[state.pos - 1] if state.pos else " "
    after = state.src[state.pos + run.length : state.pos + run.length + 1] or " "
    wide = marker == "*" and max(before, after) >= _FIRST_WIDE
    opens = run.can_open or (wide and not after.isspace())
    closes = run.can_close or (wide and not before.isspace())
    for _ in range(run.length):
        state.push("text", "", 0).content = marker
        place = len(state.tokens) - 1
        state.delimiters.append(Delimiter(ord(marker), run.length, place, -1, opens, closes))
    state.pos += run.length
    return True


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False})
    reader.disable(["code", "html_block", "html_inline", "lheading", "reference"])
    reader.enable("strikethrough")
    reader.inline.ruler.at("emphasis", _emphasis)
    return reader


_MARKDOWN: Final = _reader()

_SPANS: Final = {"strong": "bold", "em": "italic", "s": "strikethrough"}
_LINKS: Final = ("http://", "https://", "tg://")
_RULE: Final = "———"
_BREAKS: Final = tuple(re.compile(p) for p in (r"\n\n+", r"\n", r"[。！？；]\s*|[.!?;]\s+", r"\s"))


@dataclass(frozen=True, slots=True)
class Span:
    """A marked stretch of text, in code points. `url` belongs to a ``text_link``."""

    kind: str
    start: int
    end: int
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Marked:
    """Plain text and what is marked in it."""

    text: str
    spans: tuple[Span, ...] = ()

    def entities(self) -> list[dict[str, Any]]:
        """The spans as Bot API MessageEntity objects, counted in UTF-16 code units."""
        return [self._entity(span) for span in self.spans]

    def _entity(self, span: Span) -> dict[str, Any]:
        entity: dict[str, Any] = {
            "type": span.kind,
            "offset": units(self.text[: span.start]),
            "length": units(self.text[span.start : span.end]),
        }
        return entity if span.url is None else entity | {"url": span.url}

    def part(self, start: int, end: int) -> Marked:
        """A stretch of this text without the white space at its end."""
        end = start + len(self.text[start:end].rstrip())
        clipped = (
            replace(s, start=max(s.start, start) - start, end=min(s.end, end) - start)
            for s in self.spans
        )
        return Marked(self.text[start:end], tuple(s for s in clipped if s.start < s.end))


def units(text: str) -> int:
    """How many UTF-16 code units `text` takes."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@lru_cache(maxsize=512)  # many people are asked the same
def marked(markdown: str, head: str = "") -> Marked:
    """Read Markdown. `head` is a plain line that goes before it, in italics."""
    writer = _Writer()
    if head:
        writer.text, writer.spans = head, [Span("italic", 0, len(head))]
    for token in _MARKDOWN.parse(markdown):
        writer.block(token)
    return Marked(writer.text, tuple(writer.spans)).part(0, len(writer.text))


def parts(whole: Marked, limit: int = TEXT_LIMIT) -> Iterator[Marked]:
    """Cut into messages of at most `limit` UTF-16 code units, at the end of a paragraph if one is
    near, else of a line, a sentence, a word. Nothing but white space is left out."""
    start = len(whole.text) - len(whole.text.lstrip())
    while start < len(whole.text):
        end = _reach(whole.text, start, limit)
        if end < len(whole.text):
            end = _cut(whole.text, start, end)
        part = whole.part(start, end)
        if part.text:
            yield part
        start = end + len(whole.text[end:]) - len(whole.text[end:].lstrip())


def _reach(text: str, start: int, limit: int) -> int:
    """How far `limit` code units go from `start`."""
    end = min(len(text), start + limit)
    over = units(text[start:end]) - limit
    while over > 0:
        end -= 1
        over -= 2 if text[end] > "\uffff" else 1
    return end


def _cut(text: str, start: int, end: int) -> int:
    """The best place to cut in the second half of what fits."""
    middle = start + (end - start) // 2
    for pattern in _BREAKS:
        if places := [m.end() for m in pattern.finditer(text, middle, end)]:
            return places[-1]
    return end


@dataclass(slots=True)
class _Writer:
    """Collects text and spans while it walks over markdown-it's flat tokens."""

    text: str = ""
    spans: list[Span] = field(default_factory=list)
    opened: list[tuple[int, str | None]] = field(default_factory=list)
    markers: list[str] = field(default_factory=list)
    pending: str = ""
    last_line: int | None = None

    def block(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                self.markers.append("")
            case "bullet_list_close" | "ordered_list_close":
                self.markers.pop()
            case "list_item_open":
                marker = f"{token.info}{token.markup}" if token.info else "•"
                self.pending = "  " * (len(self.markers) - 1) + marker + " "
            case "list_item_close":
                self._flush(token)
            case "inline":
                self._leaf(token)
                for child in token.children or ():
                    self.inline(child)
            case "fence":
                self._leaf(token)
                self._span("pre", token.content.rstrip("\n"))
            case "hr":
                self._leaf(token)
                self.text += _RULE
            case "heading_open" | "blockquote_open":
                # What is opened here starts with the next leaf, after its line break.
                self.opened.append((-1, None))
            case "heading_close" | "blockquote_close":
                self._close("blockquote" if token.tag == "blockquote" else "bold")

    def inline(self, token: Token) -> None:
        match token.type:
            case "text":
                self.text += token.content
            case "softbreak" | "hardbreak":
                self.text += "\n"
            case "code_inline":
                self._span("code", token.content)
            case "image":
                self.text += token.content
            case "strong_open" | "em_open" | "s_open":
                self.opened.append((len(self.text), None))
            case "strong_close" | "em_close" | "s_close":
                self._close(_SPANS[token.type.removesuffix("_close")])
            case "link_open":
                self.opened.append((len(self.text), str(token.attrGet("href") or "")))
            case "link_close":
                self._close("text_link")

    def _leaf(self, token: Token) -> None:
        """Begin a line of its own, with the blank line that the author left before it."""
        first, last = token.map or (0, 0)
        if self.text:
            gap = self.last_line is not None and first > self.last_line
            self.text += "\n\n" if gap else "\n"
        self.last_line = last
        self.text += self.pending
        self.pending = ""
        self.opened = [(len(self.text) if at < 0 else at, url) for at, url in self.opened]

    def _flush(self, token: Token) -> None:
        """An item without words still shows its marker."""
        if self.pending:
            self._leaf(token)

    def _span(self, kind: str, text: str) -> None:
        start = len(self.text)
        self.text += text
        self._mark(Span(kind, start, len(self.text)))

    def _close(self, kind: str) -> None:
        start, url = self.opened.pop()
        if url is not None and not url.startswith(_LINKS):
            # Telegram opens no such link, but it finds telephone numbers and addresses in words.
            target = url.partition(":")[2]
            if target not in self.text[start:]:
                self.text += f" {target}"
            return
        if start >= 0:
            self._mark(Span(kind, start, len(self.text), url))

    def _mark(self, span: Span) -> None:
        if self.text[span.start : span.end].strip():
            self.spans.append(span)
