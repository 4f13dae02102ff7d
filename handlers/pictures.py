"""Pictures and sounds of a form's own labels: kept when it is published, sent when asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from core.filetypes import file_type
from core.messages import Picture
from forms import Kind, Prompt
from handlers.markup import unmarked
from storage.media import StoredFile
from storage.unit import UnitOfWork

if TYPE_CHECKING:  # the engine is loaded by the first form that is opened
    from forms import Interview

Files = Mapping[str, StoredFile]
"""The pictures and sounds of a form by the names that the author gave them."""

ALBUM: Final = 10  # more choices than this are offered without their pictures

_SELECTS: Final = (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE, Kind.RANK)


async def keep(uow: UnitOfWork, sha256: str, attachments: Mapping[str, bytes]) -> None:
    """Keep what can be shown of a form's attachments. Doing so again changes nothing."""
    for name, content in attachments.items():
        found = file_type(content, "")
        if found is not None and found.media != "document":
            await uow.media.put(content, name, found.mime, _key(sha256, name))


async def kept(uow: UnitOfWork, sha256: str, attachments: Mapping[str, bytes]) -> Files:
    """What was kept of them, by name."""
    names = {_key(sha256, name): name for name in attachments}
    return {names[key]: file for key, file in (await uow.media.known(names)).items()}


def of_label(prompt: Prompt, files: Files) -> tuple[Picture, ...]:
    """What is shown with a question. A file that was never attached is left out."""
    media = prompt.media
    shown = (_image(media), media.get("audio", ""), media.get("video", ""))
    return tuple(_picture(files[name]) for name in shown if name in files)


def of_choices(prompt: Prompt, iv: Interview, files: Files) -> tuple[Picture, ...]:
    """The pictures of a question's choices, named by them, if they are few enough."""
    if not files or prompt.kind not in _SELECTS or prompt.choices_total > ALBUM:
        return ()
    found = []
    for choice in iv.choices(prompt.ref, size=ALBUM).choices:
        name = _image(choice.media)
        if name in files:
            found.append(_picture(files[name], unmarked(choice.label)))
    return tuple(found)


def _key(sha256: str, name: str) -> str:
    return f"form:{sha256}:{name}"


def _image(media: Mapping[str, str]) -> str:
    return media.get("big-image") or media.get("image", "")


def _picture(file: StoredFile, caption: str = "") -> Picture:
    shown = file.mime.startswith("image/")
    return Picture(
        media=file.id, name=file.name, mime=file.mime, as_file=not shown, caption=caption
    )
