"""Opens a form for trying out: the clock, the language, and facts as the register would give them.

The facts file is JSON::

    {"subject": {"code": "A0102", "surname": "王", "birth_date": "1950-03-05", "tags": ["over_65"]},
     "previous": {"htn_class": "controlled"},
     "parameters": {"htn_sbp_limit": 140},
     "instances": {"villages": [{"name": "v1", "label": "东村"}]}}

Every part may be left out. Without a subject a placeholder stands in, so that any built-in form can
be walked through.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
import random
import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from forms import Env, Form, Interview
from forms.prompts import Kind, Media

HOME: Final = ZoneInfo("Asia/Shanghai")
MEDIA: Final = frozenset({Kind.IMAGE, Kind.AUDIO, Kind.VIDEO, Kind.FILE})
_PLACEHOLDER: Final = {"code": "A0001"}
_PROPERTIES: Final = {"username": "try", "deviceid": "zoufang:try"}

Rows = Sequence[Mapping[str, str]]


class TrialError(Exception):
    """What was asked for can't be opened: `code` is a text under ``forms.try``."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def open_trial(
    form: Form,
    language: str,
    *,
    now: str | None = None,
    facts: Path | None = None,
    seed: int | None = None,
) -> Interview:
    """Start an interview. `now` is an ISO time (its offset is the interview's time zone; without
    one it is China's); `facts` is a file as above. Raises TrialError."""
    instances = _instances(_facts(facts))
    env = _environment(now, seed)
    chosen = pick_language(form.languages, language)
    return Interview.start(form, env, chosen, instances=instances)


def pick_language(languages: Sequence[str], wanted: str) -> str | None:
    """The form's language for `wanted`: its full name, its code, or None for the form's default."""
    names = {"zh": "中文|汉语|chinese", "en": "english"}
    for language in languages:
        if language == wanted:
            return language
    for language in languages:
        coded = re.search(rf"\({re.escape(wanted)}\b", language, re.IGNORECASE)
        if coded or re.match(names.get(wanted, "$^"), language, re.IGNORECASE):
            return language
    return None


def media_of(path: Path) -> Media:
    """The file at `path` as an answer. Raises OSError."""
    content = path.read_bytes()
    mime = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Media(path.name, mime, hashlib.sha256(content).hexdigest(), len(content), str(path))


def _environment(now: str | None, seed: int | None) -> Env:
    clock, zone = _clock(now)
    chance = random.Random(seed)  # identifiers of a trial, no secrets
    if seed is None:
        return Env(now=clock, tz=zone, properties=_PROPERTIES)
    return Env(
        now=clock,
        tz=zone,
        uuid=lambda: str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        random_seed=seed,
        properties=_PROPERTIES,
    )


def _clock(now: str | None) -> tuple[Any, tzinfo]:
    if now is None:
        return lambda: datetime.now(UTC), HOME
    try:
        moment = datetime.fromisoformat(now)
    except ValueError as error:
        raise TrialError("bad_now", now=now) from error
    zone = moment.tzinfo or HOME
    moment = moment.replace(tzinfo=zone)
    return lambda: moment, zone


def _facts(file: Path | None) -> Mapping[str, Any]:
    if file is None:
        return {}
    try:
        facts = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise TrialError("no_facts", file=file, error=error) from error
    if not isinstance(facts, dict):
        raise TrialError("no_facts", file=file, error="not a JSON object")
    return facts


def _instances(facts: Mapping[str, Any]) -> dict[str, Rows]:
    try:
        subject = _row(facts.get("subject") or _PLACEHOLDER)
        label = f"{subject.get('code', '')} {subject.get('surname', '')}".strip()
        tables: dict[str, Rows] = {
            "subject": [{"key": "subject", **subject}],
            "subjects": [{"name": subject.get("code", ""), "label": label}],
            "previous": [{"key": "previous", **_row(p)} for p in [facts.get("previous")] if p],
            "parameters": [
                {"key": key, "value": value}
                for key, value in _row(facts.get("parameters") or {}).items()
            ],
        }
        for name, rows in (facts.get("instances") or {}).items():
            tables[name] = [_row(row) for row in rows]
    except (AttributeError, TypeError) as error:
        raise TrialError("no_facts", file="", error=error) from error
    return tables


def _row(raw: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): _text(value) for name, value in raw.items()}


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        return " ".join(_text(item) for item in value)
    return str(value)
