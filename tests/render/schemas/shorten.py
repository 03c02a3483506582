"""Writes sarif-2.1.0.json: the schema of SARIF 2.1.0 without its descriptions, which no test needs.

Source: OASIS, Static Analysis Results Interchange Format (SARIF) 2.1.0, the schema as it is published at schemastore
(sarif-2.1.0-rtm.5.json), taken from the npm package @microsoft/jest-sarif 1.0.0-beta.0 (MIT), which ships it as
`lib/schemas/sarif-2.1.0-rtm.5.json`, on 2026-11-22. Run: python shorten.py THAT_FILE
"""

import json
import sys
from pathlib import Path


def without_descriptions(schema: object) -> object:
    if isinstance(schema, dict):
        kept = {key: value for key, value in schema.items() if key != "description" or not isinstance(value, str)}
        return {key: without_descriptions(value) for key, value in kept.items()}
    return [without_descriptions(item) for item in schema] if isinstance(schema, list) else schema


if __name__ == "__main__":
    short = without_descriptions(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    text = json.dumps(short, separators=(",", ":")) + "\n"
    Path(__file__).with_name("sarif-2.1.0.json").write_text(text, encoding="utf-8")
