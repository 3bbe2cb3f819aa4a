from __future__ import annotations

import contextlib
import datetime
import gzip
import logging
import socket
import ssl
import threading
from collections.abc import Iterator
from decimal import Decimal
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from researchlib.refresh.answers import EndpointError
from researchlib.refresh.client import Client, OfflineError
from tests.refresh.conftest import PATIENCE

URL = "https://api.example.org/v1/data"
PATH = "/api.example.org/v1/data"


@pytest.fixture
def client(httpserver: HTTPServer) -> Iterator[Client]:
    with Client(loopback=httpserver.url_for("").rstrip("/"), timeout=PATIENCE, max_bytes=100_000) as opened:
        yield opened


def test_numbers_are_exact_and_the_time_of_reading_is_kept(
    httpserver: HTTPServer, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)
    monkeypatch.setattr("requests_cache.models.response.utcnow", lambda: now)
    httpserver.expect_request(PATH, query_string="a=1").respond_with_data('{"x": 0.1, "y": 12345678901234567890}')
    answer = client.get(URL, params={"a": "1"})
    assert answer.body["x"].number() == Decimal("0.1")
    assert answer.body["y"].integer() == 12345678901234567890
    assert answer.read_at == now


def test_says_who_it_is(httpserver: HTTPServer, client: Client) -> None:
    httpserver.expect_request(PATH).respond_with_json({})
    client.get(URL)
    assert httpserver.log[0][0].headers["User-Agent"].startswith("researchlib/")


def test_429_is_tried_again_after_the_time_the_server_asks_for(
    httpserver: HTTPServer, client: Client, waits: list[float]
) -> None:
    httpserver.expect_ordered_request(PATH).respond_with_data("slow down", status=429, headers={"Retry-After": "7"})
    httpserver.expect_ordered_request(PATH).respond_with_json({"ok": 1})
    assert client.get(URL).body["ok"].integer() == 1
    assert waits == [7]


def test_a_long_wait_is_reported_instead_of_waited_for(
    httpserver: HTTPServer, client: Client, waits: list[float]
) -> None:
    httpserver.expect_request(PATH).respond_with_data("no", status=429, headers={"Retry-After": "3600"})
    with pytest.raises(
        EndpointError, match=r"GET https://api.example.org/v1/data: answers 429 and asks to wait 3600 s"
    ):
        client.get(URL)
    assert waits == []
    assert len(httpserver.log) == 1


def test_a_retry_after_that_is_no_time_is_refused(httpserver: HTTPServer, client: Client, waits: list[float]) -> None:
    httpserver.expect_request(PATH).respond_with_data("no", status=503, headers={"Retry-After": "soon"})
    with pytest.raises(EndpointError, match="Retry-After that is no time"):
        client.get(URL)
    assert waits == []


def test_500_is_tried_again_with_growing_and_jittered_waits(
    httpserver: HTTPServer, client: Client, waits: list[float]
) -> None:
    for _ in range(2):
        httpserver.expect_ordered_request(PATH).respond_with_data("oops", status=500)
    httpserver.expect_ordered_request(PATH).respond_with_json({"ok": 1})
    assert client.get(URL).body["ok"].integer() == 1
    # the first try again comes at once (the rate limit alone holds it), the second after 2 s and up to 1 s of jitter
    (wait,) = waits
    assert 2 < wait < 3


def test_three_failures_are_enough(httpserver: HTTPServer, client: Client, waits: list[float]) -> None:
    httpserver.expect_request(PATH).respond_with_data("oops", status=503)
    with pytest.raises(EndpointError, match="answers 503, 200 allowed"):
        client.get(URL)
    assert len(httpserver.log) == 3


def test_not_found_is_not_tried_again(httpserver: HTTPServer, client: Client, waits: list[float]) -> None:
    httpserver.expect_request(PATH).respond_with_data("no", status=404)
    with pytest.raises(EndpointError, match="answers 404"):
        client.get(URL)
    assert len(httpserver.log) == 1


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ("<html><body>Maintenance</body></html>", "text/html"),
        ('{"data": [1, 2', "application/json"),
        ("", "application/json"),
        ('{"x": NaN}', "application/json"),
        ("[" * 50_000, "application/json"),
        ("\xff", "application/json"),
    ],
)
def test_what_is_no_complete_json_is_refused(httpserver: HTTPServer, client: Client, data: str, kind: str) -> None:
    httpserver.expect_request(PATH).respond_with_data(data.encode("latin-1"), content_type=kind)
    with pytest.raises(EndpointError, match=r"v1/data: field \(whole answer\): no complete JSON .* bytes of "):
        client.get(URL)


