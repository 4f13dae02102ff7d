"""The residents' pension scheme: dated rules as data, and pure functions over them.

`built_in()` or `RuleBook.read(...)` gives the rules; every function takes them, a day, and plain
facts, and returns a frozen result whose `why` holds its steps, the rows used with their dates and
sources, and what is missing or may be out of date. Nothing here speaks to people: codes and values
are in `pension.codes`, and whoever tells them has the words. Money is Decimal, in yuan.
"""

from pension.back_payments import BackPayment, back_payable, back_payment
from pension.basic_pensions import BasicPension, basic_pension
from pension.certification import Certification, Lapse, Standing, certification, lapse
from pension.clocks import Deadline, deadline_after, deadlines
from pension.codes import Code, Fault, Gap, Matter, Reason, SchemeFault, StepCode
from pension.contributions import Credit, yearly_credit
from pension.duplicates import (
    DoubleBenefits,
    Overlap,
    ResidentYear,
    duplicate_benefits,
    duplicate_contributions,
)
from pension.eligibility import Joining, may_join
from pension.employee_scheme import EmployeeYears, minimum_employee_years
from pension.estimate import Estimate, Plan, by_tier, estimate, needed_years
from pension.growth import Convention, Growth, Rates, grow, rates_on_record
from pension.increments import Increments, increments
from pension.inheritance import Inheritance, inheritance
from pension.insured import Insured, PaidYear, Problem, problems
from pension.loading import RuleBookError, RuleProblem
from pension.monthly import MonthlyPension, account_pension, monthly_pension
from pension.months import Month, age_on, birthday
from pension.moving import Move, move
from pension.payment_months import (
    FirstPayment,
    LastPayment,
    Overpaid,
    first_payment,
    last_payment,
    overpaid,
)
from pension.reasoning import Caveat, Reasoning, Refused, Step
from pension.required_years import RequiredYears, Route, payments_left, required_years
from pension.rows import Row, Source
from pension.rulebook import RuleBook, built_in
from pension.status import Next, Status, status, turns_sixty_soon
from pension.subsidies import SchemeProblem, Subsidy, check_table, subsidy
from pension.transfers import BothSchemes, Option, Transfer, transfer
from pension.working_days import Workdays

__all__ = [
    "BackPayment",
    "BasicPension",
    "BothSchemes",
    "Caveat",
    "Certification",
    "Code",
    "Convention",
    "Credit",
    "Deadline",
    "DoubleBenefits",
    "EmployeeYears",
    "Estimate",
    "Fault",
    "FirstPayment",
    "Gap",
    "Growth",
    "Increments",
    "Inheritance",
    "Insured",
    "Joining",
    "Lapse",
    "LastPayment",
    "Matter",
    "Month",
    "MonthlyPension",
    "Move",
    "Next",
    "Option",
    "Overlap",
    "Overpaid",
    "PaidYear",
    "Plan",
    "Problem",
    "Rates",
    "Reason",
    "Reasoning",
    "Refused",
    "RequiredYears",
    "ResidentYear",
    "Route",
    "Row",
    "RuleBook",
    "RuleBookError",
    "RuleProblem",
    "SchemeFault",
    "SchemeProblem",
    "Source",
    "Standing",
    "Status",
    "Step",
    "StepCode",
    "Subsidy",
    "Transfer",
    "Workdays",
    "account_pension",
    "age_on",
    "back_payable",
    "back_payment",
    "basic_pension",
    "birthday",
    "built_in",
    "by_tier",
    "certification",
    "check_table",
    "deadline_after",
    "deadlines",
    "duplicate_benefits",
    "duplicate_contributions",
    "estimate",
    "first_payment",
    "grow",
    "increments",
    "inheritance",
    "lapse",
    "last_payment",
    "may_join",
    "minimum_employee_years",
    "monthly_pension",
    "move",
    "needed_years",
    "overpaid",
    "payments_left",
    "problems",
    "rates_on_record",
    "required_years",
    "status",
    "subsidy",
    "transfer",
    "turns_sixty_soon",
    "yearly_credit",
]
