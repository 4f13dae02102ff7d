"""Every code that a result can carry, with the names of the values that come with it.

This package says nothing in words. Who tells a person needs a text for each code here; the names
are what such a text may mention. Amounts are yuan (Decimal), days are dates, months are `Month`.
"""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """A code, and in `names` the values that always come with it."""

    names: tuple[str, ...]

    def __new__(cls, code: str, *names: str) -> Code:
        member = str.__new__(cls, code)
        member._value_ = code
        member.names = names
        return member


class StepCode(Code):
    """One step of a calculation or of a decision."""

    AGE = "age", "birth", "on", "age"
    TURNS = "turns", "birth", "age", "day"
    YEARS_LEFT = "years_left", "launch", "age", "years"
    LAUNCH_BETWEEN = "launch_between", "first", "last"
    REQUIRED_YEARS = "required_years", "required", "max_total"
    YEARS_COUNTED = "years_counted", "paid", "to_pay", "back", "total"

    SUBSIDY = "subsidy", "tier", "amount"
    SUBSIDY_FLOOR = "subsidy_floor", "tier", "amount"
    SUBSIDY_SHARES = "subsidy_shares", "amount", "province", "county"
    CREDITED = (
        "credited", "personal", "by_government", "collective", "aid", "subsidy", "amount",
    )  # fmt: skip
    BACK_PAID = "back_paid", "years", "tier", "amount"
    PAID_SINCE = "paid_since", "since", "years", "amount"
    GROWN = "grown", "opening", "payments", "interest", "balance", "convention"

    NATIONAL_MINIMUM = "national_minimum", "month", "amount"
    BASIC_PENSION = "basic_pension", "region", "month", "amount"
    EXTRA_YEARS = "extra_years", "years", "over", "each", "amount"
    EXTRA_AGE = "extra_age", "age", "over", "amount"
    ACCOUNT_DIVIDED = "account_divided", "balance", "divisor", "amount"
    PENSION_ADDED = (
        "pension_added", "national", "local", "extra_years", "extra_age", "account", "amount",
    )  # fmt: skip

    FIRST_MONTH = "first_month", "day", "month"
    LAST_MONTH = "last_month", "day", "month", "stop_from"
    OVERPAID = "overpaid", "months", "monthly", "amount"
    LEFT_IN_ACCOUNT = "left_in_account", "account", "paid_out", "amount"
    INHERITED = "inherited", "amount", "kept"

    CERTIFICATION_DUE = "certification_due", "since", "due"
    PAYMENT_PAUSES = "payment_pauses", "due", "month"
    PAID_BACK = "paid_back", "months", "monthly", "amount"

    EMPLOYEE_MINIMUM = "employee_minimum", "year", "months"
    EMPLOYEE_MONTHS = "employee_months", "months", "minimum"
    ACCOUNT_MOVES = "account_moves", "amount"
    YEARS_ADD = "years_add", "resident_months", "employee_months", "months"
    OVERLAP = "overlap", "year", "months"
    OVERLAP_REFUND = "overlap_refund", "personal", "collective"
    REPAY = "repay", "received", "from_account", "from_employee_pension"
    REFUND = "refund", "amount", "kept"
    WORKING_DAYS = "working_days", "start", "days", "deadline"


class Gap(Code):
    """What is missing, may be out of date, or is our reading and not a rule's words."""

    NOT_ON_RECORD = "not_on_record", "table", "region"
    NOT_VERIFIED = "not_verified", "table", "region"  # nobody has seen the official page
    CONVENTION = "convention", "table", "region"  # the row is our own reading
    DRAFT_RULE = "draft_rule", "table", "region"  # never was in force
    START_UNCERTAIN = "start_uncertain", "table", "region", "since"
    MAY_BE_OUTDATED = "may_be_outdated", "table", "region", "since"
    UNDER_NATIONAL_MINIMUM = "under_national_minimum", "amount", "minimum"
    LOCAL_TABLE_NEEDED = "local_table_needed", "tier"
    LOCAL_RULE = "local_rule", "matter"
    ASK_AGENCY = "ask_agency", "matter"
    NO_INTEREST_RATE = "no_interest_rate", "years"  # these years are reckoned at 0 %
    BALANCE_NOT_ON_RECORD = "balance_not_on_record"
    BALANCE_OLD = "balance_old", "since"
    MAY_BE_IN_BALANCE = "may_be_in_balance", "years"  # paid in these years, not added to it
    AT_TODAYS_RATES = "at_todays_rates", "month"
    PART_YEARS = "part_years", "years"  # a part of a year is counted as a year
    CALENDAR_NOT_ON_RECORD = "calendar_not_on_record", "years"


