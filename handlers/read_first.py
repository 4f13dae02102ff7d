"""What a step reads for long: beside its transaction, which would hold SQLite's one writer.

A handler asks for it by `read_first`. The step is undone there, what it asks for is read in a
transaction that waits for nobody and that nobody waits for, and the step is made again with that in
hand. So whatever the handler did before is done twice and kept once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from storage.policy import Actor
from storage.unit import UnitOfWork

if TYPE_CHECKING:
    from handlers.turn import Turn

Read = Callable[[UnitOfWork], Awaitable[Any]]

_T = TypeVar("_T")


class ReadFirst(Exception):  # noqa: N818
    """A step needs what `read` finds for `actor`, under this `key`, before it can be made."""

    def __init__(self, key: Hashable, actor: Actor, read: Read) -> None:
        super().__init__()
        self.key = key
        self.actor = actor
        self.read = read


async def read_first(turn: Turn, key: Hashable, read: Callable[[UnitOfWork], Awaitable[_T]]) -> _T:
    """What `read` finds as the person who speaks; `key` names all that this depends on. Where a
    turn is no step it is read within its transaction. Raises ReadFirst, which the step takes."""
    if turn.known is None:
        return await read(turn.uow)
    whole = (turn.chat.actor, key)
    if whole not in turn.known:
        raise ReadFirst(whole, turn.chat.actor, read)
    return cast(_T, turn.known[whole])
