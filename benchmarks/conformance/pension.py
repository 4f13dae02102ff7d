"""Worked pension cases, each run through the rules as the product runs them.

A case names its rules, what is known, and the figures or the reason that must come out. Values that
a case gives itself, such as a basic pension, are put into the rules as a county would.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from benchmarks.conformance.xpath import conformance_folder
from pension import (
    BothSchemes,
    Month,
    Rates,
    Refused,
    ResidentYear,
    RuleBook,
    account_pension,
    basic_pension,
    built_in,
    certification,
    deadline_after,
    deadlines,
    duplicate_contributions,
    first_payment,
    grow,
    increments,
    inheritance,
    last_payment,
    may_join,
    minimum_employee_years,
    monthly_pension,
    required_years,
    subsidy,
    transfer,
    yearly_credit,
)
from pension.growth import Convention
from pension.tables import Scheme

Case = Mapping[str, Any]
Found = Mapping[str, Any]

_SCHEMES: Final = {"JL2011": "jilin_2011", "NAT2014": "national_2014"}
_TRANSFERS: Final = {"TR2014": "final_2014", "TRDRAFT": "draft"}
_TODAY: Final = date(2026, 11, 21)
_NOWHERE: Final = "99"  # begins no division code of the tables
_EARLY: Final = Month(2010, 1)  # a month whose national minimum is under every case's basic pension


@dataclass(slots=True)
class Report:
    """`missed` says why, by case id."""

    total: int = 0
    passed: int = 0
    missed: dict[str, str] = field(default_factory=dict)


def run(folder: Path | None = None) -> Report:
    """Run every case, print the score and every miss with its reason."""
    source = (folder or conformance_folder()) / "pension_vectors.json"
    report = Report()
    for case in json.loads(source.read_text(encoding="utf-8"))["vectors"]:
        report.total += 1
        miss = _miss(case)
        if miss:
            report.missed[case["id"]] = miss
        else:
            report.passed += 1
    print(f"pension: {report.passed} of {report.total}")
    for name, reason in report.missed.items():
        print(f"  missed {name}: {reason}")
    return report


def _miss(case: Case) -> str:
    """Empty when everything that was expected came out."""
    answer = _TOPICS.get(case["topic"])
    if answer is None:
        return f"unknown topic {case['topic']}"
    try:
        found = answer(case["input"])
    except Refused as refused:
        found = {"error": str(refused.fault)}
    wrong = [
        f"{key}: expected {wanted!r}, found {found.get(key)!r}"
        for key, wanted in case["expected"].items()
        if key not in found or not _same(wanted, found[key])
    ]
    return "; ".join(wrong)


def _same(wanted: Any, found: Any) -> bool:
    if isinstance(found, Decimal):
        return wanted is not None and Decimal(wanted) == found
    if isinstance(found, (date, Month)):
        return bool(wanted == str(found))
    if isinstance(found, (list, tuple)):
        return len(wanted) == len(found) and all(map(_same, wanted, found))
    return bool(wanted == found)


def _scheme(case: Case) -> Scheme:
    return built_in().scheme_named(_SCHEMES[case["ruleset"]])


def _of_age(age: int) -> date:
    return date(_TODAY.year - age, _TODAY.month, _TODAY.day)


def _subsidy(case: Case) -> Found:
    found = subsidy(_scheme(case), case["tier"], _TODAY)
    return {
        "subsidy": found.amount,
        "province_share": found.province,
        "county_share": found.county,
        "min_subsidy": found.at_least,
        "exact": found.amount,
        "reason": found.reason,
    }


def _tiers(case: Case) -> Found:
    return {"tiers": _scheme(case).tiers}


def _credit(case: Case) -> Found:
    hardship = case.get("reason", "")
    found = yearly_credit(
        _scheme(case), case["tier"], _TODAY, payer=case["payer"], hardship=hardship
    )
    return {"personal_paid": found.personal, "credited": found.amount}


def _enrol(case: Case) -> Found:
    found = may_join(
        built_in(),
        birth=_of_age(case["age"]),
        region="",
        on=_TODAY,
        student=case["student"],
        in_employee_scheme=case["covered_by_employee_scheme"],
        hukou_here=case.get("hukou_here", True),
    )
    return {"eligible": found.allowed, "reason": next(iter(found.reasons), None)}


def _required(case: Case) -> Found:
    found = required_years(
        built_in(),
        birth=date.fromisoformat(case["birth"]),
        region="",
        on=_TODAY,
        launch=date.fromisoformat(case["launch"]),
        other_pension=case["other_pension"],
    )
    return {
        "route": found.route,
        "required_years": found.required,
        "max_backpay_years": found.back_payable,
        "max_total_years": found.max_total,
        "reason": found.reason,
    }


def _first_month(case: Case) -> Found:
    scheme = built_in().scheme_in_force("", _TODAY)
    return {"first_payment_month": first_payment(scheme, date.fromisoformat(case["birth"])).month}


def _last_month(case: Case) -> Found:
    found = last_payment(built_in(), date.fromisoformat(case["death"]))
    return {
        "last_payment_month": found.month,
        "stop_from": found.stop_from,
        "notify_deadline_working_days": found.notice_by and found.notice_by.working_days,
    }


def _monthly(case: Case) -> Found:
    """The account from its yearly parts unless it is given; the basic part is a county row."""
    book = _book_with(case)
    account = Decimal(case["account"]) if "account" in case else _account(case)
    years = case.get("years", 0)
    basic = basic_pension(book, _NOWHERE, _EARLY)
    added = increments(book, _NOWHERE, _EARLY.first_day, years=years, age=60)
    total = monthly_pension(basic, added, account, case["divisor"])
    return {
        "account": account,
        "account_pension": account_pension(account, case["divisor"])[0],
        "bonus": added.for_years,
        "total": total and total.amount,
    }


def _account(case: Case) -> Decimal:
    credit = Decimal(case["personal"]) + Decimal(case["subsidy"])
    return _grown(case["years"], credit, case["rate"], Convention.YEAR_END_CREDIT)


def _grown(years: int, credit: Decimal, rate: str, convention: Convention) -> Decimal:
    span = range(2000, 2000 + years)
    rates = Rates(dict.fromkeys(span, Decimal(rate)))
    return grow(dict.fromkeys(span, credit), rates, span, convention=convention).balance


def _book_with(case: Case) -> RuleBook:
    row = f'region = "{_NOWHERE}"\nvalid_from = {_EARLY.first_day}\nsource = "own_convention"\n'
    row += 'status = "convention"\n'
    text = f"[[basic_pension]]\namount = {case['basic']}\n{row}"
    if "bonus_per_year_over_15" in case:
        each = case["bonus_per_year_over_15"]
        text += f'[[increment]]\nkind = "years"\nover = 15\namount = {each}\n{row}'
    return RuleBook.read({"case.toml": text})


def _interest(case: Case) -> Found:
    convention = Convention(case["convention"])
    credit = Decimal(case["yearly_credit"])
    return {"balance": _grown(case["years"], credit, case["rate"], convention)}


def _inheritance(case: Case) -> Found:
    found = inheritance(
        _scheme(case),
        others=Decimal(case["personal"]),
        subsidy=Decimal(case["subsidy"]),
        paid_out=Decimal(case.get("paid_out", 0)),
    )
    return {"inheritable": found.inheritable, "kept_in_fund": found.kept}


def _basic(case: Case) -> Found:
    book = built_in()
    region = next(place.region for place in book.place if place.name_zh == case["region"])
    found = basic_pension(book, region, Month.parse(case["month"]))
    least = found.at_least if found.last_known is None else None
    return {
        "basic": found.amount,
        "announced": found.announced,
        "increase": found.increase,
        "at_least": least,
        "reason": found.reason,
    }


def _transfer(case: Case) -> Found:
    both = BothSchemes(
        employee_months=case["employee_years"] * 12,
        years_in_residents=case["resident_years"],
        resident_account=Decimal(case.get("resident_account", 0)),
        employee_account=Decimal(case.get("employee_account", 0)),
        at_employee_age=case.get("at_statutory_age", True),
        receiving=case["receiving"],
    )
    found = transfer(built_in(), both, _TODAY)
    return {
        "option": found.option,
        "reason": found.reason,
        "employee_years_after": found.employee_months // 12,
        "total_years": found.resident_months // 12,
        "account_moved": found.moved,
        "pooled_fund_moved": found.pooled_fund_moved,
        "years_converted": found.converted_months // 12,
    }


def _employee_minimum(case: Case) -> Found:
    found = [minimum_employee_years(built_in(), year) for year in case["years"]]
    return {"months": [each and each.months for each in found]}


def _overlap(case: Case) -> Found:
    personal, collective = Decimal(case["resident_personal"]), Decimal(case["collective"])
    found = duplicate_contributions(
        built_in().transfer_named(_TRANSFERS[case["rule"]]),
        [ResidentYear(case["year"], personal, collective)],
        [Month(case["year"], month) for month in case["employee_months"]],
    )
    return {
        "overlap_months": len(found.months),
        "employee_months_counted": len(found.months),
        "refund_personal": found.refund_personal,
        "refund_collective": found.refund_collective,
        "refund_gov_subsidy": Decimal(0),
    }


def _transfer_clock(case: Case) -> Found:
    found = deadlines(built_in(), "transfer", date.fromisoformat(case["accepted"]))
    return {"deadlines": [deadline.day for deadline in found]}


def _clock(case: Case) -> Found:
    event = date.fromisoformat(case["event"])
    return {"deadline": deadline_after(built_in(), event, case["working_days"]).day}


def _certification(case: Case) -> Found:
    region = {"365d": "35", "12m": "3208"}[case["cycle"]]
    last = date.fromisoformat(case["last"])
    found = certification(built_in(), region, last=last, benefits_from=last, on=_TODAY)
    return {"due": found and found.due}


_TOPICS: Final[Mapping[str, Callable[[Case], Found]]] = {
    "subsidy": _subsidy,
    "subsidy_floor": _subsidy,
    "tier_list": _tiers,
    "account_credit": _credit,
    "enrol": _enrol,
    "required_years": _required,
    "first_month": _first_month,
    "last_month": _last_month,
    "monthly": _monthly,
    "monthly_bonus": _monthly,
    "interest": _interest,
    "inheritance": _inheritance,
    "basic_lookup": _basic,
    "transfer": _transfer,
    "min_employee_years": _employee_minimum,
    "duplicate_contrib": _overlap,
    "transfer_clock": _transfer_clock,
    "child_register_clock": _clock,
    "certification": _certification,
}
