"""A compiled form: what all interviews of it share. Never changes once it is made."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from forms.definition import (
    NONE,
    Action,
    Computation,
    Container,
    Element,
    Question,
    Scope,
    Seed,
    Slot,
    Task,
    Text,
    Trigger,
)
from forms.findings import Finding
from forms.model import Itext, Secondary
from forms.node import Node
from forms.prompts import Kind
from forms.secondary import document

SCHEMA: Final = 1
"""Goes up whenever the compiled shape changes: bytes of another schema are compiled again."""


_WORDS: Final = frozenset({"", "long", "short"})
_DERIVED: Final = ("asked_masks", "index", "inner", "repeat_masks", "_documents")


class StaleFormError(ValueError):
    """Stored bytes were written by another version of the program; compile the XForm again."""


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """`questions` are in body order. `settings` holds the attributes of model, submission and
    instance as the author wrote them, ``id`` and ``version`` among them. `findings` are warnings.
    `index` finds elements by path, `inner` the scopes of the repeats right below an element;
    `repeat_masks` has for each scope the slots that are repeats, `asked_masks` those that a person
    has to answer: notes are only read."""

    title: str
    sha256: str
    elements: tuple[Element, ...]
    scopes: tuple[Scope, ...]
    questions: tuple[Question, ...]
    containers: tuple[Container, ...]
    actions: tuple[Action, ...]
    computations: tuple[Computation, ...]
    triggers: tuple[tuple[Trigger, ...], ...]
    seed: Seed
    namespaces: Mapping[str, str]
    root_namespace: str
    itext: Itext
    default_language: str
    secondary: Mapping[str, Secondary]
    settings: Mapping[str, str]
    findings: tuple[Finding, ...] = ()
    index: dict[str, int] = field(default_factory=dict)
    inner: dict[int, tuple[int, ...]] = field(default_factory=dict)
    repeat_masks: list[int] = field(default_factory=list)
    asked_masks: list[int] = field(default_factory=list)
    _documents: dict[str, Node] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.index.update({element.path: element.index for element in self.elements})
        self.repeat_masks.extend(
            sum(1 << place for place, slot in enumerate(scope.slots) if slot.repeat != NONE)
            for scope in self.scopes
        )
        self.asked_masks.extend(
            sum(1 << place for place, slot in enumerate(scope.slots) if self._asked(slot))
            for scope in self.scopes
        )
        for scope in self.scopes[1:]:
            parent = self.elements[scope.element].parent
            self.inner[parent] = (*self.inner.get(parent, ()), scope.index)

    def _asked(self, slot: Slot) -> bool:
        return slot.question != NONE and self.questions[slot.question].kind is not Kind.NOTE

    @classmethod
    def from_xform(cls, xml: bytes, attachments: Mapping[str, bytes] | None = None) -> Form:
        """Compile an XForm. `attachments` are by file name. Raises FormError with every finding."""
        from forms.xform import load_form

        # Compiling makes many objects that all live on: the collector would only walk them again
        # and again.
        collecting = gc.isenabled()
        gc.disable()
        try:
            return load_form(xml, attachments or {})
        finally:
            if collecting:
                gc.enable()

    @property
    def form_id(self) -> str:
        """The author's id of the form."""
        return self.settings["id"]

    @property
    def version(self) -> str:
        """The author's version, '' if there is none."""
        return self.settings.get("version", "")

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the form as the author named them, in the author's order. pyxform
        writes media without a language under one of their own, which says nothing."""
        spoken = (
            code
            for code, texts in self.itext.items()
            if any(forms.keys() & _WORDS for forms in texts.values())
        )
        return tuple(spoken) or tuple(self.itext)

    @property
    def attachments_needed(self) -> tuple[str, ...]:
        """File names that the form reads and that were not attached when it was compiled."""
        return tuple(
            one.file
            for one in self.secondary.values()
            if one.branch is None and one.src and not one.src.startswith("jr://instance/")
        )

    def question(self, path: str) -> Question | None:
        """The question at `path`, if the body asks there."""
        place = self.index.get(path, NONE)
        if place == NONE or self.elements[place].question == NONE:
            return None
        return self.questions[self.elements[place].question]

    def ranks_using(self, functions: frozenset[str], task: Task | None = None) -> list[int]:
        """The rules, of one task or of all, that call one of these functions, by their ranks."""
        return [
            one.rank
            for one in self.computations
            if one.expression.functions & functions and task in (None, one.task)
        ]

    def words(self, text: Text | None, language: str = "", form: str = "") -> str:
        """`text` without its ``<output>`` values, for lists of questions and reports."""
        if text is None:
            return ""
        parts = text.parts
        if text.itext:
            for code in (language, self.default_language, *self.itext):
                found = self.itext.get(code, {}).get(text.itext, {}).get(form)
                if found is not None:
                    parts = found
                    break
        return "".join(part if isinstance(part, str) else "…" for part in parts).strip()

    def documents(self) -> Mapping[str, Node]:
        """The form's secondary instances as nodes by id, shared by all interviews."""
        if not self._documents:
            self._documents.update(
                (one.id, document(one.branch))
                for one in self.secondary.values()
                if one.branch is not None
            )
        return self._documents

    def dumps(self) -> bytes:
        """The compiled form as bytes for a cache that only this program writes."""
        state = {one.name: getattr(self, one.name) for one in fields(self)}
        for name in _DERIVED:
            del state[name]
        return pickle.dumps((SCHEMA, state), protocol=5)

    @classmethod
    def loads(cls, data: bytes) -> Form:
        """The form that `dumps` wrote. Raises StaleFormError. Never give it a stranger's bytes."""
        try:
            schema, state = pickle.loads(data)
        except Exception as error:  # broken bytes can raise anything
            raise StaleFormError from error
        if schema != SCHEMA:
            raise StaleFormError
        return cls(**state)

    def __reduce__(self) -> tuple[Any, ...]:
        return Form.loads, (self.dumps(),)
