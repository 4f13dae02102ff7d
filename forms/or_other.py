"""The words of ``or_other`` in the languages of the form.

For a select with ``or_other`` pyxform adds the choice "Other" and the question "Specify other.", in
English whatever language the form is in. They are words of the form, so they are given here, where
a form is taken in, and a device shows them as well.

A form without translations has one language, which is read off its labels: Chinese characters and
letters are told apart, languages with the same letters are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from forms.languages import language_code
from forms.outline_reader import parse_safely
from forms.report import Finding, Severity
from forms.workbook import SurveyRow, Workbook

_OTHER: Final = "Other"
_SPECIFY: Final = "Specify other."
_WORDS: Final = {"zh": ("其他", "请说明"), "en": (_OTHER, _SPECIFY)}
"""Language code -> the choice and the question."""

_TYPE: Final = re.compile(r"(\S+)\s+(?:or_other|or specify other|or other)$")
_UNNAMED: Final = "default"
"""How XLSForm calls the language of columns that name none."""


def translate(xform: bytes, book: Workbook) -> tuple[bytes, list[Finding]]:
    """The form of `book` with these words in its languages, and a finding for each select that
    has a language for which there are none. Raises Unfit for broken XML."""
    rows = [row for row in book.questions.values() if _TYPE.search(row.type)]
    if not rows:
        return xform, []
    html = parse_safely(xform)
    form = _read(html, book)
    for row in rows:
        form.specify(row)
        form.choice(row, book)
    missing = [name for name, code in form.codes.items() if code not in _WORDS]
    findings = [_untranslated(row, missing, book) for row in rows if missing]
    return etree.tostring(html, encoding="utf-8", xml_declaration=True), findings


def _declared(book: Workbook) -> str:
    """The language of a form without translations, if its settings name one."""
    settings = book.sheet("settings")
    column = settings.column("default_language")
    return next((cells.get(column, "") for _, cells in settings.rows), "") or _UNNAMED


def _untranslated(row: SurveyRow, languages: list[str], book: Workbook) -> Finding:
    place = book.sheet("survey").place(row.row, "type")
    values: dict[str, str | int] = {"languages": ", ".join(languages), "cell": row.type[:200]}
    return Finding(Severity.WARNING, "other_untranslated", place, row.name, values)


@dataclass(frozen=True, slots=True)
class _Form:
    """The parts of an XForm that change. `plain` is the code of the language of labels without
    translation; `codes` are those of all languages by their names, '' for one that is not known."""

    root: str
    labels: Mapping[str, etree._Element]
    items: Mapping[str, tuple[etree._Element, ...]]
    translations: Mapping[str, etree._Element]
    codes: Mapping[str, str]
    plain: str

    def specify(self, row: SurveyRow) -> None:
        """Word the question that asks what the other one is."""
        path = f"/{self.root}/{row.path}_other"
        label = self.labels.get(path)
        if label is None or label.text != _SPECIFY:
            return
        if not self.translations:
            label.text = _words(self.plain)[1]
            return
        label.text = None
        label.set("ref", f"jr:itext('{path}:label')")
        for name, translation in self.translations.items():
            text = etree.SubElement(translation, _like(translation, "text"), id=f"{path}:label")
            etree.SubElement(text, _like(translation, "value")).text = _words(self.codes[name])[1]

    def choice(self, row: SurveyRow, book: Workbook) -> None:
        """Word the choice, unless the author has one of that name."""
        found = _TYPE.search(row.type)
        name = found[1] if found else ""
        column = book.sheet("choices").column("name")
        if any(cells.get(column) == "other" for _, cells in book.list_rows(name)):
            return
        for item in self.items.get(name, ()):
            label, itext = item.find("{*}label"), item.findtext("{*}itextId")
            if item.findtext("{*}name") != "other":
                continue
            if label is not None:
                label.text = _words(self.plain)[0]
            elif itext:
                self._translate(itext)

    def _translate(self, itext: str) -> None:
        for name, translation in self.translations.items():
            words = _WORDS.get(self.codes[name])
            text = next((text for text in translation if text.get("id") == itext), None)
            value = text.find("{*}value") if text is not None else None
            if words is not None and value is not None:
                value.text = words[0]


def _read(html: etree._Element, book: Workbook) -> _Form:
    data = html.find(".//{*}model/{*}instance/*")
    translations = {
        element.get("lang", ""): element for element in html.iterfind(".//{*}itext/{*}translation")
    }
    declared = _declared(book)
    unnamed = _by_letters(" ".join(_unnamed(html, translations)))
    plain = unnamed if declared == _UNNAMED else language_code(declared)
    names = translations or (declared,)
    return _Form(
        root="" if data is None else etree.QName(data).localname,
        labels={
            element.get("ref", ""): label
            for element in html.iterfind(".//{*}input")
            if (label := element.find("{*}label")) is not None
        },
        items={
            instance.get("id", ""): tuple(instance.iterfind("{*}root/{*}item"))
            for instance in html.iterfind(".//{*}model/{*}instance")
        },
        translations=translations,
        codes={name: unnamed if name == _UNNAMED else language_code(name) for name in names},
        plain=plain,
    )


def _unnamed(html: etree._Element, translations: Mapping[str, etree._Element]) -> Iterator[str]:
    """The words in the language that has no name, without those that pyxform added."""
    elements = [*html.iterfind(".//{*}label")]
    if _UNNAMED in translations:
        values = translations[_UNNAMED].iterfind("{*}text/{*}value")
        elements += [value for value in values if not value.get("form")]
    for element in elements:
        words = "".join(str(part) for part in element.itertext())
        if words not in (_OTHER, _SPECIFY, "-"):
            yield words


def _words(code: str) -> tuple[str, str]:
    return _WORDS.get(code, _WORDS["en"])


def _like(element: etree._Element, name: str) -> str:
    """`name` in the namespace of `element`."""
    return f"{{{etree.QName(element).namespace}}}{name}"


def _by_letters(words: str) -> str:
    """The language of `words` by their letters: ``zh``, ``en`` or ''.

    Labels in Chinese and English count as Chinese. A few letters of another kind prove nothing:
    names of places and languages have them too.
    """
    letters = [letter for letter in words if letter.isalpha()]
    chinese = sum("\u4e00" <= letter <= "\u9fff" for letter in letters)
    strange = sum(not letter.isascii() for letter in letters) - chinese
    if chinese * 4 >= len(letters) and strange < chinese:
        return "zh"
    return "en" if strange * 50 <= len(letters) else ""
