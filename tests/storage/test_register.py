"""The register finds by code, by the beginning of a name, and by the initials of its pinyin."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from storage.database import Database
from storage.names import initials, search_terms, surname
from storage.policy import OPERATOR, Actor, Role
from storage.register import NewHousehold, NewPerson
from tests import world


async def found(database: Database, kind: str, query: str, actor: Actor = OPERATOR) -> list[str]:
    async with database.unit(actor, "test") as uow:
        subjects, _ = await uow.register.list(kind, query, size=50)
    return [one.code for one in subjects]


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("王", ["PA00001", "PA00002"]),
        ("王桂", ["PA00001"]),
        ("王桂兰", ["PA00001"]),
        (" 王 桂 兰 ", ["PA00001"]),
        ("wgl", ["PA00001"]),
        ("WX", ["PA00002"]),
        ("欧阳", ["PB00001", "PB00002"]),
        ("OY", ["PB00001", "PB00002"]),
        ("PC", ["PC00001", "PC00002"]),
        ("pc00002", ["PC00002"]),
        ("桂兰", []),
        ("孙", []),
        ("%", []),
        ("P_", []),
    ],
)
async def test_people_are_found(village: Database, query: str, codes: list[str]) -> None:
    assert await found(village, "person", query) == codes


@pytest.mark.parametrize(
    ("query", "codes"),
    [("李", ["HC00001"]), ("LXM", ["HC00001"]), ("hd", ["HD00001"]), ("孙", [])],
)
async def test_households_are_found_by_who_lives_there(
    village: Database, query: str, codes: list[str]
) -> None:
    assert await found(village, "household", query) == codes


async def test_a_search_stays_within_the_scope(village: Database) -> None:
    worker = Actor(Role.GRID_WORKER, world.GRID, account_id=1)
    assert await found(village, "person", "李", worker) == []
    assert await found(village, "household", "HC", worker) == []


async def test_lists_carry_a_surname_and_no_name(village: Database) -> None:
    async with village.unit(OPERATOR, "test") as uow:
        people, _ = await uow.register.list("person")
        homes, _ = await uow.register.list("household")
    assert [one.surname for one in people[:4]] == ["王", "王", "欧阳", "欧阳"]
    assert [one.surname for one in homes] == ["王", "欧阳", "李", "赵"]


async def test_pages_follow_each_other_without_gaps(village: Database) -> None:
    async with village.unit(OPERATOR, "test") as uow:
        pages = [await uow.register.list("person", page=page, size=3) for page in range(4)]
    assert [len(page) for page, _ in pages] == [3, 3, 2, 0]
    assert {total for _, total in pages} == {8}
    codes = [one.code for page, _ in pages for one in page]
    assert codes == sorted(codes)


async def test_a_file_holds_what_was_entered(village: Database) -> None:
    async with village.unit(OPERATOR, "test") as uow:
        person = await uow.register.person("PA00001")
    assert person is not None
    assert (person.name, person.sex, person.head) == ("王桂兰", "f", True)
    assert person.tags == ("hypertension", "over_65")


async def test_known_numbers_and_codes_are_told_apart_from_new_ones(village: Database) -> None:
    known = world.HOUSEHOLDS[0].people[0].id_number
    assert known
    many = [f"{n:018}" for n in range(2500)]
    async with village.unit(OPERATOR, "test") as uow:
        assert await uow.register.known_ids([*many, known]) == {known}
        assert await uow.register.known_codes("household", ["HA00001", "HX00001"]) == {"HA00001"}
        assert await uow.register.known_codes("person", ["HA00001", "PA00001"]) == {"PA00001"}
        assert await uow.register.known_ids([]) == set()


async def test_an_id_number_stands_in_the_register_once(village: Database) -> None:
    first = world.HOUSEHOLDS[0].people[0]
    twin = NewPerson("PX00001", "王桂香", "f", first.birth_date, id_number=first.id_number)
    with pytest.raises(IntegrityError):
        async with village.unit(OPERATOR, "test") as uow:
            await uow.register.enter([NewHousehold("HX00001", world.GRID, "", (twin,))], "test")
    async with village.unit(OPERATOR, "test") as uow:
        assert await uow.register.counts() == (4, 8)


def test_surnames_of_two_characters_are_known() -> None:
    assert surname("欧阳小明") == "欧阳"
    assert surname("王小明") == "王"
    assert surname("Tenzin Norbu") == "Norbu"


def test_initials_are_those_of_the_pinyin() -> None:
    assert initials("王小明") == "WXM"
    assert initials("Tenzin Norbu") == "TN"
    assert search_terms("王芳") == {"王", "王芳", "W", "WF"}
