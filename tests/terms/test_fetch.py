"""Fetching: a hostile server on this machine, hostile names, hostile answers."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

import pytest

from rekening.errors import InputError
from rekening.terms.fetch import AGENT, Limits, fetch, is_public, post

PUBLIC = "93.184.215.14"
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 21\r\n\r\n<html>our terms</html"
NO_ROBOTS = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

Answer = bytes | Callable[[socket.socket], None]


class Server:
    """Answers each path with given bytes, or with whatever a function does to the connection."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {"/robots.txt": NO_ROBOTS}
        self.asked: list[str] = []
        self.headers: list[str] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(5)
            try:
                request = b""
                while b"\r\n\r\n" not in request:
                    request += connection.recv(65536)
                path = request.split(b" ", 2)[1].decode()
                self.asked.append(path)
                self.headers.append(request.decode())
                answer = self.answers.get(path, NO_ROBOTS)
                if callable(answer):
                    answer(connection)
                else:
                    connection.sendall(answer)
            except OSError:
                return

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server()
    yield found
    found.close()


@pytest.fixture
def limits(server: Server) -> Limits:
    """Every public name leads to the local server; what is connected to is checked all the same."""

    def connector(address: str, port: int, seconds: float) -> socket.socket:
        assert address == PUBLIC, "a connection to an address that was not checked"
        return socket.create_connection(("127.0.0.1", server.port), timeout=seconds)

    return Limits(seconds=2, max_bytes=100_000, resolver=lambda host, port: [PUBLIC], connector=connector)


def redirect(to: str, status: str = "302 Found") -> bytes:
    return f"HTTP/1.1 {status}\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


def test_a_page_is_fetched_by_a_client_that_says_who_it_is(server: Server, limits: Limits) -> None:
    server.answers["/terms"] = PAGE
    got = fetch("http://firm.example/terms#part", limits)
    assert got.body == b"<html>our terms</html"
    assert got.content_type == "text/html"
    assert server.asked == ["/robots.txt", "/terms"]
    assert f"User-Agent: {AGENT}" in server.headers[1]
    assert "Host: firm.example" in server.headers[1]


def test_a_redirect_is_followed(server: Server, limits: Limits) -> None:
    server.answers |= {"/a": redirect("/b"), "/b": redirect("//other.example/c"), "/c": PAGE}
    assert fetch("http://firm.example/a", limits).url == "http://other.example/c"


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1/admin",
        "http://localhost/admin",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://0/",
        "http://2130706433/",
        "http://0x7f.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "http://user:secret@firm.example/",
        "http://firm.example:22/",
        "http://firm.example\\@127.0.0.1/",
        "http://",
    ],
)
def test_a_redirect_into_a_private_network_is_refused(server: Server, limits: Limits, target: str) -> None:
    server.answers["/a"] = redirect(target)

    def resolver(host: str, port: int) -> Sequence[str]:
        return (
            [PUBLIC] if host == "firm.example" else [found[4][0] for found in socket.getaddrinfo(host, port)]
        )

    with pytest.raises(InputError):
        fetch("http://firm.example/a", replace(limits, resolver=resolver))
    assert "/admin" not in server.asked


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1",
        "fd00:ec2::254", "ff02::1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::a00:1",
        "64:ff9b::808:808", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:53aa::1", "2001:db8::1", "100::1",
        "fec0::1", "not an address", "",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str, limits: Limits) -> None:
    assert not is_public(address)
    with pytest.raises(InputError, match="not a public address"):
        fetch("http://firm.example/", replace(limits, resolver=lambda host, port: [address]))


@pytest.mark.parametrize("address", ["8.8.8.8", PUBLIC, "2606:4700::1111"])
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(address)


def test_one_private_answer_among_public_ones_is_enough_to_refuse(limits: Limits) -> None:
    with pytest.raises(InputError, match=r"127\.0\.0\.1"):
        fetch("http://firm.example/", replace(limits, resolver=lambda host, port: [PUBLIC, "127.0.0.1"]))


