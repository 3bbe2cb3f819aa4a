"""Rules of Akash: the protocol's own arithmetic, exact."""