def test_an_enormous_body_is_not_read_to_its_end(httpserver: HTTPServer, client: Client, waits: list[float]) -> None:
    given = 0

    def endless(_: Request) -> Response:
        def pieces() -> Iterator[bytes]:
            nonlocal given
            for _ in range(10_000):
                given += 10_000
                yield b" " * 10_000

        return Response(pieces())

    httpserver.expect_request(PATH).respond_with_handler(endless)
    with pytest.raises(EndpointError, match="more than 100000 bytes refused"):
        client.get(URL)
    assert given < 50_000_000  # buffers between the two ends hold some


def test_a_small_body_that_unpacks_to_an_enormous_one_is_refused(
    httpserver: HTTPServer, client: Client, waits: list[float]
) -> None:
    packed = gzip.compress(b" " * 20_000_000)
    assert len(packed) < 100_000
    httpserver.expect_request(PATH).respond_with_data(packed, headers={"Content-Encoding": "gzip"})
    with pytest.raises(EndpointError, match="more than 100000 bytes refused"):
        client.get(URL)


@pytest.mark.parametrize(
    "place",
    [
        "http://127.0.0.1:1/",
        "https://elsewhere.example/",
        "//elsewhere.example/x",
        "ftp://localhost/x",
    ],
)
def test_a_redirect_to_another_host_is_refused(httpserver: HTTPServer, client: Client, place: str) -> None:
    httpserver.expect_request(PATH).respond_with_data("", status=302, headers={"Location": place})
    with pytest.raises(EndpointError, match=r"v1/data: redirect to a.* refused"):
        client.get(URL)
    assert len(httpserver.log) == 1


def test_a_redirect_on_the_same_host_is_followed_but_not_in_circles(httpserver: HTTPServer, client: Client) -> None:
    httpserver.expect_request(PATH).respond_with_data("", status=302, headers={"Location": "/new"})
    httpserver.expect_request("/new").respond_with_json({"ok": 1})
    assert client.get(URL).body["ok"].integer() == 1
    httpserver.expect_request("/api.example.org/v1/circle").respond_with_data(
        "", status=302, headers={"Location": "/api.example.org/v1/circle"}
    )
    with pytest.raises(EndpointError, match="redirects in a circle"):
        client.get(URL.replace("data", "circle"))


@pytest.mark.parametrize(
    ("status", "kind", "told"),
    [
        (401, "application/json", "answers 401, not available without a key"),
        (403, "application/json", "answers 403, not available without a key"),
        (403, "text/html; charset=UTF-8", "answers 403 with a web page: the host turns programs away"),
    ],
)
def test_a_missing_key_and_a_wall_against_programs_are_told_apart(
    httpserver: HTTPServer, client: Client, status: int, kind: str, told: str
) -> None:
    httpserver.expect_request(PATH).respond_with_data("no", status=status, content_type=kind)
    with pytest.raises(EndpointError, match=f"v1/data: {told}$"):
        client.get(URL)


@pytest.mark.parametrize(("hours", "age", "taken"), [(23, 0, True), (25, 0, False), (-25, 0, False), (72, 72, True)])
def test_a_clock_that_is_off_dates_nothing(
    httpserver: HTTPServer, client: Client, monkeypatch: pytest.MonkeyPatch, hours: int, age: int, taken: bool
) -> None:
    """The server tells the real time; ``age`` hours the answer lay in a cache on its way."""
    now = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=hours)
    monkeypatch.setattr("requests_cache.models.response.utcnow", lambda: now)
    httpserver.expect_request(PATH).respond_with_data("{}", headers={"Age": str(age * 3600)})
    if taken:
        assert client.get(URL).read_at == now
    else:
        with pytest.raises(
            EndpointError, match=rf"v1/data: the answer is of .*, the clock here said {now:%Y-%m-%d %H}"
        ):
            client.get(URL)


def test_a_slow_server_is_given_up(httpserver: HTTPServer, waits: list[float]) -> None:
    given_up = threading.Event()

    def silent(_: Request) -> Response:
        given_up.wait(PATIENCE)
        return Response("{}")

    httpserver.expect_request(PATH).respond_with_handler(silent)
    try:
        with (
            Client(loopback=httpserver.url_for("").rstrip("/"), timeout=0.1, retries=0) as client,
            pytest.raises(EndpointError, match=r"v1/data: no answer within 0.1 s"),
        ):
            client.get(URL)
    finally:
        given_up.set()


