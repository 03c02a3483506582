"""Each kind, field, option, command and selector form has at least three accepted and three refused cases."""

from pathlib import Path

import pytest

from ovr.compile.kinds import KINDS

HERE = Path(__file__).parent
LEAST = 3

SELECTORS = ("stack", "name", "property", "item", "quoted-member", "wildcard", "path", "id", "query", "exclude", "list")
FIELDS = (
    *("select", "id", "reason", "owner", "ticket", "expires", "when", "enabled", "expect", "allow"),
    *("locked", "replaces"),
)
TOP_LEVEL = ("version", "base", "names", "requires", "deploy", "overrides", "include", "parameters")
OPTIONS = ("file", "base", "stack", "env", "format", "out", "only", "skip", "strict", "color", "verbose", "root")
COMMANDS = ("plan", "validate", "render", "resources", "explain", "outputs")
FILES = ("file", "file-text", "file-json", "file-yaml")
VALUES = ("ref", "getatt", "getatt-list", "sub", "sub-mapping", *FILES, "secret", "other-tags", "scalars")
GRANT = ("actions", "access", "on", "paths", "effect", "condition", "sid", "managedPolicies")
ENVIRONMENT = ("lambda", "graphql", "names", "scalars", "null", "size", "literal-secret")

FEATURES = [
    *(f"kind-{name}" for name in KINDS),
    *(f"selector-{name}" for name in SELECTORS),
    *(f"field-{name}" for name in FIELDS),
    *(f"top-{name}" for name in TOP_LEVEL),
    *(f"option-{name}" for name in OPTIONS),
    *(f"command-{name}" for name in COMMANDS),
    *(f"value-{name}" for name in VALUES),
    *("pack", "conflict"),
    *(f"grant-{name}" for name in GRANT),
    *(f"environment-{name}" for name in ENVIRONMENT),
]


@pytest.mark.parametrize("feature", FEATURES)
@pytest.mark.parametrize("verdict", ["accepted", "refused"])
def test_enough_cases(feature: str, verdict: str) -> None:
    found = sorted((HERE / feature).glob(f"{verdict}-*.case"))
    assert len(found) >= LEAST, f"{feature} has {len(found)} {verdict} cases"
