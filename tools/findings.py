"""Write the findings that come with the package: ``python -m tools.findings BUNDLE_OR_COLLECTION``.

Reads every document that the collection still holds, at its last version, and writes
``src/rekening/terms/data/findings.json``: clause, value, position and confidence, no words of the documents.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from rekening.files import write_whole
from rekening.terms.archive import pull
from rekening.terms.reading import Library

TARGET = Path(__file__).parents[1] / "src" / "rekening" / "terms" / "data" / "findings.json"
COLLECTION = "genai-eu"
RECORD = "https://github.com/OpenTermsArchive/genai-eu-versions"


def findings(source: str) -> str:
    """Return the findings of a collection at its last version, as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["REKENING_HOME"] = folder
        archive = pull(source)
        library = Library()
        documents = []
        for (service, document), last in archive.current.items():
            rows = [
                [f.clause, f.value, f.start, f.end, f.confidence, f.scope]
                for f in library.read(archive.text(last), service, document)
            ]
            if rows:
                documents.append(
                    {
                        "service": service,
                        "document": document,
                        "version": last.commit,
                        "published": last.date.isoformat(),
                        "findings": rows,
                    }
                )
    head = {
        "collection": COLLECTION,
        "record": RECORD,
        "licence": "Open Terms Archive contributors, ODC-BY 1.0",
        "date": max(d["published"] for d in documents),
    }
    lines = ",\n".join(json.dumps(document, ensure_ascii=False) for document in documents)
    return json.dumps(head, ensure_ascii=False)[:-1] + ', "documents": [\n' + lines + "\n]}\n"


def main(arguments: list[str]) -> int:
    """Write the file; one argument, the bundle or collection."""
    if len(arguments) != 1:
        print("usage: python -m tools.findings BUNDLE_OR_COLLECTION", file=sys.stderr)
        return 2
    text = findings(arguments[0])
    write_whole(TARGET, text.encode())
    print(f"{TARGET.name}: {text.count(chr(10)) - 2} documents, {len(text)} characters")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
