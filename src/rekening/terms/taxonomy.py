"""The clause types: what they mean, what they can say, and to which documents they apply."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rekening.files import read_yaml

SILENCE = "silence"
"""In the order of answers: the document says nothing of it."""


@dataclass(frozen=True, slots=True)
class ClauseType:
    """One question that users have about terms.

    Attributes
    ----------
    id : str
        Name used in findings.
    label, question : dict[str, str]
        By language, "nl" and "en".
    polarity : str
        For the user, in the clause's usual form: good, bad or neutral.
    applies_to : tuple[str, ...]
        Document types in which silence means something.
    values : dict[str, str]
        Possible answers and the polarity of each.
    best_first : tuple[tuple[str, ...], ...]
        The answers from best to worst for the user, those as good as each other together, `SILENCE` among
        them; empty where none is better than another.
    more : str
        What a longer time or a larger amount in the same answer is for the user: "better", "worse" or "".
    """

    id: str
    label: dict[str, str]
    question: dict[str, str]
    polarity: str
    applies_to: tuple[str, ...]
    values: dict[str, str]
    best_first: tuple[tuple[str, ...], ...] = ()
    more: str = ""

    def value_polarity(self, value: str | None) -> str:
        """Polarity of a value, parameters or not; the clause's own for an unknown one."""
        return self.values.get((value or "").split("=")[0], self.polarity)

    def gain(self, old: str | None, new: str | None) -> int:
        """Say what a user gains when one value takes the place of another: 1 better, -1 worse, 0 neither.

        None is silence, which has a place of its own in ``best_first``. Where the order says one thing and
        the times or amounts another, it is neither.

        Examples
        --------
        >>> taxonomy()["retention_period"].gain("fixed=30d", "fixed=2y")
        -1
        >>> taxonomy()["training_opt_out"].gain("setting", None)
        -1
        >>> taxonomy()["unilateral_change_of_terms"].gain("no_notice", "advance_notice=30d")
        1
        """
        places = {value: place for place, equals in enumerate(self.best_first) for value in equals}
        before, after = (places.get((value or SILENCE).split("=")[0]) for value in (old, new))
        if before is None or after is None:
            return 0
        by_order = _sign(before - after)
        by_size = _larger(old or "", new or "") * {"better": 1, "worse": -1}.get(self.more, 0)
        return _sign(by_order + by_size)


_QUANTITY = re.compile(r"(\d+)(h|bd|d|w|m|y|m_fees|[A-Z]{3})")
_DAYS = {"h": 0.04, "bd": 1.4, "d": 1.0, "w": 7.0, "m": 30.4, "y": 365.25}
"""Length of each unit of time; a working day is a fifth of a week."""


def _larger(old: str, new: str) -> int:
    """Return 1 where times and amounts of a kind are larger in the new value, -1 smaller, 0 unclear."""
    before, after = _quantities(old), _quantities(new)
    signs = {_sign(after[kind] - before[kind]) for kind in before.keys() & after.keys()} - {0}
    return signs.pop() if len(signs) == 1 else 0


def _quantities(value: str) -> dict[str, float]:
    """Return the parameters of a value by kind: days, months of fees, or a currency."""
    found: dict[str, float] = {}
    for part in value.partition("=")[2].split("|"):
        if match := _QUANTITY.fullmatch(part):
            number, unit = int(match[1]), match[2]
            found["days" if unit in _DAYS else unit] = number * _DAYS.get(unit, 1.0)
    return found


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


@cache
def taxonomy() -> dict[str, ClauseType]:
    """Load the clause types by id, in the order of ``data/taxonomy.yaml``."""
    raw = read_yaml(Path(__file__).with_name("data") / "taxonomy.yaml")
    return {
        item["id"]: ClauseType(
            id=item["id"],
            label={"nl": item["label_nl"], "en": item["label_en"]},
            question={"nl": item["question_nl"], "en": item["question_en"]},
            polarity=item["polarity"],
            applies_to=tuple(item["applies_to"]),
            values=item["values"],
            best_first=tuple(
                tuple(value) if isinstance(value, list) else (value,) for value in item.get("best_first", ())
            ),
            more=item.get("more", ""),
        )
        for item in raw
    }


@cache
def document_types() -> tuple[str, ...]:
    """Names of the document types to which at least one clause type applies."""
    return tuple(dict.fromkeys(kind for clause in taxonomy().values() for kind in clause.applies_to))


_BY_WORDS = (
    ("Data Processor Agreement", ("data process", "dpa", "verwerkersovereenkomst")),
    ("Privacy Policy", ("privacy",)),
    ("Acceptable Use Policy", ("acceptable use", "usage polic", "use polic", "gedragsregels")),
    ("Developer Terms", ("developer", "api terms", "ontwikkelaar")),
    ("Commercial Terms", ("commercial", "enterprise", "business terms", "services agreement", "zakelijk")),
    ("Terms of Service", ("terms of", "terms and", "conditions", "voorwaarden", "user agreement")),
)


def document_type(name: str) -> str:
    """Map the name of a document to a document type of the taxonomy, "" if no clause type applies to it.

    Parameters
    ----------
    name : str
        For instance "Privacy Policy", "Business Privacy Policy", "Algemene voorwaarden", "Trackers Policy".
    """
    lower = name.strip().lower()
    for kind in document_types():
        if kind.lower() == lower:
            return kind
    return next((kind for kind, words in _BY_WORDS if any(word in lower for word in words)), "")
