"""Makes the bases of the examples from those of the tests: `python examples/make_bases.py`.

An example is a whole small project, so that it can be copied and tried by itself; its base is committed where
`npx ampx sandbox` leaves it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

HERE = Path(__file__).parent
BASES = {"password-policy": "a-auth", "todo-app": "c-full"}


def main() -> None:
    for example, base in BASES.items():
        target = HERE / example / ".amplify" / "artifacts" / "cdk.out"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(HERE.parent / "tests" / "bases" / base / "cdk.out", target)


if __name__ == "__main__":
    main()
