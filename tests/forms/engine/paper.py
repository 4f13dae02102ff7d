"""Forms for tests, written as XForm XML with as little ceremony as possible."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from forms import Accepted, Env, Form, Interview, Prompt, Rejected

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)

_HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'xmlns:jr="http://openrosa.org/javarosa" xmlns:odk="http://www.opendatakit.org/xforms" '
    'xmlns:orx="http://openrosa.org/xforms" xmlns:entities="http://www.opendatakit.org/xforms/entities">'
)


def xform(instance: str, model: str = "", body: str = "", version: str = "1") -> bytes:
    """An XForm named ``paper`` whose root is ``data``."""
    return (
        f"{_HEAD}<h:head><h:title>Paper</h:title><model>"
        f'<instance><data id="paper" version="{version}">{instance}</data></instance>{model}'
        f"</model></h:head><h:body>{body}</h:body></h:html>"
    ).encode()


def bind(path: str, **rules: str) -> str:
    """A bind below ``/data``. `jr_` in a rule's name stands for the prefix ``jr:``."""
    attributes = "".join(
        f' {name.replace("jr_", "jr:")}="{_escape(value)}"' for name, value in rules.items()
    )
    return f'<bind nodeset="/data/{path}"{attributes}/>'


def ask(path: str, label: str = "", inside: str = "", tag: str = "input", **more: str) -> str:
    """A control below ``/data``, labelled by its name if nothing else is said."""
    attributes = "".join(f' {name}="{_escape(value)}"' for name, value in more.items())
    words = label or path.rpartition("/")[2]
    return f'<{tag} ref="/data/{path}"{attributes}><label>{words}</label>{inside}</{tag}>'


def options(*values: str) -> str:
    """Written-out choices; a label is its value in capitals."""
    return "".join(
        f"<item><label>{value.upper()}</label><value>{value}</value></item>" for value in values
    )


def repeat(path: str, inside: str, label: str = "", **more: str) -> str:
    """A repeat below ``/data`` with the group that usually stands around it."""
    attributes = "".join(
        f' {name.replace("jr_", "jr:")}="{_escape(value)}"' for name, value in more.items()
    )
    words = f"<label>{label}</label>" if label else ""
    return (
        f'<group ref="/data/{path}">{words}'
        f'<repeat nodeset="/data/{path}"{attributes}>{inside}</repeat></group>'
    )


def table(name: str, *rows: Mapping[str, str]) -> str:
    """A secondary instance of rows."""
    items = "".join(
        "<item>" + "".join(f"<{key}>{value}</{key}>" for key, value in row.items()) + "</item>"
        for row in rows
    )
    return f'<instance id="{name}"><root>{items}</root></instance>'


class Clock:
    """Stands still until it is turned."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **span: float) -> None:
        self.now += timedelta(**span)


def env(clock: Clock | None = None, tz: tzinfo = SHANGHAI, **properties: str) -> Env:
    """A world in which time stands still and chance and ids repeat."""
    count = iter(range(1, 1_000_000))
    return Env(
        now=clock or Clock(),
        tz=tz,
        uuid=lambda: f"00000000-0000-4000-8000-{next(count):012d}",
        random_seed=7,
        properties=properties,
    )


def start(xml: bytes, **options_: Any) -> Interview:
    """An interview of a form that was not worth a name."""
    world = options_.pop("env", None) or env()
    return Interview.start(Form.from_xform(xml), world, **options_)


def asked(interview: Interview) -> str:
    """The name of the question that stands at the cursor; '' if none does."""
    now = interview.current()
    return now.ref.rpartition("/")[2] if isinstance(now, Prompt) else ""


def say(interview: Interview, *answers: Any) -> Accepted:
    """Give one answer after the other; each must be accepted. The last result."""
    result: Accepted | Rejected | None = None
    for answer in answers:
        result = interview.answer(answer)
        assert isinstance(result, Accepted), (asked(interview), answer, result)
    assert isinstance(result, Accepted)
    return result


def refuse(interview: Interview, answer: Any) -> Rejected:
    """Give an answer that must be refused and must change nothing."""
    before = interview.dump()
    result = interview.answer(answer)
    assert isinstance(result, Rejected), result
    assert interview.dump() == before
    return result


def prompt(interview: Interview) -> Prompt:
    """The question at the cursor."""
    now = interview.current()
    assert isinstance(now, Prompt), now
    return now


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
