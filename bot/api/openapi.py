"""The OpenAPI 3.1 document, made from the models that the API really uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from bot.api import models

_REF: Final = "#/components/schemas/{model}"
_PROBLEMS: Final = {
    "400": "A parameter is not as described",
    "401": "No token, or one that does not work",
    "429": "Too many requests; Retry-After says when to come again",
}


@dataclass(frozen=True, slots=True)
class Resource:
    """A list of the API: what may be asked, and what one entry of it is."""

    name: str
    summary: str
    wanted: type[BaseModel]
    item: type[BaseModel]


class Nothing(BaseModel):
    """A list that takes no parameters."""

    model_config = models.Page.model_config


RESOURCES: Final = (
    Resource("forms", "Forms on offer", Nothing, models.Form),
    Resource("areas", "The token's area and those below", Nothing, models.Area),
    Resource("submissions", "Records", models.SubmissionsWanted, models.Submission),
    Resource("obligations", "Duties", models.ObligationsWanted, models.Obligation),
    Resource("subjects", "Households and people", models.SubjectsWanted, models.Subject),
)


def document() -> dict[str, Any]:
    """The whole document."""
    items = {one.item for one in RESOURCES} | {models.Problem}
    names, defined = models_json_schema(
        [(one, "serialization") for one in sorted(items, key=lambda one: one.__name__)],
        ref_template=_REF,
    )
    assert names
    paths: dict[str, Any] = {f"/api/v1/{one.name}": {"get": _operation(one)} for one in RESOURCES}
    paths["/api/v1/submissions/{instance_id}"] = {"get": _one_submission()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Zoufang", "version": "1", "summary": "Records of an area, to be read"},
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": defined["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(resource: Resource) -> dict[str, Any]:
    listed = {
        "type": "object",
        "required": ["items", "next"],
        "properties": {
            "items": {"type": "array", "items": _ref(resource.item)},
            "next": {"type": ["string", "null"]},
        },
    }
    return {
        "operationId": resource.name,
        "summary": resource.summary,
        "parameters": [*_parameters(resource.wanted), _etag()],
        "responses": _responses({"application/json": {"schema": listed}}),
    }


def _one_submission() -> dict[str, Any]:
    content = {
        "application/json": {"schema": _ref(models.Submission)},
        "text/xml": {"schema": {"type": "string"}},
    }
    responses = _responses(content)
    responses["404"] = _problem("No such record in the token's area")
    identifier = {"type": "string", "minLength": 1, "maxLength": 64}
    return {
        "operationId": "submission",
        "summary": "One record, as JSON or as the XML that came in",
        "parameters": [
            {"name": "instance_id", "in": "path", "required": True, "schema": identifier},
            _etag(),
        ],
        "responses": responses,
    }


def _parameters(wanted: type[BaseModel]) -> list[dict[str, Any]]:
    properties: Mapping[str, Any] = (
        wanted.model_json_schema()["properties"] if (wanted.model_fields) else {}
    )
    return [
        {"name": name, "in": "query", "required": False, "schema": _plain(schema)}
        for name, schema in properties.items()
    ]


def _plain(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter is left out rather than null."""
    kinds = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    kept = {name: value for name, value in kinds[0].items() if name != "title"}
    return {name: value for name, value in kept.items() if value is not None}


def _etag() -> dict[str, Any]:
    return {"name": "If-None-Match", "in": "header", "schema": {"type": "string"}}


def _responses(content: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "200": {"description": "A page", "content": content},
        "304": {"description": "As the ETag says, nothing has changed"},
        **{status: _problem(text) for status, text in _PROBLEMS.items()},
    }


def _problem(text: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": _ref(models.Problem)}}
    return {"description": text, "content": content}


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REF.format(model=model.__name__)}
