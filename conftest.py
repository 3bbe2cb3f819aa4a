"""Settings of every test, those of the notebooks and docstrings too: warnings of our code are errors in children."""

import os
from pathlib import Path

_STRICT = str(Path(__file__).parent / "tests" / "strict")
_KNOWN = os.environ.get("PYTHONPATH", "").split(os.pathsep)
if _STRICT not in _KNOWN:
    os.environ["PYTHONPATH"] = os.pathsep.join([_STRICT, *filter(None, _KNOWN)])
