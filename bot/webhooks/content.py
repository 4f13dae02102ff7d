"""What a webhook is told: the event, when it was, and what it happened to as it stands now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from storage.unit import UnitOfWork
from storage.webhook_news import CHANGED, SUBMITTED
from storage.webhooks import Call, Webhook

PING = "ping"


async def content(uow: UnitOfWork, hook: Webhook, call: Call) -> bytes | None:
    """The body of a call; None if there is nothing to tell any more."""
    data = await _data(uow, hook, call)
    if data is None or not _of_area(hook, data):
        return None
    return body(call.event, call.at, data)


def body(event: str, at: datetime, data: Mapping[str, Any]) -> bytes:
    """A call's JSON, in UTF-8."""
    told = {"type": event, "timestamp": at, "data": data}
    return json.dumps(told, ensure_ascii=False, default=_plain).encode()


async def _data(uow: UnitOfWork, hook: Webhook, call: Call) -> Mapping[str, Any] | None:
    if call.event == SUBMITTED:
        return await uow.news.record(call.thing, answers=hook.answers)
    number = int(call.thing.partition(":")[0])
    if call.event == CHANGED:
        return await uow.news.change(number)
    duty = await uow.news.duty(number)
    return asdict(duty) if duty else None


def _of_area(hook: Webhook, data: Mapping[str, Any]) -> bool:
    """Whether the thing is of the webhook's area, or left it; what has none is told where all is
    told."""
    places = (data["area_code"], data.get("former_area_code"))
    return hook.area_code is None or any(one.startswith(hook.area_code) for one in places if one)


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
