"""A whole collection segmented, read and compared; and how much a user has to read before and after.

Beside it Open Terms Archive's own view of a change: the plain git diff of the stored Markdown. The
collection lies beside the checkout; without it there is nothing to measure.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

BUNDLE = Path(__file__).parents[2] / "shared" / "data" / "terms" / "genai-eu-versions.bundle"
MONTH = 365.25 / 12


def timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Return the time on the clock and on the processor, and what the work gives."""
    clock, processor = time.perf_counter(), time.process_time()
    result = work()
    return time.perf_counter() - clock, time.process_time() - processor, result


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


def run(smoke: bool = False) -> Sequence[dict[str, Any]]:
    """Measure pulling, reading and comparing, cold and again, and the words to read a month."""
    if not BUNDLE.is_file():
        return [{"what": "no collection beside the checkout"}]
    from rekening.terms.archive import pull
    from rekening.terms.reading import Library
    from rekening.terms.review import review
    from rekening.terms.segments import segment

    with tempfile.TemporaryDirectory() as folder:
        os.environ["REKENING_HOME"] = folder
        pulled = timed(lambda: pull(str(BUNDLE)))
        archive = pulled[2]
        service = "DeepSeek" if smoke else None
        versions = [v for (name, _), vs in archive.versions.items() for v in vs if service in {None, name}]
        # The same text twice is read once, as is the same segment.
        distinct = {(v.service, v.document, v.blob): v for v in versions}.values()
        library = Library()

        def read() -> int:
            return sum(
                len(library.read(text, version.service, version.document, parts=segment(text)))
                for version in distinct
                for text in [archive.text(version)]
            )

        compared = timed(lambda: review(archive, service=service))
        reading = timed(read)
        again = timed(lambda: review(archive, service=service))
        reread = timed(read)
        found = compared[2]
        days = max(1, (max(v.date for v in versions) - min(v.date for v in versions)).days)
        before = git_words(archive, found)
        summaries, passages = alert_words(found)
        alerts = sum(reviewed.change.kind == "substantive" for reviewed in found)

    def speed(what: str, measured: tuple[float, float, Any]) -> dict[str, Any]:
        return {"what": what, "value": f"{measured[0]:.1f} s (processor {measured[1]:.1f} s)"}

    def monthly(words: float) -> str:
        return f"{words / days * MONTH:,.0f} words a month"

    total = compared[0] + reading[0]
    return [
        speed("pull from the bundle", pulled),
        speed(f"compare {len(found)} changes", compared),
        speed(f"segment and read {len(versions)} versions", reading),
        {"what": "together (bar: under 60 s on 2 cores)", "value": f"{total:.1f} s"},
        speed("compare again", again),
        speed("read again", reread),
        {"what": "to read with a plain git diff", "value": monthly(before)},
        {"what": f"to read with {alerts} alerts, passages old and new", "value": monthly(passages)},
        {"what": "to read with the alerts' sentences alone", "value": monthly(summaries)},
        {"what": "the load, after / before", "value": f"{passages / max(1, before):.1%}"},
    ]
