"""Numbers as readers see them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rekening.errors import InputError
from rekening.explain import numbers
from rekening.explain.numbers import FORMS, Style, clean, show_day, show_period
from rekening.facts import Figure, Grade, Lineage
from rekening.futures.chances import chance

NL, EN = Style("nl"), Style("en")
_ = "\N{NO-BREAK SPACE}"


def show(figure: Figure, form: str, style: Style, *, interval: bool = False) -> str:
    text, span = numbers.show(figure, form, style)
    return f"{text} {span}".strip() if interval else text


def spread(low: float, high: float, unit: str = "1") -> Figure:
    return Figure.of(np.linspace(low, high, 1001), unit, Grade.ASSUMED)


@pytest.mark.parametrize(
    ("value", "unit", "form", "nl", "en"),
    [
        (30e9, "USD", "money", "30 miljard dollar", "$30 billion"),
        (1.234e12, "USD", "money", "1,23 biljoen dollar", "$1.23 trillion"),
        (-52_345_678_901, "USD/year", "money", "−52,3 miljard dollar", "−$52.3 billion"),
        (12_345.6, "USD", "money", "$ 12.346", "$12,346"),
        (4.5, "EUR/month", "money", "€ 4,50", "€4.50"),
        (19.99, "USD/month", "price", "$ 19,99", "$19.99"),
        (0.04875, "1", "percent", "4,88%", "4.88%"),
        (0.25, "1", "percent", "25%", "25%"),
        (0.011, "1", "basis_points", "110 basispunten", "110 basis points"),
        (3_430_000_000, "user", "number", "3,43 miljard", "3.43 billion"),
        (1, "year", "years", "1 jaar", "1 year"),
        (18.5, "year", "years", "18,5 jaar", "18.5 years"),
        (2060, "MW", "power", "2,06 gigawatt", "2.06 gigawatts"),
        (415, "TWh", "energy", "415 terawattuur", "415 terawatt hours"),
        (0.2, "1", "chance", "1 van de 5", "1 in 5"),
        (0.641, "1", "chance", "2 van de 3", "2 in 3"),
        (0.052, "1", "chance", "ongeveer 1 van de 20", "about 1 in 20"),
        (0.0125, "1", "chance", "ongeveer 1 van de 100", "about 1 in 100"),
        (0.8, "1", "chance", "4 van de 5", "4 in 5"),
        (0.9875, "1", "chance", "ongeveer 99 van de 100", "about 99 in 100"),
        (0.9999, "1", "chance", "meer dan 99 van de 100", "more than 99 in 100"),
        (0.0, "1", "chance", "minder dan 1 van de 100", "less than 1 in 100"),
        (0.0, "USD", "money", "$ 0", "$0"),
    ],
)
def test_forms(value: float, unit: str, form: str, nl: str, en: str) -> None:
    figure = Figure.of(value, unit)
    assert show(figure, form, NL).replace(_, " ") == nl
    assert show(figure, form, EN).replace(_, " ") == en


def test_interval_is_rounded_to_what_is_known() -> None:
    figure = spread(23.1e9, 38.9e9, "USD")
    assert show(figure, "money", NL, interval=True).replace(_, " ") == "31 miljard dollar (25 tot 37)"
    assert show(figure, "money", EN, interval=True).replace(_, " ") == "$31 billion (25 to 37)"
    households = spread(311.0, 529.0, "EUR/year/household")
    assert show(households, "money", NL, interval=True).replace(_, " ") == "€ 420 (330 tot 510)"


def test_a_certain_number_has_no_interval() -> None:
    assert show(Figure.of(2.0), "number", EN, interval=True) == "2"


def test_an_interval_without_end_is_not_written() -> None:
    cover = Figure.of(np.array([2.0, 3.0, 4.0, np.inf]))
    assert show(cover, "number", EN, interval=True) == "3.5"


def test_short_form_is_for_tables() -> None:
    figure = Figure.of(30e9, "USD")
    assert show(figure, "money", Style("nl", short=True)).replace(_, " ") == "$ 30 mld"
    assert show(figure, "money", Style("en", short=True)) == "$30bn"


def test_missing_is_unknown_and_never_zero() -> None:
    for form in (*FORMS, "chance"):
        assert show(Figure.unknown("USD"), form, NL) == "onbekend"


def test_euros_at_the_rate_of_the_day() -> None:
    rate = Figure.of(0.5, "EUR/USD", Grade.REPORTED)
    style = Style("en", euros_per_dollar=rate)
    assert show(Figure.of(30e9, "USD/year"), "money", style).replace(_, " ") == "€15 billion"
    assert show(Figure.of(3e9, "GBP"), "money", style).replace(_, " ") == "£3 billion"


def test_wrong_unit_or_form_is_told() -> None:
    with pytest.raises(InputError, match="not an amount of money"):
        show(Figure.of(3.0, "MW"), "money", EN)
    with pytest.raises(InputError, match="form 'monney'"):
        show(Figure.of(3.0, "MW"), "monney", EN)


@given(st.floats(-1e15, 1e15, allow_nan=False), st.sampled_from(sorted(FORMS)))
def test_every_number_can_be_written(value: float, form: str) -> None:
    unit = {"money": "USD", "price": "USD"}.get(form, "1")
    assert show(Figure.of(value, unit), form, NL)


@given(st.floats(0, 1))
def test_odds_are_near(share: float) -> None:
    text = show(Figure.of(share), "chance", EN)
    *hedge, part, _, whole = text.split()
    said = int(part) / int(whole)
    assert 0 < said < 1
    assert int(whole) in (2, 3, 4, 5, 10, 15, 20, 25, 30, 40, 50, 100)
    if hedge == ["less", "than"]:
        assert share < said
    elif hedge == ["more", "than"]:
        assert share > said
    else:
        assert abs(said - share) <= min(0.05, max(0.02, share / 2))


@pytest.mark.parametrize(("share", "text"), [
    (0.0, "<1%"), (0.0034, "<1%"), (0.006, "1%"), (0.641, "64%"), (0.9875, "99%"), (1.0, ">99%"),
])  # fmt: skip
def test_a_chance_in_a_table_is_short_and_never_certain(share: float, text: str) -> None:
    assert numbers.show(Figure.of(share), "chance", Style("nl", short=True))[0] == text


@given(st.floats(0, 1), st.floats(0, 1))
def test_better_odds_are_never_told_as_worse(one: float, other: float) -> None:
    def told(share: float) -> float:
        part, _, whole = show(Figure.of(share), "chance", EN).split()[-3:]
        return int(part) / int(whole)

    low, high = sorted((one, other))
    assert told(low) <= told(high)


def test_days_and_periods() -> None:
    assert show_day(date(2025, 11, 3), "nl") == "3 november 2025"
    assert show_day(date(2025, 11, 3), "en") == "3 November 2025"
    assert show_period("2025Q3", "nl") == "3e kwartaal 2025"
    assert show_period("FY2026", "en") == "fiscal year 2026"
    assert show_period("TTM@2025-09-30", "nl") == "de 12 maanden tot en met 30 september 2025"
    assert show_period("2025-07-01..2025-07-31", "nl") == "1 juli 2025 tot en met 31 juli 2025"
    assert show_period("from 2025-09-26", "en") == "from 26 September 2025"
    assert show_period("capex", "nl") is None
    assert show_period("from here", "en") is None
    assert show_period("capex..2025", "en") is None


def test_clean_takes_out_what_could_act() -> None:
    assert clean("a\x1b[31mb\u202ec\ue000d\n") == "a [31mb c d "


@pytest.mark.parametrize(("share", "long", "short"), [
    (0.5, ("1 in 2", "(49.4 to 50.6%)"), ("50%", "(49.4 to 50.6)")),
    (0.422, ("about 2 in 5", "(41.6 to 42.8%)"), ("42%", "(41.6 to 42.8)")),
    (0.0, ("less than 1 in 100", "(0.00 to 0.02%)"), ("<1%", "(0.00 to 0.02)")),
])  # fmt: skip
def test_a_chance_with_an_interval_says_no_false_odds(share, long, short) -> None:
    figure = chance(np.arange(10_000) < share * 10_000, Lineage())
    for style, (text, span) in ((EN, long), (Style("en", short=True), short)):
        assert numbers.show(figure, "chance", style) == (text, span.replace(" ", _))
