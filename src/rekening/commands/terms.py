"""Check the terms: what services may do, and when that changes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rekening.commands import terms_view as view
from rekening.errors import InputError, nearest

if TYPE_CHECKING:
    from rekening.terms.archive import Archive, Version
    from rekening.terms.changes import Change
    from rekening.terms.review import Reviewed
    from rekening.terms.summary import Said

__all__ = ["command"]

CHANGED = 3
"""Exit code of ``terms watch`` when something of substance changed."""

_MOST_TEXT = 16 << 20
_SUCCESS = 2
"""First digit of the status codes that mean done."""
_SHORTEST_ID = 7
_EXAMPLE = "https://github.com/OpenTermsArchive/genai-eu-versions"


def _language(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--lang", type=click.Choice(["nl", "en"]), default="en", show_default=True)(function)


def _as_json(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(function)


def _collection(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--collection", help="Name of one pulled collection; all of them if left out.")(
        function
    )


@click.group("terms")
def command() -> None:
    """Check the terms of AI services: what they may do with your data, and when that changes."""


@command.command()
@click.argument("source", metavar="COLLECTION")
def pull(source: str) -> None:
    """Fetch an Open Terms Archive COLLECTION, or bring it up to date.

    COLLECTION is the address of a git repository, a path of a repository or bundle, or the name of a
    collection pulled before. Nothing in it is checked out or run.
    """
    from rekening.terms import archive as room

    found = room.pull(source)
    versions = sum(map(len, found.versions.values()))
    size = f"{len(found.services())} services, {len(found.versions)} documents, {versions} versions"
    view.say(f"{found.path.stem}: {size}")


@command.command()
@click.argument("source", metavar="URL|FILE")
@click.option("--service", required=True, help="Whose document it is.")
@click.option("--document", default="Privacy Policy", show_default=True, help="What kind of document it is.")
@click.option("--allow-private", is_flag=True, help="Allow an address in your own network.")
def add(*, source: str, service: str, document: str, allow_private: bool) -> None:
    """Record the present text of a web page or file as a version of your own."""
    from rekening.terms.fetch import Limits
    from rekening.terms.store import add as record

    _, changed = record(source, service, document, Limits(private=allow_private))
    view.say(f"{service}, {document}: {'recorded' if changed else 'no change since the last version'}")


@command.command()
@click.argument("service")
@click.option("--all", "everything", is_flag=True, help="Every answer with its words, also repeated ones.")
@_collection
@_language
@_as_json
def show(*, service: str, everything: bool, collection: str | None, lang: str, as_json: bool) -> None:
    """Print what the terms of SERVICE say on the questions people ask, with the words and the place."""
    rows = _said(collection, service)
    if as_json:
        view.print_json([_row(row, lang) for row in rows])
        return
    view.answers(rows, lang, everything=everything)
    view.age(rows, lang)
    if not any(row.quote for row in rows):
        pull_it = {"nl": "De woorden zelf erbij:", "en": "For the words themselves:"}[lang]
        view.say(f"{pull_it} rekening terms pull {_EXAMPLE}")


@command.command()
@_collection
@_language
@_as_json
def matrix(*, collection: str | None, lang: str, as_json: bool) -> None:
    """Print the main answers: questions against services.

    In words where the terminal has room for them; else as signs, with a letter for each service.
    """
    from rekening.terms.summary import disputed, main_answers

    rows = _said(collection)
    answers = main_answers(rows)
    services = sorted({service for service, _ in answers})
    if as_json:
        view.print_json(
            {s: {c: _row(row, lang) for (name, c), row in answers.items() if name == s} for s in services}
        )
        return
    several = disputed(rows)
    if view.fits_in_words(services):
        view.in_words(answers, several, services, lang)
    else:
        view.in_signs(answers, several, services, lang)
    other = {
        "nl": "* De documenten zeggen ook iets anders: zie rekening terms show DIENST.",
        "en": "* The documents say something else too: see rekening terms show SERVICE.",
    }
    view.say(other[lang])
    view.age(rows, lang)


@command.command()
@click.argument("service", required=False)
@click.option("--since", metavar="DAY", help="First day (YYYY-MM-DD).")
@click.option("--all", "everything", is_flag=True, help="Also what does not matter: wording and noise.")
@_collection
@_language
@_as_json
def changes(
    *,
    service: str | None,
    since: str | None,
    everything: bool,
    collection: str | None,
    lang: str,
    as_json: bool,
) -> None:
    """Print the changes that matter, of all services or of SERVICE."""
    from rekening.terms.watch import entry

    found = [
        (archive, reviewed)
        for archive, reviewed in _reviewed(collection, service, _day(since))
        if everything or reviewed.change.kind == "substantive"
    ]
    if as_json:
        view.print_json([{**entry(r, archive, lang), "words": _places(r.change)} for archive, r in found])
        return
    view.changes((reviewed for _, reviewed in found), lang)
    if not found:
        view.say({"nl": "Er veranderde niets van belang.", "en": "Nothing of substance changed."}[lang])


@command.command()
@click.argument("old")
@click.argument("new")
@click.option("--document", default="Privacy Policy", show_default=True, help="What kind of document it is.")
@_collection
@_language
@_as_json
def diff(*, old: str, new: str, document: str, collection: str | None, lang: str, as_json: bool) -> None:
    """Compare two files, or two recorded versions by their ids: OLD and NEW words side by side."""
    from rekening.terms.changes import compare

    document = _kind(document)
    versions = {} if Path(old).is_file() and Path(new).is_file() else _versions(collection)
    first, second = _text(old, versions), _text(new, versions)
    named = next((v.document for _, v in (versions[n] for n in (new, old) if n in versions)), document)
    change = compare(first, second, named)
    if as_json:
        view.print_json(change.to_dict())
        return
    view.side_by_side(change, lang)


@command.command()
@click.argument("file", type=click.Path(allow_dash=True))
@click.option(
    "--document", default="Terms of Service", show_default=True, help="What kind of document it is."
)
@click.option("--service", default="", help="Whose document it is.")
@_language
@_as_json
def check(*, file: str, document: str, service: str, lang: str, as_json: bool) -> None:
    """Read any terms: FILE is HTML, PDF, Markdown or text, or - for what you paste."""
    from dataclasses import asdict

    from rekening.terms.reading import read

    kind_of = _kind(document)
    text = _given(file)
    findings = read(text, service, kind_of)
    if as_json:
        view.print_json([asdict(finding) for finding in findings])
        return
    view.checked(findings, text, lang)


@command.command()
@click.option("--since", metavar="DAY", help="First day; else what was not told before.")
@click.option(
    "--atom", type=click.Path(dir_okay=False), help="Write an Atom feed of all changes that matter."
)
@click.option("--feed", type=click.Path(dir_okay=False), help="Write a JSON feed of them.")
@click.option("--webhook", help="Send what is new to this address.")
@click.option("--allow-private", is_flag=True, help="Allow a webhook in your own network.")
@_collection
@_language
def watch(
    *,
    since: str | None,
    atom: str | None,
    feed: str | None,
    webhook: str | None,
    allow_private: bool,
    collection: str | None,
    lang: str,
) -> int:
    """Say what is new and matters. Exit code 0: nothing; 3: something; 2: an error.

    What was told once is not told again, unless --since asks for it.
    """
    from rekening.files import write_whole
    from rekening.terms import watch as room

    start = _day(since)
    told = room.Told.load()
    news = 0
    archives = _pulled(collection)
    for archive in archives:
        found = [r for r in _review(archive, None) if r.change.kind == "substantive"]
        new = [r for r in found if (r.version.date >= start if start else room.identity(r) not in told.ids)]
        view.changes(new, lang)
        for path, write in ((atom, room.atom), (feed, room.json_feed)):
            if path is not None:
                target = _beside(Path(path), archive) if len(archives) > 1 else Path(path)
                write_whole(target, write(found, archive, lang).encode("utf-8"))
        if webhook and new:
            status = room.notify(webhook, new, archive, lang, private=allow_private)
            if status // 100 != _SUCCESS:
                raise InputError(f"--webhook: {webhook} answered with status {status}")
        told = told.with_ids(room.identity(r) for r in new)
        news += len(new)
    told.save()
    return CHANGED if news else 0


def _day(since: str | None) -> date | None:
    from rekening.facts.periods import day

    return None if since is None else day(since, "--since")


def _beside(path: Path, archive: Archive) -> Path:
    """Return a path of its own for a collection."""
    return path.with_name(f"{path.stem}-{archive.path.stem}{path.suffix}")


def _archives(collection: str | None) -> list[Archive]:
    """Return the pulled collections and the user's own documents."""
    from rekening.terms.archive import Archive, collections
    from rekening.terms.store import own

    known = dict(collections())
    if own().is_dir():
        known["own"] = own()
    if collection is not None:
        if collection not in known:
            hint = f"{nearest(collection, known)}; pulled: {', '.join(known) or 'none'}"
            raise InputError(f"--collection: {collection!r} was not pulled{hint}")
        return [Archive(known[collection])]
    return [Archive(path) for path in known.values()]


