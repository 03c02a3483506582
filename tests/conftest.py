"""How the property tests run: without deadlines, which a busy machine would miss, and always the same examples, so
that a change is judged by itself. `OVR_EXPLORE=1000 pytest` looks for new ones, that many a test."""

import os

from hypothesis import settings
from tests.bases.unpack import unpack

unpack()

settings.register_profile("ovr", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=int(os.environ.get("OVR_EXPLORE", "100")))
settings.load_profile("explore" if os.environ.get("OVR_EXPLORE") else "ovr")
