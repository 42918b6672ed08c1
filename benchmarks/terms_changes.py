"""Which changes matter: the rules beside trained models and plain alarms, on labelled recordings.

The labels (587 recorded changes of eight services, by one careful reader) and the collection they are of lie
beside the checkout; without them there is nothing to measure. Trained rivals never see the provider they are
scored on (leave one provider out; Le Chat and Vibe are one). Intervals are 95% of 2,000 draws of the
providers with replacement.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

SHARED = Path(__file__).parents[2] / "shared" / "data" / "terms"
PROVIDERS = {
    "ChatGPT": "OpenAI",
    "Claude.ai": "Anthropic",
    "DeepSeek": "DeepSeek",
    "Google Generative AI Services": "Google",
    "Grok": "xAI",
    "Le Chat": "Mistral",
    "Meta AI": "Meta",
    "Vibe": "Mistral",
}
DRAWS = 2_000
PENALTY = 1.0

Array = np.ndarray[Any, Any]


def load(smoke: bool) -> dict[str, Any] | None:
    """Return texts, judgements and labels of the labelled changes; None where the data are absent."""
    if not (SHARED / "changes.jsonl").is_file():
        return None
    from rekening.terms.archive import pull
    from rekening.terms.changes import compare
    from rekening.terms.reading import Library

    library = Library()
    labels = {}
    for line in (SHARED / "changes.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        labels[row["commit"], row["service"], row["document"]] = row
    found: dict[str, Any] = {"label": [], "old": [], "new": [], "change": [], "provider": []}
    with tempfile.TemporaryDirectory() as folder:
        os.environ["REKENING_HOME"] = folder
        archive = pull(str(SHARED / "genai-eu-versions.bundle"))
        for (service, document), versions in archive.versions.items():
            if smoke and service not in {"DeepSeek", "Vibe"}:
                continue
            texts = [archive.text(version) for version in versions]
            for i in range(1, len(versions)):
                row = labels.get((versions[i].commit, service, document))
                if row is None:
                    continue
                found["label"].append(row)
                found["old"].append(texts[i - 1])
                found["new"].append(texts[i])
                found["change"].append(
                    compare(
                        texts[i - 1], texts[i], document, texts[: i - 1], service=service, library=library
                    )
                )
                found["provider"].append(PROVIDERS[service])
    return found


def scores(truth: Array, alarm: Array) -> tuple[float, float, float]:
    """Return precision, recall and F1."""
    hits = float((truth & alarm).sum())
    precision = hits / max(1.0, float(alarm.sum()))
    recall = hits / max(1.0, float(truth.sum()))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def interval(truth: Array, alarm: Array, provider: Array) -> tuple[float, float]:
    """Return the 95% interval of F1 over draws of providers."""
    generator = np.random.default_rng(1)
    names = np.unique(provider)
    places = {name: np.flatnonzero(provider == name) for name in names}
    drawn = []
    for _ in range(DRAWS):
        at = np.concatenate([places[name] for name in generator.choice(names, len(names))])
        if truth[at].any():
            drawn.append(scores(truth[at], alarm[at])[2])
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def logistic(matrix: Array, truth: Array, provider: Array, candidate: Array) -> Array:
    """Return the alarms of a logistic model over the rules' own counts, each provider left out in turn."""
    alarm = np.zeros(len(truth), dtype=bool)
    for name in np.unique(provider):
        seen = candidate & (provider != name)
        centre, spread = matrix[seen].mean(axis=0), matrix[seen].std(axis=0) + 1e-9
        inputs = np.c_[np.ones(len(matrix)), (matrix - centre) / spread]
        weights = np.zeros(inputs.shape[1])
        ridge = PENALTY * np.eye(len(weights))
        ridge[0, 0] = 0
        for _ in range(50):  # Newton's method
            chance = 1 / (1 + np.exp(-inputs[seen] @ weights))
            slope = inputs[seen].T @ (chance - truth[seen]) + ridge @ weights
            curve = (inputs[seen].T * (chance * (1 - chance))) @ inputs[seen] + ridge
            weights -= np.linalg.solve(curve, slope)
        left = candidate & (provider == name)
        alarm[left] = inputs[left] @ weights > 0
    return alarm


