"""Every version of a form is kept; one of each is offered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from storage.database import Database
from storage.formshelf import FormSource, FormVersion, Offer
from storage.policy import OPERATOR
from tests.clock import START, TurnedClock

SOURCE = FormSource(b"<h:html/>", {"subjects.csv": b"a,b\n1,2\n"}, b"compiled")


def version(letter: str, form_id: str = "visit", order: int = 100) -> FormVersion:
    return FormVersion(
        sha256=letter * 64,
        form_id=form_id,
        version=letter,
        source_sha256=letter * 64,
        titles={"zh": "走访"},
        state="published",
        published_at=START,
        offer=Offer(subject="person", roles=("grid_worker",), maximum_age=17, order=order),
    )


async def test_a_new_version_takes_the_place_of_the_one_before(database: Database) -> None:
    async with database.unit(OPERATOR, "test") as uow:
        assert await uow.forms.publish(version("a"), SOURCE) == "published"
        assert await uow.forms.publish(version("a"), SOURCE) == "unchanged"
        assert await uow.forms.publish(version("b"), SOURCE) == "published"
        assert await uow.forms.published("visit") == version("b")
        old = await uow.forms.get("a" * 64)
        assert old == replace(version("a"), state="replaced")
        assert {one.version for one in await uow.forms.all()} == {"a", "b"}


async def test_an_offered_version_is_found_by_the_beginning_of_its_hash(
    database: Database,
) -> None:
    async with database.unit(OPERATOR, "test") as uow:
        for letter, form_id in (("a", "visit"), ("b", "visit"), ("f", "other")):
            await uow.forms.publish(version(letter, form_id), SOURCE)
        forms = uow.forms
        for beginning, found in (("b" * 12, "b"), ("f", "f"), ("b" * 64, "b")):
            assert await forms.hashed(beginning) == version(
                found, "other" if found == "f" else "visit"
            )
        for beginning in ("", "a" * 12, "B" * 12, "%", "b%", "bc", "b" * 65, "é", "\U0001f600"):
            assert await forms.hashed(beginning) is None, beginning


async def test_an_old_version_can_be_offered_again(database: Database) -> None:
    async with database.unit(OPERATOR, "test") as uow:
        for letter in "aba":
            assert await uow.forms.publish(version(letter), SOURCE) == "published"
        current = await uow.forms.published("visit")
        assert current and current.version == "a"
        assert len(await uow.forms.offered()) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"titles": {"zh": "入户", "en": "Visit"}},
        {"offer": Offer(tags=("over_65",), minimum_age=60)},
    ],
)
async def test_titles_and_offer_of_the_offered_version_can_be_changed(
    database: Database, changes: dict[str, Any]
) -> None:
    changed = replace(version("a"), **changes)
    async with database.unit(OPERATOR, "test") as uow:
        await uow.forms.publish(version("a"), SOURCE)
        assert await uow.forms.publish(changed, SOURCE) == "updated"
        assert await uow.forms.published("visit") == changed
        assert await uow.forms.publish(changed, SOURCE) == "unchanged"
        assert await uow.forms.source("a" * 64) == SOURCE


@pytest.mark.parametrize("retired", [True, False])
async def test_a_version_comes_back_with_the_offer_that_is_made_now(
    database: Database, clock: TurnedClock, *, retired: bool
) -> None:
    again = replace(version("a"), titles={"en": "Again"}, offer=Offer(roles=("child_director",)))
    async with database.unit(OPERATOR, "test") as uow:
        await uow.forms.publish(version("a"), SOURCE)
        if retired:
            await uow.forms.retire("visit")
        else:
            await uow.forms.publish(version("b"), SOURCE)
        clock.turn(hours=1)
        assert await uow.forms.publish(again, SOURCE) == "published"
        assert await uow.forms.published("visit") == replace(again, published_at=clock.now())


async def test_a_retired_form_is_offered_no_more_and_still_kept(database: Database) -> None:
    async with database.unit(OPERATOR, "test") as uow:
        await uow.forms.publish(version("a"), SOURCE)
        assert await uow.forms.retire("visit")
        assert not await uow.forms.retire("visit")
        assert await uow.forms.published("visit") is None
        assert await uow.forms.get("a" * 64) is not None


async def test_menus_show_forms_in_their_order(database: Database) -> None:
    async with database.unit(OPERATOR, "test") as uow:
        for letter, name, order in (("a", "zebra", 1), ("b", "apple", 2), ("c", "ant", 2)):
            await uow.forms.publish(version(letter, name, order), SOURCE)
        assert [one.form_id for one in await uow.forms.offered()] == ["zebra", "ant", "apple"]


async def test_the_source_comes_back_to_the_byte(database: Database) -> None:
    async with database.unit(OPERATOR, "test") as uow:
        await uow.forms.publish(version("a"), SOURCE)
        assert await uow.forms.source("a" * 64) == SOURCE
        await uow.forms.keep_compiled("a" * 64, b"again")
        assert (await uow.forms.source("a" * 64)).compiled == b"again"
