"""Every example is a test: its plan is what the file beside it says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
OVR = "import sys; from ovr.cli import main; sys.exit(main())"


@pytest.mark.parametrize("plan", sorted(EXAMPLES.glob("*/expected-plan.txt")), ids=lambda plan: plan.parent.name)
def test_plan_of_an_example(plan: Path) -> None:
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONPATH": str(EXAMPLES.parent / "engine")}
    command = [sys.executable, "-c", OVR, "plan"]
    done = subprocess.run(command, cwd=plan.parent, env=environment, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout == plan.read_text()
    assert done.returncode == 2


def test_there_are_examples() -> None:
    assert list(EXAMPLES.glob("*/expected-plan.txt"))
