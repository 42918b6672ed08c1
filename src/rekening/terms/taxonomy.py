"""The clause types: what they mean, what they can say, and to which documents they apply."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rekening.files import read_yaml


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
    """

    id: str
    label: dict[str, str]
    question: dict[str, str]
    polarity: str
    applies_to: tuple[str, ...]
    values: dict[str, str]

    def value_polarity(self, value: str | None) -> str:
        """Polarity of a value, parameters or not; the clause's own for an unknown one."""
        return self.values.get((value or "").split("=")[0], self.polarity)


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
