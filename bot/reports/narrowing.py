"""What of a report is told to who may count its records and read none."""

from __future__ import annotations

from typing import Final

from bot.exports.reading import load
from bot.reports.definition import Report, Section
from forms import Form, Kind
from storage.unit import UnitOfWork

_OF_NOBODY: Final = frozenset({"subject.sex", "record.visit_date", "record.mode", "record.outcome"})
_CHOSEN: Final = frozenset({Kind.SELECT_ONE, Kind.SELECT_MULTIPLE})


async def in_numbers(uow: UnitOfWork, report: Report) -> Report:
    """The report as the actor of `uow` may have it. Who reads no records gets no lists of people
    or homes, and no rows that are words of one record or one person."""
    version = await uow.forms.latest(report.form)
    if uow.actor.may_export or version is None:
        return report
    versions = [one for one in await uow.forms.all() if one.form_id == report.form]
    if all(one.offer.subject == "none" for one in versions):  # and so are all its records
        return report
    form = await load(uow, version.sha256)
    told = tuple(one for one in report.sections if _tells_of_nobody(one, form))
    return report.model_copy(update={"sections": told, "lists": ()})


def _tells_of_nobody(section: Section, form: Form) -> bool:
    room, _, name = section.by.partition(".")
    if room == "area" or section.bands or section.by in _OF_NOBODY:
        return True
    asked = next((one for one in form.questions if one.name == name), None)
    return room == "answer" and asked is not None and asked.kind in _CHOSEN
