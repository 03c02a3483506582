"""Makes `sample/` from the corpus: `python -m tests.corpus.make_sample [CASES]`.

The cases whose kinds are those of this package so far, but for one that is large. Copied byte for byte, without
the TypeScript; beside the cases of each backend, the amplify_outputs.json that Amplify makes of it. Source: gen2 of
the corpus (see its README.md).
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

KINDS = {"patch", "merge", "removalPolicy", "attributes", "tags", "dependsOn", "remove", "resources", "outputs"}
LEFT_OUT = {"d-large/tags-all"}  # large


def main() -> None:
    here = Path(__file__).parent
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else here.parents[2] / "shared/corpus/gen2/cases"
    sample = here / "sample"
    shutil.rmtree(sample, ignore_errors=True)
    for file in sorted(root.glob("*/*/case.json")):
        name = str(file.parent.relative_to(root))
        if set(json.loads(file.read_text())["kinds"]) <= KINDS and name not in LEFT_OUT:
            outputs = sample / file.parts[-3] / "amplify_outputs.json"
            outputs.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root.parent / file.parts[-3] / outputs.name, outputs)
            shutil.copytree(file.parent, sample / name, ignore=shutil.ignore_patterns("cdk.ts"))


if __name__ == "__main__":
    main()
