"""The facts behind every notebook: tables, series, protocol parameters as of a date, citations.

Tables are CSV files in the ``data`` folder of the source checkout. Set the environment variable
``RESEARCHLIB_DATA`` to read another folder of the same shape.
"""

from researchlib.data.load import TABLES, current, load, newest
from researchlib.data.networks import NETWORKS
from researchlib.data.protocol import parameter_history, parameter_rows, parameters
from researchlib.data.readings import series
from researchlib.data.sources import source_line, sources_of
from researchlib.data.tables import root

__all__ = [
    "NETWORKS",
    "TABLES",
    "current",
    "load",
    "newest",
    "parameter_history",
    "parameter_rows",
    "parameters",
    "root",
    "series",
    "source_line",
    "sources_of",
]
