"""The plan on the screen, compared whole. `OVR_UPDATE=1` rewrites the texts: read them before you commit them."""

import os
import re
from pathlib import Path

import pytest
from tests.render.plans import CASES, plan_of

from ovr.render.text import render_plan

LOOKS = {
    "screen": {"width": 80},
    "pipe": {"width": None},
    "verbose": {"width": 80, "verbose": True},
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_whole_text(case: Path, look: str) -> None:
    if look == "verbose" and case.stem == "many":
        pytest.skip("verbose, it tells each of 200 resources: too much to read")
    text = render_plan(plan_of(case), **LOOKS[look])
    expected = case.parent / f"{case.stem}.{look}.txt"
    if os.environ.get("OVR_UPDATE"):
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_colour_adds_nothing_but_colour(case: Path) -> None:
    plan = plan_of(case)
    colored = render_plan(plan, color=True, width=80)
    assert re.sub(r"\x1b\[[\d;]+m", "", colored) == render_plan(plan, width=80)
    assert "\x1b[" in colored


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_every_change_of_the_plan_is_told_in_full(case: Path) -> None:
    """Verbose text names every element and every override that changed something."""
    plan = plan_of(case)
    text = render_plan(plan, verbose=True)
    for stack in plan.stacks:
        for element in stack.elements:
            assert element.id in text
    for outcome in plan.outcomes:
        assert outcome.override.place in text
