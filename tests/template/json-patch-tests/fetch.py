"""Fetches the official JSON Patch tests as data.

Source: npm package json-patch-test-suite 1.1.0 (github.com/json-patch/json-patch-tests, Apache-2.0),
fetched on 2026-11-22. Run: python tests/template/json-patch-tests/fetch.py
"""

import subprocess
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "json-patch-test-suite@1.1.0"

with tempfile.TemporaryDirectory() as folder:
    packed = subprocess.run(["npm", "pack", PACKAGE], cwd=folder, check=True, capture_output=True, text=True)
    with tarfile.open(Path(folder, packed.stdout.strip())) as archive:
        for name in ("tests.json", "spec_tests.json"):
            member = archive.extractfile(f"package/{name}")
            assert member is not None
            Path(__file__).with_name(name).write_bytes(member.read())
