"""A resident reads the answer to what they asked, at the moment of sending: whoever acted for them
and does so no more reads nothing."""

from __future__ import annotations

from typing import Final

from core.messages import Reply
from core.texts import say
from handlers.markup import literal
from handlers.turn import House
from storage.conversations import Conversation
from storage.outbox import Parcel
from storage.priorities import ANSWER
from storage.resident_requests import ResidentRequest
from storage.unit import UnitOfWork

KIND: Final = "request_answer"


async def tell(
    uow: UnitOfWork, chat: Conversation, one: ResidentRequest, key: str, typed: str
) -> None:
    """Queue an answer for a chat: the words that a worker `typed`, else the ready ones of `key`."""
    body = {"person": one.person_id, "kind": one.kind, "key": key, "typed": typed}
    await uow.outbox.queue_kind(chat.id, KIND, body, ANSWER)


async def prepare(uow: UnitOfWork, parcel: Parcel, _house: House) -> Reply | None:
    """The answer in the reader's language; None if the chat speaks for the person no more."""
    body = parcel.body
    if not await uow.proxies.speaks_for(parcel.conversation_id, body["person"]):
        return None
    said = literal(body["typed"]) if body["typed"] else say(parcel.language, body["key"])
    return Reply(text=say(parcel.language, f"requests.answered.{body['kind']}", answer=said))
