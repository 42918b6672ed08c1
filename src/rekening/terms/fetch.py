"""Fetch one document from the web, on request only, and never from a private network.

Every hop is checked anew: the address that a name resolves to is examined, and the connection is made to
that very address, so that a name that answers differently the second time gains nothing. Bytes, time,
redirects and inflation are bounded; the rules for robots are followed.
"""

from __future__ import annotations

import io
import ipaddress
import re
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

from rekening.errors import InputError

AGENT = "rekening (reads terms on a user's request)"
_AGENT_NAME = "rekening"

# Ranges that are public by number but lead elsewhere: NAT64, 6to4, Teredo, IPv4-mapped and -compatible.
_TRANSLATED = tuple(
    ipaddress.ip_network(block)
    for block in (
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "2001::/32",
        "::ffff:0:0/96",
        "::/96",
        "::ffff:0:0:0/96",
    )
)
_REDIRECTS = {301, 302, 303, 307, 308}
_OK = 200
_SERVER_ERROR = 500
_CHUNK = 64 * 1024
_HOST = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?|\[[0-9A-Fa-f:.]+\]")
_WHITE = re.compile(r"[\s\x00-\x20\x7f]")

Resolver = Callable[[str, int], Sequence[str]]
"""Gives the addresses of a host name and port."""
Connector = Callable[[str, int, float], socket.socket]
"""Opens a connection to an address and port within some seconds."""


def resolve(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host name, from the system's resolver."""
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def connect(address: str, port: int, seconds: float) -> socket.socket:
    """Connect to an address (not a name)."""
    return socket.create_connection((address, port), timeout=seconds)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a fetch may cost and where it may go.

    ``private`` allows private addresses and any port: only for a user who says so, for a server of their own.
    """

    max_bytes: int = 10 << 20
    seconds: float = 30
    redirects: int = 5
    ports: frozenset[int] = frozenset({80, 443})
    private: bool = False
    resolver: Resolver = field(default=resolve)
    connector: Connector = field(default=connect)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document as it came: the address it came from in the end, its declared type, its bytes."""

    url: str
    content_type: str
    body: bytes


def is_public(address: str) -> bool:
    """Return whether an IP address is a public one.

    Private, loopback, link-local (so a cloud's metadata service), multicast and reserved addresses are not,
    nor are those that translate to another network (NAT64, 6to4, Teredo, IPv4 in IPv6).
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and (
        ip.is_site_local or any(ip in block for block in _TRANSLATED)
    ):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_link_local)


def fetch(url: str, limits: Limits | None = None) -> Fetched:
    """Fetch a document.

    Parameters
    ----------
    url
        http or https.
    limits
        Bounds; the defaults when left out.

    Raises
    ------
    InputError
        When the address is not allowed (also after a redirect), robots.txt forbids it, a bound is passed, or
        the server does not answer with the document.
    """
    bounds = limits or Limits()
    deadline = time.monotonic() + bounds.seconds
    asked: set[str] = set()
    first = url
    for _ in range(bounds.redirects + 1):
        url = _checked(url, bounds)
        if url in asked:
            raise InputError(f"{first}: redirects in a circle, at {url}")
        asked.add(url)
        if not _robots_allow(url, bounds, deadline):
            raise InputError(f"{url}: robots.txt does not allow fetching it; save the page and add the file")
        status, headers, body = _request("GET", url, bounds, deadline)
        if status in _REDIRECTS:
            target = urljoin(url, headers.get("location", ""))
            if urlsplit(url).scheme == "https" and urlsplit(target).scheme == "http":
                raise InputError(f"{url}: redirects from https to http, which is not followed")
            url = target
            continue
        if status != _OK:
            raise InputError(f"{url}: the server answered with status {status}")
        return Fetched(url, headers.get("content-type", ""), body)
    raise InputError(f"{first}: more than {bounds.redirects} redirects")


def post(url: str, body: bytes, limits: Limits | None = None) -> int:
    """Send JSON to a webhook and return the status; same checks as `fetch`, and no redirect is followed."""
    bounds = limits or Limits(max_bytes=_CHUNK)
    status, _, _ = _request("POST", _checked(url, bounds), bounds, time.monotonic() + bounds.seconds, body)
    return status


def _checked(url: str, bounds: Limits) -> str:
    """Return the address without its fragment, or refuse it."""
    if _WHITE.search(url):
        raise InputError(f"{url!r}: an address holds no spaces or control characters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InputError(f"{url}: not a sound address ({error})") from error
    if parts.scheme not in {"http", "https"}:
        raise InputError(f"{url}: only http and https addresses are fetched")
    if parts.username is not None or parts.password is not None:
        raise InputError(f"{parts.hostname}: an address with a user name or password is not fetched")
    host = parts.netloc.rpartition(":")[0] if port is not None else parts.netloc.removesuffix(":")
    if not parts.hostname or not _HOST.fullmatch(
        host.encode("idna").decode() if not host.isascii() else host
    ):
        raise InputError(f"{url}: no sound host name")
    if not bounds.private and port is not None and port not in bounds.ports:
        raise InputError(
            f"{url}: port {port} is not allowed, only {', '.join(map(str, sorted(bounds.ports)))}"
        )
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", parts.query, ""))


def _address(host: str, port: int, bounds: Limits) -> str:
    """Resolve a name once and return the address to connect to; refused when any answer is not public."""
    try:
        found = list(bounds.resolver(host, port))
    except (OSError, UnicodeError) as error:
        raise InputError(f"{host}: no such host ({error})") from error
    if not found:
        raise InputError(f"{host}: no such host")
    wrong = [] if bounds.private else [address for address in found if not is_public(address)]
    if wrong:
        raise InputError(f"{host}: leads to {wrong[0]!r}, which is not a public address")
    return found[0]


class _Bounded(io.RawIOBase):
    """Reads a socket until a fixed moment, however slowly the bytes come."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._connection = connection
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("took too long")
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)


