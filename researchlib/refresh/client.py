"""The client for public endpoints: requests with a cache, rate limits, retries and bounds on everything.

It speaks https only, verifies certificates, follows a redirect on the same host only, stops reading an answer that
grows too large or takes too long, and asks a host that cannot be reached no second time. Threads may share it.
"""

from __future__ import annotations

import datetime
import http.client
import io
import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import requests
import requests_cache
import urllib3
from requests_cache.backends.sqlite import SQLiteCache
from requests_ratelimiter import LimiterAdapter
from urllib3.util.retry import Retry

from researchlib import __version__
from researchlib.refresh.answers import Answer, EndpointError, Field, StatusError

__all__ = ["KEYS", "Client", "OfflineError", "first_answer"]

_T = TypeVar("_T")

KEYS = {
    "api.io.solutions": ("token", "RESEARCHLIB_IONET_TOKEN"),
    "api.coingecko.com": ("x-cg-demo-api-key", "RESEARCHLIB_COINGECKO_KEY"),
}
"""Hosts that take a key: name of the header, environment variable that holds the key. Both answer without one too."""

#: Requests a minute by host, below what each documents; one a second where nothing is documented.
_PER_MINUTE = {"api.coingecko.com": 10, "api.io.solutions": 20}
_PER_SECOND = 1
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_CHUNK = 64 * 1024
#: Seconds that a Retry-After may ask for; beyond it the command says so and goes on with the next endpoint.
_LONGEST_WAIT = 60
_METHODS = frozenset({"GET", "POST"})  # every POST here is a JSON-RPC reading
_CACHE_SECONDS = 3600
#: How far an answer's own time may lie from the clock here before no reading can be dated by either.
_CLOCK = datetime.timedelta(days=1)


class OfflineError(EndpointError):
    """No connection to the host could be made."""


class Client:
    """A polite reader of JSON endpoints; use it as a context manager.

    ``cache`` is a file, a bare name one of the user's cache folder; without it nothing is cached. ``connect``,
    ``timeout`` and ``deadline`` are seconds to connect, between two packets, and for one answer in all. For tests,
    ``loopback`` is an ``http://127.0.0.1:port`` that every request goes to, with the host as first part of the path.
    """

    def __init__(
        self,
        *,
        cache: str | Path | None = None,
        connect: float = 3,
        timeout: float = 10,
        deadline: float = 60,
        max_bytes: int = 32 * 1024 * 1024,
        retries: int = 2,
        loopback: str | None = None,
    ) -> None:
        parts = urlsplit(loopback or "")
        if loopback and (parts.scheme != "http" or parts.netloc.rsplit(":", 1)[0] not in _LOOPBACK):
            raise ValueError(f"loopback: {loopback!r} given, http on one of {', '.join(_LOOPBACK)} allowed")
        self._loopback = loopback
        self._timeout = (connect, timeout)
        self._unreached: set[str] = set()
        policy = Retry(
            total=retries,
            connect=min(retries, 1),
            allowed_methods=_METHODS,
            status_forcelist=(429, 500, 502, 503, 504),
            backoff_factor=1,
            backoff_jitter=1,
            raise_on_status=False,
        )

        def adapter(host: str) -> _Adapter:
            if urlsplit(loopback or "").netloc == host:
                return _Adapter(policy, deadline, max_bytes, per_second=1000, burst=0.01)
            per_minute = _PER_MINUTE.get(host)
            rate = {"per_minute": per_minute} if per_minute else {"per_second": _PER_SECOND}
            return _Adapter(policy, deadline, max_bytes, **rate)

        self._session = _session(cache, adapter)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()  # type: ignore[no-untyped-call]

    def get(self, url: str, params: Mapping[str, str] | None = None) -> Answer:
        """Return the answer to a GET; an EndpointError names the endpoint and what is wrong."""
        return self._ask("GET", url, f"GET {url}", params=params)

    def rpc(self, url: str, method: str, params: list[Any], *, fresh: bool = False) -> Answer:
        """Return the field ``result`` of a JSON-RPC call; ``fresh`` passes the cache by. Errors as for ``get``."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        answer = self._ask("POST", url, f"POST {url} {method}", fresh, json=body)
        if error := answer.body.get("error"):
            code = error.value.get("code") if isinstance(error.value, dict) else error.value
            raise EndpointError(f"{error.endpoint}: field error: the node refuses (code {code!r:.40})")
        return Answer(answer.body["result"], answer.read_at, answer.headers)

    def _ask(self, method: str, url: str, endpoint: str, fresh: bool = False, **options: Any) -> Answer:
        host = urlsplit(url).netloc
        if urlsplit(url).scheme != "https":
            raise EndpointError(f"{endpoint}: https only")
        if host in self._unreached:
            raise OfflineError(f"{endpoint}: {host} was not reached before")
        target = f"{self._loopback}/{url.removeprefix('https://')}" if self._loopback else url
        if fresh:
            options["expire_after"] = requests_cache.DO_NOT_CACHE
        try:
            response = self._session.request(method, target, headers=_key(host), timeout=self._timeout, **options)
        except _RefusedAnswer as error:
            raise EndpointError(f"{endpoint}: {error}") from None
        except requests.exceptions.SSLError:
            raise EndpointError(f"{endpoint}: the certificate of {host} does not verify") from None
        except requests.exceptions.TooManyRedirects:
            raise EndpointError(f"{endpoint}: redirects in a circle") from None
        except requests.exceptions.ConnectionError as error:
            if not _never_connected(error):
                raise EndpointError(f"{endpoint}: the connection broke before the answer was complete") from None
            self._unreached.add(host)
            raise OfflineError(f"{endpoint}: no connection to {host}; this command needs a network") from None
        except requests.exceptions.Timeout:
            raise EndpointError(f"{endpoint}: no answer within {self._timeout[1]:g} s") from None
        except requests.exceptions.RequestException as error:
            raise EndpointError(f"{endpoint}: {type(error).__name__}") from None
        status = response.status_code
        if status != 200:
            why = ", 200 allowed"
            if status in (401, 403):
                page = "html" in response.headers.get("Content-Type", "")
                why = " with a web page: the host turns programs away" if page else ", not available without a key"
            raise StatusError(f"{endpoint}: answers {status}{why}", status)
        headers = {name.lower(): value for name, value in response.headers.items()}
        read_at = getattr(response, "created_at", None) or datetime.datetime.now(datetime.UTC)
        _check_clock(endpoint, headers, read_at)
        return Answer(Field(_parsed(response, endpoint), endpoint), read_at, headers)


def first_answer(addresses: Iterable[str], read: Callable[[str], _T]) -> _T:
    """Return what the first address gives that answers in full; the error holds what each of them said."""
    failures = []
    for address in addresses:
        try:
            return read(address)
        except EndpointError as error:
            failures.append(str(error))
    raise EndpointError("; ".join(failures))


class _RefusedAnswer(Exception):
    """An answer that breaks a bound of the client; no error that a library takes for a broken connection."""


class _Session(requests_cache.CachedSession):
    max_redirects = 3

    def __init__(self, adapter: Callable[[str], _Adapter], **options: Any) -> None:
        super().__init__(**options)
        self._adapter, self._adding = adapter, threading.Lock()
        self._by_host: dict[str, _Adapter] = {}

    def get_adapter(self, url: str | bytes) -> _Adapter:
        """Return the adapter of a host: each waits for its own rate limit alone."""
        host = urlsplit(str(url)).netloc
        with self._adding:
            if host not in self._by_host:
                self._by_host[host] = self._adapter(host)
            return self._by_host[host]

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Return where a redirect leads; refuse another scheme, host or port."""
        target = super().get_redirect_target(resp)
        if target:
            goes = urljoin(resp.url, target)
            if _origin(goes) != _origin(resp.url):
                raise _RefusedAnswer(f"redirect to another host refused ({urlsplit(goes).hostname})")
        return target


