"""An alarm that does not get through is told to whoever raised it."""

from __future__ import annotations

from core.messages import Reply
from core.ports import Undeliverable
from handlers.kinds import ALERT
from storage.policy import SYSTEM, Role
from storage.priorities import URGENT
from tests.handlers.conftest import GRID, TOWNSHIP, Village


async def test_the_worker_is_told_to_call_when_the_supervisor_has_gone(village: Village) -> None:
    mei = await village.staff(Role.GRID_WORKER, GRID)
    gao = await village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)

    def gone(address: str, reply: Reply) -> None:
        if address == gao.address:
            raise Undeliverable("blocked", gone=True)

    village.channel.refuse = gone
    async with village.database.unit(SYSTEM, "test") as uow:
        origin = await uow.conversations.load("paper", mei.address, "zh")
        target = await uow.conversations.load("paper", gao.address, "zh")
        body = {"alert": "alert_mandatory_report", "subject": "P1", "form": "f", "area": GRID}
        body |= {"at": "2026-11-21T10:00+08:00", "from": origin.id}
        await uow.outbox.queue_kind(target.id, ALERT, body, URGENT)
    await village.sender.drain()
    assert "没能送到" in mei.last.text
    assert "110" in mei.last.text
