"""A record that was filled in elsewhere, by ODK Collect: taken in as if it were submitted here.

It comes once or several times, whole or with its files in parts; whichever phone it comes from, it
is the record of the worker whose token the phone shows. All of it is one unit of work: the record,
its files, the visit that it is, the alerts that it raises.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, Literal

from handlers import alerts, legal_basis, visits
from handlers.fetched import Fetched
from handlers.offering import given
from handlers.submitting import chosen, receipt_of, visit_day
from handlers.turn import House
from storage.formshelf import FormVersion
from storage.register import Subject
from storage.submissions import Known, Record
from storage.unit import UnitOfWork

if TYPE_CHECKING:  # the engine is loaded by the first record that comes in
    from forms.received import Answers, Heading
    from handlers.shelf import Shelved

CHANNEL: Final = "collect"

Why = Literal[
    "form",
    "not_yours",
    "subject",
    "conflict",
    "correction",
    "future",
    "file_kind",
    "bad_record",
    "file_unclean",
    "no_consent",
]


class RefusedError(Exception):
    """The record is not taken. The phone keeps it; `why` is a key of ``collect.refused``."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one POST carries: the record's bytes, and cleaned files by name."""

    xml: bytes
    files: Mapping[str, Fetched]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a parcel: the short receipt, whether it was new, and by how many chats of
    supervisors the alerts that it raised are read (None: it raised none)."""

    receipt: str
    new: bool
    alerted: int | None = None
    area: str = ""


async def take(house: House, uow: UnitOfWork, parcel: Parcel) -> Taken:
    """Take a parcel in for the actor, a worker. Raises RefusedError."""
    from forms.received import Received, ReceivedError

    try:
        received = Received(parcel.xml)
        version = await _version(uow, received.heading)
        shelved = await house.shelf.get(uow, version.sha256)
        answers = received.answers(shelved.form)
    except ReceivedError as error:
        raise RefusedError("bad_record") from error
    known = await uow.submissions.known(received.heading.instance_id)
    if known is not None:
        return await _again(uow, received.heading, answers, parcel, known)
    return await _Receiving(house, uow, version, shelved, received.heading, answers).run(parcel)


async def _version(uow: UnitOfWork, heading: Heading) -> FormVersion:
    version = await uow.forms.numbered(heading.form_id, heading.version)
    if version is None:
        raise RefusedError("form")
    if not given(version.offer, uow.actor):
        raise RefusedError("not_yours")
    return version


async def _again(
    uow: UnitOfWork, heading: Heading, answers: Answers, parcel: Parcel, known: Known
) -> Taken:
    """The same record once more, with files that were missing."""
    if known.account_id != uow.actor.account_id or known.xml != parcel.xml:
        raise RefusedError("conflict")
    await _keep_files(uow, heading, answers, parcel, known.root_id)
    return Taken(receipt_of(heading.instance_id), new=False)


async def _keep_files(
    uow: UnitOfWork, heading: Heading, answers: Answers, parcel: Parcel, root: str
) -> None:
    """Keep the files that the record names, under the names by which it names them."""
    for name in sorted(parcel.files.keys() & answers.files):
        file = parcel.files[name]
        if file.kind is None:
            raise RefusedError("file_kind")
        if file.unclean:
            raise RefusedError("file_unclean")
        place = sha256(name.encode()).hexdigest()[:32]
        key = f"{CHANNEL}:{heading.instance_id}:{place}"
        stored = await uow.media.put(file.content, name, file.kind.mime, key)
        await uow.media.attach([stored.id], root)


@dataclass(frozen=True, slots=True)
class _Receiving:
    """A record that was not here before."""

    house: House
    uow: UnitOfWork
    version: FormVersion
    shelved: Shelved
    heading: Heading
    answers: Answers

    async def run(self, parcel: Parcel) -> Taken:
        subject = await self._subject()
        await self._consented(subject)
        former = await self._former(subject)
        record = self._record(subject, parcel.xml)
        root = await self._add(record)
        await _keep_files(self.uow, self.heading, self.answers, parcel, root)
        await visits.hand_in(self.house, self.uow, record, root)
        await self.uow.record("submit", record.instance_id)
        if record.deprecated_id:
            await self.uow.record("correct", record.deprecated_id)
        told = await self._alert(record, former)
        return Taken(receipt_of(record.instance_id), True, told, record.area_code)

    async def _subject(self) -> Subject | None:
        """Whom the record is about, as the actor may see them."""
        kind, path = self.version.offer.subject, self.shelved.subject_path
        if kind == "none":
            return None
        code = self.answers.texts.get(path or "", "")
        if kind == "household":
            found = await self.uow.register.household(code)
        else:
            person = await self.uow.register.person(code)
            found = person.subject if person else None
        if found is None:
            raise RefusedError("subject")
        return found

    async def _consented(self, subject: Subject | None) -> None:
        """A record about a child that needs a guardian's consent has it."""
        if subject is None or subject.kind != "person":
            return
        person = await self.uow.register.person(subject.code)
        born = person.birth_date if person else None
        form, said = self.shelved.form, dict(self.answers.typed)
        day = visit_day(form, said, "visit_date") or self.uow.today
        if legal_basis.lacking(form.settings, said, born, day):
            raise RefusedError("no_consent")

    async def _former(self, subject: Subject | None) -> Record | None:
        """The record that this one corrects: the same form, about the same subject."""
        if self.heading.deprecated_id is None:
            return None
        found = await self.uow.submissions.get(self.heading.deprecated_id)
        same = found is not None and (found[0].form_id, found[0].subject_code) == (
            self.heading.form_id,
            subject.code if subject else None,
        )
        if found is None or not same:
            raise RefusedError("correction")
        return found[0]

    async def _add(self, record: Record) -> str:
        from storage.corrections import CorrectionRefusedError

        try:
            return await self.uow.submissions.add(record)
        except CorrectionRefusedError as error:
            raise RefusedError("correction") from error

    def _record(self, subject: Subject | None, xml: bytes) -> Record:
        form, said = self.shelved.form, dict(self.answers.typed)
        account, area = self.uow.actor.account_id, self.uow.actor.area
        assert account is not None and area
        day = visit_day(form, said, "visit_date") or self.uow.today
        if day > self.uow.today:
            raise RefusedError("future")
        basis = legal_basis.basis_of(form.settings, said)
        return Record(
            instance_id=self.heading.instance_id,
            area_code=subject.area_code if subject else area,
            form_id=self.version.form_id,
            form_version=self.version.version,
            form_sha256=self.version.sha256,
            subject_kind=subject.kind if subject else "none",
            subject_id=subject.id if subject else None,
            subject_code=subject.code if subject else None,
            account_id=account,
            channel=CHANNEL,
            visit_date=day,
            entered_at=self.uow.now,
            mode=chosen(form, said, "mode"),
            outcome=chosen(form, said, "outcome"),
            deprecated_id=self.heading.deprecated_id,
            xml=xml,
            answers=said,
            legal_basis=basis.legal_basis,
            consent=basis.consent,
        )

    async def _alert(self, record: Record, former: Record | None) -> int | None:
        """Send what is newly raised: what the former version raised was sent with it."""
        before: Mapping[str, Any] = former.answers if former else {}
        raised = [
            name
            for name in alerts.flags(self.answers.texts)
            if str(visits.find(before, name)) != "1"
        ]
        chats = await self.uow.conversations.of_account(record.account_id)
        told = 0
        for name in raised:
            alert = alerts.Alert(
                name=name,
                subject=record.subject_code or "",
                form_id=record.form_id,
                area=record.area_code,
                at=self.uow.now.astimezone(self.house.zone).isoformat(timespec="minutes"),
                chat=chats[0].id if chats else None,
            )
            told += await alerts.send(self.uow, alert)
        return told if raised else None
