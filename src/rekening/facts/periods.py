"""Periods: calendar quarters, years, fiscal years, trailing years and days.

Fiscal quarters are mapped to the calendar quarter that holds most of their days, so that
Oracle's year 2026 is 2025Q3 to 2026Q2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from rekening.errors import InputError

__all__ = [
    "Quarter",
    "check_period",
    "day",
    "label",
    "other_names",
    "parse_date",
    "quarter_of_balance",
    "quarter_range",
    "span_kind",
]

_QUARTER = re.compile(r"(\d{4})Q([1-4])")
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_PERIOD = re.compile(
    r"{year}|{quarter}|FY{year}|{day}|TTM@(?:{day}|{quarter})|{quarter}\.\.{quarter}|{day}\.\.{day}"
    r"|from {day}|undated".format(year=r"\d{4}", quarter=r"\d{4}Q[1-4]", day=_DATE.pattern),
    re.ASCII,
)
_DAYS_IN_QUARTER = range(80, 101)
_DAYS_IN_YEAR = range(350, 381)
_QUARTER_LENGTH = timedelta(days=_DAYS_IN_QUARTER[len(_DAYS_IN_QUARTER) // 2])
_WEEK = 7
_LAST_QUARTER = 4


@dataclass(frozen=True, order=True, slots=True)
class Quarter:
    """A calendar quarter, counted and compared like a number."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read "2025Q3".

        Raises
        ------
        InputError
            If the text has another form.
        """
        found = _QUARTER.fullmatch(text)
        if not found:
            raise InputError(f"quarter {text!r} is not understood; write it as 2025Q3")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, when: date) -> Quarter:
        """The calendar quarter that holds a day."""
        return cls(when.year, (when.month - 1) // 3 + 1)

    @classmethod
    def nearest_to(cls, start: date, end: date) -> Quarter:
        """The calendar quarter that holds most days of a fiscal quarter."""
        return cls.of(start + (end - start) / 2)

    @property
    def start(self) -> date:
        """First day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def end(self) -> date:
        """Last day."""
        return (self + 1).start - timedelta(days=1)

    def __add__(self, quarters: int) -> Quarter:
        years, number = divmod(4 * self.year + self.number - 1 + quarters, 4)
        return Quarter(years, number + 1)

    def __sub__(self, other: Quarter) -> int:
        return 4 * (self.year - other.year) + self.number - other.number

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"


def quarter_range(first: Quarter, last: Quarter) -> list[Quarter]:
    """All quarters from the first to the last, both included."""
    return [first + step for step in range(last - first + 1)]


def parse_date(text: str, where: str) -> date:
    """Read an ISO date.

    Raises
    ------
    InputError
        Naming `where`, if the text is no date.
    """
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise InputError(f"{where}: {text!r} is not a date; write it as 2025-11-03")


def check_period(text: str) -> None:
    """Refuse a period that is written in another way than periods are.

    Raises
    ------
    InputError
        With the forms that are understood.
    """
    if not _PERIOD.fullmatch(text):
        raise InputError(
            f"period {text!r} is not understood; write 2025Q3, 2025Q1..2025Q3, 2025, FY2026, 2025-09-30, "
            "TTM@2025-09-30 or TTM@2025Q3"
        )
    for named in _DATE.findall(text):
        parse_date(named, "period")


def day(value: str | date, where: str = "date") -> date:
    """Take a date or its ISO text; of a moment, its date.

    Raises
    ------
    InputError
        Naming `where`, if it is neither.
    """
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else parse_date(str(value), where)


def span_kind(start: date | None, end: date | None) -> str:
    """Tell what a period is: "point", "quarter", "year", or "other" (half years, nine months)."""
    if end is None:
        return "other"
    if start is None:
        return "point"
    days = (end - start).days + 1
    if days in _DAYS_IN_QUARTER:
        return "quarter"
    if days in _DAYS_IN_YEAR:
        return "year"
    return "other"


