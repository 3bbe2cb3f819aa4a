"""The client for public endpoints: requests with a cache, rate limits, retries and bounds on everything.

It speaks https only, verifies certificates, follows a redirect on the same host only, and stops reading an answer
that grows too large or takes too long.
"""

from __future__ import annotations

import datetime
import json
import os
import sqlite3
import time
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import requests_cache
import urllib3
from requests_cache.backends.sqlite import SQLiteCache
from requests_ratelimiter import LimiterAdapter
from urllib3.util.retry import Retry

from researchlib import __version__
from researchlib.refresh.answers import Answer, EndpointError, Field

__all__ = ["KEYS", "Client", "OfflineError"]

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


class OfflineError(EndpointError):
    """No connection to the host could be made."""


class Client:
    """A polite reader of JSON endpoints; use it as a context manager.

    Parameters
    ----------
    cache : str or Path, optional
        File of the cache; a bare name lies in the user's cache folder. Without it nothing is cached.
    timeout : float
        Seconds to connect, and between two packets.
    deadline : float
        Seconds that one answer may take in all.
    max_bytes : int
        Size of an answer, unpacked, beyond which reading stops.
    retries : int
        Further attempts after a failed one.
    loopback : str, optional
        For tests: an ``http://127.0.0.1:port`` to which every request goes, with the host as first part of the path.
    """

    def __init__(
        self,
        *,
        cache: str | Path | None = None,
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
        self._timeout = timeout
        self._session = _session(cache)
        policy = Retry(
            total=retries,
            allowed_methods=_METHODS,
            status_forcelist=(429, 500, 502, 503, 504),
            backoff_factor=1,
            backoff_jitter=1,
            raise_on_status=False,
        )
        for host in (None, *_PER_MINUTE):
            rate = {"per_minute": _PER_MINUTE[host]} if host else {"per_second": _PER_SECOND}
            self._session.mount(f"https://{host or ''}", _Adapter(policy, deadline, max_bytes, **rate))
        # only a loopback server is ever asked without TLS
        self._session.mount("http://", _Adapter(policy, deadline, max_bytes, per_second=1000, burst=0.01))

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()  # type: ignore[no-untyped-call]

    def get(self, url: str, params: Mapping[str, str] | None = None) -> Answer:
        """Return the answer to a GET.

        Raises
        ------
        EndpointError
            Naming the endpoint and what is wrong; ``OfflineError`` where no connection could be made.
        """
        return self._ask("GET", url, f"GET {url}", params=params)

    def rpc(self, url: str, method: str, params: list[Any], *, fresh: bool = False) -> Answer:
        """Return the field ``result`` of a JSON-RPC call; ``fresh`` passes the cache by.

        Raises
        ------
        EndpointError
            As for ``get``, and for an answer that reports an error.
        """
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        answer = self._ask("POST", url, f"POST {url} {method}", body=body, fresh=fresh)
        if error := answer.body.get("error"):
            code = error.value.get("code") if isinstance(error.value, dict) else error.value
            raise EndpointError(f"{error.endpoint}: field error: the node refuses (code {code!r:.40})")
        return Answer(answer.body["result"], answer.read_at, answer.headers)

    def _ask(
        self,
        method: str,
        url: str,
        endpoint: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Any = None,
        fresh: bool = False,
    ) -> Answer:
        host = urlsplit(url).netloc
        if urlsplit(url).scheme != "https":
            raise EndpointError(f"{endpoint}: https only")
        target = f"{self._loopback}/{url.removeprefix('https://')}" if self._loopback else url
        options: dict[str, Any] = {"expire_after": requests_cache.DO_NOT_CACHE} if fresh else {}
        try:
            response = self._session.request(
                method, target, params=params, json=body, headers=_key(host), timeout=self._timeout, **options
            )
        except _RefusedAnswer as error:
            raise EndpointError(f"{endpoint}: {error}") from None
        except requests.exceptions.SSLError:
            raise EndpointError(f"{endpoint}: the certificate of {host} does not verify") from None
        except requests.exceptions.TooManyRedirects:
            raise EndpointError(f"{endpoint}: redirects in a circle") from None
        except requests.exceptions.Timeout:
            raise EndpointError(f"{endpoint}: no answer within {self._timeout:g} s") from None
        except requests.exceptions.ConnectionError as error:
            raise _connection_error(endpoint, host, error) from None
        except requests.exceptions.RequestException as error:
            raise EndpointError(f"{endpoint}: {type(error).__name__}") from None
        if response.status_code in (401, 403):
            raise EndpointError(f"{endpoint}: answers {response.status_code}, not available without a key")
        if response.status_code != 200:
            raise EndpointError(f"{endpoint}: answers {response.status_code}, 200 allowed")
        read_at = getattr(response, "created_at", None) or datetime.datetime.now(datetime.UTC)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(Field(_parsed(response, endpoint), endpoint), read_at, headers)


class _RefusedAnswer(requests.exceptions.RequestException):
    """An answer that breaks a bound of the client."""


class _Session(requests_cache.CachedSession):
    max_redirects = 3

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Return where a redirect leads; refuse another scheme, host or port."""
        target = super().get_redirect_target(resp)
        if target:
            goes = urljoin(resp.url, target)
            if _origin(goes) != _origin(resp.url):
                raise _RefusedAnswer(f"redirect to another host refused ({urlsplit(goes).hostname})")
        return target


class _Adapter(LimiterAdapter):
    """Sends at a limited rate, reads the body under its bounds, and tries again as the policy says."""

    def __init__(self, policy: Retry, deadline: float, max_bytes: int, **rate: Any) -> None:
        super().__init__(**rate)
        self._policy = policy
        self._deadline = deadline
        self._max_bytes = max_bytes

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
            except requests.exceptions.SSLError:
                raise  # a certificate does not get better
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
        """Read the body as it comes, no further and no longer than allowed."""
        start = time.monotonic()
        pieces: list[bytes] = []
        size = 0
        try:
            while piece := response.raw.read1(_CHUNK, decode_content=True):
                size += len(piece)
                if size > self._max_bytes:
                    raise _RefusedAnswer(f"answer of more than {self._max_bytes} bytes refused")
                if time.monotonic() - start > self._deadline:
                    raise _RefusedAnswer(f"answer not complete after {self._deadline:g} s")
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


def _session(cache: str | Path | None) -> _Session:
    try:
        # JSON and not pickle: a changed cache file must not run code
        backend = SQLiteCache(cache, use_cache_dir=True, serializer="json") if cache else "memory"
    except sqlite3.Error as error:
        raise OSError(f"the cache {cache} cannot be used ({error}); delete it") from None
    session = _Session(
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
    return urllib3.exceptions.ProtocolError(str(error)) if error else None


def _connection_error(endpoint: str, host: str, error: requests.exceptions.ConnectionError) -> EndpointError:
    reason: Any = error.args[0] if error.args else None
    reason = getattr(reason, "reason", reason)
    if isinstance(reason, urllib3.exceptions.NewConnectionError):
        return OfflineError(f"{endpoint}: no connection to {host}; this command needs a network")
    return EndpointError(f"{endpoint}: the connection broke before the answer was complete")
