"""What a name can be found by: its beginnings, and the initials of its pinyin."""

from __future__ import annotations

from typing import Final

COMPOUND_SURNAMES: Final = frozenset(
    {"欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "长孙"}
    | {"宇文", "司徒", "令狐", "夏侯", "端木", "南宫", "澹台", "赫连", "闻人", "呼延"}
)


def surname(name: str) -> str:
    """The surname of a Chinese name; of other names the last word."""
    if name[:2] in COMPOUND_SURNAMES:
        return name[:2]
    return name[:1] if not name.isascii() else name.rsplit(maxsplit=1)[-1]


def initials(name: str) -> str:
    """The first letters of a name's pinyin or words, in capitals: 王小明 gives WXM."""
    from pypinyin import Style, lazy_pinyin

    if name.isascii():
        return "".join(word[0] for word in name.split()).upper()
    return "".join(part[:1] for part in lazy_pinyin(name, style=Style.FIRST_LETTER)).upper()


def search_terms(name: str) -> set[str]:
    """Every beginning of the name and of its initials, as `normal` writes them."""
    short = initials(name)
    terms = {name[:end] for end in range(1, len(name) + 1)}
    terms |= {short[:end] for end in range(1, len(short) + 1)}
    return {normal(term) for term in terms}


def normal(term: str) -> str:
    """A search term without spaces, letters in capitals."""
    return "".join(term.split()).upper()
