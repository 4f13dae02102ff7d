"""`zoufang forms publish` and what else changes the forms on offer."""

from __future__ import annotations

import asyncio
import hashlib
from functools import cache
from pathlib import Path

import pytest

from core.clock import SystemClock
from forms import intake_worker, library
from forms.intake import intake
from handlers.forms import publish, publish_builtin
from storage.areas import Area
from storage.database import Database
from storage.formshelf import FormVersion, Offer
from storage.policy import OPERATOR
from storage.vault import Vault
from tests.bot.cli.conftest import Command

QUESTION = "| survey | type | name | label |\n| | text | depth | {label} |\n"
SETTINGS = (
    "| settings | form_id | version | form_title |\n| | well_check | {version} | 水井检查 |\n"
)
TABLE = QUESTION + SETTINGS


@cache
def xform(label: str, version: str, table: str = TABLE) -> bytes:
    """A ready XForm, so that not every test starts pyxform in a process of its own."""
    answer = intake_worker.run(table.format(label=label, version=version).encode(), ".md", "well")
    return str(answer["xform"]).encode()


def form(folder: Path, label: str = "井深", version: str = "1") -> Path:
    file = folder / "well.xml"
    file.write_bytes(xform(label, version))
    return file


def stored(url: str) -> list[FormVersion]:
    async def read() -> list[FormVersion]:
        database = await Database.open(url, SystemClock())
        async with database.unit(OPERATOR, "test") as uow:
            found = await uow.forms.all()
        await database.close()
        return list(found)

    return asyncio.run(read())


@pytest.fixture
def well(vault: Vault, tmp_path: Path) -> Path:
    return form(tmp_path)


def test_a_form_is_published_once(zoufang: Command, well: Path, sqlite_url: str) -> None:
    assert zoufang("forms", "publish", well).out.startswith("已发布：well_check，版本 1。")
    assert "没有改动" in zoufang("forms", "publish", well).out
    (version,) = stored(sqlite_url)
    assert (version.titles, version.offer) == ({"zh": "水井检查", "en": "水井检查"}, Offer())


@pytest.mark.parametrize(
    ("said", "titles", "offer"),
    [
        (["--title-en", "Well check"], {"zh": "水井检查", "en": "Well check"}, Offer()),
        (["--subject", "household"], None, Offer(subject="household")),
        (["--role", "grid_worker"], None, Offer(roles=("grid_worker",))),
        (
            ["--tag", "over_65", "--tag", "lives_alone"],
            None,
            Offer(tags=("over_65", "lives_alone")),
        ),
        (["--correction-days", 7], None, Offer(correction_days=7)),
        (["--minimum-age", 60, "--maximum-age", 0], None, Offer(minimum_age=60, maximum_age=0)),
    ],
)
def test_what_is_said_of_a_version_on_offer_changes_only_that(
    zoufang: Command,
    well: Path,
    sqlite_url: str,
    *,
    said: list[object],
    titles: dict[str, str] | None,
    offer: Offer,
) -> None:
    zoufang("forms", "publish", well)
    (before,) = stored(sqlite_url)
    assert zoufang("forms", "publish", well, *said).out.startswith("已更新")
    (after,) = stored(sqlite_url)
    assert (after.titles, after.offer) == (titles or before.titles, offer)
    assert (after.published_at, after.state) == (before.published_at, "published")
    assert "没有改动" in zoufang("forms", "publish", well, *said).out


def test_a_retired_version_comes_back_as_was_said(
    zoufang: Command, well: Path, sqlite_url: str
) -> None:
    zoufang("forms", "publish", well, "--role", "grid_worker", "--subject", "person")
    zoufang("forms", "retire", "well_check")
    done = zoufang("forms", "publish", well, "--role", "child_director", "--title-en", "Well")
    assert done.out.startswith("已发布")
    (version,) = stored(sqlite_url)
    assert version.offer == Offer(subject="person", roles=("child_director",))
    assert (version.titles["en"], version.state) == ("Well", "published")