class _Timed(io.RawIOBase):
    """A connection's bytes, up to a moment: each packet may be in time and all together not."""

    def __init__(self, raw: Any, seconds: float) -> None:
        self._raw, self._seconds, self._end = raw, seconds, time.monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> Any:
        if time.monotonic() > self._end:
            raise _RefusedAnswer(f"answer not complete after {self._seconds:g} s")
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def _timed(pool: Any, seconds: float) -> type:
    """Return a kind of connection pool whose answers end by a deadline, headers and body."""

    def response(self: object, sock: Any, *args: Any, **options: Any) -> http.client.HTTPResponse:
        made = http.client.HTTPResponse(sock, *args, **options)
        made.fp = io.BufferedReader(_Timed(made.fp.detach(), seconds))
        return made

    connection = type(pool.ConnectionCls.__name__, (pool.ConnectionCls,), {"response_class": response})
    return type(pool.__name__, (pool,), {"ConnectionCls": connection})


class _Adapter(LimiterAdapter):
    """Sends at a limited rate, reads the body under its bounds, and tries again as the policy says."""

    def __init__(self, policy: Retry, deadline: float, max_bytes: int, **rate: Any) -> None:
        self._deadline = deadline
        super().__init__(**rate)
        self._policy = policy
        self._max_bytes = max_bytes

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make pools whose answers end by the deadline."""
        super().init_poolmanager(*args, **options)
        pools = self.poolmanager.pool_classes_by_scheme
        self.poolmanager.pool_classes_by_scheme = {k: _timed(pool, self._deadline) for k, pool in pools.items()}

    def send(  # type: ignore[override]
        self, request: requests.PreparedRequest, **options: Any
    ) -> requests.Response:
        """Return the answer with its body read; a body that breaks off counts as a failed attempt."""
        policy = self._policy.new()
        method = request.method or "GET"
        while True:
            raw: Any = None
            failure: Exception | None = None
            try:
                response = self._read(super().send(request, **{**options, "stream": True}))
                raw = response.raw
                if not policy.is_retry(method, response.status_code, "Retry-After" in response.headers):
                    return response
            except (requests.exceptions.SSLError, requests.exceptions.ConnectTimeout):
                raise  # a certificate does not get better, and who lets a caller wait does so again
            except (requests.exceptions.ConnectionError, requests.exceptions.Timeout) as error:
                failure = error
            try:
                asked = policy.get_retry_after(raw) if raw else None
                if asked and asked > _LONGEST_WAIT:
                    raise _RefusedAnswer(f"answers {raw.status} and asks to wait {asked:.0f} s; try again then")
                policy = policy.increment(method, request.url, response=raw, error=_as_urllib3(failure))
            except urllib3.exceptions.InvalidHeader:
                raise _RefusedAnswer(f"answers {response.status_code} with a Retry-After that is no time") from None
            except urllib3.exceptions.HTTPError:  # no attempt left
                if failure:
                    raise failure from None
                return response
            policy.sleep(raw)

    def _read(self, response: requests.Response) -> requests.Response:
        """Read the body as it comes, no further than allowed."""
        pieces: list[bytes] = []
        size = 0
        try:
            while piece := response.raw.read1(_CHUNK, decode_content=True):
                size += len(piece)
                if size > self._max_bytes:
                    raise _RefusedAnswer(f"answer of more than {self._max_bytes} bytes refused")
                pieces.append(piece)
        except urllib3.exceptions.HTTPError as error:
            response.close()
            raise requests.exceptions.ConnectionError(error) from None
        except _RefusedAnswer:
            response.close()
            raise
        response._content = b"".join(pieces)
        response._content_consumed = True  # type: ignore[attr-defined]
        return response


def _session(cache: str | Path | None, adapter: Callable[[str], _Adapter]) -> _Session:
    try:
        # JSON and not pickle: a changed cache file must not run code
        backend = SQLiteCache(cache, use_cache_dir=True, serializer="json") if cache else "memory"
    except sqlite3.Error as error:
        raise OSError(f"the cache {cache} cannot be used ({error}); delete it") from None
    session = _Session(
        adapter,
        backend=backend,
        expire_after=_CACHE_SECONDS if cache else requests_cache.DO_NOT_CACHE,
        allowable_methods=tuple(_METHODS),
        allowable_codes=(200,),
        filter_fn=_worth_keeping,
        ignored_parameters=[name for name, _ in KEYS.values()],
    )
    session.headers.update({"User-Agent": f"researchlib/{__version__} (refresh of research tables)"})
    session.headers.update({"Accept": "application/json"})
    session.verify = True
    session.auth = _no_credentials
    return session


def _origin(url: str) -> tuple[str, str | None, int | None]:
    """Return scheme, host and port of an address."""
    parts = urlsplit(url)
    try:
        return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        raise _RefusedAnswer("redirect to a port that is none refused") from None


def _no_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Leave a request as it is; without an auth of its own a session would send those of a .netrc file."""
    return request


