"""What no test may see: the subcharts that whoever runs the tests has fetched into their own cache."""

import os
import tempfile

_CACHE = tempfile.TemporaryDirectory(prefix="aeterna-cache-")
os.environ["XDG_CACHE_HOME"] = _CACHE.name
