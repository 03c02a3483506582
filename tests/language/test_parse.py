"""From a document to an OverrideFile."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ovr.adapters.packaged import packaged
from ovr.adapters.yaml_document import read_yaml
from ovr.errors import Finding, OvrError
from ovr.language.model import Expect, Override, OverrideFile
from ovr.language.parse import AVAILABLE_KINDS, FIELDS, KINDS, LATER_FIELDS, LATER_KINDS, parse_overrides
from ovr.language.selector import IdSelector, NameSelector, PathSelector, QuerySelector
from ovr.language.tags import KNOWN_TAGS
from ovr.spans import Source

SCHEMA: dict[str, Any] = json.loads(packaged("schema/overrides.schema.json").read_bytes())


def parse(text: str) -> OverrideFile:
    return parse_overrides(read_yaml(Source("overrides.yaml", text), KNOWN_TAGS), SCHEMA)


def entry(fields: str) -> Override:
    lines = "".join(f"    {line}\n" for line in fields.splitlines())
    (override,) = parse(f"version: 1\noverrides:\n  -\n{lines}").overrides
    return override


def refused(fields: str) -> list[Finding]:
    with pytest.raises(OvrError) as caught:
        entry(fields)
    return list(caught.value.findings)


def test_all_fields() -> None:
    override = entry(
        "id: strong\nselect: auth.userPool\nreason: because\nowner: team\nticket: 142\nexpires: 2027-03-01\n"
        "enabled: false\nexpect: 1+\nexclude: [auth.cfn.cfnUserPoolClient]\nallow: [replace, {delete: X, because: y}]\n"
        "when: {environment: [main, 7], account: 123456789012, not: {type: sandbox}}\n"
        "removalPolicy: RETAIN\ntags: {a: b}\n"
    )
    assert (override.id, override.reason, override.owner, override.ticket) == ("strong", "because", "team", "142")
    assert override.expires == "2027-03-01"
    assert override.enabled is False
    assert override.expect == Expect(1, None, "1+")
    assert [selector.text for selector in override.exclude] == ["auth.cfn.cfnUserPoolClient"]
    assert override.allow == ("replace", {"delete": "X", "because": "y"})
    assert override.when == {
        "environment": ["main", "7"],
        "account": ["123456789012"],
        "not": {"type": ["sandbox"]},
    }
    assert [(use.name, use.value.value) for use in override.kinds] == [
        ("removalPolicy", "RETAIN"),
        ("tags", {"a": "b"}),
    ]
    assert [str(use.key_span) for use in override.kinds] == ["overrides.yaml:15:5", "overrides.yaml:16:5"]
    assert override.place == "overrides.yaml:4"


def test_the_file() -> None:
    file = parse(
        "version: 1\nbase: cdk.out\nrequires: {ovr: '>=0.1'}\nnames: {archive: /storage/shopArchive}\noverrides:\n"
    )
    assert (file.source, file.base, file.overrides) == ("overrides.yaml", "cdk.out", ())
    assert file.names == {"archive": "/storage/shopArchive"}
    assert str(file.names_spans["archive"]) == "overrides.yaml:4:18"


def test_a_name_that_is_reserved() -> None:
    with pytest.raises(OvrError) as caught:
        parse("version: 1\nnames: {storage: /storage/files, functions: /function/nightly}\n")
    assert [(f.code, str(f.span)) for f in caught.value.findings] == [("OVR2004", "overrides.yaml:2:34")]


def test_a_type_of_deployment_that_never_is() -> None:
    assert entry("select: a\nremove: true\nwhen: {type: [branch, 'sand*']}").when == {"type": ["branch", "sand*"]}
    (finding,) = refused("select: a\nremove: true\nwhen: {not: {type: [branch, sandbx]}}")
    assert (finding.code, finding.fix) == ("OVR1005", "did you mean `sandbox`?")


def test_where_a_field_stands() -> None:
    override = entry("select: a\nremove: true\nwhen:\n  region: eu-west-1\n")
    assert str(override.span_of("when", "region")) == "overrides.yaml:7:7"
    assert override.span_of("expires") == override.span


def test_order_is_numbered() -> None:
    text = "version: 1\noverrides:\n" + "".join(f"  - {{select: a{i}, remove: true}}\n" for i in range(3))
    assert [(o.index, o.select[0].text) for o in parse(text).overrides] == [(0, "a0"), (1, "a1"), (2, "a2")]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("auth.userPool", [NameSelector]),
        ("/auth/amplifyAuth/UserPool", [PathSelector]),
        ('"#Topic"', [IdSelector]),
        ("{type: AWS::S3::Bucket, stack: storage, where: 'a == `1`'}", [QuerySelector]),
        ("[auth.userPool, {type: AWS::S3::Bucket}]", [NameSelector, QuerySelector]),
    ],
)
def test_select(text: str, kinds: list[type]) -> None:
    assert [type(selector) for selector in entry(f"select: {text}\nremove: true").select] == kinds


def test_a_query_has_places() -> None:
    (query,) = entry("select: {stack: '', where: \"x\"}\nremove: true").select
    assert isinstance(query, QuerySelector)
    assert query.stack == ""
    assert str(query.span) == "overrides.yaml:4:13"
    assert query.where_span is not None
    assert query.where_span.column == len("    select: {stack: '', where: '") + 1


@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_the_caret_of_a_selector_allows_for_quotes(quote: str) -> None:
    (finding,) = refused(f"select: {quote}auth..userPool{quote}\nremove: true")
    assert finding.code == "OVR2003"
    assert finding.span is not None
    assert finding.span.column == len("    select: " + quote + "auth.")


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("3", Expect(3, 3, "3")),
        ('"3"', Expect(3, 3, "3")),
        ("0", Expect(0, 0, "0")),
        ("1+", Expect(1, None, "1+")),
        ('"0+"', Expect(0, None, "0+")),
        ("2-5", Expect(2, 5, "2-5")),
    ],
)
def test_expect(text: str, expect: Expect) -> None:
    assert entry(f"select: a\nremove: true\nexpect: {text}").expect == expect


@pytest.mark.parametrize("text", ["-1", "1.5", "all", "1-", "+", "5-2", "true", "12345678901", "", "[1]", "'1 +'"])
def test_expect_refused(text: str) -> None:
    (finding,) = refused(f"select: a\nremove: true\nexpect: {text}")
    assert finding.code in ("OVR1004", "OVR1005")


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ("select: a", ["OVR1012"]),
        ("select: a\nreason: x\nallow: [replace]", ["OVR1012"]),
        ("select: a\nmrege: {}", ["OVR1003"]),
        ("slect: a\nmerge: {}", ["OVR1003"]),
        ("merge: {}", ["OVR1006"]),
        ("select: a\nresolver: {code: !File a.js}", ["OVR1018"]),
        ("select: a\nenvironment: [A]", ["OVR1004"]),
        ("select: a\nmerge: {A: !Secret B}", ["OVR1017"]),
        ("select: a\nremove: true\nreplaces: 3", ["OVR1004"]),
        ("select: a\nremove: true\nlocked: 3", ["OVR1004"]),
        ("select: a\nremove: 1", ["OVR1005"]),
        ("select: a\nremove: !Ref x", ["OVR1017"]),
        ("select: {type: !Ref x}\nremove: true", ["OVR1017"]),
        ("select: {}\nremove: true", ["OVR1004"]),
        ("select: []\nremove: true", ["OVR1004"]),
        ("select: ''\nremove: true", ["OVR1004"]),
        ("select: [[a]]\nremove: true", ["OVR1004"]),
        ("select: a\nallow: [sorry]\nremove: true", ["OVR1005"]),
        ("select: a\nallow: [{replace: 3}]\nremove: true", ["OVR1004"]),
        ("select: a\nwhen: {}\nremove: true", ["OVR1004"]),
        ("select: a\nid: 7\nremove: true", ["OVR1004"]),
        ("select: a\nexpires: 2027-2-1\nremove: true", ["OVR1005"]),
        ("select: a\nremovalPolicy: retain", ["OVR1005"]),
        ("select: a\nstackOptions: {terminationProtection: 'yes'}", ["OVR1004"]),
        ("select: a\nresources: {A: {Properties: {}}}", ["OVR1006"]),
        ("select: a\nresources: {A: null}", ["OVR1004"]),
        ("select: a\noutputs: {A: {Value: 1, Valu: 2}}", ["OVR1003"]),
        ("select: a\ntags: {A: [1]}", ["OVR1004"]),
        ("select: a\npatch: []", ["OVR1004"]),
        ("select: a\npatch: [{op: test, path: ''}]", ["OVR1006"]),
        ("select: a\npatch: [{op: copy, path: /a, from: b}]", ["OVR1015"]),
        ("select: a\npatch: [{op: remove, path: /a~2}]", ["OVR1015"]),
    ],
)
def test_refused(fields: str, codes: list[str]) -> None:
    assert [finding.code for finding in refused(fields)] == codes


@pytest.mark.parametrize(
    "fields",
    [
        "select: a\nmerge: {A: {B: null}, C: !If [D, 1, !Ref E]}",
        "select: a.b\nmerge: [1, 2]",
        "select: a.b\nmerge: !Ref X",
        "select: a\nmerge: !Sub '${a.b}'",
        "select: a\npatch: [{op: add, path: '', value: null}]",
        "select: a\npatch: [{op: add, path: /a~1b~0, value: 99999999999999999999999}]",
        "select: a\nattributes: {DeletionPolicy: null, DependsOn: [X]}",
        "select: a\nresources: {'Fn::ForEach::Loop': [X, [a], {}], Jobs: {Type: AWS::SQS::Queue}}",
        "select: a\noutputs: {client: {custom: {a: 1}}, A: {Value: !Ref X}}",
        "select: a\ntags: {a: null, b: 4711, c: true, d: !Ref X, e: {Ref: X}}",
        "select: a\ndependsOn: [b, {type: AWS::S3::Bucket}]",
    ],
)
def test_accepted(fields: str) -> None:
    assert len(entry(fields).kinds) == 1


def test_everything_wrong_is_said_by_place() -> None:
    findings = refused("select: a..b\nmerge:\npatch: [{op: x, path: y}]\nremove: no")
    assert [finding.code for finding in findings] == ["OVR2003", "OVR1004", "OVR1005", "OVR1015", "OVR1005"]


def test_a_file_for_a_newer_ovr_gets_one_answer() -> None:
    with pytest.raises(OvrError) as caught:
        parse("version: 3\nrequires: {ovr: '>=9.0'}\nunheard-of: 1\n")
    assert [finding.code for finding in caught.value.findings] == ["OVR1014"]


@pytest.mark.parametrize("text", ["3", "[]", "text", "null", "!Ref x", "[[[[]]]]"])
def test_a_file_that_is_no_mapping(text: str) -> None:
    with pytest.raises(OvrError) as caught:
        parse(text)
    assert len(caught.value.findings) == 1


def test_the_schema_knows_all_kinds_and_fields() -> None:
    known = set(SCHEMA["$defs"]["entry"]["properties"])
    assert known == KINDS | FIELDS
    assert set(SCHEMA["properties"]["deploy"]["properties"]) >= set(LATER_FIELDS)


def test_each_kind_available_is_compiled() -> None:
    from ovr.compile.kinds import KINDS as COMPILED

    assert set(AVAILABLE_KINDS) == set(COMPILED)


def test_the_schema_has_no_alternatives_and_explains_all() -> None:
    """An `anyOf` would make a violation ambiguous; a description is what an editor shows."""

    def walk(schema: Any, path: str) -> None:
        if isinstance(schema, dict):
            assert not {"anyOf", "oneOf", "not"} & schema.keys() - {"properties"} or "properties" in path[-12:]
            for name, member in schema.get("properties", {}).items():
                if "then" not in path and "if" not in path.split("/"):
                    described = "description" in member or "$ref" in member
                    assert described, f"{path}/{name}"
            for key, value in schema.items():
                walk(value, f"{path}/{key}")
        elif isinstance(schema, list):
            for item in schema:
                walk(item, path)

    walk(SCHEMA, "")


def test_examples_of_the_schema_are_valid() -> None:
    """What an error shows as an example is accepted where it is shown."""
    properties = SCHEMA["$defs"]["entry"]["properties"]
    for key, rules in properties.items():
        named = SCHEMA["$defs"][rules["$ref"].rpartition("/")[2]] if "$ref" in rules else {}
        for example in {**named, **rules}.get("examples", []):
            if key in (*AVAILABLE_KINDS, *FIELDS):
                own = "" if key == "select" else "select: a\n"
                more = "" if key in AVAILABLE_KINDS else "\nremove: true"
                assert entry(f"{own}{key}: {example}{more}")


def test_the_example_of_the_language_trimmed_to_the_kinds_of_this_version() -> None:
    file = parse(
        "version: 1\nbase: .amplify/artifacts/cdk.out\noverrides:\n"
        "  - id: strong-passwords\n    select: auth.cfn.cfnUserPool.Policies\n"
        "    reason: SEC-142 password baseline\n    owner: identity-team\n    patch:\n"
        "      - {op: replace, path: /PasswordPolicy/MinimumLength, value: 10}\n"
        "  - select: data.cfn.amplifyDynamoDbTables.*\n    when: {environment: [main, staging]}\n"
        "    merge:\n      pointInTimeRecoverySpecification: {pointInTimeRecoveryEnabled: true}\n"
    )
    assert [override.id for override in file.overrides] == ["strong-passwords", None]


@pytest.mark.corpus
def test_every_case_of_the_corpus_is_read() -> None:
    from ovr.adapters.overrides_file import load_overrides

    corpus = Path("/work/shared/corpus/gen2/cases")
    if not corpus.is_dir():
        pytest.skip("no ../shared/corpus here")
    for path in sorted(corpus.glob("*/*/overrides*.yaml")):
        later = re.search(rf"^    ({'|'.join(LATER_KINDS)}):", path.read_text(), re.MULTILINE)
        if later:
            with pytest.raises(OvrError) as caught:
                load_overrides(path)
            assert {finding.code for finding in caught.value.findings} == {"OVR1018"}, path
        else:
            assert load_overrides(path).overrides, path
