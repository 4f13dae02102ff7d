"""The pages for people, as the tests of this room read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
READMES: Final = (ROOT / "README.md", ROOT / "README.zh-CN.md")
PAGES: Final = (*READMES, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")))

_FENCE: Final = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_HEADING: Final = re.compile(r"^(#+) (.+)$", re.MULTILINE)
_LINK: Final = re.compile(r"\]\(([^)\s]+)\)")


def name(page: Path) -> str:
    """How a test names the page."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path, *languages: str) -> list[str]:
    """The code blocks of these languages."""
    found = _FENCE.findall(page.read_text(encoding="utf-8"))
    return [text for language, text in found if language in languages]


def headings(page: Path) -> list[tuple[int, str]]:
    """Level and words of each heading."""
    return [(len(marks), words) for marks, words in _HEADING.findall(_prose(page))]


def links(page: Path) -> list[str]:
    """Where the page's links and images point, addresses on the web left out."""
    return [target for target in _LINK.findall(_prose(page)) if "://" not in target]


def anchor(words: str) -> str:
    """What a link to a heading ends in, by GitHub's rule."""
    return re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")


def commands(page: Path) -> Iterator[str]:
    """Each command line with our program in it, of the blocks that are marked as commands."""
    for line in "\n".join(blocks(page, "bash", "console")).splitlines():
        if found := re.match(r"\s*(?:\$ )?(?:\.venv/bin/)?zoufang (.*)", line):
            yield found[1]


def _prose(page: Path) -> str:
    return _FENCE.sub("", page.read_text(encoding="utf-8"))
