"""Write the findings that come with the package: ``python -m tools.findings BUNDLE_OR_COLLECTION``.

Reads the last version of every document and writes ``src/rekening/terms/data/findings.json``: clause, value,
position and confidence, no words of the documents.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

import pygit2

from rekening.files import write_whole
from rekening.terms.archive import Archive, pull
from rekening.terms.reading import Library

TARGET = Path(__file__).parents[1] / "src" / "rekening" / "terms" / "data" / "findings.json"
COLLECTION = "genai-eu"
RECORD = "https://github.com/OpenTermsArchive/genai-eu-versions"


def current(archive: Archive) -> set[tuple[str, str]]:
    """Return the documents of the last version of the collection: some were recorded once and dropped."""
    tree = pygit2.Repository(str(archive.path)).head.peel().tree
    folders = [entry for entry in tree if isinstance(entry, pygit2.Tree)]
    return {
        (folder.name, file.name.removesuffix(".md"))
        for folder in folders
        for file in folder
        if file.name.endswith(".md")
    }


def findings(source: str) -> str:
    """Return the findings of a collection at its last version, as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["REKENING_HOME"] = folder
        archive = pull(source)
        library = Library()
        kept = current(archive)
        documents = []
        for (service, document), versions in archive.versions.items():
            if (service, document) not in kept:
                continue
            last = versions[-1]
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