def test_a_server_that_drips_is_given_up(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a clock that 25 seconds pass on while each piece comes: each is in time, all together are not."""
    monkeypatch.setattr("researchlib.refresh.client.time", SimpleNamespace(monotonic=count(step=25).__next__))

    def endless(_: Request) -> Response:
        return Response(b" " * 1000 for _ in range(10_000))

    httpserver.expect_request(PATH).respond_with_handler(endless)
    with (
        Client(loopback=httpserver.url_for("").rstrip("/"), timeout=PATIENCE, deadline=60) as client,
        pytest.raises(EndpointError, match=r"not complete after 60 s"),
    ):
        client.get(URL)


@pytest.fixture
def raw_server() -> Iterator[Any]:
    """Start a socket that answers each connection with the next of the given bytes, then cuts it."""
    listener = socket.create_server(("127.0.0.1", 0))

    def start(*answers: bytes) -> str:
        def serve() -> None:
            for answer in answers:
                connection, _ = listener.accept()
                connection.recv(65536)
                connection.sendall(answer)
                # a reset instead of an orderly end
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                connection.close()

        threading.Thread(target=serve, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    listener.close()


def test_headers_that_drip_are_given_up_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte is in time; the clock passes on 25 seconds at each look."""
    monkeypatch.setattr("researchlib.refresh.client.time", SimpleNamespace(monotonic=count(step=25).__next__))
    over = threading.Event()

    def drip(listener: socket.socket) -> None:
        with listener.accept()[0] as connection, contextlib.suppress(OSError):
            connection.recv(65536)
            for byte in b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1000:
                connection.sendall(bytes([byte]))
                if over.wait(0.01):
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        dripping = threading.Thread(target=drip, args=(listener,), daemon=True)
        dripping.start()
        at = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            with (
                Client(loopback=at, timeout=PATIENCE, deadline=60) as client,
                pytest.raises(EndpointError, match=r"v1/data: answer not complete after 60 s"),
            ):
                client.get(URL)
        finally:
            over.set()
            dripping.join(PATIENCE)


HALF = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{"ok"'
WHOLE = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{"ok":1}'


def test_an_answer_cut_in_the_middle_is_asked_for_again(raw_server: Any, waits: list[float]) -> None:
    with Client(loopback=raw_server(HALF, b"", WHOLE)) as client:
        assert client.get(URL).body["ok"].integer() == 1
    assert len(waits) == 1


def test_an_answer_always_cut_is_refused(raw_server: Any, waits: list[float]) -> None:
    with (
        Client(loopback=raw_server(HALF, HALF, HALF)) as client,
        pytest.raises(EndpointError, match=r"GET https://api.example.org/v1/data: the connection broke"),
    ):
        client.get(URL)


def test_a_redirect_to_no_address_is_refused(raw_server: Any) -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:99999/\r\nContent-Length: 0\r\n\r\n"
    with (
        Client(loopback=raw_server(moved)) as client,
        pytest.raises(EndpointError, match=r"v1/data: redirect to a port that is none refused"),
    ):
        client.get(URL)


def test_no_network_is_said_in_so_many_words(waits: list[float]) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))  # and does not listen: nobody else can on this port
        with Client(loopback=f"http://127.0.0.1:{deaf.getsockname()[1]}") as client:
            with pytest.raises(OfflineError, match=r"no connection to api.example.org; this command needs a network"):
                client.get(URL)
            asked = len(waits)
            with pytest.raises(OfflineError, match=r"v1/other: api.example.org was not reached before"):
                client.get(URL.replace("data", "other"))  # and is asked no more
            assert len(waits) == asked <= 1


def test_only_https_leaves_the_machine() -> None:
    with Client() as client, pytest.raises(EndpointError, match="https only"):
        client.get("http://api.example.org/v1/data")
    for place in ("http://api.example.org", "https://127.0.0.1", "http://10.0.0.1:80", "http://127.0.0.1.example.org"):
        with pytest.raises(ValueError, match="loopback: "):
            Client(loopback=place)


def test_a_certificate_that_does_not_verify_is_refused(tmp_path: Path, waits: list[float]) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]

    def serve() -> None:
        connection, _ = listener.accept()
        with pytest.raises((ssl.SSLError, OSError)), connection:
            context.wrap_socket(connection, server_side=True)

    serving = threading.Thread(target=serve, daemon=True)
    serving.start()
    with (
        listener,
        Client(retries=0, timeout=PATIENCE) as client,
        pytest.raises(EndpointError, match="the certificate .* does not verify"),
    ):
        client.get(f"https://127.0.0.1:{port}/")
    serving.join(PATIENCE)


