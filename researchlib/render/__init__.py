"""Rules of Render: the protocol's own arithmetic, exact."""