def _pulled(collection: str | None) -> list[Archive]:
    found = _archives(collection)
    if not found:
        raise InputError(f"no collection was pulled yet: rekening terms pull {_EXAMPLE}")
    return found


def _review(archive: Archive, since: date | None, service: str | None = None) -> list[Reviewed]:
    from rekening.terms.review import review

    return review(archive, since=since, service=service)


def _reviewed(
    collection: str | None, service: str | None, since: date | None
) -> list[tuple[Archive, Reviewed]]:
    archives = _pulled(collection)
    if service is not None:
        service = _known(service, {name for archive in archives for name in archive.services()})
        archives = [archive for archive in archives if service in archive.services()]
    found = [(archive, r) for archive in archives for r in _review(archive, since, service)]
    return sorted(found, key=lambda item: item[1].version.date)


def _said(collection: str | None, service: str | None = None) -> list[Said]:
    """Return what is known: of the pulled collections, else what ships with the package.

    Of one service only its own documents are read; its name is looked up before anything is read.
    """
    from rekening.terms.findings import shipped
    from rekening.terms.summary import read_archive, summary

    archives = _archives(collection)
    if service is not None:
        held = {name for archive in archives for name, _ in archive.current}
        service = _known(service, held if archives else shipped().services)
    if not archives:
        return summary(service)
    holding = [archive for archive in archives if service is None or service in archive.services()]
    return [row for archive in holding for row in read_archive(archive, service)]


