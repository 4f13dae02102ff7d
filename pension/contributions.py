"""What one year of contribution puts into the account, and who pays it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from pension.codes import Fault, Gap, Matter, StepCode
from pension.money import ZERO, not_negative, to_fen
from pension.reasoning import Caveat, Reasoning, Refused, Step
from pension.subsidies import subsidy
from pension.tables import Scheme

Payer = Literal["self", "government"]


@dataclass(frozen=True, slots=True)
class Credit:
    """One year's credit to an account, in yuan; `amount` is the sum of the other parts.

    Where the local subsidy is not on record, `subsidy` is its floor and `at_least` is set.
    """

    personal: Decimal
    by_government: Decimal
    collective: Decimal
    aid: Decimal
    subsidy: Decimal
    amount: Decimal
    at_least: bool
    why: Reasoning


def yearly_credit(
    scheme: Scheme,
    tier: int,
    on: date,
    *,
    payer: Payer = "self",
    hardship: str = "",
    collective: Decimal = ZERO,
    aid: Decimal = ZERO,
) -> Credit:
    """What paying a tier puts into the account.

    With ``government`` as payer the county pays the lowest tier for somebody in `hardship`
    (``severe_disability`` stands in the rules, others are local), and the person what a higher tier
    asks beyond it; that it pays all of it and not a part is local too. Raises Refused for a tier
    that is not offered, and for aid over the limit.
    """
    _require_aid_in_limit(scheme, collective, aid)
    added = subsidy(scheme, tier, on)
    given = added.at_least if added.amount is None else added.amount
    by_government = Decimal(min(tier, scheme.tiers[0]) if payer == "government" else 0)
    parts = {
        "personal": to_fen(tier - by_government),
        "by_government": to_fen(by_government),
        "collective": to_fen(collective),
        "aid": to_fen(aid),
        "subsidy": given,
    }
    amount = sum(parts.values(), ZERO)
    caveats = []
    if payer == "government":
        listed = hardship in scheme.helped
        matter = Matter.GOVERNMENT_PAYS_IN_PART if listed else Matter.GOVERNMENT_PAYS_FOR_WHOM
        caveats.append(Caveat(Gap.LOCAL_RULE, {"matter": matter}))
    step = Step(StepCode.CREDITED, {**parts, "amount": amount})
    why = Reasoning.of(added.why, step, *caveats)
    return Credit(**parts, amount=amount, at_least=added.amount is None, why=why)


def _require_aid_in_limit(scheme: Scheme, collective: Decimal, aid: Decimal) -> None:
    together = not_negative("collective", collective) + not_negative("aid", aid)
    limit = scheme.tiers[-1]
    if scheme.aid_limit == "top_tier" and together > limit:
        raise Refused(Fault.AID_OVER_LIMIT, amount=together, limit=limit)
