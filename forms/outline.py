"""The outline of an XForm: what its XML says, in plain data, for the checks.

The checks look at what the author wrote, also at what a chat ignores; the compiled form keeps only
what it needs. Namespaces are dropped: names here are local names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

QUESTIONS: Final = frozenset({"input", "select", "select1", "rank", "upload", "trigger", "range"})


@dataclass(frozen=True, slots=True)
class Bind:
    """The rules of one node: attributes by local name, such as ``relevant`` or ``type``."""

    path: str
    attributes: Mapping[str, str]
    line: int


@dataclass(frozen=True, slots=True)
class Text:
    """A label, hint or message: an itext id, or the words themselves."""

    itext: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A choice that stands in the question itself or in an inline secondary instance."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Control:
    """One question, group or repeat of the body. `groups` are the paths around it, outer first."""

    tag: str
    path: str
    appearance: str
    label: Text
    hint: Text
    attributes: Mapping[str, str]
    items: tuple[Item, ...]
    itemset: str
    value_ref: str
    label_ref: str
    groups: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Instance:
    """A secondary instance. `src` is its address, '' where its rows stand in the form."""

    id: str
    src: str
    items: tuple[Mapping[str, str], ...]
    line: int

    @property
    def file(self) -> str:
        """The name of the file at `src`, or ''."""
        return self.src.rpartition("/")[2] if self.src.startswith("jr://file") else ""


@dataclass(frozen=True)
class Outline:
    """A whole form. Paths are absolute and begin with the root's name."""

    root: str
    form_id: str
    version: str
    title: str
    binds: Mapping[str, Bind]
    controls: tuple[Control, ...]
    texts: Mapping[str, Mapping[str, Mapping[str, str]]]
    """Language -> itext id -> form ('' for the plain text, else ``image`` ...) -> words."""
    default_language: str
    instances: Mapping[str, Instance]
    actions: tuple[tuple[str, str, str, int], ...]
    """Setvalue and other actions: (local name, path, expression, line)."""
    outputs: tuple[tuple[str, str, int], ...]
    """What texts show of other answers: (expression, path of the question, line)."""
    submission: Mapping[str, str]
    attributes: Mapping[str, str]
    """Attributes of the root: settings of the author's own (``attribute::…``) among them."""
    names: Mapping[str, int]
    """Nodes of the primary instance, by path, with how many siblings of one parent have it."""

    @cached_property
    def questions(self) -> tuple[Control, ...]:
        """The controls that ask something, in the order of the body."""
        return tuple(control for control in self.controls if control.tag in QUESTIONS)

    @cached_property
    def repeats(self) -> frozenset[str]:
        """The paths of repeats."""
        return frozenset(c.path for c in self.controls if c.tag == "repeat")

    def words(self, text: Text, language: str = "") -> str:
        """A text in `language`, or in the default one."""
        if not text.itext:
            return text.words
        forms = self.texts.get(language or self.default_language, {}).get(text.itext, {})
        return forms.get("", "")


def name_of(path: str) -> str:
    """The last step of a path: the question's name."""
    return path.rpartition("/")[2]


_TYPES: Final = {
    "trigger": "acknowledge",
    "select": "select_multiple",
    "select1": "select_one",
    "rank": "rank",
    "range": "range",
    "group": "begin_group",
    "int": "integer",
    "string": "text",
    "boolean": "text",
    "binary": "file",
}


def type_of(control: Control, outline: Outline) -> str:
    """The XLSForm type of a control."""
    if control.tag == "group" and control.path in outline.repeats:
        return "begin_repeat"
    if control.tag == "upload":
        media = control.attributes.get("mediatype", "").partition("/")[0]
        return media if media in ("image", "audio", "video") else "file"
    bind = outline.binds.get(control.path)
    kind = bind.attributes.get("type", "string").rpartition(":")[2] if bind else "string"
    if control.tag == "input" and bind and bind.attributes.get("readonly") == "true()":
        return "note"
    return _TYPES.get(control.tag) or _TYPES.get(kind, kind)
