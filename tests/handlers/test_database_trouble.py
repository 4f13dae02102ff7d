"""What was said while the database was in trouble is not to blame, and counts once it is well."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from storage.conversations import Conversations
from storage.inbox import MAX_ATTEMPTS
from storage.policy import OPERATOR
from storage.unfit import is_in_trouble
from tests.handlers.conftest import Publish, Village
from tests.handlers.sampler import begin


class DriverError(Exception):
    """What asyncpg says, as SQLAlchemy shows it."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def refused(sqlstate: str | None, *, gone: bool = False) -> DBAPIError:
    cause = DriverError(sqlstate)
    return DBAPIError("UPDATE conversation", None, cause, connection_invalidated=gone)


@pytest.mark.parametrize(
    ("error", "troubled"),
    [
        (refused("53100"), True),  # disk full
        (refused("57P01"), True),  # shut down
        (refused("08006"), True),  # no connection
        (refused(None, gone=True), True),
        (refused("22021"), False),  # not in the repertoire of characters
        (refused("23505"), False),  # not unique
        (refused(None), False),
        (OSError("anything"), False),
    ],
)
def test_trouble_of_the_database_is_told_from_what_was_wrong(
    error: Exception, *, troubled: bool
) -> None:
    assert is_in_trouble(error) is troubled


async def test_it_uses_up_no_attempts(
    village: Village, ask: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    mei = await begin(village, ask, "numbers")
    await mei.say("first")
    failed: list[int] = []

    async def fail(*_: object) -> None:
        failed.append(1)
        raise refused("53100")

    save: Callable[..., object] = Conversations.save
    monkeypatch.setattr(Conversations, "save", fail)
    with capture_logs():
        await mei.say("4")
        for _ in range(MAX_ATTEMPTS + 2):
            village.clock.turn(minutes=2)
            await village.steps.retry()
    assert len(failed) > MAX_ATTEMPTS
    monkeypatch.setattr(Conversations, "save", save)
    village.clock.turn(minutes=2)
    await village.steps.retry()
    await village.sender.drain()
    assert "4" in (await village.values(mei)).values()
    assert "没能处理" not in str(mei.texts)
    async with village.database.unit(OPERATOR, "test") as uow:
        assert await uow.dead_letters.inbounds() == []
