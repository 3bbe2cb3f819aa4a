"""No test depends on the network: the suite refuses to leave the machine."""

from __future__ import annotations

import socket

import pytest
import requests


def test_another_machine_is_not_asked() -> None:
    with pytest.raises(PermissionError, match="192.0.2.1: tests may not ask"):  # an address kept for documentation
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(requests.exceptions.ConnectionError, match="akash.example: tests may not ask"):
        requests.get("https://akash.example/", timeout=1)


def test_this_machine_is() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()
