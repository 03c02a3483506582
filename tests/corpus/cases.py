"""Runs the corpus cases: `python -m tests.corpus.cases [--root CASES] [FILTER]` (also `make cases`).

Each case is one change to a backend as CDK makes it; what its case.json asks of `ovr` is checked against the
plan. Prints the counts by class and what fails. Exit 1 if something fails.
"""

from __future__ import annotations

import argparse
import copy
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from tests.corpus.comparing import (
    Difference,
    Templates,
    as_json,
    compare,
    expected_templates,
    one_form,
    rename,
    replace_strings,
    without_defaults,
)
from tests.corpus.new_stacks import alike

from ovr.adapters.bases import open_base
from ovr.adapters.overrides_file import load_overrides
from ovr.errors import OvrError
from ovr.plan import Plan, build_plan
from ovr.template.naming import full_unique_id
from ovr.template.tree import Base, StackTree

CORPUS = Path(__file__).parents[3] / "shared/corpus/gen2/cases"
SAMPLE = Path(__file__).parent / "sample"
OWN = Path(__file__).parent / "own"
"""Cases of our own, made by own/make.py with the real CDK."""

NOT_YET = {"OVR1018", "OVR3018"}
"""Kinds and references that a later issue brings: a case that needs them is counted as `not yet`."""

ABOUT = {"patch does not apply": "OVR3001", "reference to nothing": "OVR3012", "cycle": "OVR3014"}
"""What `expected_error.about` says → the code of the finding."""

State = Literal["passed", "failed", "not yet"]


@dataclass(frozen=True, slots=True)
class Case:
    """One overrides file of a case with what must hold for it (case.json's own entry, or an alternative's)."""

    folder: Path
    file: str
    asked: Mapping[str, Any]

    @property
    def app(self) -> str:
        return self.folder.parent.name

    @property
    def name(self) -> str:
        suffix = self.file.removeprefix("overrides.").removesuffix("yaml").rstrip(".")
        return f"{self.app}/{self.folder.name}" + (f" ({suffix})" if suffix else "")

    @property
    def equal(self) -> str:
        return str(self.asked["equal"])


@dataclass(frozen=True, slots=True)
class Result:
    """How a case went; `lines` say why it failed, or what it still waits for."""

    case: Case
    state: State
    lines: tuple[str, ...] = ()


def cases(root: Path) -> Iterator[Case]:
    """All cases below a folder, alternatives after the main file."""
    for file in sorted(root.glob("*/*/case.json")):
        asked = json.loads(file.read_text())
        yield Case(file.parent, "overrides.yaml", asked)
        shared = {k: asked[k] for k in ("deployable", "compiled") if k in asked}
        for alternative in asked.get("alternatives", []):
            yield Case(file.parent, alternative["file"], {**shared, **alternative})


@cache
def base_of(root: Path, app: str) -> Base:
    """The backend of an app: beside the cases in the corpus, among them if it is ours, else in tests/bases."""
    places = (root.parent, root, Path(__file__).parents[1] / "bases")
    apps = next(place for place in places if (place / app / "cdk.out").is_dir())
    return open_base(str(apps / app / "cdk.out"), apps)


def run(case: Case) -> Result:
    """Plans one case and checks what it asks."""
    base = base_of(case.folder.parents[1], case.app)
    try:
        plan = build_plan(base, load_overrides(case.folder / case.file))
    except OvrError as error:
        return _refused(case, error)
    except Exception as error:  # one crash must not hide how the other cases go
        return Result(case, "failed", (f"crashed: {type(error).__name__}: {error}",))
    problems = [*_findings(case, plan), *_wrong(case, base, plan)]
    return Result(case, "failed" if problems else "passed", tuple(problems))


def _refused(case: Case, error: OvrError) -> Result:
    codes = {finding.code for finding in error.findings}
    if codes & NOT_YET:
        waits_for = {f.message.partition(" is part of")[0] for f in error.findings if f.code in NOT_YET}
        return Result(case, "not yet", tuple(sorted(waits_for)))
    if _expected_code(case) in codes:
        return Result(case, "passed")
    return Result(case, "failed", tuple(f"{f.code} {f.message} {f.span or ''}" for f in error.findings))


def _expected_code(case: Case) -> str | None:
    if case.equal == "cycle":
        return ABOUT["cycle"]
    return ABOUT[case.asked["expected_error"]["about"]] if case.equal == "refused" else None


def _findings(case: Case, plan: Plan) -> Iterator[str]:
    errors = [f for f in plan.findings if f.severity == "error"]
    expected = _expected_code(case)
    if expected is not None and expected not in {f.code for f in errors}:
        yield f"no finding {expected}, although it must be refused"
    if expected is None and case.asked.get("deployable", True):
        yield from (f"{f.code} {f.message}" for f in errors)
    if case.asked.get("no_changes") and {o.state for o in plan.outcomes} != {"unchanged"}:
        yield "the user is not told that the entry changes nothing"
    for name, value in case.asked.get("manifest", {}).get("artifact tags", {}).items():
        if plan.result.root.options.get("tags", {}).get(name) != value:
            yield f"the root stack has no tag {name}={value}"


def _wrong(case: Case, base: Base, plan: Plan) -> Iterator[str]:
    if case.equal == "cycle":
        return
    for place, cdk, ovr in _differences(case, base, plan):
        yield f"{place}  CDK {as_json(cdk)}  ovr {as_json(ovr)}"