def test_an_answer_is_cached_and_a_bad_one_is_not(httpserver: HTTPServer, tmp_path: Path) -> None:
    httpserver.expect_ordered_request(PATH).respond_with_data('{"half": ')
    httpserver.expect_ordered_request(PATH).respond_with_json({"ok": 1})
    httpserver.expect_ordered_request(PATH).respond_with_json({"ok": 2})
    at = httpserver.url_for("").rstrip("/")
    with Client(loopback=at, cache=tmp_path / "cache.sqlite") as client:
        with pytest.raises(EndpointError):
            client.get(URL)
        first = client.get(URL)
    with Client(loopback=at, cache=tmp_path / "cache.sqlite") as client:
        again = client.get(URL)
    assert again.body["ok"].integer() == 1
    assert again.read_at <= first.read_at
    assert len(httpserver.log) == 2


def test_calls_are_told_apart_in_the_cache_and_a_fresh_one_is_not_kept(httpserver: HTTPServer, tmp_path: Path) -> None:
    def echo(request: Request) -> Response:
        method = request.get_json()["method"]
        return Response(f'{{"jsonrpc":"2.0","id":1,"result":{{"{method}":{len(httpserver.log)}}}}}')

    httpserver.expect_request(PATH, method="POST").respond_with_handler(echo)
    with Client(loopback=httpserver.url_for("").rstrip("/"), cache=tmp_path / "cache.sqlite") as client:
        for _ in range(2):
            assert "a" in client.rpc(URL, "a", []).body.value
            assert "b" in client.rpc(URL, "b", []).body.value
        assert len(httpserver.log) == 2
        client.rpc(URL, "a", [], fresh=True)
        assert len(httpserver.log) == 3


def test_an_error_of_a_node_is_no_answer(httpserver: HTTPServer, client: Client) -> None:
    httpserver.expect_request(PATH).respond_with_json({"jsonrpc": "2.0", "id": 1, "error": {"code": -32004}})
    with pytest.raises(EndpointError, match=r"POST https://api.example.org/v1/data state_call: field error: .*-32004"):
        client.rpc(URL, "state_call", [])


def test_a_key_is_sent_to_its_host_only_and_stays_out_of_log_error_and_cache(
    httpserver: HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("RESEARCHLIB_IONET_TOKEN", "s3cr3t-value")
    caplog.set_level(logging.DEBUG)
    httpserver.expect_request("/api.io.solutions/ok").respond_with_json({"ok": 1})
    httpserver.expect_request("/api.io.solutions/no").respond_with_data("", status=403)
    httpserver.expect_request(PATH).respond_with_json({"ok": 1})
    cache = tmp_path / "cache.sqlite"
    with Client(loopback=httpserver.url_for("").rstrip("/"), cache=cache) as client:
        client.get("https://api.io.solutions/ok")
        client.get(URL)
        with pytest.raises(EndpointError) as refused:
            client.get("https://api.io.solutions/no")
    sent = [request.headers.get("token") for request, _ in httpserver.log]
    assert sent == ["s3cr3t-value", None, "s3cr3t-value"]
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"/api.io.solutions/ok" in stored
    assert b"s3cr3t" not in stored
    assert "s3cr3t" not in caplog.text + str(refused.value)
    monkeypatch.setenv("RESEARCHLIB_IONET_TOKEN", "s3cr3t\nvalue")
    with Client() as client, pytest.raises(EndpointError, match="RESEARCHLIB_IONET_TOKEN: holds characters") as wrong:
        client.get("https://api.io.solutions/ok")
    assert "s3cr3t" not in str(wrong.value)


def test_an_address_that_is_none_is_named() -> None:
    with Client() as client, pytest.raises(EndpointError, match=r"GET https:///v1/data: InvalidURL"):
        client.get("https:///v1/data")


def test_a_cache_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "cache.sqlite").write_text("not a database, but long enough to be looked at as one " * 100)
    with pytest.raises(OSError, match=r"the cache .*cache.sqlite cannot be used"):
        Client(cache=tmp_path / "cache.sqlite")


def test_requests_to_one_host_keep_their_distance(monkeypatch: pytest.MonkeyPatch) -> None:
    with Client() as client:
        for url, rate in (
            ("https://api.coingecko.com/x", "10/60000"),
            ("https://api.io.solutions/x", "20/60000"),
            ("https://console-api.akash.network/x", "1/1000"),
        ):
            adapter = client._session.get_adapter(url)
            assert client._session.get_adapter(url.replace("x", "y")) is adapter
            bucket = adapter.limiter.bucket_factory["host"]
            assert [f"{r.limit}/{r.interval}" for r in bucket.rates] == [rate]