def _key(host: str) -> dict[str, str]:
    """Return the header with the key of a host, if the environment holds one."""
    name, variable = KEYS.get(host, ("", ""))
    key = os.environ.get(variable, "").strip() if variable else ""
    if key and not (key.isascii() and key.isprintable()):
        raise EndpointError(f"{variable}: holds characters that no key has")
    return {name: key} if key else {}


def _worth_keeping(response: requests.Response) -> bool:
    """Whether an answer may be cached: a JSON value that reports no error."""
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        return False
    return not (isinstance(body, dict) and "error" in body)


def _parsed(response: requests.Response, endpoint: str) -> Any:
    def refuse(constant: str) -> None:
        raise ValueError(constant)

    try:
        return json.loads(response.content, parse_float=Decimal, parse_constant=refuse)
    except (ValueError, RecursionError, ArithmeticError):
        kind = response.headers.get("Content-Type", "no type")
        raise EndpointError(
            f"{endpoint}: field (whole answer): no complete JSON ({len(response.content)} bytes of {kind[:40]})"
        ) from None


def _as_urllib3(error: Exception | None) -> Exception | None:
    """Return the failure as the retry policy knows it: anything it does not know it would raise at once."""
    if error and _never_connected(error):
        return urllib3.exceptions.ConnectTimeoutError(str(error))
    return urllib3.exceptions.ProtocolError(str(error)) if error else None


def _never_connected(error: Exception) -> bool:
    reason: Any = error.args[0] if error.args else None
    reason = getattr(reason, "reason", reason)
    return isinstance(reason, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError)


def _check_clock(endpoint: str, headers: Mapping[str, str], read_at: datetime.datetime) -> None:
    """Refuse an answer whose own time lies far from the clock here: a reading is dated by it."""
    try:
        said = parsedate_to_datetime(headers["date"]) + datetime.timedelta(seconds=int(headers.get("age", "0")))
        apart = abs(said.replace(tzinfo=said.tzinfo or datetime.UTC) - read_at)
    except (KeyError, ValueError, OverflowError):
        return  # says no time
    if apart > _CLOCK:
        raise EndpointError(
            f"{endpoint}: the answer is of {said:%Y-%m-%d %H:%M}, the clock here said {read_at:%Y-%m-%d %H:%M}; "
            "nothing is dated by a clock that is off"
        )
