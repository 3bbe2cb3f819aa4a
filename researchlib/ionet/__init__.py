"""Rules of io.net: the protocol's own arithmetic, exact."""
