"""Collections: read from history without a work tree, whatever is in them."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pygit2
import pytest
from made_collections import bundle, everything, make_repository, pack, raw_tree

from rekening.errors import InputError
from rekening.terms import archive as room
from rekening.terms.archive import Archive, address, collections, is_safe, pull
from rekening.terms.bundle import unpack

Make = Callable[..., Path]


def test_every_version_is_read_in_order(repository: Make) -> None:
    path = repository(
        {"Chat/Privacy Policy.md": "one"}, {"Chat/Privacy Policy.md": "two", "Bot/Terms of Service.md": "t"}
    )
    found = pull(str(path))
    versions = found.versions["Chat", "Privacy Policy"]
    assert [found.text(version) for version in versions] == ["one", "two"]
    assert found.services() == ["Bot", "Chat"]
    assert versions[0].date < versions[1].date


def test_a_bundle_gives_what_the_repository_gives(repository: Make, tmp_path: Path) -> None:
    path = repository({"A/P.md": "x" * 9000}, {"A/P.md": "x" * 9000 + "y"})
    head, objects = everything(path)
    from_bundle = pull(str(bundle(tmp_path / "c.bundle", head, pack(objects))))
    from_path = pull(str(path))
    assert from_bundle.versions == from_path.versions
    assert len(collections()) == 2


def test_the_reference_collection(shared: Path) -> None:
    found = pull(str(shared / "data" / "terms" / "genai-eu-versions.bundle"))
    assert sum(map(len, found.versions.values())) == 1036
    head = str(found._repository.head.target)
    assert head == "4812532797e75d8bd27b308499e3e7972b41c7bc"


def test_pull_brings_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "c.git"
    make_repository(path, [{"A/P.md": "1"}])
    first = pull(str(path))
    repo = pygit2.Repository(str(path))
    tree = repo.TreeBuilder()
    inner = repo.TreeBuilder()
    inner.insert("P.md", repo.create_blob(b"2"), pygit2.enums.FileMode.BLOB)
    tree.insert("A", inner.write(), pygit2.enums.FileMode.TREE)
    author = pygit2.Signature("a", "a@example.org", 1_770_000_000, 0)
    repo.create_commit("refs/heads/main", author, author, "v", tree.write(), [repo.head.target])
    again = pull(first.path.stem)
    assert [again.text(v) for v in again.versions["A", "P"]] == ["1", "2"]


def test_links_submodules_and_odd_names_are_passed_over(tmp_path: Path) -> None:
    repo = pygit2.init_repository(str(tmp_path / "c.git"), bare=True, initial_head="main")
    blob = str(repo.create_blob(b"/etc/passwd"))
    good = str(repo.create_blob(b"text"))
    modes = [("100644", "Good.md", good), ("120000", "Link.md", blob), ("160000", "Sub.md", "1" * 40)]
    names = [
        ("100644", f"{name}.md", good) for name in ("\u202egpj", "a\x1b[31m", "..\\x", "C:evil", ".hidden")
    ]
    folder = str(repo.odb.write(2, raw_tree(sorted(modes + names, key=lambda e: e[1]))))
    root_entries = [
        ("40000", "..", folder),
        ("40000", ".git", folder),
        ("40000", "Chat", folder),
        ("120000", "L", blob),
    ]
    root = str(repo.odb.write(2, raw_tree(root_entries)))
    commit = f"tree {root}\nauthor a <a@a> 1760000000 +0000\ncommitter a <a@a> 1760000000 +0000\n\nv\n"
    head = str(repo.odb.write(1, commit.encode()))
    _, objects = everything_of(repo)
    found = pull(str(bundle(tmp_path / "c.bundle", head, pack(objects))))
    assert set(found.versions) == {("Chat", "Good")}


def everything_of(repo: Any) -> tuple[None, list[tuple[int, bytes]]]:
    return None, [(int(item[0]), item[-1]) for item in (repo.odb.read(oid) for oid in repo.odb)]


def test_nothing_is_checked_out_or_run(repository: Make, tmp_path: Path) -> None:
    path = repository(
        {"A/P.md": "1", ".gitattributes": "* filter=evil", ".gitmodules": "[submodule]\nurl=ext::sh"}
    )
    (path / "hooks").mkdir(exist_ok=True)
    for hook in ("post-checkout", "post-merge", "reference-transaction"):
        (path / "hooks" / hook).write_text(f"#!/bin/sh\ntouch {tmp_path / 'run'}\n")
        (path / "hooks" / hook).chmod(0o755)
    found = pull(str(path))
    assert not (tmp_path / "run").exists()
    assert not (found.path / "A").exists()
    assert not any((found.path / "hooks").glob("post-*"))
    assert set(found.versions) == {("A", "P")}


def test_an_object_that_inflates_beyond_what_it_says_is_refused(tmp_path: Path, repository: Make) -> None:
    head, objects = everything(repository({"A/P.md": "1"}))
    bomb = [(3, b"\x00" * 50_000_000)]
    path = bundle(tmp_path / "bomb.bundle", head, pack([*objects, *bomb], {len(objects): 10}))
    assert path.stat().st_size < 200_000
    with pytest.raises(InputError, match="another size than it says"):
        pull(str(path))
    assert collections() == {}


def test_a_large_object_is_refused_before_it_is_inflated(tmp_path: Path, repository: Make) -> None:
    head, objects = everything(repository({"A/P.md": "1"}))
    path = bundle(tmp_path / "b.bundle", head, pack([*objects, (3, b"")], {len(objects): 1 << 40}))
    with pytest.raises(InputError, match="too large"):
        pull(str(path))


def test_a_delta_that_grows_is_refused(tmp_path: Path) -> None:
    repo = pygit2.init_repository(str(tmp_path / "t.git"), bare=True)
    base = repo.create_blob(b"a" * 60_000)
    # A delta that copies its 60,000 bytes 10,000 times: 50 kB that would become 600 MB.
    delta = b"\xe0\xd4\x03" + b"\x80\xa8\xd6\xb9\x07" + b"\xb0\x60\xea" * 10_000
    body = b"PACK" + (2).to_bytes(4, "big") + (1).to_bytes(4, "big")
    size = len(delta)
    first, size = 7 << 4 | size & 15, size >> 4
    head = bytes([first | 128])
    while size > 127:
        head += bytes([size & 127 | 128])
        size >>= 7
    body += head + bytes([size]) + bytes.fromhex(str(base)) + zlib.compress(delta)
    import hashlib

    packed = body + hashlib.sha1(body).digest()
    with pytest.raises(InputError, match="a delta"):
        unpack(bundle(tmp_path / "d.bundle", str(base), packed), repo)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"# v2 git bundle\n\n", "not a sound git bundle"),
        (b"# v2 git bundle\n" + b"a" * 40 + b" refs/heads/main\n\nPACK", "not a sound git bundle"),
        (b"# v2 git bundle\n-" + b"a" * 40 + b"\n" + b"a" * 40 + b" refs/heads/main\n\nPACK", "full bundle"),
        (b"hello", "neither a git repository nor a git bundle"),
    ],
)
def test_broken_bundles_are_named(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "broken.bundle"
    path.write_bytes(content)
    with pytest.raises(InputError, match=words):
        pull(str(path))
    assert collections() == {}


def test_a_failed_pull_keeps_what_was_there(tmp_path: Path, repository: Make) -> None:
    head, objects = everything(repository({"A/P.md": "1"}))
    path = bundle(tmp_path / "c.bundle", head, pack(objects))
    good = pull(str(path))
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(InputError):
        pull(str(path))
    assert Archive(good.path).services() == ["A"]
    assert not list(good.path.parent.glob(".pull-*"))


def test_a_large_document_is_not_read(repository: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MAX_TEXT", 100)
    found = pull(str(repository({"A/P.md": "x" * 101})))
    with pytest.raises(InputError, match="larger than"):
        found.text(found.versions["A", "P"][0])


def test_bytes_that_are_not_text_show_as_replaced(repository: Make) -> None:
    found = pull(str(repository({"A/P.md": b"caf\xe9"})))
    assert found.text(found.versions["A", "P"][0]) == "caf\ufffd"


@pytest.mark.parametrize("source", ["ext::sh -c id", "file:///etc", "ftp://example.org/x", "/nowhere/at/all"])
def test_other_sources_are_refused(source: str) -> None:
    with pytest.raises(InputError):
        pull(source)


def test_an_unknown_service_names_the_nearest(repository: Make) -> None:
    found = pull(str(repository({"ChatGPT/P.md": "1"})))
    with pytest.raises(InputError, match="did you mean 'ChatGPT'"):
        found.documents("ChatGTP")


def test_the_public_record_is_linked_when_there_is_one(repository: Make) -> None:
    found = pull(str(repository({"Le Chat/Privacy Policy.md": "1"})))
    version = found.versions["Le Chat", "Privacy Policy"][0]
    assert found.record(version) == ""
    (found.path / "rekening-source").write_text("https://github.com/OpenTermsArchive/genai-eu-versions.git")
    record = Archive(found.path).record(version)
    assert record == (
        "https://github.com/OpenTermsArchive/genai-eu-versions/blob/"
        f"{version.commit}/Le%20Chat/Privacy%20Policy.md"
    )


@pytest.mark.parametrize(
    ("document", "path"),
    [("A&B #1", "A%26B%20%231"), ("100%25", "100%2525"), ("Évén", "%C3%89v%C3%A9n"), ("a+b;c", "a%2Bb%3Bc")],
)
def test_the_public_record_is_a_sound_address(document: str, path: str) -> None:
    assert address("https://codeberg.org/a/b", "1" * 40, "S", document).endswith(f"/S/{path}.md")


def test_documents_that_were_dropped_are_not_current(repository: Make) -> None:
    found = pull(
        str(
            repository(
                {"S/Privacy Policy.md": "1", "S/Terms of Service.md": "2"}, {"S/Privacy Policy.md": None}
            )
        )
    )
    assert list(found.versions) == [("S", "Privacy Policy"), ("S", "Terms of Service")]
    assert list(found.current) == [("S", "Terms of Service")]


@pytest.mark.parametrize(
    "name", ["..", ".git", "a/b", "a\\b", "x\x00", "a\u202eb", "CON:", " a", "a ", "", "x" * 200]
)
def test_unsafe_names(name: str) -> None:
    assert not is_safe(name)


def test_a_missing_library_is_a_clear_message(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match=r"rekening\[terms\]"):
        room.needs("no_such_library_at_all")
