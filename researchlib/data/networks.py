"""The networks that the tables speak of."""

from __future__ import annotations

__all__ = [
    "NETWORKS",
]

NETWORKS = ("akash", "bittensor", "ionet", "render")