def test_a_new_version_keeps_what_was_said_of_the_one_before(
    zoufang: Command, vault: Vault, tmp_path: Path, sqlite_url: str
) -> None:
    zoufang("forms", "publish", form(tmp_path), "--tag", "over_65", "--title-en", "Well check")
    done = zoufang("--lang", "en", "forms", "publish", form(tmp_path, "井有多深", "2"))
    assert done.out.startswith("Published: well_check, version 2.")
    new, old = stored(sqlite_url)
    assert (new.version, new.state, old.state) == ("2", "published", "replaced")
    assert (new.titles, new.offer) == (old.titles, old.offer)


@pytest.mark.parametrize(
    ("language", "said"), [("zh", "已发布：well_check。"), ("en", "Published: well_check. ")]
)
def test_a_form_without_a_version_is_named_without(
    zoufang: Command, vault: Vault, tmp_path: Path, language: str, said: str
) -> None:
    done = zoufang("--lang", language, "forms", "publish", form(tmp_path, version=""))
    assert done.out.startswith(said)


def test_what_an_operator_said_of_a_built_in_form_stands_when_its_file_is_written_anew(
    vault: Vault, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file differs, its form does not: no reason to publish it again."""
    source = xform("井深", "1")

    async def run() -> tuple[list[str], list[FormVersion]]:
        database = await Database.open(sqlite_url, SystemClock())
        async with database.unit(OPERATOR, "test") as uow:
            await publish(uow, intake(source, "w.xml"), source, titles={"en": "Mine"})
            await uow.forms.retire("well_check")
        published = await publish_builtin(database)
        async with database.unit(OPERATOR, "test") as uow:
            found = list(await uow.forms.all())
        await database.close()
        return published, found

    monkeypatch.setattr(library, "names", lambda: ("household_visit",))
    monkeypatch.setattr(
        library, "source", lambda _: TABLE.format(label="井深", version="1").encode()
    )
    published, (version,) = asyncio.run(run())
    assert published == []
    assert (version.state, version.titles) == ("retired", {"en": "Mine"})
    assert version.source_sha256 == hashlib.sha256(source).hexdigest()


def test_two_versions_are_compared_in_the_words_of_the_sheet(
    zoufang: Command, vault: Vault, tmp_path: Path
) -> None:
    rows = "| survey | type | name | label | relevant |\n| | begin_group | home | 家 | |\n"
    rows += (
        "| | integer | depth | 井深 | |\n| | text | why | 原因 | {label} |\n| | end_group | | | |\n"
    )
    files = []
    for number, rule in enumerate(("${depth} > 3", "${depth} > 5")):
        files.append(tmp_path / f"{number}.xml")
        files[-1].write_bytes(xform(rule, "1", rows + SETTINGS))
    out = zoufang("forms", "diff", *files).out
    assert "/data/home/why" in out
    assert "显示条件：${depth} > 3 → ${depth} > 5" in out


def two_counties(url: str) -> None:
    async def write() -> None:
        database = await Database.open(url, SystemClock())
        async with database.unit(OPERATOR, "test") as uow:
            await uow.areas.put([Area(code, "county", code) for code in ("990101", "990202")])
        await database.close()

    asyncio.run(write())


def test_a_form_of_one_county_is_offered_there_alone(
    zoufang: Command, well: Path, sqlite_url: str
) -> None:
    zoufang("db", "upgrade")
    two_counties(sqlite_url)
    assert "已发布" in zoufang("forms", "publish", well, "--county", "990101").out
    assert "使用中" in zoufang("forms", "list", "--county", "990101").out
    assert "well_check" not in zoufang("forms", "list", "--county", "990202").out
    assert zoufang("forms", "retire", "well_check", "--county", "990202").status == 2
    assert "已停用" in zoufang("forms", "retire", "well_check", "--county", "990101").out
    refused = zoufang("forms", "publish", well, "--county", "990303")
    assert refused.status == 2 and "没有这个县" in refused.err