def _known(service: str, names: Iterable[str]) -> str:
    """Return the name of a service as it is written, whatever its case; say at once if it is unknown."""
    written = {name.casefold(): name for name in names}
    found = written.get(service.casefold())
    if found is None:
        close = nearest(service.casefold(), written)
        hint = next((f" (did you mean {name!r}?)" for low, name in written.items() if repr(low) in close), "")
        raise InputError(f"unknown service {service!r}{hint}; known: {', '.join(sorted(written.values()))}")
    return found


def _kind(document: str) -> str:
    """Return the kind of document that was named; say if it is none."""
    from rekening.terms.summary import FOR_EVERYBODY
    from rekening.terms.taxonomy import document_type, document_types

    if not document_type(document) and document not in FOR_EVERYBODY:
        kinds = document_types()
        hint = f"{nearest(document, kinds)}; one of: {', '.join(kinds)}"
        raise InputError(f"--document: {document!r} is no kind of document{hint}")
    return document


def _versions(collection: str | None) -> dict[str, tuple[Archive, Version]]:
    return {
        version.commit: (archive, version)
        for archive in _pulled(collection)
        for versions in archive.versions.values()
        for version in versions
    }


def _text(name: str, versions: dict[str, tuple[Archive, Version]]) -> str:
    if Path(name).is_file():
        return _given(name)
    long_enough = len(name) >= _SHORTEST_ID
    found = [item for commit, item in versions.items() if long_enough and commit.startswith(name)]
    if len(found) != 1:
        several = "more than one" if found else "no"
        raise InputError(f"{name}: no such file, and {several} version has that id")
    archive, version = found[0]
    return archive.text(version)


def _given(file: str) -> str:
    """Return the text of a file, or of what is pasted."""
    from rekening.terms.extract import form_of, markdown

    if file == "-":
        body, name = sys.stdin.buffer.read(_MOST_TEXT + 1), "-"
    else:
        path = Path(file)
        if not path.is_file():
            raise InputError(f"{file}: {'a folder; name a file in it' if path.is_dir() else 'no such file'}")
        with path.open("rb") as stream:
            body, name = stream.read(_MOST_TEXT + 1), path.name
    if len(body) > _MOST_TEXT:
        raise InputError(f"{file}: larger than {_MOST_TEXT >> 20} MB")
    return markdown(body, form_of(body, "", name), file)


def _row(row: Said, language: str) -> dict[str, Any]:
    from dataclasses import asdict

    return {"question": row.question(language), "answer": row.answer(language), **asdict(row)}


def _places(change: Change) -> list[dict[str, Any]]:
    from dataclasses import asdict

    return [asdict(place) for place in change.words]
