"""How much evidence a number carries."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["Grade", "weakest"]


class Grade(IntEnum):
    """Evidence behind a number, from strong to weak; *unknown* is a value of its own, never zero.

    Ordered: a larger grade is weaker evidence.
    """

    REPORTED = 0
    DERIVED = 1
    GUIDED = 2
    ESTIMATED = 3
    ASSUMED = 4
    UNKNOWN = 5

    @classmethod
    def of_status(cls, status: str) -> Grade:
        """Read the grade from the ``status`` column of a fact.

        Raises
        ------
        KeyError
            If the status is not one of `STATUSES`.
        """
        return STATUSES[status]

    @property
    def mark(self) -> str:
        """A sign for the grade that can be told apart without colour."""
        return _MARKS[self]

    def word(self, lang: str) -> str:
        """Name the grade in Dutch (``nl``) or English (``en``)."""
        return _WORDS[lang][self]


STATUSES = {
    "reported": Grade.REPORTED,
    "derived": Grade.DERIVED,
    "guided": Grade.GUIDED,
    "announced": Grade.GUIDED,
    "estimated": Grade.ESTIMATED,
    "assumed": Grade.ASSUMED,
    "missing": Grade.UNKNOWN,
}

_MARKS = {
    Grade.REPORTED: "●",
    Grade.DERIVED: "◐",
    Grade.GUIDED: "◇",
    Grade.ESTIMATED: "○",
    Grade.ASSUMED: "△",
    Grade.UNKNOWN: "?",
}

_WORDS = {
    "en": {
        Grade.REPORTED: "reported",
        Grade.DERIVED: "derived",
        Grade.GUIDED: "guided or announced",
        Grade.ESTIMATED: "estimated",
        Grade.ASSUMED: "assumed",
        Grade.UNKNOWN: "unknown",
    },
    "nl": {
        Grade.REPORTED: "gerapporteerd",
        Grade.DERIVED: "afgeleid",
        Grade.GUIDED: "aangekondigd",
        Grade.ESTIMATED: "geschat",
        Grade.ASSUMED: "aangenomen",
        Grade.UNKNOWN: "onbekend",
    },
}


def weakest(*grades: Grade) -> Grade:
    """Grade of a number computed from inputs of these grades.

    A computed number is never "reported": it is derived at best.
    """
    return max((Grade.DERIVED, *grades))