def test_a_name_that_answers_differently_the_second_time_gains_nothing(
    server: Server, limits: Limits
) -> None:
    server.answers["/a"] = PAGE
    answers = iter([[PUBLIC], ["127.0.0.1"], [PUBLIC]])
    with pytest.raises(InputError, match="not a public address"):
        fetch("http://firm.example/a", replace(limits, resolver=lambda host, port: next(answers)))
    # The first request went to the checked address; nothing was asked of the second.
    assert server.asked == ["/robots.txt"]


def test_a_name_is_resolved_once_a_connection(server: Server, limits: Limits) -> None:
    server.answers["/a"] = PAGE
    asked = []

    def resolver(host: str, port: int) -> Sequence[str]:
        asked.append((host, port))
        return [PUBLIC]

    fetch("http://firm.example/a", replace(limits, resolver=resolver))
    assert asked == [("firm.example", 80)] * 2


def test_redirect_loops_and_chains_end(server: Server, limits: Limits) -> None:
    server.answers |= {"/a": redirect("/b"), "/b": redirect("/a")}
    with pytest.raises(InputError, match="circle"):
        fetch("http://firm.example/a", limits)
    server.answers |= {f"/{n}": redirect(f"/{n + 1}") for n in range(20)}
    with pytest.raises(InputError, match="more than 5 redirects"):
        fetch("http://firm.example/0", limits)


def drip(start: bytes, byte: bytes = b"a") -> Callable[[socket.socket], None]:
    """Send a byte now and then, until the client has left."""

    def send(connection: socket.socket) -> None:
        connection.sendall(start)
        connection.settimeout(0.05)
        while True:
            try:
                connection.recv(1)
            except TimeoutError:
                connection.sendall(byte)
            else:
                return

    return send


def flood(start: bytes, block: bytes) -> Callable[[socket.socket], None]:
    def send(connection: socket.socket) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(block)

    return send


@pytest.mark.parametrize(
    "answer",
    [
        drip(b"HTTP/1.1 200 OK\r\nX: "),
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"),
        drip(b""),
        drip(b"", b""),
    ],
    ids=["headers", "body", "status", "silence"],
)
def test_a_slow_server_is_left(server: Server, limits: Limits, answer: Answer) -> None:
    server.answers["/a"] = answer
    start = time.monotonic()
    with pytest.raises(InputError, match="took longer"):
        fetch("http://firm.example/a", replace(limits, seconds=0.4))
    assert time.monotonic() - start < 1.5


