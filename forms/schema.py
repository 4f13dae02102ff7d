"""A form's answers as a pydantic model, and its JSON Schema.

The model reads what `Interview.typed_answers` gives. Everything is optional, because relevance
decides what is there. Names that Python or pydantic keep for themselves get a trailing underscore
and their own name as alias.
"""

from __future__ import annotations

import keyword
import re
from datetime import date, datetime, time
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, create_model

from forms.definition import NONE, Element, Question, Shape
from forms.form import Form
from forms.prompts import Kind

_TYPES: Final[dict[str, Any]] = {
    "int": int,
    "integer": int,
    "long": int,
    "decimal": float,
    "double": float,
    "float": float,
    "date": date,
    "time": time,
    "dateTime": datetime,
}


class Answers(BaseModel):
    """What all generated models share."""

    model_config = ConfigDict(populate_by_name=True, extra="forbid", protected_namespaces=())


class GeoPoint(Answers):
    """A place: degrees, metres above the ellipsoid, metres of accuracy."""

    latitude: float
    longitude: float
    altitude: float = 0.0
    accuracy: float = 0.0


def answer_model(form: Form, language: str = "") -> type[BaseModel]:
    """A model named after the form; titles and descriptions are its labels and hints."""
    return _group(form, form.elements[0], language)


def json_schema(form: Form, language: str = "") -> dict[str, Any]:
    """The JSON Schema (2020-12) of `answer_model`."""
    schema = answer_model(form, language).model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _group(form: Form, element: Element, language: str) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for index in element.children:
        child = form.elements[index]
        if child.shape is Shape.ATTRIBUTE:
            continue
        annotation = _annotation(form, child, language)
        question = form.questions[child.question] if child.question != NONE else None
        name = _safe(child.name, fields)
        fields[name] = (
            annotation | None,
            Field(
                default=None,
                alias=child.name,
                title=_words(form, question, "label", language),
                description=_words(form, question, "hint", language),
            ),
        )
    title = "".join(part.capitalize() for part in re.split(r"\W+", element.path) if part)
    return create_model(title or "Answers", __base__=Answers, **fields)


def _annotation(form: Form, element: Element, language: str) -> Any:
    if element.shape is Shape.GROUP:
        return _group(form, element, language)
    if element.shape is Shape.REPEAT:
        return list[_group(form, element, language)]  # type: ignore[misc]
    question = form.questions[element.question] if element.question != NONE else None
    kind = question.kind if question is not None else None
    if question is not None and kind in (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE, Kind.RANK):
        one = _choice(form, question)
        return one if kind is Kind.SELECT_ONE else list[one]  # type: ignore[valid-type]
    kind_of = element.bind.type
    if kind_of == "geopoint":
        return GeoPoint
    if kind_of in ("geotrace", "geoshape"):
        return list[GeoPoint]
    return _TYPES.get(kind_of, float if kind is Kind.RANGE else str)


def _choice(form: Form, question: Question) -> Any:
    """Text, and in the JSON Schema the values that can be chosen, where the form fixes them."""
    values = [option.value for option in question.options]
    itemset = question.itemset
    if itemset is not None and not itemset.nodeset.dependencies and isinstance(itemset.value, str):
        match = re.fullmatch(r"instance\('([^']+)'\)/root/item", itemset.nodeset.source.strip())
        document = form.documents().get(match[1]) if match else None
        if document is not None:
            items = document.children[0].named.get("item", [])
            values = [
                one.named[itemset.value][0].text for one in items if itemset.value in one.named
            ]
    if not values:
        return str
    return Annotated[str, WithJsonSchema({"type": "string", "enum": list(dict.fromkeys(values))})]


def _words(form: Form, question: Question | None, part: str, language: str) -> str | None:
    if question is None:
        return None
    return form.words(question.label if part == "label" else question.hint, language) or None


def _safe(name: str, taken: dict[str, Any]) -> str:
    safe = re.sub(r"\W", "_", name).lstrip("_") or "field"
    if safe[0].isdigit():
        safe = f"n{safe}"
    if keyword.iskeyword(safe) or hasattr(BaseModel, safe):
        safe += "_"
    while safe in taken:
        safe += "_"
    return safe