class Matter(Code):
    """What a place rules for itself, or an agency has to be asked. Comes without values."""

    EXTRA_FOR_YEARS = "extra_for_years"
    EXTRA_FOR_AGE = "extra_for_age"
    BACK_PAYMENT_SUBSIDY = "back_payment_subsidy"
    GOVERNMENT_PAYS_IN_PART = "government_pays_in_part"
    GOVERNMENT_PAYS_FOR_WHOM = "government_pays_for_whom"
    CERTIFICATION_PAUSE = "certification_pause"
    JOINING_AFTER_PENSION_AGE = "joining_after_pension_age"
    OVERLAP_BY_MONTH = "overlap_by_month"
    OVERLAP_SUBSIDY = "overlap_subsidy"
    EMPLOYEE_MINIMUM_RISES = "employee_minimum_rises"


class Reason(Code):
    """Why something is not so, or why there is no figure. Comes without values."""

    UNDER_16 = "under_16"
    STUDENT = "student"
    EMPLOYEE_SCHEME = "employee_scheme"
    OTHER_PENSION = "other_pension"
    HUKOU_ELSEWHERE = "hukou_elsewhere"
    PENSION_AGE_REACHED = "pension_age_reached"

    NOT_ON_RECORD = "not_on_record"
    MAY_BE_OUTDATED = "may_be_outdated"
    UNDER_NATIONAL_MINIMUM = "under_national_minimum"
    EFFECTIVE_DATE_NOT_STATED = "effective_date_not_stated"
    LEVEL_NOT_STATED = "level_not_stated"
    VARIES_BY_COUNTY = "varies_by_county"
    LOCAL_TABLE_NEEDED = "local_table_needed"
    COUNTY_DECIDES = "county_decides"
    LAUNCH_NOT_ON_RECORD = "launch_not_on_record"

    ALREADY_RECEIVING = "already_receiving_benefit"
    BEFORE_STATUTORY_AGE = "before_statutory_age"
    CONFIRM_WITH_AGENCY = "confirm_with_agency"
    NO_EMPLOYEE_YEARS = "no_employee_years"


class Fault(Code):
    """What is wrong with what was typed in or imported."""

    TIER_NOT_OFFERED = "tier_not_offered", "tier", "offered"
    NEGATIVE_AMOUNT = "negative_amount", "name", "amount"
    NEGATIVE_YEARS = "negative_years", "years"
    TOO_MANY_YEARS = "too_many_years", "years", "most"
    BIRTH_IN_FUTURE = "birth_in_future", "birth"
    DAY_IN_FUTURE = "day_in_future", "name", "day"
    BENEFIT_BEFORE_AGE = "benefit_before_age", "month", "earliest"
    AID_OVER_LIMIT = "aid_over_limit", "amount", "limit"
    PARTS_OVER_ACCOUNT = "parts_over_account", "parts", "account"
    BACK_PAYMENT_OVER_LIMIT = "back_payment_over_limit", "years", "limit"
    YEARS_OVER_LIMIT = "years_over_limit", "years", "limit"
    NO_SCHEME = "no_scheme", "region", "on"


class SchemeFault(Code):
    """Where a local table falls short of the frame that it stands in."""

    SUBSIDY_UNDER_FLOOR = "subsidy_under_floor", "tier", "amount", "floor"
    SUBSIDY_FALLS = "subsidy_falls", "tier", "amount", "lower_tier", "lower_amount"
    SUBSIDY_MISSING = "subsidy_missing", "tier"
    TIER_OF_FRAME_MISSING = "tier_of_frame_missing", "tier"
    TOP_TIER_OVER_LIMIT = "top_tier_over_limit", "tier", "limit"
