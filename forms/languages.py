"""Languages as forms name them."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_CODE: Final = re.compile(r"(?:^|\()([a-z]{2,3})(?:[-_]\w+)*\)?$", re.IGNORECASE)
_NAMES: Final = (
    (re.compile(r"中文|汉语|普通话|chinese|mandarin", re.IGNORECASE), "zh"),
    (re.compile(r"english", re.IGNORECASE), "en"),
)


def language_code(name: str) -> str:
    """The code of a language as forms name it: ``zh`` for ``中文 (zh)``, ``zh-CN`` or ``中文``; ''
    where the name does not tell."""
    plain = unicodedata.normalize("NFKC", name).strip()
    if found := _CODE.search(plain):
        return found[1].lower()
    return next((code for pattern, code in _NAMES if pattern.search(plain)), "")
