"""Files that people send or are shown, encrypted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, or_, select, update

from core.ports import Clock
from storage import codes
from storage.connection import Connection
from storage.dialects import insert_if_new
from storage.submissions import Submissions
from storage.tables import media, submission


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A kept file. `name` is what it was sent as, `size` is in bytes."""

    id: str
    name: str
    mime: str
    size: int
    sha256: str

    @property
    def record_name(self) -> str:
        """What an interview's record calls it: no two files share it, and it tells nothing."""
        return f"{self.id}{_suffix(self)}"


class MediaFiles:
    """Keeps files, and hands out those of records that the actor may read, or of no record yet."""

    def __init__(self, connection: Connection, clock: Clock, records: Submissions) -> None:
        self._connection = connection
        self._clock = clock
        self._records = records

    async def put(self, content: bytes, name: str, mime: str, key: str) -> StoredFile:
        """Keep a file; the same `key` twice keeps the first."""
        await self._connection.execute(
            insert_if_new(self._connection.dialect.name, media, ["key"]).values(
                id=codes.code("", 16),
                key=key,
                name=name,
                mime=mime,
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                content=content,
                created_at=self._clock.now(),
            )
        )
        query = select(media.c.id).where(media.c.key == key)
        return await self.describe((await self._connection.execute(query)).scalar_one())

    async def describe(self, file_id: str) -> StoredFile:
        """A kept file without its content. Raises NoResultFound."""
        columns = (media.c.id, media.c.name, media.c.mime, media.c.size, media.c.sha256)
        query = select(*columns).where(media.c.id == file_id)
        return StoredFile(*(await self._connection.execute(query)).one())

    async def known(self, keys: Iterable[str]) -> Mapping[str, StoredFile]:
        """Those of `keys` under which something is kept, without its content."""
        columns = (media.c.id, media.c.name, media.c.mime, media.c.size, media.c.sha256)
        query = select(media.c.key, *columns).where(media.c.key.in_(tuple(keys)))
        rows = await self._connection.execute(query)
        return {key: StoredFile(*file) for key, *file in rows}

    async def get(self, file_id: str) -> tuple[bytes, str, str] | None:
        """Content, name and mime of a file."""
        readable = select(submission.c.instance_id).where(self._records.visible())
        query = select(media.c.content, media.c.name, media.c.mime).where(
            media.c.id == file_id,
            or_(media.c.submission_id.is_(None), media.c.submission_id.in_(readable)),
        )
        row = (await self._connection.execute(query)).first()
        return (row.content, row.name, row.mime) if row else None

    async def of_record(self, root_id: str) -> Sequence[tuple[StoredFile, bytes]]:
        """The files of a record, by the id of its first version, with their content."""
        query = select(media).where(media.c.submission_id == root_id).order_by(media.c.created_at)
        return [
            (StoredFile(row.id, row.name, row.mime, row.size, row.sha256), row.content)
            for row in await self._connection.execute(query)
        ]

    async def named(self, instance_id: str) -> Sequence[StoredFile]:
        """The files of the record of which `instance_id` is a version, if the actor may read it;
        without their content, the oldest first."""
        readable = select(submission.c.instance_id).where(self._records.visible())
        root = func.coalesce(submission.c.root_id, submission.c.instance_id)
        root_id = select(root).where(submission.c.instance_id == instance_id).scalar_subquery()
        columns = (media.c.id, media.c.name, media.c.mime, media.c.size, media.c.sha256)
        query = (
            select(*columns)
            .where(media.c.submission_id == root_id, media.c.submission_id.in_(readable))
            .order_by(media.c.created_at, media.c.id)
        )
        return [StoredFile(*row) for row in await self._connection.execute(query)]

    async def pictures_of(self, instance_id: str) -> Sequence[StoredFile]:
        """Those of them that are pictures."""
        return [one for one in await self.named(instance_id) if one.mime.startswith("image/")]

    async def belongs(self, file_id: str, interview: str) -> None:
        """Tie a file to the interview in which it was sent: it goes when that goes."""
        await self._connection.execute(
            update(media).where(media.c.id == file_id).values(interview_id=interview)
        )

    async def attach(self, file_ids: list[str], submission_id: str) -> None:
        """Tie files to the record that they are part of."""
        await self._connection.execute(
            update(media).where(media.c.id.in_(file_ids)).values(submission_id=submission_id)
        )


_SUFFIXES: Final = {"image/jpeg": ".jpg", "image/png": ".png", "audio/ogg": ".ogg"}


def _suffix(stored: StoredFile) -> str:
    if "." in stored.name:
        return "." + stored.name.rsplit(".", 1)[-1].lower()[:8]
    return _SUFFIXES.get(stored.mime, "")
