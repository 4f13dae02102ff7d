"""A record with the labels of its form: what was asked, and what was answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from core.texts import say
from forms import Form
from forms.definition import Question, Text
from forms.node import Node

_LANGUAGE_CODES: Final = {"zh": ("(zh", "中文"), "en": ("(en", "english")}


@dataclass(frozen=True, slots=True)
class Line:
    """One answer. `name` is the question's name, with its row in a repeat (``roster[2]/m_sex``);
    `label` is empty for a value that was calculated and never asked."""

    name: str
    label: str
    value: str


class RecordView:
    """Puts labels to the answers of one form, in one language."""

    def __init__(self, form: Form, language: str) -> None:
        self._form = form
        self._language = _form_language(form, language)
        self._chinese = language == "zh"

    def lines(self, answers: Mapping[str, Any]) -> Iterator[Line]:
        """Every answer in the order of the record, groups and repeats opened up."""
        return self._within(self._form.elements[0].path, "", answers)

    def _within(self, path: str, prefix: str, answers: Mapping[str, Any]) -> Iterator[Line]:
        for key, value in answers.items():
            inner = f"{path}/{key}"
            if isinstance(value, Mapping) and not _is_place(value):
                yield from self._within(inner, prefix, value)
            elif _is_rows(value):
                for number, row in enumerate(value, 1):
                    yield from self._within(inner, f"{prefix}{key}[{number}]/", row)
            elif value is not None and value != "":
                yield self._line(inner, prefix + key, value)

    def _line(self, path: str, name: str, value: Any) -> Line:
        question = self._form.question(path)
        if question is None:
            return Line(name, "", "" if isinstance(value, Mapping) else plain(value))
        label = self.label(question) or name
        return Line(name, label, self.shown(question, value))

    def label(self, question: Question) -> str:
        """What is asked."""
        return self._form.words(question.label, self._language)

    def shown(self, question: Question, value: Any) -> str:
        """An answer to `question` as people read it: choices by their labels, a place as the chat
        tells it, to some metres."""
        if isinstance(value, Mapping):
            return _place(value, "zh" if self._chinese else "en")
        if not (question.options or question.itemset):
            return plain(value)
        chosen = value if isinstance(value, list) else [value]
        labels = self._choices.get(question.path, {})
        return ("、" if self._chinese else ", ").join(
            labels.get(str(one), str(one)) for one in chosen
        )

    def choices(self, question: Question) -> Mapping[str, str]:
        """What may be chosen, by value and in order, as people read it."""
        return self._choices.get(question.path, {})

    @cached_property
    def _choices(self) -> dict[str, dict[str, str]]:
        return {
            question.path: dict(self._labels(question))
            for question in self._form.questions
            if question.options or question.itemset
        }

    def _labels(self, question: Question) -> Iterator[tuple[str, str]]:
        for option in question.options:
            yield option.value, self._form.words(option.label, self._language)
        itemset = question.itemset
        if itemset is None or not isinstance(itemset.value, str):
            return
        for item in self._items(itemset.nodeset.instances):
            value = _child(item, itemset.value)
            label = _child(item, itemset.label) if isinstance(itemset.label, str) else ""
            if value and label:
                yield value, self._item_label(label) if itemset.itext else label

    def _item_label(self, itext: str) -> str:
        return self._form.words(Text(itext=itext), self._language)

    def _items(self, instances: frozenset[str]) -> Iterator[Node]:
        for identifier in sorted(instances):
            document = self._form.documents().get(identifier)
            for node in document.walk() if document else ():
                if node.named:
                    yield node


def _is_place(value: Mapping[str, Any]) -> bool:
    return "latitude" in value and "longitude" in value


def _place(value: Mapping[str, Any], language: str) -> str:
    where = f"{float(value['latitude']):.5f}, {float(value['longitude']):.5f}"
    within = round(float(value.get("accuracy") or 0))
    return say(language, "chat.place_within", place=where, n=within) if within else where


def plain(value: Any) -> str:
    """A typed answer without a label: numbers without a needless fraction, lists by spaces."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return " ".join(plain(one) for one in value)
    return str(value)


def flat(answers: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Single values by name, groups and repeats opened up as `RecordView.lines` does."""
    for key, value in answers.items():
        if isinstance(value, Mapping):
            yield from flat(value, prefix)
        elif _is_rows(value):
            for number, row in enumerate(value, 1):
                yield from flat(row, f"{prefix}{key}[{number}]/")
        else:
            yield prefix + key, value


def _is_rows(value: Any) -> bool:
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and bool(value)
        and all(isinstance(one, Mapping) for one in value)
    )


def _child(item: Node, name: str) -> str:
    found = item.named.get(name)
    return found[0].text if found else ""


def _form_language(form: Form, language: str) -> str:
    """The form's own name of a language: authors write ``English (en)`` or ``en``."""
    for name in form.languages:
        if name == language or any(mark in name.lower() for mark in _LANGUAGE_CODES[language]):
            return name
    return form.default_language
