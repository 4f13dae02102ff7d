"""Compares a table's definition with the forms that are published."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.exports.definition import Definition
from bot.exports.reading import load
from bot.exports.shelf import Problem
from bot.reports.definition import Report
from bot.reports.shelf import OWN
from forms import Form
from storage.unit import UnitOfWork


async def misfits(uow: UnitOfWork, definition: Definition) -> AsyncIterator[Problem]:
    """What the definition asks of its form that the last published version does not have."""
    if definition.source != "records":
        return
    version = await uow.forms.latest(definition.form)
    if version is None:
        yield Problem(definition.id, "form", "no_form", definition.form)
        return
    form = await load(uow, version.sha256)
    known = names(form)
    for name in sorted(definition.asked - known):
        yield Problem(definition.id, "columns", "no_question", name)
    if definition.repeat and definition.repeat not in known:
        yield Problem(definition.id, "repeat", "no_question", definition.repeat)


async def report_misfits(uow: UnitOfWork, report: Report) -> AsyncIterator[Problem]:
    """The same of a report, in the folder of the county's own."""
    file = f"{OWN}/{report.id}"
    version = await uow.forms.latest(report.form)
    if version is None:
        yield Problem(file, "form", "no_form", report.form)
        return
    for name in sorted(report.asked - names(await load(uow, version.sha256))):
        yield Problem(file, "sections", "no_question", name)


def names(form: Form) -> set[str]:
    """Every name that a record of the form may hold: questions, calculations, repeats."""
    return {one.name for one in form.elements}
