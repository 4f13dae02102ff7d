"""Files that people send as answers: judged by their content, then kept."""

from __future__ import annotations

from core.messages import File
from forms import Kind, Media
from handlers.entries import MEDIA
from handlers.states import Filling
from handlers.turn import Turn
from storage.media import StoredFile


async def keep(turn: Turn, file: File, kind: Kind) -> Media | str:
    """`file` as the answer to a question of `kind`, or the key of the text that says why not."""
    wanted, found = MEDIA[kind], turn.fetched
    if found is None:
        if wanted not in ("file", file.media):
            return f"chat.reject.no_{wanted}"
        return await _tied(turn, await turn.uow.media.describe(file.file_id))
    if found.kind is None:
        return "chat.reject.file_kind" if found.content else "chat.reject.file_gone"
    if wanted not in ("file", found.kind.media):
        return f"chat.reject.no_{wanted}"
    if found.unclean:
        return f"files.unclean.{found.kind.media}"
    name = file.name or f"{found.kind.media}{found.kind.suffix}"
    key = f"{turn.chat.channel}:{file.file_id}:{_interview(turn)}"
    stored = await turn.uow.media.put(found.content, name, found.kind.mime, key)
    return await _tied(turn, stored)


async def content(turn: Turn, file: File) -> bytes:
    """What is in a file, empty if it could not be fetched."""
    if turn.fetched is not None:
        return turn.fetched.content
    found = await turn.uow.media.get(file.file_id)
    return found[0] if found else b""


def _interview(turn: Turn) -> str:
    return turn.state.interview if isinstance(turn.state, Filling) else ""


async def _tied(turn: Turn, stored: StoredFile) -> Media:
    """An answer of the open interview."""
    await turn.uow.media.belongs(stored.id, _interview(turn))
    return Media(
        name=stored.record_name,
        mime=stored.mime,
        sha256=stored.sha256,
        size=stored.size,
        file_id=stored.id,
    )
