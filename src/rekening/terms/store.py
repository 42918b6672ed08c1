"""Documents of the user's own, kept as versions in the same form as a collection."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from rekening.errors import InputError
from rekening.terms.archive import Archive, home, is_safe, needs
from rekening.terms.extract import form_of, markdown
from rekening.terms.fetch import Limits, fetch

_MAX_FILE = 32 << 20
_AUTHOR = ("rekening", "terms@rekening.invalid")


def own() -> Path:
    """Return the folder of the user's own documents."""
    return home() / "terms" / "own.git"


def add(source: str, service: str, document: str, limits: Limits | None = None) -> tuple[Archive, bool]:
    """Record the present text of a web page or file as a version of a document.

    Parameters
    ----------
    source
        http(s) address, or path of an HTML, PDF, Markdown or text file.
    service, document
        Under which name it is kept, for instance "My bank" and "Privacy Policy".
    limits
        Bounds of the fetch.

    Returns
    -------
    tuple[Archive, bool]
        The archive of own documents, and whether the text differs from the last version.
    """
    for option, name in (("--service", service), ("--document", document)):
        if not is_safe(name):
            raise InputError(f"{option}: {name!r} cannot be a name; letters, digits, spaces and - . , & can")
    if "://" in source:
        got = fetch(source, limits)
        text = markdown(got.body, form_of(got.body, got.content_type, got.url), source)
        origin = got.url
    else:
        path = Path(source).expanduser()
        if not path.is_file():
            raise InputError(
                f"{source}: {'a folder; name a file in it' if path.is_dir() else 'no such file'}"
            )
        if path.stat().st_size > _MAX_FILE:
            raise InputError(f"{source}: larger than {_MAX_FILE >> 20} MB")
        body = path.read_bytes()
        text = markdown(body, form_of(body, "", path.name), source)
        origin = path.name
    return record(service, document, text, origin)


def record(service: str, document: str, text: str, origin: str) -> tuple[Archive, bool]:
    """Write a text as the newest version of a document; the same text twice is one version."""
    git = needs("pygit2")
    folder = own()
    folder.parent.mkdir(parents=True, exist_ok=True)
    repository: Any = git.init_repository(str(folder), bare=True, initial_head="main")
    parents = [] if repository.head_is_unborn else [repository.head.target]
    tree = repository[parents[0]].tree if parents else None
    name = f"{document}.md"
    blob = repository.create_blob(text.encode("utf-8"))
    shelf = tree[service] if tree is not None and service in tree else None
    last = shelf[name] if shelf is not None and name in shelf else None
    if last is not None and last.id == blob:
        return Archive(folder), False
    inner = repository.TreeBuilder(shelf) if shelf is not None else repository.TreeBuilder()
    inner.insert(name, blob, git.enums.FileMode.BLOB)
    outer = repository.TreeBuilder(tree) if tree is not None else repository.TreeBuilder()
    outer.insert(service, inner.write(), git.enums.FileMode.TREE)
    author = git.Signature(*_AUTHOR, int(time.time()), 0)
    subject = f"{'First record of' if last is None else 'Record new changes of'} {service} {document}"
    repository.create_commit(
        "refs/heads/main", author, author, f"{subject}\n\nFrom {origin}\n", outer.write(), parents
    )
    return Archive(folder), True
