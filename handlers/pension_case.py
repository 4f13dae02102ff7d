"""Whom a talk about pensions is about, and what is known of them.

That is the account which an agency handed in, for those who may look at it; for everybody else what
they tell themselves, which is kept only in the state of the conversation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from handlers import pension_access
from handlers.states import Pension
from handlers.turn import Turn
from pension import Insured, PaidYear, RuleBook, yearly_credit
from pension.rows import NATION
from pension.tables import Scheme
from storage.pension_record import Contribution, PensionRecord
from storage.proxies import PersonRef

EMPLOYEE: Final = "employee"
"""The scheme of an account that is not one of the residents' scheme."""


@dataclass(frozen=True, slots=True)
class Case:
    """Somebody's pension as far as it is known.

    `refs` are those whose account may be looked at, `who` is the one it is about, and `record` what
    an agency `told` of them on a day. `insured` is what is reckoned with: the record, else what was
    said in this talk, None as long as a part of that is missing (`born` tells whether the birth
    month is there). What the account holds is `assumed` where it was not said, or may not be shown
    because `amounts` on record are not for this channel. Who `may_bind` can prove who they are.
    """

    region: str
    refs: tuple[PersonRef, ...] = ()
    who: PersonRef | None = None
    record: PensionRecord | None = None
    told: date | None = None
    insured: Insured | None = None
    born: bool = False
    assumed: bool = False
    amounts: bool = True
    may_bind: bool = False

    @property
    def on_record(self) -> bool:
        """Whether what is reckoned with comes from a record of the residents' scheme."""
        return self.record is not None and self.record.scheme != EMPLOYEE


async def case_of(turn: Turn, state: Pension, book: RuleBook) -> Case:
    """The case of a talk as it stands. Raises Refused where no scheme is on record."""
    refs = await pension_access.subjects_of(turn)
    who = _chosen(refs, state)
    record = await pension_access.record_of(turn, who) if who else None
    region = record.region if record else await _region(turn)
    scheme = book.scheme_in_force(region, turn.today)
    amounts = pension_access.shows_amounts(turn)
    is_recorded = record is not None and record.scheme != EMPLOYEE
    if record is not None and is_recorded:
        insured: Insured | None = _recorded(record, scheme, turn.today, amounts=amounts)
    else:
        insured = _said(state, region, scheme, turn.today)
    return Case(
        region=region,
        refs=tuple(refs),
        who=who,
        record=record,
        told=record.imported_at.astimezone(turn.house.zone).date() if record else None,
        insured=insured,
        born=bool(state.birth),
        assumed=not (amounts if is_recorded else state.balance),
        amounts=amounts,
        may_bind=not refs and (turn.chat.account_id, turn.chat.person_id) == (None, None),
    )


def _recorded(record: PensionRecord, scheme: Scheme, today: date, *, amounts: bool) -> Insured:
    """A record as the rules take it, its amounts only if they may be shown."""
    insured = Insured(
        birth=record.birth_date,
        region=record.region,
        joined=record.joined,
        years_paid=record.years_paid,
        paid_this_year=record.paid_in(today.year),
        paid=tuple(_paid(record.contributions)),
        balance=record.balance,
        balance_on=record.balance_on,
        launch=record.launch,
        other_pension=record.other_pension,
        in_employee_scheme=record.in_employee_scheme,
        benefits_from=record.benefits_from,
        benefit=record.benefit,
        certified_on=record.certified_on,
    )
    if amounts:
        return insured
    assumed = _assumed(record.years_paid, scheme, today)
    return replace(insured, balance=assumed, balance_on=today, paid=(), benefit=None)


def _paid(contributions: Sequence[Contribution]) -> Iterator[PaidYear]:
    """What was paid for whole years, and what was paid for parts of them, without a tier."""
    for one in contributions:
        whole = (one.first_month, one.last_month) == (1, 12)
        aid = (one.collective or Decimal(0)) + (one.aid or Decimal(0))
        yield PaidYear(one.year, one.tier if whole else None, one.paid, one.subsidy, aid)


def _chosen(refs: Sequence[PersonRef], state: Pension) -> PersonRef | None:
    named = next((ref for ref in refs if ref.code == state.person), None)
    return named or (refs[0] if len(refs) == 1 else None)


async def _region(turn: Turn) -> str:
    """Where the rules are looked up without a record: the area of who works here, or the only
    county of the register."""
    if turn.chat.actor.area:
        return turn.chat.actor.area
    county = await turn.uow.areas.only_county()
    return county.code if county else NATION


def _said(state: Pension, region: str, scheme: Scheme, today: date) -> Insured | None:
    if not state.birth or state.years is None:
        return None
    said = Decimal(state.balance) if state.balance else None
    return Insured(
        birth=date.fromisoformat(state.birth),
        region=region,
        joined=state.years > 0,
        years_paid=state.years,
        balance=_assumed(state.years, scheme, today) if said is None else said,
        balance_on=today,
    )


def _assumed(years: int, scheme: Scheme, today: date) -> Decimal:
    """What paid years come to at the lowest tier: who knows more of their account says it."""
    return years * yearly_credit(scheme, scheme.tiers[0], today).amount
