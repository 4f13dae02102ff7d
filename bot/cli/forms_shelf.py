"""`zoufang forms publish|retire|list|diff|schema`: the forms on offer, and their versions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.forms import forms_app
from bot.cli.words import language
from core.texts import say

if TYPE_CHECKING:
    from bot.settings import Settings
    from forms import Form
    from forms.intake import Intake
    from storage.database import Database
    from storage.formshelf import FormVersion, Offer
    from storage.policy import Actor


__all__ = ["forms_app"]


def _say(key: str, /, **values: object) -> str:
    return say(language(), f"shelf.{key}", **values)


def _help(name: str) -> str:
    return _say(f"help.{name}")


Which = Annotated[str, typer.Argument(help=_help("which"))]
County = Annotated[str | None, typer.Option("--county", help=_help("county"))]


@dataclass(frozen=True, slots=True)
class _Wish:
    """What an operator said of a form's offer; None is not said."""

    subject: str | None
    roles: tuple[str, ...] | None
    tags: tuple[str, ...] | None
    minimum_age: int | None
    maximum_age: int | None
    correction_days: int | None

    def on(self, offer: Offer) -> Offer:
        """The offer of the version before, changed as was said."""
        from dataclasses import replace

        said: dict[str, Any] = {
            name: value for name in self.__slots__ if (value := getattr(self, name)) is not None
        }
        return replace(offer, **said)


@forms_app.command("publish", help=_help("publish"))
def publish(
    file: Annotated[Path, typer.Argument(help=_help("file"))],
    *,
    attachment: Annotated[
        list[Path] | None, typer.Option("--attachment", help=_help("attachment"))
    ] = None,
    subject: Annotated[str | None, typer.Option("--subject", help=_help("subject"))] = None,
    role: Annotated[list[str] | None, typer.Option("--role", help=_help("role"))] = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", help=_help("tag"))] = None,
    minimum_age: Annotated[
        int | None, typer.Option("--minimum-age", help=_help("minimum_age"))
    ] = None,
    maximum_age: Annotated[
        int | None, typer.Option("--maximum-age", help=_help("maximum_age"))
    ] = None,
    correction_days: Annotated[
        int | None, typer.Option("--correction-days", min=0, help=_help("correction_days"))
    ] = None,
    title_zh: Annotated[str | None, typer.Option("--title-zh", help=_help("title_zh"))] = None,
    title_en: Annotated[str | None, typer.Option("--title-en", help=_help("title_en"))] = None,
    county: County = None,
) -> None:
    """Publish a form."""
    from bot.cli.opening import with_database
    from forms.intake import intake
    from storage.policy import FIELD_ROLES

    if subject not in (None, "household", "person", "none"):
        raise typer.BadParameter(_help("subject"), param_hint="--subject")
    if set(role or ()) - {one.value for one in FIELD_ROLES}:
        raise typer.BadParameter(" ".join(FIELD_ROLES), param_hint="--role")
    source = file.read_bytes()
    taken = intake(source, file.name, {one.name: one.read_bytes() for one in attachment or ()})
    if taken.form is None:
        typer.echo(_say("refused", file=file), err=True)
        raise typer.Exit(2)
    wish = _Wish(subject, _tuple(role), _tuple(tag), minimum_age, maximum_age, correction_days)
    titles = {"zh": title_zh, "en": title_en}

    async def do(_: Settings, database: Database) -> None:
        whose = await _whose(database, county)
        await _publish(database, taken, source, wish, titles, whose=whose)

    with_database(do)


async def _whose(database: Database, county: str | None) -> Actor:
    """Who says what is offered: the operator for everybody, or for one county alone."""
    from storage.areas import Area
    from storage.policy import OPERATOR, Actor, Role

    if county is None:
        return OPERATOR
    async with database.unit(OPERATOR, "county", "cli") as uow:
        found: Area | None = await uow.areas.get(county)
    if found is None or found.level != "county":
        typer.echo(_say("no_county", county=county), err=True)
        raise typer.Exit(2)
    return Actor(Role.COUNTY_ADMINISTRATOR, county)


def _tuple(given: list[str] | None) -> tuple[str, ...] | None:
    return tuple(given) if given else None


