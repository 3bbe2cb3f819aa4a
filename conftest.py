"""Settings of every test, of notebooks and docstrings too: our warnings are errors in children; no other machine."""

import ipaddress
import os
import socket
import sys
from pathlib import Path
from typing import Any

_STRICT = str(Path(__file__).parent / "tests" / "strict")
_KNOWN = os.environ.get("PYTHONPATH", "").split(os.pathsep)
if _STRICT not in _KNOWN:
    os.environ["PYTHONPATH"] = os.pathsep.join([_STRICT, *filter(None, _KNOWN)])


def _stay_on_this_machine(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse a connection to another machine, whichever library asks for it."""
    if event == "socket.connect" and isinstance(arguments[1], tuple) and arguments[0].type == socket.SOCK_STREAM:
        host = arguments[1][0]
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost", socket.gethostname()):
        return
    try:
        home = ipaddress.ip_address(name).is_loopback
    except ValueError:
        home = False
    if not home:
        raise PermissionError(f"{name}: tests may not ask other machines")


sys.addaudithook(_stay_on_this_machine)
