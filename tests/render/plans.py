"""The plans that the renderers are tested with: overrides in cases/, over the committed bases."""

import re
from pathlib import Path

from ovr.adapters.bases import open_base
from ovr.adapters.overrides_file import load_overrides
from ovr.plan import Plan, build_plan

HERE = Path(__file__).parent
BASES = HERE.parent / "bases"
CASES = sorted((HERE / "cases").glob("*.yaml"))


def plan_of(case: Path) -> Plan:
    """The plan of a case; its base and `--only` stand in comments at its head."""
    settings = dict(re.findall(r"^# (\w+): (.+)$", case.read_text(), re.MULTILINE))
    base = open_base(f"{settings['base']}/cdk.out", BASES)
    overrides = load_overrides(case, root=HERE, start=case.parent)
    return build_plan(base, overrides, only=settings.get("only", "").split())
