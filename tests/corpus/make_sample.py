"""Makes `sample/` from the corpus: `python -m tests.corpus.make_sample [CASES]`.

The cases whose kinds are those of this package so far, but for one that is large. Copied byte for byte, without
the TypeScript and without amplify_outputs.json. Source: gen2/cases of the corpus (see its README.md).
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

KINDS = {"patch", "merge", "removalPolicy", "attributes", "tags", "dependsOn", "remove", "resources", "outputs"}
LEFT_OUT = {"d-large/tags-all"}  # large
DROPPED = ("cdk.ts", "amplify_outputs.json")


def main() -> None:
    here = Path(__file__).parent
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else here.parents[2] / "shared/corpus/gen2/cases"
    sample = here / "sample"
    shutil.rmtree(sample, ignore_errors=True)
    for file in sorted(root.glob("*/*/case.json")):
        name = str(file.parent.relative_to(root))
        if set(json.loads(file.read_text())["kinds"]) <= KINDS and name not in LEFT_OUT:
            shutil.copytree(file.parent, sample / name, ignore=shutil.ignore_patterns(*DROPPED))


if __name__ == "__main__":
    main()