@lru_cache(maxsize=65536)
def label(start: date | None, end: date | None, fiscal_year_ends: int = 12) -> str:
    """Name a period as readers do.

    Parameters
    ----------
    start, end
        Both days included; no start for a point in time.
    fiscal_year_ends
        Month in which the firm's fiscal year ends.

    Examples
    --------
    >>> label(date(2025, 6, 1), date(2025, 8, 31), 5), label(date(2025, 1, 1), date(2025, 12, 31))
    ('2025Q3', '2025')
    >>> label(date(2024, 7, 1), date(2025, 6, 30), 6), label(date(2024, 10, 1), date(2025, 9, 30), 6)
    ('FY2025', 'TTM@2025-09-30')
    """
    if end is None:
        return f"from {start}" if start else "undated"
    if start is None:
        return end.isoformat()
    match span_kind(start, end):
        case "quarter":
            return str(Quarter.nearest_to(start, end))
        case "year" if (end.month, end.day) == (12, 31):
            return str(end.year)
        case "year" if _ends_fiscal_year(end, fiscal_year_ends):
            return f"FY{end.year}"
        case "year":
            return f"TTM@{end}"
        case _:
            return f"{start}..{end}"


def _ends_fiscal_year(end: date, fiscal_year_ends: int) -> bool:
    # years of 52 or 53 weeks end on a weekday near the end of the month
    near = end - timedelta(days=_WEEK) if end.day <= _WEEK else end
    return near.month == fiscal_year_ends


@lru_cache(maxsize=65536)
def other_names(start: date | None, end: date | None, fiscal_year_ends: int = 12) -> tuple[str, ...]:
    """Names beside its label by which a period is asked for.

    A year has its fiscal year, its trailing year and, where it ends with a fourth mapped quarter, its
    calendar year. A half year and nine months are named by their quarters. A balance stands for the quarter,
    and for the year, that it closes.

    Examples
    --------
    >>> other_names(date(2025, 1, 27), date(2026, 1, 25), 1)
    ('2025', 'FY2026', 'TTM@2026-01-25', 'TTM@2025Q4')
    >>> other_names(None, date(2025, 5, 31), 5)
    ('2025Q2', 'FY2025')
    >>> other_names(date(2025, 1, 1), date(2025, 9, 30))
    ('2025Q1..2025Q3',)
    """
    if end is None:
        return ()
    match span_kind(start, end):
        case "point":
            quarter = quarter_of_balance(end, fiscal_year_ends)
            if quarter is None:
                return ()
            names = [str(quarter)]
        case "year":
            quarter = last_quarter(end)
            names = [f"TTM@{end}", f"TTM@{quarter}"]
        case "other" if start is not None:
            first, last = first_quarter(start), last_quarter(end)
            count, days = last - first + 1, (end - start).days + 1
            whole = count * _DAYS_IN_QUARTER.start <= days < count * _DAYS_IN_QUARTER.stop
            return (f"{first}..{last}",) if whole else ()
        case _:
            return ()
    if _ends_fiscal_year(end, fiscal_year_ends):
        names.insert(0 if start else 1, f"FY{end.year}")
    if quarter.number == _LAST_QUARTER:
        names.insert(0 if start else 1, str(quarter.year))
    main = label(start, end, fiscal_year_ends)
    return tuple(name for name in names if name != main)


def first_quarter(start: date) -> Quarter:
    """Calendar quarter that holds most of the three months from a day."""
    return Quarter.nearest_to(start, start + _QUARTER_LENGTH)


def last_quarter(end: date) -> Quarter:
    """Calendar quarter that holds most of the three months up to a day."""
    return Quarter.nearest_to(end - _QUARTER_LENGTH, end)


def quarter_of_balance(when: date, fiscal_year_ends: int = 12) -> Quarter | None:
    """Calendar quarter to which a balance belongs, if the day closes one of the firm's fiscal quarters.

    Fiscal quarters may end on a weekday near the end of the month, so the last or first week counts.
    """
    near = when - timedelta(days=_WEEK) if when.day <= _WEEK else when
    last_week = near.month != (near + timedelta(days=_WEEK + 1)).month
    if (near.month - fiscal_year_ends) % 3 or not last_week:
        return None
    return last_quarter(when)
