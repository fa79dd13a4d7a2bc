"""For all tests: what the server and the commands keep on disk goes elsewhere."""

from __future__ import annotations

import os
import tempfile

os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="flyteshift-tests-")