async def _publish(
    database: Database,
    taken: Intake,
    source: bytes,
    wish: _Wish,
    titles: dict[str, str | None],
    *,
    whose: Actor,
) -> None:
    from handlers.forms import publish as publish_form
    from storage.formshelf import Offer

    assert taken.form is not None
    form = taken.form
    async with database.unit(whose, "publish", "cli") as uow:
        before = await uow.forms.latest(form.form_id)
        named = dict(before.titles) if before else {"zh": form.title, "en": form.title}
        named |= {code: title for code, title in titles.items() if title}
        offer = wish.on(before.offer if before else Offer())
        done = await publish_form(uow, taken, source, titles=named, offer=offer)
        old = before.sha256 if before and before.sha256 != form.sha256 else ""
        running = await uow.interviews.count_on(old) if old else 0
    what = form.form_id
    if form.version:
        what = _say("named", form=what, version=form.version)
    typer.echo(_say(done, form=what))
    if running:
        typer.echo(_say("running", n=running))


@forms_app.command("retire", help=_help("retire"))
def retire(
    form_id: Annotated[str, typer.Argument(help=_help("form_id"))], county: County = None
) -> None:
    """Offer a form no more."""
    from bot.cli.opening import with_database

    if not with_database(lambda _, database: _retire(database, form_id, county)):
        typer.echo(_say("not_offered", form=form_id), err=True)
        raise typer.Exit(2)
    typer.echo(_say("retired", form=form_id))


async def _retire(database: Database, form_id: str, county: str | None) -> bool:
    whose = await _whose(database, county)
    async with database.unit(whose, "retire", "cli") as uow:
        done = await uow.forms.retire(form_id)
        if done:
            await uow.record("retire", form_id)
        return done


@forms_app.command("list", help=_help("list"))
def list_forms(county: County = None) -> None:
    """List every version; those that a county knows, as it offers them."""
    from bot.cli.opening import with_database

    with_database(lambda settings, database: _list(settings, database, county))


async def _list(settings: Settings, database: Database, county: str | None) -> None:
    from bot.cli.printing import table
    from handlers.shelf import title_of

    whose = await _whose(database, county)
    async with database.unit(whose, "list", "cli") as uow:
        versions = await uow.forms.all()
    if not versions:
        typer.echo(_say("nothing"))
        return
    heads = [
        _say(f"head.{name}")
        for name in ("form", "version", "title", "subject", "state", "published")
    ]
    table(
        heads,
        [
            (
                one.form_id,
                one.version,
                title_of(one, language()),
                one.offer.subject,
                _say(f"state.{one.state}"),
                f"{one.published_at.astimezone(settings.zone):%Y-%m-%d %H:%M}",
            )
            for one in versions
        ],
    )


@forms_app.command("diff", help=_help("diff"))
def diff_forms(
    old: Annotated[str, typer.Argument(help=_help("old"))],
    new: Annotated[str, typer.Argument(help=_help("new"))],
) -> None:
    """Compare two versions."""
    from bot.cli.printing import table
    from forms.diff import diff

    found = diff(_form(old), _form(new))
    if not found:
        typer.echo(_say("same"))
        return
    rows = []
    for one in found:
        aspects = ", ".join(_say(f"aspect.{name}") for name in one.aspects)
        what = _say(f"what.{one.what}", was=one.was)
        rows.append((one.path, f"{what}: {aspects}" if aspects else what))
        for rule in one.rules:
            aspect = _say(f"aspect.{rule.aspect}")
            told = _say("rule", aspect=aspect, was=rule.was or "—", now=rule.now or "—")
            rows.append(("", told))
    table([_say("head.question"), _say("head.change")], rows)


@forms_app.command("schema", help=_help("schema"))
def schema(which: Which) -> None:
    """Print the JSON Schema of a form's answers."""
    from forms.schema import json_schema

    typer.echo(json.dumps(json_schema(_form(which)), ensure_ascii=False, indent=2))


def _form(which: str) -> Form:
    """A form from a file, or the published one of that id, or FORM@VERSION."""
    from bot.cli.opening import with_database
    from forms.intake import intake

    path = Path(which)
    if path.is_file():
        form = intake(path.read_bytes(), path.name).form
        if form is None:
            typer.echo(_say("refused", file=which), err=True)
            raise typer.Exit(2)
        return form
    found = with_database(lambda _, database: _stored(database, which))
    if found is None:
        typer.echo(_say("unknown", what=which), err=True)
        raise typer.Exit(2)
    return found


async def _stored(database: Database, which: str) -> Form | None:
    from handlers.shelf import Shelf
    from storage.policy import OPERATOR

    form_id, _, wanted = which.partition("@")
    async with database.unit(OPERATOR, "read", "cli") as uow:
        versions: list[FormVersion] = [
            one for one in await uow.forms.all() if one.form_id == form_id
        ]
        if wanted:
            versions = [one for one in versions if one.version == wanted]
        else:
            versions.sort(key=lambda one: one.state != "published")
        return (await Shelf().get(uow, versions[0].sha256)).form if versions else None