class _Answer:
    """What ``http.client`` needs of a socket to read an answer, within the deadline."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._stream = _Bounded(connection, deadline)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._stream)


def _request(
    method: str, url: str, bounds: Limits, deadline: float, content: bytes | None = None
) -> tuple[int, Mapping[str, str], bytes]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    address = _address(host, port, bounds)
    left = deadline - time.monotonic()
    if left <= 0:
        raise InputError(f"{url}: took longer than {bounds.seconds:g} seconds")
    try:
        connection = bounds.connector(address, port, left)
        try:
            if secure:
                connection.settimeout(max(deadline - time.monotonic(), 0))
                connection = ssl.create_default_context().wrap_socket(connection, server_hostname=host)
            return _exchange(connection, (method, parts, content), bounds, deadline)
        finally:
            connection.close()
    except TimeoutError as error:
        raise InputError(f"{url}: took longer than {bounds.seconds:g} seconds") from error
    except (OSError, HTTPException, ValueError, zlib.error) as error:
        raise InputError(f"{url}: cannot be fetched ({error})") from error


def _exchange(
    connection: socket.socket, request: tuple[str, SplitResult, bytes | None], bounds: Limits, deadline: float
) -> tuple[int, Mapping[str, str], bytes]:
    method, parts, content = request
    # http.client writes the request with its own checks on header injection; the socket is ours.
    client = HTTPConnection(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
    client.sock = connection
    client.auto_open = 0
    path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    client.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    client.putheader(
        "Host", parts.netloc.encode("idna").decode() if not parts.netloc.isascii() else parts.netloc
    )
    client.putheader("User-Agent", AGENT)
    client.putheader("Accept", "text/html, text/markdown, text/plain, application/pdf;q=0.9, */*;q=0.1")
    client.putheader("Accept-Encoding", "gzip, identity;q=0.5")
    client.putheader("Connection", "close")
    if content is not None:
        client.putheader("Content-Type", "application/json")
        client.putheader("Content-Length", str(len(content)))
    client.endheaders(content)
    answer: Any = _Answer(connection, deadline)
    response = HTTPResponse(answer, method=method)
    response.begin()
    headers = {name.casefold(): value for name, value in response.getheaders()}
    if response.status in _REDIRECTS:
        return response.status, headers, b""
    return response.status, headers, _body(response, headers.get("content-encoding", ""), bounds)


def _body(response: HTTPResponse, encoding: str, bounds: Limits) -> bytes:
    """Read at most ``max_bytes``, counted before and after inflation."""
    coding = encoding.strip().casefold()
    if coding not in {"", "identity", "gzip", "x-gzip"}:
        raise ValueError(f"the encoding {encoding[:40]!r} was not asked for")
    inflate = zlib.decompressobj(16 + zlib.MAX_WBITS) if "gzip" in coding else None
    received = 0
    body = bytearray()
    while chunk := response.read(_CHUNK):
        received += len(chunk)
        body += inflate.decompress(chunk, bounds.max_bytes + 1 - len(body)) if inflate else chunk
        if received > bounds.max_bytes or len(body) > bounds.max_bytes:
            raise ValueError(f"larger than {bounds.max_bytes} bytes")
    return bytes(body)


def _robots_allow(url: str, bounds: Limits, deadline: float) -> bool:
    """Ask robots.txt of the same server; none is a yes, a server in trouble is a no (RFC 9309)."""
    parts = urlsplit(url)
    status, body = 0, b""
    headers: Mapping[str, str] = {}
    target = urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))
    for _ in range(bounds.redirects + 1):
        status, headers, body = _request("GET", _checked(target, bounds), bounds, deadline)
        if status not in _REDIRECTS:
            break
        target = urljoin(target, headers.get("location", ""))
    if status != _OK:
        return status < _SERVER_ERROR and status not in _REDIRECTS
    rules = RobotFileParser()
    rules.parse(body.decode("utf-8", "replace").splitlines())
    return rules.can_fetch(_AGENT_NAME, url)
