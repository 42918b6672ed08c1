"""The check on numbers without a home finds a planted one, and the modelling rooms are clean."""

from tools.literals import homeless, main


def test_planted_literal_is_found() -> None:
    assert list(homeless("margin = 0.37\n")) == [(1, 0.37)]


def test_closed_list_is_allowed() -> None:
    assert list(homeless('"""Text with 3.14."""\nx = 12 * (1 - 0) / 100 + True\n')) == []


def test_modelling_rooms_are_clean() -> None:
    assert main() == 0
