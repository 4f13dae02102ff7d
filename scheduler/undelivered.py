"""An alarm that could not be delivered: whoever raised it is told, and it is written down."""

from __future__ import annotations

from typing import Final

from storage.outbox import Parcel
from storage.priorities import URGENT
from storage.unit import UnitOfWork

KIND: Final = "alert_undelivered"
"""The kind of the queued message. Its body is that of the alarm."""


async def tell(uow: UnitOfWork, parcel: Parcel) -> None:
    """Tell the chat in which the alarm `parcel` was raised that it did not get through."""
    origin = parcel.body.get("from")
    if parcel.priority != URGENT or parcel.kind == KIND or not isinstance(origin, int):
        return
    await uow.outbox.queue_kind(origin, KIND, parcel.body, URGENT)
    await uow.record("alert_undelivered", f"{parcel.kind}:{parcel.id}")
