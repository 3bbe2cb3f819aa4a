"""Settings of every test: one thread a process for linear algebra, no window, hypothesis without a clock."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported
os.environ.setdefault("MPLBACKEND", "agg")

from hypothesis import settings

settings.register_profile("researchlib", deadline=None, max_examples=50, derandomize=True)
settings.load_profile("researchlib")
