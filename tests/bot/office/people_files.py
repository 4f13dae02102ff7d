"""Files of people for tests: CSV in any encoding, and workbooks with merged and typed cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any, Final

import openpyxl

from core.ids import check_digit

HEAD: Final = (
    "户编号",
    "区划代码",
    "地址",
    "姓名",
    "性别",
    "出生日期",
    "身份证号",
    "电话",
    "户主",
    "标签",
)


def id_number(body: str = "99010119680512002") -> str:
    """An ID number with the right last digit."""
    return body + check_digit(body)


def as_csv(*rows: Sequence[str], head: Sequence[str] = HEAD, encoding: str = "utf-8-sig") -> bytes:
    """Rows below the names of the columns."""
    stream = io.StringIO()
    csv.writer(stream).writerows([head, *rows])
    return stream.getvalue().encode(encoding)


def as_workbook(*rows: Sequence[Any], merged: Sequence[str] = ()) -> bytes:
    """Rows as they are, from the first on, with cells merged."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "登记表"
    for row in rows:
        sheet.append(list(row))
    for one in merged:
        sheet.merge_cells(one)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