def words_model(found: dict[str, Any], truth: Array, provider: Array) -> Array:
    """Return the alarms of TF-IDF of the lines that differ with logistic regression."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    texts = []
    for old, new in zip(found["old"], found["new"], strict=True):
        before, after = set(old.split("\n")), set(new.split("\n"))
        texts.append("\n".join([*(before - after), *(after - before)]))
    alarm = np.zeros(len(truth), dtype=bool)
    for name in np.unique(provider):
        seen = provider != name
        vectors = TfidfVectorizer(min_df=2, ngram_range=(1, 2), sublinear_tf=True, max_features=50_000)
        train = vectors.fit_transform([text for text, use in zip(texts, seen, strict=True) if use])
        model = LogisticRegression(class_weight="balanced", max_iter=1000).fit(train, truth[seen])
        alarm[~seen] = model.predict(
            vectors.transform([t for t, use in zip(texts, seen, strict=True) if not use])
        )
    return alarm


def run(smoke: bool = False) -> Sequence[dict[str, Any]]:
    """Measure every way of raising an alarm."""
    start = time.perf_counter()
    found = load(smoke)
    if found is None:
        return [{"method": "no labelled changes beside the checkout"}]
    from rekening.terms.changes.statements import statements

    taken = time.perf_counter() - start
    truth = np.array([row["kind"] == "substantive" for row in found["label"]])
    provider = np.array(found["provider"])
    rules = np.array([change.kind == "substantive" for change in found["change"]])
    visible = np.array(
        [
            [s.words for s in statements(old)] != [s.words for s in statements(new)]
            for old, new in zip(found["old"], found["new"], strict=True)
        ]
    )
    methods = {"rules (this project)": rules}
    if not smoke:
        candidate = np.array([change.kind != "noise" for change in found["change"]])
        matrix = np.array([counts([place.sort for place in change.words]) for change in found["change"]])
        methods["logistic model over the rules' counts"] = logistic(matrix, truth, provider, candidate)
        methods["TF-IDF with logistic regression"] = words_model(found, truth, provider)
    methods["any visible difference"] = visible
    methods["any recorded change (plain git)"] = np.ones(len(truth), dtype=bool)
    rows = []
    for name, alarm in methods.items():
        precision, recall, f1 = scores(truth, alarm)
        low, high = interval(truth, alarm, provider)
        rows.append(
            {
                "method": name,
                "precision": f"{precision:.3f}",
                "recall": f"{recall:.3f}",
                "F1": f"{f1:.3f}",
                "95% interval": f"{low:.2f}-{high:.2f}",
                "alerts per real change": f"{alarm.sum() / truth.sum():.2f}",
            }
        )
    given, right, opposite, agreed = directions(found, rules & truth)
    empty = dict.fromkeys(list(rows[0])[1:], "")
    rows += [
        {"method": f"better or worse is claimed for {given} of {(rules & truth).sum()}", **empty},
        {
            "method": f"the claim is the label's in {right / max(1, given):.2f}, its opposite in {opposite}",
            **empty,
        },
        {"method": f"all agree with the label, unclear taken as neutral, in {agreed:.2f}", **empty},
        {"method": f"{len(truth)} changes read in {taken:.1f} s", **empty},
    ]
    return rows


def directions(found: dict[str, Any], hits: Array) -> tuple[int, int, int, float]:
    """Count the claims of better or worse among the alarms that were right, and how many are as labelled.

    The third count is of claims that the label turns round; the rest are labelled neutral. The last number
    is the share of all those alarms whose direction is the label's.
    """
    pairs = [
        (change.direction, row["direction"])
        for change, row, hit in zip(found["change"], found["label"], hits, strict=True)
        if hit
    ]
    claims = [(claim, label) for claim, label in pairs if claim != "neutral"]
    right = sum(claim == label for claim, label in claims)
    opposite = sum(claim != label != "neutral" for claim, label in claims)
    return len(claims), right, opposite, sum(claim == label for claim, label in pairs) / max(1, len(pairs))


def counts(sorts: Sequence[str]) -> list[float]:
    """Return log(1 + n) of each sort of edit."""
    from rekening.terms.changes.sorts import SORTS

    return [float(np.log1p(sorts.count(name))) for name in SORTS]
