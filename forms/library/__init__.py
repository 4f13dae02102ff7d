"""The forms that come with the program: XLSForm tables in Markdown, in Chinese and English.

One file is one form, and the file's name is its `form_id`. ``docs/forms.md`` tells how to change
one, which facts a form may read and what its calculations are called.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

_FOLDER: Final = Path(__file__).parent


def names() -> tuple[str, ...]:
    """The form ids of the built-in forms, in alphabetical order."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.md")))


def source(name: str) -> bytes:
    """The XLSForm of the built-in form `name`: Markdown tables, UTF-8.

    Raises KeyError if there is no such form.
    """
    if name not in names():
        raise KeyError(name)
    return (_FOLDER / f"{name}.md").read_bytes()


def offers() -> Mapping[str, Any]:
    """To whom each built-in form is offered, by form id, as ``offers.toml`` says."""
    return tomllib.loads((_FOLDER / "offers.toml").read_text(encoding="utf-8"))
