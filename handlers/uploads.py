"""Files that people send as answers: judged by their content, then kept."""

from __future__ import annotations

from core.file_metadata import without_metadata
from core.filetypes import file_type
from core.messages import File
from core.unclean import UncleanError
from forms import Kind, Media
from handlers.entries import MEDIA
from handlers.turn import Turn
from storage.media import StoredFile


async def keep(turn: Turn, file: File, kind: Kind) -> Media | str:
    """`file` as the answer to a question of `kind`, or the key of the text that says why not."""
    wanted = MEDIA[kind]
    if turn.content is None:
        if wanted not in ("file", file.media):
            return f"chat.reject.no_{wanted}"
        return _media(await turn.uow.media.describe(file.file_id))
    if not turn.content:
        return "chat.reject.file_gone"
    found = file_type(turn.content, file.mime)
    if found is None:
        return "chat.reject.file_kind"
    if wanted not in ("file", found.media):
        return f"chat.reject.no_{wanted}"
    name = file.name or f"{found.media}{found.suffix}"
    key = f"{turn.chat.channel}:{file.file_id}"
    try:
        content = without_metadata(turn.content, found.mime)
    except UncleanError:
        return f"files.unclean.{found.media}"
    return _media(await turn.uow.media.put(content, name, found.mime, key))


async def content(turn: Turn, file: File) -> bytes:
    """What is in a file, empty if it could not be fetched."""
    if turn.content is not None:
        return turn.content
    found = await turn.uow.media.get(file.file_id)
    return found[0] if found else b""


def _media(stored: StoredFile) -> Media:
    return Media(
        name=stored.record_name,
        mime=stored.mime,
        sha256=stored.sha256,
        size=stored.size,
        file_id=stored.id,
    )
