"""XPath 1.0 with the functions of OpenRosa, compiled to closures."""

from forms.xpath.calendar import CalendarNames
from forms.xpath.environment import Budget, Environment
from forms.xpath.errors import XPathError
from forms.xpath.expression import Expression, compile_expression
from forms.xpath.moments import Moment
from forms.xpath.values import Value, to_boolean, to_number, to_string

__all__ = [
    "Budget",
    "CalendarNames",
    "Environment",
    "Expression",
    "Moment",
    "Value",
    "XPathError",
    "compile_expression",
    "to_boolean",
    "to_number",
    "to_string",
]
