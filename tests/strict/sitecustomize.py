"""A warning of our own code is an error in the tests' child processes too: kernels, runs, commands, cluster workers.

The root's conftest.py puts this folder on their path, and Python imports a module of this name whenever it starts.
"""

import warnings

warnings.filterwarnings("error", module=r"researchlib(\.|$)")
