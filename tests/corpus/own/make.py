"""Makes expected.json of the cases in this folder with the real CDK: `python -m tests.corpus.own.make WORK [FILTER]`.

A case is one change to a backend: `cdk.ts` is put at the end of its backend.ts (after imports.ts), both are
synthesised, and what differs is written down as the corpus does. WORK is a copy of the corpus's gen2-apps after
`npm install` (@aws-amplify/backend 1.25.1, aws-cdk-lib 2.276.0, the clock frozen at 2026-01-15); the backends that
are ours are copied there from this folder. Run on 2026-11-22 with node 20.

Left out, as in the corpus: hashes of nested templates, CDK's analytics. Of our own backends' assemblies what
tests/bases/make.py leaves out is left out too; they are otherwise as CDK wrote them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

from tests.bases.make import COPIED, trimmed_manifest
from tests.bases.make import HERE as BASES
from tests.corpus.comparing import ABSENT, Templates, differences, replace_strings

HERE = Path(__file__).parent
SETTINGS = {
    "aws:cdk:enable-path-metadata": True,
    "aws:cdk:enable-asset-metadata": True,
    "aws:cdk:version-reporting": True,
    "aws:cdk:bundling-stacks": ["**"],
    "@aws-cdk/core:failSynthOnValidationErrors": False,
}


def synthesise(work: Path, app: str, code: str) -> Path:
    """The assembly of a backend with this code at its end; `-branch` apps are deployed as a branch."""
    source, branch = app.removesuffix("-branch"), app.endswith("-branch")
    out = work / "out" / app
    shutil.rmtree(out, ignore_errors=True)
    text = (work / source / "amplify/backend.ts").read_text()
    file = work / source / "amplify/backend__own.ts"
    file.write_text("\n".join([*_imports(text), text, code]))
    context = SETTINGS | {
        "amplify-backend-namespace": "d1abcdefgh2345" if branch else "myapp",
        "amplify-backend-name": "main" if branch else "alice",
        "amplify-backend-type": "branch" if branch else "sandbox",
    }
    environment = {
        "CDK_OUTDIR": str(out),
        "CDK_DEFAULT_REGION": "us-east-1",
        "CDK_CLI_ASM_VERSION": "55.0.0",
        "CDK_CLI_VERSION": "1.32.0",
        "CDK_CONTEXT_JSON": json.dumps(context),
    }
    command = ["node", "--import", "tsx", "--import", str(work / "freeze.mjs"), "amplify/backend__own.ts"]
    try:
        subprocess.run(command, cwd=work / source, env=os.environ | environment, check=True, capture_output=True)
    finally:
        file.unlink()
    return out


def _imports(text: str) -> list[str]:
    """imports.ts without the names that a backend.ts has already."""
    taken = {*re.findall(r"import \* as (\w+)", text)}
    taken |= {name.strip() for names in re.findall(r"import \{([^}]*)\}", text) for name in names.split(",")}
    lines = []
    for line in (HERE / "imports.ts").read_text().splitlines():
        if named := re.match(r"import \{([^}]*)\}(.*)", line):
            names = [name.strip() for name in named[1].split(",") if name.strip() not in taken]
            line = f"import {{ {', '.join(names)} }}{named[2]}"
        if line.split()[3] not in taken:
            lines.append(line)
    return lines


def templates(assembly: Path) -> Templates:
    """File → template."""
    return {file.name: json.loads(file.read_text()) for file in sorted(assembly.glob("*.template.json"))}


def changes(before: Any, after: Any) -> list[dict[str, Any]]:
    """What differs between two templates, in the form of the corpus."""
    found = []
    for place, old, new in differences(before, after):
        if place.endswith("/Properties/Analytics") or "/Properties/TemplateURL/" in place:
            continue
        if old is ABSENT:
            found.append({"op": "+", "path": place, "new": new})
        elif new is ABSENT:
            found.append({"op": "-", "path": place, "old": old})
        else:
            found.append({"op": "~", "path": place, "old": old, "new": new})
    return found


def expected(before: Templates, after: Templates) -> str:
    """The text of expected.json, one line for each change. The cases here add and remove no template."""
    assert before.keys() == after.keys()
    files = {file: changes(before[file], after[file]) for file in before}
    blocks = [
        f' "{file}": {{"status": "changed", "changes": [\n'
        + ",\n".join("  " + json.dumps(change, ensure_ascii=False) for change in found)
        + "\n ]}"
        for file, found in files.items()
        if found
    ]
    return "{\n" + ",\n".join(blocks) + "\n}\n"


def keep_base(assembly: Path, target: Path) -> None:
    """The base of a backend of our own, trimmed."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for pattern in COPIED:
        for file in sorted(assembly.glob(pattern)):
            shutil.copyfile(file, target / file.name)
    manifest = json.loads((assembly / "manifest.json").read_text())
    (target / "manifest.json").write_text(json.dumps(trimmed_manifest(manifest), indent=2))


def asset_hashes(before: Templates, kept: Templates) -> dict[str, str]:
    """What the hashes of function code, which depend on the folder of the source, are in the base that is kept."""
    both = ((before[file], kept[file]) for file in kept)
    return {mine: theirs for one, other in both for _, mine, theirs in differences(one, other)}


def _renamed(hashes: dict[str, str], text: str) -> str:
    return hashes.get(text, text)


def main(work: Path, wanted: str) -> None:
    for app in sorted(folder for folder in HERE.iterdir() if folder.is_dir()):
        cases = [case for case in sorted(app.glob("*/cdk.ts")) if wanted in f"{app.name}/{case.parent.name}"]
        if not cases:
            continue
        ours = (app / "amplify").exists()
        if ours:
            shutil.copytree(app / "amplify", work / app.name / "amplify", dirs_exist_ok=True)
            shutil.copyfile(app / "package.json", work / app.name / "package.json")
        base = synthesise(work, app.name, "")
        if ours:
            keep_base(base, app / "cdk.out")
        kept = templates((app if ours else BASES / app.name) / "cdk.out")
        hashes = asset_hashes(templates(base), kept)
        for case in cases:
            print(f"{app.name}/{case.parent.name}", flush=True)
            after = replace_strings(templates(synthesise(work, app.name, case.read_text())), partial(_renamed, hashes))
            (case.parent / "expected.json").write_text(expected(kept, after))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2] if len(sys.argv) > 2 else "")
