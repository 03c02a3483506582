"""How the property tests run: without deadlines, which a busy machine would miss; in CI always the same examples."""

import os

from hypothesis import settings

settings.register_profile("ovr", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("ovr")
