"""Tested models behind the research notebooks on decentralised computing."""

__version__ = "0.1.0"
