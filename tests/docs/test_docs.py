"""Every example in the README and in docs/ is run: overrides are planned, printed output is compared whole.

A block behind `<!-- file NAME -->` is there as that file for the examples after it. A block behind
`<!-- output of `COMMAND` in FOLDER -->` is what that command prints there; OVR_UPDATE=1 rewrites it.
"""

import os
import re
import shlex
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "cases"))

from harness import run_command  # noqa: E402

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BASE = ROOT / "examples" / "todo-app" / ".amplify" / "artifacts" / "cdk.out"
_YAML = re.compile(r"(?:^<!-- file (\S+) -->\n)?^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_OUTPUT = re.compile(r"(<!-- output of `ovr (.*?)` in (\S+) -->\n```\n)(.*?)(^```$)", re.MULTILINE | re.DOTALL)

EXAMPLES = [
    pytest.param(page, number, id=f"{page.name}-{number}")
    for page in PAGES
    for number, (name, block) in enumerate(_YAML.findall(page.read_text(encoding="utf-8")))
    if not name or block.startswith("version: 1\n")  # what `!File` and `stacks` read is no example by itself
]


@pytest.mark.parametrize(("page", "number"), EXAMPLES)
def test_an_example_can_be_planned(page: Path, number: int, tmp_path: Path) -> None:
    blocks = _YAML.findall(page.read_text(encoding="utf-8"))
    text = blocks[number][1]
    assert text.startswith("version: 1\n"), "an example is a whole file, so that it can be pasted and run"
    (tmp_path / ".git").mkdir()
    for name, content in [*blocks[:number], ("overrides.yaml", text)]:
        if name:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content, encoding="utf-8")
    code, printed = run_command(["plan", "--base", str(BASE)], tmp_path)
    assert code in (0, 2), printed


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_printed_output_is_what_is_printed(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    fresh = _OUTPUT.sub(lambda m: m[1] + run_command(shlex.split(m[2]), ROOT / m[3])[1] + m[5], text)
    if os.environ.get("OVR_UPDATE"):
        page.write_text(fresh, encoding="utf-8")
    assert fresh == text or os.environ.get("OVR_UPDATE")


def test_there_is_printed_output_in_the_readme() -> None:
    assert _OUTPUT.search(PAGES[0].read_text(encoding="utf-8"))


def test_links_lead_somewhere() -> None:
    for page in PAGES:
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"