@pytest.mark.parametrize(
    "answer",
    [
        flood(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536),
        flood(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"ffff\r\n" + b"x" * 0xFFFF + b"\r\n"
        ),
        flood(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 1000),
        flood(b"HTTP/1.1 200 OK\r\nX: ", b"y" * 65536),
        flood(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1" * 65536),
        flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    ],
    ids=["body", "chunks", "headers", "header", "chunk size", "continue"],
)
def test_an_endless_answer_is_left(server: Server, limits: Limits, answer: Answer) -> None:
    server.answers["/a"] = answer
    with pytest.raises(InputError):
        fetch("http://firm.example/a", replace(limits, seconds=0.6))


def test_a_gzip_bomb_is_left(server: Server, limits: Limits) -> None:
    bomb = gzip.compress(b"\x00" * 50_000_000)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n".encode()
    server.answers["/a"] = head + bomb
    with pytest.raises(InputError, match="larger than"):
        fetch("http://firm.example/a", limits)


def test_gzip_is_read(server: Server, limits: Limits) -> None:
    body = gzip.compress(b"terms " * 100)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    server.answers["/a"] = head + body
    assert fetch("http://firm.example/a", limits).body == b"terms " * 100


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip", "zstd"])
def test_an_encoding_that_was_not_asked_for_is_refused(server: Server, limits: Limits, encoding: str) -> None:
    server.answers["/a"] = (
        f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: 1\r\n\r\nx".encode()
    )
    with pytest.raises(InputError, match="cannot be fetched"):
        fetch("http://firm.example/a", limits)


def robots(text: str, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode()


@pytest.mark.parametrize(
    ("answer", "allowed"),
    [
        (robots("User-agent: *\nDisallow: /private"), True),
        (robots("User-agent: *\nDisallow: /"), False),
        (robots("User-agent: rekening\nDisallow: /terms"), False),
        (robots("User-agent: other\nDisallow: /"), True),
        (robots("", "503 Service Unavailable"), False),
        (robots("", "404 Not Found"), True),
        (robots("\x00\x01" * 100), True),
    ],
)
def test_the_rules_for_robots_are_followed(
    server: Server, limits: Limits, answer: bytes, allowed: bool
) -> None:
    server.answers |= {"/terms": PAGE, "/robots.txt": answer}
    if allowed:
        assert fetch("http://firm.example/terms", limits).body
    else:
        with pytest.raises(InputError, match=r"robots\.txt"):
            fetch("http://firm.example/terms", limits)
        assert server.asked == ["/robots.txt"]


def test_a_redirect_of_robots_into_a_private_network_is_refused(server: Server, limits: Limits) -> None:
    server.answers |= {"/terms": PAGE, "/robots.txt": redirect("http://127.0.0.1/")}

    def resolver(host: str, port: int) -> Sequence[str]:
        return [PUBLIC if host == "firm.example" else host]

    with pytest.raises(InputError, match="not a public address"):
        fetch("http://firm.example/terms", replace(limits, resolver=resolver))


@pytest.mark.parametrize(
    "url",
    [
        "http://firm.example/a b",
        "http://firm.example/\r\nX: y",
        "http://firm.example:99999/",
        "firm.example",
        "http:///x",
        "\x00",
    ],
)
def test_unsound_addresses_are_refused(url: str, limits: Limits) -> None:
    with pytest.raises(InputError):
        fetch(url, limits)


@pytest.mark.parametrize("status", ["403 Forbidden", "404 Not Found", "500 Oops", "204 No Content"])
def test_anything_but_a_page_is_an_error(server: Server, limits: Limits, status: str) -> None:
    server.answers["/a"] = f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode()
    with pytest.raises(InputError, match="status"):
        fetch("http://firm.example/a", limits)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x00" * 100,
        b"SSH-2.0-x\r\n",
        b"HTTP/9.9 zzz\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
    ],
)
def test_an_answer_that_is_no_http_is_an_error(server: Server, limits: Limits, answer: bytes) -> None:
    server.answers["/a"] = answer
    with suppress(InputError):
        assert len(fetch("http://firm.example/a", limits).body) <= limits.max_bytes


def test_a_downgrade_from_https_is_not_followed(limits: Limits, monkeypatch: pytest.MonkeyPatch) -> None:
    from rekening.terms import fetch as room

    answers = {
        "https://firm.example/robots.txt": (404, {}, b""),
        "https://firm.example/a": (302, {"location": "http://firm.example/a"}, b""),
    }
    monkeypatch.setattr(room, "_request", lambda method, url, bounds, deadline, content=None: answers[url])
    with pytest.raises(InputError, match="https to http"):
        fetch("https://firm.example/a", limits)


def test_a_certificate_that_does_not_fit_is_refused(server: Server, limits: Limits) -> None:
    with pytest.raises(InputError, match=r"cannot be fetched|took longer"):
        fetch("https://firm.example/a", replace(limits, seconds=0.5))


def test_a_users_own_server_can_be_allowed(server: Server) -> None:
    server.answers["/terms"] = PAGE
    url = f"http://127.0.0.1:{server.port}/terms"
    with pytest.raises(InputError):
        fetch(url)
    assert fetch(url, Limits(private=True)).body


def test_a_webhook_is_checked_and_follows_no_redirect(server: Server, limits: Limits) -> None:
    server.answers["/hook"] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    server.answers["/moved"] = redirect("http://127.0.0.1/")
    assert post("http://firm.example/hook", b"{}", limits) == 200
    assert post("http://firm.example/moved", b"{}", limits) == 302
    assert server.asked == ["/hook", "/moved"]
    with pytest.raises(InputError):
        post(f"http://127.0.0.1:{server.port}/hook", b"{}")
