"""How well the clauses of terms are read: rules, a keyword list, TF-IDF with logistic regression.

Labels and texts lie in the reference data beside the checkout. ``python -m benchmarks.terms_clauses`` prints
the tables; ``--out FILE`` writes them as Markdown, ``--smoke`` skips the trained baseline.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from time import perf_counter

import numpy as np
import pygit2

from rekening.terms.bundle import unpack
from rekening.terms.clauses.decide import Document, Placed
from rekening.terms.findings import Finding
from rekening.terms.reading import Library, settle
from rekening.terms.segments import segment, sentences
from rekening.terms.taxonomy import taxonomy

DATA = Path(__file__).parents[2] / "shared" / "data" / "terms"
OWN = Path(__file__).parent / "terms_own_labels.csv"
PROVIDERS = {"Le Chat": "Mistral AI", "Vibe": "Mistral AI"}
"""Two services of one provider share their texts; every other service is a provider of its own."""
RESAMPLES = 1000
LEVEL = 95
MANY = 20
SEED = 1
FIRST, ANY = "quote, first place", "quote, any place"
"""Names of the two measures of quotes: of the first place given, and of the best of all places given."""
LETTERS = 10_000
"""Most pieces of words that the trained rival looks at."""
Key = tuple[str, str]
Reading = Mapping[tuple[str, str, str], Sequence[Finding]]

KEYWORDS = {
    "trains_on_user_content": r"train",
    "training_opt_out": r"opt[- ]?out",
    "human_review_of_content": r"human|reviewers?|manual",
    "retention_period": r"retain|retention|as long as",
    "retention_after_deletion": r"delet|eras",
    "shares_with_affiliates": r"affiliates|group companies",
    "shares_with_third_parties": r"third[- ]part|service providers|sub-?processors",
    "uses_data_for_ads": r"advertis|\bads\b|marketing",
    "licence_to_user_content": r"licen[cs]e",
    "ownership_of_output": r"\bown",
    "unilateral_change_of_terms": r"(?:update|change|modify|amend)[^.]{0,60}(?:terms|policy|agreement)",
    "unilateral_price_change": r"(?:price|fee)[^.]{0,40}(?:change|increase)|(?:change|increase)[^.]{0,40}fee",
    "auto_renewal": r"renew",
    "termination_suspension": r"terminat|suspend",
    "data_export_portability": r"export|portab",
    "deletion_right": r"delet|erasure",
    "liability_cap": r"liab",
    "indemnity_by_user": r"indemnif",
    "mandatory_arbitration_or_class_waiver": r"arbitrat|class action",
    "governing_law_and_forum": r"governing law|governed by|jurisdiction|courts",
    "restriction_on_competing_use": r"compet",
    "reverse_engineering_benchmark_ban": r"reverse engineer|decompil|benchmark",
    "age_minimum": r"years (?:old|of age)|under (?:the age of )?\d\d|children|minors?\b",
    "cross_border_transfer": r"transfer[^.]{0,80}(?:countr|united states|outside)|standard contractual",
    "acceptance_by_use": r"by (?:using|accessing)|continued use",
    "service_change_or_discontinuation": r"discontinu|(?:change|modify)[^.]{0,40}services?",
}
"""One plain pattern per clause type, as a search box would have it."""


@dataclass(frozen=True)
class Label:
    """A row of the labels: what a careful reader found in one document about one clause."""

    service: str
    document: str
    clause: str
    present: bool
    value: str | None
    start: int
    end: int

    @property
    def key(self) -> tuple[str, str, str]:
        """Service, document, clause."""
        return self.service, self.document, self.clause

    @property
    def provider(self) -> str:
        """Who wrote the text."""
        return PROVIDERS.get(self.service, self.service)


@cache
def labels() -> tuple[Label, ...]:
    """Load the labels."""
    rows = [json.loads(line) for line in (DATA / "gold.jsonl").read_text("utf-8").splitlines()]
    return tuple(
        Label(
            r["service"], r["document"], r["clause"], r["present"], r["value"],
            r["start_char"] or 0, (r["start_char"] or 0) + len(r["quote"] or ""),
        )
        for r in rows
    )  # fmt: skip


@cache
def texts() -> dict[Key, str]:
    """Texts at the labelled version, and the last version of every document that is not labelled."""
    rows = [json.loads(line) for line in (DATA / "gold.jsonl").read_text("utf-8").splitlines()]
    wanted = {(r["service"], r["document"]): r["commit"] for r in rows}
    with tempfile.TemporaryDirectory() as folder:
        repository = pygit2.init_repository(folder, bare=True)
        head = repository[unpack(DATA / "genai-eu-versions.bundle", repository)].peel(pygit2.Commit)
        found = {
            (service.name, file.name.removesuffix(".md")): file.data.decode("utf-8")
            for service in head.tree
            if isinstance(service, pygit2.Tree)
            for file in service
        }
        for (service, document), commit in wanted.items():
            tree = repository[commit].peel(pygit2.Commit).tree
            found[service, document] = tree[service][f"{document}.md"].data.decode("utf-8")
    return found


@dataclass(frozen=True)
class Outcome:
    """One labelled question: was it there, found, its value right, do the words overlap: the first, any."""

    service: str
    document: str
    clause: str
    there: bool
    found: bool
    value: bool
    first: bool
    quote: bool


def outcomes(reading: Reading, wanted: Iterable[Label]) -> list[Outcome]:
    """Set a reading beside the labels, one outcome per document and clause.

    The value counts when the first row's value is one of the labelled ones (products and plans can have
    rows of their own). The quote counts twice: when that of the first row overlaps a labelled one, and when
    that of any row does.
    """
    grouped: dict[tuple[str, str, str], list[Label]] = defaultdict(list)
    for label in wanted:
        grouped[label.key].append(label)
    result = []
    for key, rows in grouped.items():
        present = [row for row in rows if row.present]
        found = [finding for finding in reading.get(key, ()) if finding.present]
        overlap = [any(f.start < row.end and row.start < f.end for row in present) for f in found]
        value = bool(found) and found[0].value in {row.value for row in present}
        result.append(Outcome(*key, bool(present), bool(found), value, overlap[:1] == [True], any(overlap)))
    return result


def scores(found: Sequence[Outcome]) -> dict[str, float]:
    """Precision, recall, macro F1, lowest F1 of types with many examples, values and quotes right."""
    hits = [o for o in found if o.there and o.found]
    f1 = {}
    for clause in {o.clause for o in found if o.there}:
        own = [o for o in found if o.clause == clause]
        both = sum(o.there and o.found for o in own)
        f1[clause] = 2 * both / max(1, sum(o.there for o in own) + sum(o.found for o in own))
    examples = Counter(o.clause for o in found)
    return {
        "precision": len(hits) / max(1, sum(o.found for o in found)),
        "recall": len(hits) / max(1, sum(o.there for o in found)),
        "macro F1": float(np.mean(list(f1.values()))) if f1 else 0.0,
        "lowest F1": min((f for clause, f in f1.items() if examples[clause] >= MANY), default=0.0),
        "value": sum(o.value for o in hits) / max(1, len(hits)),
        FIRST: sum(o.first for o in hits) / max(1, len(hits)),
        ANY: sum(o.quote for o in hits) / max(1, len(hits)),
    }


def intervals(found: Sequence[Outcome]) -> dict[str, tuple[float, float]]:
    """Bootstrap intervals over documents; texts that two services share are drawn together."""
    by_document: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for outcome in found:
        by_document[PROVIDERS.get(outcome.service, outcome.service), outcome.document].append(outcome)
    groups = list(by_document.values())
    draw = np.random.default_rng(SEED)
    drawn = []
    for _ in range(RESAMPLES):
        chosen = draw.integers(0, len(groups), len(groups))
        drawn.append(scores([outcome for index in chosen for outcome in groups[index]]))
    tail = (100 - LEVEL) / 2
    return {
        name: tuple(np.percentile([d[name] for d in drawn], [tail, 100 - tail]))
        for name in ("precision", "recall", "macro F1", "value", FIRST, ANY)
    }


def read_all(marks: Mapping[Key, Document], keep: Callable[[Key, Placed], bool] | None = None) -> Reading:
    """Findings of every document, from the marks that are kept."""
    result: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for key, document in marks.items():
        left = document
        if keep is not None:
            chosen = {c: [p for p in found if keep(key, p)] for c, found in document.marks.items()}
            left = Document(document.kind, {c: found for c, found in chosen.items() if found})
        for finding in settle(left, texts()[key]):
            result[*key, finding.clause].append(finding)
    return result


def support(marks: Mapping[Key, Document]) -> dict[tuple[str, str], set[str]]:
    """For each rule the providers whose labelled words it finds."""
    spans: dict[tuple[str, str, str], list[Label]] = defaultdict(list)
    for label in labels():
        if label.present:
            spans[label.key].append(label)
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for (service, document), read in marks.items():
        for clause, places in read.marks.items():
            for place in places:
                if any(place.start < x.end and x.start < place.end for x in spans[service, document, clause]):
                    found[clause, place.mark.rule].add(PROVIDERS.get(service, service))
    return found


def keyword_list() -> Reading:
    """One pattern per clause; the value is the most frequent one, the words the first sentence that fits."""
    usual = common_values(labels())
    result: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for service, document in {(label.service, label.document) for label in labels()}:
        for clause, pattern in KEYWORDS.items():
            for text, start, end in cut(service, document):
                if re.search(pattern, text):
                    result[service, document, clause].append(
                        Finding(clause, True, usual.get(clause), "", start, end, 1.0, "keyword")
                    )
                    break
    return result


def common_values(known: Iterable[Label]) -> dict[str, str | None]:
    """Return the most frequent value of each clause type."""
    counted: dict[str, Counter[str | None]] = defaultdict(Counter)
    for label in known:
        if label.present:
            counted[label.clause][label.value] += 1
    return {clause: values.most_common(1)[0][0] for clause, values in counted.items()}


@cache
def cut(service: str, document: str) -> tuple[tuple[str, int, int], ...]:
    """Sentences of a document with their place."""
    return tuple(
        (f"{part.lead_in} {s.text}".lower(), part.start + s.start, part.start + s.end)
        for part in segment(texts()[service, document])
        if part.kind != "heading"
        for s in sentences(part.text)
    )


@dataclass(frozen=True)
class Best:
    """The segment of a document that a model finds likeliest to hold a clause, and how likely."""

    chance: float
    start: int
    end: int
    value: str | None


@cache
def parts(service: str, document: str) -> tuple[tuple[str, int, int], ...]:
    """Paragraphs, items and rows of a document, with headings and lead-in, and their place."""
    return tuple(
        (" ".join((*part.headings, part.lead_in, part.text)).lower(), part.start, part.end)
        for part in segment(texts()[service, document])
        if part.kind != "heading"
    )


def best_segments(left_out: frozenset[str]) -> dict[tuple[str, str, str], Best]:
    """Read the documents of the providers left out with models that saw the others alone.

    One model a clause type: TF-IDF of words and of letters with logistic regression over segments, those that
    overlap a labelled quote against the other ones of documents that were asked about the clause, weighted to
    balance. The value is that of the known segment most like the one found.
    """
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    asked: dict[str, dict[Key, list[Label]]] = defaultdict(lambda: defaultdict(list))
    for label in labels():
        asked[label.clause][label.service, label.document].append(label)
    documents = sorted({(label.service, label.document) for label in labels()})
    seen = [d for d in documents if PROVIDERS.get(d[0], d[0]) not in left_out]
    rows = [(d, *part) for d in seen for part in parts(*d)]
    kinds = (
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(5, 5), max_features=LETTERS, sublinear_tf=True),
    )
    matrix = hstack([kind.fit_transform([row[1] for row in rows]) for kind in kinds]).tocsr()
    unseen = {
        d: hstack([kind.transform([part[0] for part in parts(*d)]) for kind in kinds]).tocsr()
        for d in documents
        if d not in seen
    }
    result = {}
    for clause, by_document in asked.items():
        at = [i for i, (d, *_) in enumerate(rows) if d in by_document]
        known = [
            next((x for x in by_document[d] if x.present and start < x.end and x.start < end), None)
            for d, _, start, end in (rows[i] for i in at)
        ]
        target = np.array([label is not None for label in known])
        model = LogisticRegression(C=10.0, class_weight="balanced", solver="liblinear")
        model.fit(matrix[at], target)
        held = [(place, label.value) for place, label in zip(at, known, strict=True) if label is not None]
        for d in by_document.keys() & unseen.keys():
            chances = model.predict_proba(unseen[d])[:, 1]
            top = int(chances.argmax())
            alike = (matrix[[place for place, _ in held]] @ unseen[d][top].T).toarray().ravel()
            _, start, end = parts(*d)[top]
            result[*d, clause] = Best(float(chances[top]), start, end, held[int(alike.argmax())][1])
    return result


def trained(providers: Sequence[str]) -> Reading:
    """Read each provider with models that never saw it.

    A clause is present where its likeliest segment reaches a threshold; the threshold is the one with the
    highest F1 on the other providers, each read by models that saw neither it nor the provider in question.
    """
    pairs = {frozenset(pair): best_segments(frozenset(pair)) for pair in combinations(providers, 2)}
    there = {label.key: label.present for label in labels()}
    result: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for held in providers:
        inner: dict[str, list[tuple[float, bool]]] = defaultdict(list)
        for pair, read in pairs.items():
            if held in pair:
                for key, best in read.items():
                    if PROVIDERS.get(key[0], key[0]) != held:
                        inner[key[2]].append((best.chance, there[key]))
        cuts = {clause: threshold(pairs_of) for clause, pairs_of in inner.items()}
        for key, best in best_segments(frozenset({held})).items():
            if best.chance >= cuts[key[2]]:
                result[key].append(
                    Finding(key[2], True, best.value, "", best.start, best.end, best.chance, "model")
                )
    return result


def threshold(found: Sequence[tuple[float, bool]]) -> float:
    """Return the chance from which on "present" has the highest F1; the highest of equals."""

    def f1(least: float) -> float:
        hits = sum(there for chance, there in found if chance >= least)
        alarms = sum(chance >= least for chance, _ in found)
        return 2 * hits / max(1, alarms + sum(there for _, there in found))

    return max(sorted((chance for chance, _ in found), reverse=True), key=f1)


def own_labels() -> tuple[Counter[str], int]:
    """Compare with our own reading of documents without labels; a value counts if it is an accepted one."""
    library, counted = Library(), Counter[str]()
    read: dict[Key, list[Finding]] = {}
    with OWN.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        key = row["service"], row["document"]
        if key not in read:
            read[key] = library.read(texts()[key], *key)
        found = [f for f in read[key] if f.clause == row["clause"] and f.present]
        accepted = row["accepted"].split()
        counted[
            "hit" if found and accepted else "missed" if accepted else "false" if found else "silent"
        ] += 1
        counted["value"] += bool(found and accepted and found[0].value in accepted)
    return counted, len(rows)


def measure(*, smoke: bool = False) -> dict[str, list[Outcome]]:
    """Outcomes by method."""
    library = Library()
    documents = sorted({(label.service, label.document) for label in labels()})
    marks = {key: library.placed(texts()[key], *key) for key in documents}
    found = {"rules": outcomes(read_all(marks), labels())}
    known = support(marks)

    def independent(key: Key, place: Placed) -> bool:
        """Whether the rule does not rest on the words of this provider alone."""
        seen = known.get((place.mark.clause, place.mark.rule), set())
        return seen != {PROVIDERS.get(key[0], key[0])}

    found["rules, leaving one provider out"] = outcomes(read_all(marks, independent), labels())
    found["keyword list"] = outcomes(keyword_list(), labels())
    providers = sorted({label.provider for label in labels()})
    if not smoke:
        found["TF-IDF and logistic regression, leaving one provider out"] = outcomes(
            trained(providers), labels()
        )
    return found


def run(*, smoke: bool) -> Sequence[Mapping[str, object]]:
    """Measure every method and give one row each."""
    return by_method(measure(smoke=smoke), smoke=smoke)


def by_method(measured: Mapping[str, Sequence[Outcome]], *, smoke: bool) -> list[Mapping[str, object]]:
    """One row per method."""
    rows: list[Mapping[str, object]] = []
    for name, found in measured.items():
        value = scores(found)
        spread = {} if smoke else intervals(found)
        row: dict[str, object] = {"method": name}
        for measure_name, number in value.items():
            low, high = spread.get(measure_name, (None, None))
            row[measure_name] = f"{number:.2f}" if low is None else f"{number:.2f} ({low:.2f} to {high:.2f})"
        rows.append(row)
    return rows


def markdown(rows: Sequence[Mapping[str, object]]) -> str:
    """Return rows as a Markdown table."""
    head = list(rows[0])
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(str(row[name]) for name in head) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def by_clause(found: Sequence[Outcome]) -> list[dict[str, object]]:
    """One row per clause type."""
    rows = []
    for clause in taxonomy():
        own = [o for o in found if o.clause == clause]
        value = scores(own)
        rows.append(
            {
                "clause": clause,
                "labelled": len(own),
                "present": sum(o.there for o in own),
                "precision": f"{value['precision']:.2f}",
                "recall": f"{value['recall']:.2f}",
                "F1": f"{value['macro F1']:.2f}",
                "value": f"{value['value']:.2f}",
                FIRST: f"{value[FIRST]:.2f}",
                ANY: f"{value[ANY]:.2f}",
            }
        )
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables, or write them as Markdown."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.terms_clauses")
    parser.add_argument("--smoke", action="store_true", help="without the trained baseline and intervals")
    parser.add_argument("--out", type=Path, help="write the tables to this Markdown file")
    chosen = parser.parse_args(arguments)
    begin = perf_counter()
    measured = measure(smoke=chosen.smoke)
    rows = by_method(measured, smoke=chosen.smoke)
    counted, total = own_labels()
    spent = perf_counter() - begin
    parts = [
        markdown(rows),
        "\n## By clause type (rules)\n\n",
        markdown(by_clause(measured["rules"])),
        "\n## By clause type (rules, leaving one provider out)\n\n",
        markdown(by_clause(measured["rules, leaving one provider out"])),
        f"\nOwn reading of unlabelled documents: {total} questions, {dict(counted)}.\n",
        f"\nTime: {spent:.0f} s.\n",
    ]
    text = "".join(parts)
    if chosen.out:
        chosen.out.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
