"""Rules of Bittensor: the protocol's own arithmetic, exact."""
