"""What a document says about one clause type, with the words and their place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer of one document to one clause type of the taxonomy.

    Attributes
    ----------
    clause : str
        Id in the taxonomy.
    present : bool
        True when the document settles the question, also when the answer is "no"; False when it is silent.
    value : str or None
        ``id`` or ``id=parameters`` in the taxonomy's form; None when absent.
    quote : str
        The words, verbatim: ``text[start:end] == quote``; "" when absent.
    start, end : int
        Position in the document, in characters (end exclusive); 0, 0 when absent.
    confidence : float
        Between 0 and 1.
    why : str
        The rule that decided, in one line.
    scope : str
        Product, plan or region the row is limited to; "" for the document as a whole.
    """

    clause: str
    present: bool
    value: str | None
    quote: str
    start: int
    end: int
    confidence: float
    why: str
    scope: str = ""
