"""A whole collection segmented, read and compared; and how much a user has to read before and after.

Beside it Open Terms Archive's own view of a change: the plain git diff of the stored Markdown. The
collection lies beside the checkout; without it there is nothing to measure.
"""

from __future__ import annotations

import csv
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

BUNDLE = Path(__file__).parents[2] / "shared" / "data" / "terms" / "genai-eu-versions.bundle"
OWN = Path(__file__).parent / "terms_own_changes.csv"
"""Our own reading of every alert on services without labels."""
MONTH = 365.25 / 12


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds a piece of work takes, and what it gives."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def git_words(archive: Any, found: Sequence[Any]) -> int:
    """Count the words of the lines that a plain git diff marks, over all recorded changes."""
    count = 0
    for reviewed in found:
        old = set(archive.text(reviewed.previous).split("\n"))
        new = set(archive.text(reviewed.version).split("\n"))
        count += sum(len(line.split()) for line in (*(old - new), *(new - old)))
    return count


def alert_words(found: Sequence[Any]) -> tuple[int, int]:
    """Count the words of the alerts: the sentences about them, and the passages that weigh, old and new."""
    summaries = passages = 0
    for reviewed in found:
        if reviewed.change.kind != "substantive":
            continue
        summaries += len(reviewed.change.summary["en"].split())
        passages += sum(
            len((place.old or "").split()) + len((place.new or "").split())
            for place in reviewed.change.words
            if place.weighs
        )
    return summaries, passages


def real_changes() -> tuple[set[tuple[str, str, str]], set[str]]:
    """Return the changes of substance, labelled or by our own reading, and the services without labels."""
    labels = [json.loads(line) for line in (BUNDLE.parent / "changes.jsonl").read_text("utf-8").splitlines()]
    real = {(r["commit"], r["service"], r["document"]) for r in labels if r["kind"] == "substantive"}
    with OWN.open(encoding="utf-8", newline="") as file:
        own = list(csv.DictReader(file))
    real |= {(r["version"], r["service"], r["document"]) for r in own if r["substantive"] == "yes"}
    return real, {r["service"] for r in own}


def judged(archive: Any, found: Sequence[Any]) -> list[dict[str, str]]:
    """Set the alerts of the whole collection beside the real changes.

    An alert that nobody read counts as false. Real changes that raised no alert on services without labels
    are not known, so that the ratio is, if anything, too high.
    """
    alerts = [r.version for r in found if r.change.kind == "substantive"]
    real, unlabelled = real_changes()
    new = [v for v in alerts if v.service in unlabelled]
    good = sum((v.commit, v.service, v.document) in real for v in new)
    returns = 0
    for version in alerts:
        history = archive.versions[version.service, version.document]
        returns += version.blob in {v.blob for v in history[: history.index(version)]}
    return [
        {
            "what": f"alerts per real change, {len(alerts)} alerts over the whole collection (bar: 1.5)",
            "value": f"{len(alerts) / len(real):.2f}",
        },
        {
            "what": "of them on services without labels, real by our own reading",
            "value": f"{good} of {len(new)}",
        },
        {"what": "alerts on a text that is an earlier text again", "value": str(returns)},
    ]


Job = tuple[str, str, list[str]]


def work_through(job: Job) -> int:
    """Judge every change of one document and read its distinct texts; no unchanged segment is read twice."""
    from rekening.terms.changes import compare
    from rekening.terms.reading import Library

    service, document, texts = job
    library = Library()
    for at in range(1, len(texts)):
        old, new, history = texts[at - 1], texts[at], texts[: at - 1]
        compare(old, new, document, history, service=service, library=library)
    return sum(len(library.read(text, service, document)) for text in dict.fromkeys(texts))


def run(smoke: bool = False) -> Sequence[dict[str, Any]]:
    """Measure pulling, reading and comparing, cold and again, and the words to read a month."""
    if not BUNDLE.is_file():
        return [{"what": "no collection beside the checkout"}]
    from rekening.terms.archive import pull
    from rekening.terms.review import review

    with tempfile.TemporaryDirectory() as folder:
        os.environ["REKENING_HOME"] = folder
        pulled = timed(lambda: pull(str(BUNDLE)))
        archive = pulled[1]
        service = "DeepSeek" if smoke else None
        versions = [v for (name, _), vs in archive.versions.items() for v in vs if service in {None, name}]
        texts: dict[tuple[str, str], list[str]] = {}
        for version in versions:
            texts.setdefault((version.service, version.document), []).append(archive.text(version))
        jobs: list[Job] = [(*name, recorded) for name, recorded in texts.items()]
        # The longest first, so that the two processes end together.
        jobs.sort(key=lambda job: -sum(map(len, job[2])))

        compared = timed(lambda: review(archive, service=service))
        with ProcessPoolExecutor(2) as pool:
            through = timed(lambda: sum(pool.map(work_through, jobs)))
        again = timed(lambda: review(archive, service=service))
        found = compared[1]
        days = max(1, (max(v.date for v in versions) - min(v.date for v in versions)).days)
        before = git_words(archive, found)
        summaries, passages = alert_words(found)
        alerts = sum(reviewed.change.kind == "substantive" for reviewed in found)
        against = [] if smoke else judged(archive, found)

    def monthly(words: float) -> str:
        return f"{words / days * MONTH:,.0f} words a month"

    return [
        {"what": "pull from the bundle", "value": f"{pulled[0]:.1f} s"},
        {
            "what": f"segment, read and compare {len(versions)} versions, two processes (bar: 60 s)",
            "value": f"{through[0]:.1f} s",
        },
        {
            "what": f"compare {len(found)} changes the first time, one process",
            "value": f"{compared[0]:.1f} s",
        },
        {"what": "compare again", "value": f"{again[0]:.2f} s"},
        {"what": "to read with a plain git diff", "value": monthly(before)},
        {"what": f"to read with {alerts} alerts, passages old and new", "value": monthly(passages)},
        {"what": "to read with the alerts' sentences alone", "value": monthly(summaries)},
        {"what": "the load, after / before", "value": f"{passages / max(1, before):.1%}"},
        *against,
    ]