def _differences(case: Case, base: Base, plan: Plan) -> list[Difference]:
    cdk, ovr = _cdk_templates(case, base), templates_of(plan.result)
    if case.equal == "semantic":
        cdk, ovr = _normalised(case, base, cdk, ovr)
        excepted = (*case.asked.get("except", ()), *_one_sided(case, base))
        return [d for d in compare(cdk, ovr) if not any(e in f"{d[0]}: got {as_json(d[2])}" for e in excepted)]
    return compare(cdk, ovr)


def templates_of(tree: StackTree) -> Templates:
    """File → template."""
    return {stack.file: stack.template for stack in tree.stacks.values()}


def _cdk_templates(case: Case, base: Base) -> Templates:
    """What `ovr` has to make: CDK's templates, or for what CDK does in silence nothing about, the intent."""
    templates = templates_of(base.tree)
    if case.equal == "no-op-in-cdk":
        return _intended(base, case.asked["expected_intent"])
    added = {f.name: json.loads(f.read_text()) for f in case.folder.glob("*.template.json")}
    expected = json.loads((case.folder / "expected.json").read_text())
    result = expected_templates(templates, expected, added)
    for name, value in case.asked.get("outputs", {}).items():
        root = result[base.tree.root.file]
        output = {**root["Outputs"][name], "Value": value}
        result[base.tree.root.file] = {**root, "Outputs": {**root["Outputs"], name: output}}
    return result


def _intended(base: Base, intents: list[dict[str, Any]]) -> Templates:
    templates = copy.deepcopy(templates_of(base.tree))
    for intent in intents:
        file = intent["template"] if "template" in intent else base.tree.stacks[intent["stack"]].file
        *parents, last = (intent.get("pointer") or intent["path"]).split("/")[1:]
        at = templates[file]
        for token in parents:
            at = at[token]
        at[last] = intent.get("value", intent.get("new"))
    return templates


def _normalised(case: Case, base: Base, cdk: Templates, ovr: Templates) -> tuple[Templates, Templates]:
    """Both sides without the differences that the case allows."""
    rules = case.asked.get("normalise", {})
    actions, renames = rules.get("actionMap", {}), case.asked.get("renames", {})
    cdk = {file: replace_strings(template, lambda text: actions.get(text, text)) for file, template in cdk.items()}
    for stack, names in rules.get("rename", {}).items():
        file = _file(stack, base)
        cdk[file] = rename(cdk[file], names)
    for stack, ids in rules.get("cdkOnlyResources", {}).items():
        file = base.tree.stacks[stack].file
        kept = {k: v for k, v in cdk[file]["Resources"].items() if k not in ids}
        cdk[file] = {**cdk[file], "Resources": kept}
    ovr = {file: rename(template, renames) for file, template in ovr.items()}
    old = templates_of(base.tree)
    cdk, ovr = alike(cdk, ovr, old, base.tree.root.file, rules)
    return _plain(cdk, old), _plain(ovr, old)


def _file(stack: str, base: Base) -> str:
    """The template's file of a stack, which may be a new one."""
    if stack in base.tree.stacks:
        return base.tree.stacks[stack].file
    return full_unique_id(f"{base.tree.name}/{stack}") + ".nested.template.json"


def _plain(templates: Templates, old: Templates) -> Templates:
    """Intrinsics in one form, and new resources without what is given to them of itself."""
    plain = {}
    for file, template in templates.items():
        known = old.get(file, {}).get("Resources", {})
        resources = {k: v if k in known else without_defaults(v) for k, v in template.get("Resources", {}).items()}
        plain[file] = one_form({**template, "Resources": resources})
    return plain


def _one_sided(case: Case, base: Base) -> list[str]:
    rules = case.asked.get("normalise", {})
    entries = [*rules.get("ovrOnly", ()), *rules.get("cdkOnly", ())]
    return [f"{base.tree.stacks[entry['stack']].file}: {entry['path']}" for entry in entries]


def report(results: list[Result]) -> str:
    """The counts by class, what waits for what, and what fails with the first differences."""
    lines = [f"{'class':<22}passed  failed  not yet"]
    counts = Counter((r.case.equal, r.state) for r in results)
    for equal in sorted({r.case.equal for r in results}):
        row = [counts[equal, state] for state in ("passed", "failed", "not yet")]
        lines.append(f"{equal:<22}{row[0]:6}  {row[1]:6}  {row[2]:7}")
    totals = Counter(r.state for r in results)
    lines.append(f"{'all':<22}{totals['passed']:6}  {totals['failed']:6}  {totals['not yet']:7}")
    lines += [f"not yet: {r.case.name}: {'; '.join(r.lines)}" for r in results if r.state == "not yet"]
    for result in (r for r in results if r.state == "failed"):
        lines.append(f"FAILED {result.case.name} ({result.case.equal})")
        lines += [f"    {line}" for line in result.lines[:8]]
        if len(result.lines) > 8:
            lines.append(f"    … {len(result.lines) - 8} more")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("filter", nargs="?", default="", help="only cases whose name has this in it")
    parser.add_argument("--root", type=Path, default=CORPUS if CORPUS.exists() else SAMPLE)
    options = parser.parse_args()
    results = [run(case) for case in cases(options.root.resolve()) if options.filter in case.name]
    print(f"{len(results)} cases of {options.root}\n{report(results)}")
    return int(any(r.state == "failed" for r in results))


if __name__ == "__main__":
    sys.exit(main())
