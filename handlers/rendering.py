"""What the outbox holds, as a reply in the reader's language, made at the moment of delivery."""

from __future__ import annotations

from core.messages import Reply
from handlers import kinds
from handlers.turn import House
from storage.outbox import REPLY, Parcel


def render(parcel: Parcel, house: House) -> Reply:
    """The reply of a queued message. Raises KeyError for a kind that nobody renders."""
    if parcel.kind == REPLY:
        return Reply.model_validate(parcel.body)
    from handlers import alerts, emergencies, notices, unreachable
    from scheduler import undelivered

    renderers = {
        kinds.ALERT: alerts.render,
        kinds.EMERGENCY: emergencies.render,
        kinds.NOTICE: notices.render,
        undelivered.KIND: alerts.render_undelivered,
        unreachable.KIND: unreachable.render,
    }
    return renderers[parcel.kind](parcel.body, parcel.language, house)
