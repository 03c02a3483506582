"""The names of Amplify Gen 2: those of `backend.<name>.resources.*`, read off the construct paths of a base.

Authority for the names: Amplify's own `resources` objects, recorded in `resources.json` of the test bases. Where a
name comes from, by package: auth-construct `construct.js` (construct IDs, prefixed by the name given to defineAuth),
graphql-api-construct `construct-exports.js` (collections of the data construct, keyed by resource name),
backend-storage `construct.js`, backend-function `factory.js`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ovr.language.selector import RESERVED
from ovr.template import pointer
from ovr.template.pointer import Json
from ovr.template.tree import ROOT, StackTree
from ovr.vocabulary.constructs import Constructs
from ovr.vocabulary.gen2_data import add_data_members
from ovr.vocabulary.names import NameNode, Vocabulary

_AMPLIFY = "AWS::Amplify::"


@dataclass(frozen=True, slots=True)
class Subject:
    """What one entry of `defineBackend` made: `auth`, `data`, `storage` or `function`.

    `own` is the construct's own name, `construct` its path, `paths` all paths that may be given for it in `names`.
    """

    kind: str
    own: str
    stack: str
    construct: str
    paths: tuple[str, ...]


def build_names(tree: StackTree, constructs: Constructs, names: Mapping[str, str]) -> Vocabulary:
    """The names of a base. `names` maps keys of `defineBackend` (or any name) to construct paths.

    A base that is not Amplify's has only `stack` and what `names` gives.
    """
    found = subjects(tree, constructs)
    vocabulary = Vocabulary(NameNode(""), {subject.paths[0]: subject.paths for subject in found})
    root = vocabulary.root
    root.alias("backend", root)
    root.add_stack("stack", ROOT, hidden=True)
    default = _default_storage(tree, constructs, found)
    built = _named_subjects(vocabulary, tree, constructs, found, names, default)
    _collections(root, built, default)
    _other_names(root, constructs, names, {path for subject in found for path in subject.paths})
    return vocabulary


def subjects(tree: StackTree, constructs: Constructs) -> list[Subject]:
    """What `defineBackend` made, in the order of the templates; nothing where Amplify made no backend."""
    metadata = tree.root.template.get("Metadata")
    if not isinstance(metadata, dict) or not any(key.startswith(_AMPLIFY) for key in metadata):
        return []
    found: list[Subject] = []
    for path, stack in tree.stacks.items():
        if path == ROOT:
            continue
        for logical_id, construct in constructs.paths(path).items():
            if not construct.startswith(f"/{path}/"):
                continue
            parts = construct[len(path) + 2 :].split("/")
            subject = _subject(path, parts, stack.resources[logical_id])
            if subject:
                found.append(subject)
    return found


def _subject(stack: str, parts: list[str], resource: Json) -> Subject | None:
    """The subject whose main resource this is. `parts` is its construct path below its stack."""
    kind, own, type_ = None, parts[0], resource.get("Type")
    if type_ == "AWS::Cognito::UserPool" and stack == "auth" and parts[2:] == ["Resource"]:
        kind = "auth" if parts[1] in ("UserPool", own + "UserPool") else None
    elif type_ == "Custom::AmplifyRefAuth" and stack == "auth":  # referenceAuth: its pool lives elsewhere
        return Subject("auth", "auth", stack, "/auth", ("/auth",))
    elif type_ == "AWS::AppSync::GraphQLApi" and stack == "data" and parts[1:] == ["GraphQLAPI", "Resource"]:
        kind = "data"
    elif type_ == "AWS::S3::Bucket" and stack == "storage" and parts[1:] == ["Bucket", "Resource"]:
        kind = "storage"
    elif type_ == "AWS::Lambda::Function" and parts[1:] == ["Resource"]:
        return _function(stack, own, resource)
    if kind is None:
        return None
    return Subject(kind, own, stack, f"/{stack}/{own}", (f"/{stack}/{own}",))


def _function(stack: str, construct_id: str, resource: Json) -> Subject | None:
    """A function of defineFunction, known by the tag with its name: `<name>-lambda`, or `<name>` for a custom one."""
    tags = pointer.get(resource, ("Properties", "Tags"))
    tagged = [t.get("Value") for t in tags if isinstance(t, dict)] if isinstance(tags, list) else []
    at = f"/{stack}/{construct_id}"
    name = construct_id.removesuffix("-lambda")
    if name != construct_id and name in tagged:
        return Subject("function", name, stack, at, (f"/{stack}/{name}", at))
    return Subject("function", construct_id, stack, at, (at, at + "-provided")) if construct_id in tagged else None


def _default_storage(tree: StackTree, constructs: Constructs, found: list[Subject]) -> Subject | None:
    """The only storage, or the one whose bucket the root's output `bucketName` gives."""
    storages = [subject for subject in found if subject.kind == "storage"]
    if len(storages) == 1:
        return storages[0]
    attribute = pointer.get(tree.root.template, ("Outputs", "bucketName", "Value", "Fn::GetAtt", "1"))
    output = str(attribute).removeprefix("Outputs.")
    for subject in storages:
        bucket = pointer.get(tree.stacks[subject.stack].template, ("Outputs", output, "Value", "Ref"))
        if any(bucket == logical_id for _, logical_id in constructs.by_path[subject.construct + "/Bucket/Resource"]):
            return subject
    return None


def camel_case(name: str) -> str:
    """The usual TypeScript name of a thing: `api-fn` and `api_fn` give `apiFn`."""
    first, *rest = [part for part in re.split(r"[^0-9A-Za-z]+", name) if part] or [name]
    return first[:1].lower() + first[1:] + "".join(part[:1].upper() + part[1:] for part in rest)


def _named_subjects(
    vocabulary: Vocabulary,
    tree: StackTree,
    constructs: Constructs,
    found: list[Subject],
    names: Mapping[str, str],
    default: Subject | None,
) -> list[tuple[Subject, NameNode]]:
    """Name nodes for all subjects: members of the root by their best name, aliases by all others."""
    root = vocabulary.root
    keys = {key: s for key, path in names.items() for s in found if path in s.paths}
    keys = {key: s for key, s in keys.items() if key == "storage" or key not in RESERVED}
    words = {s.kind: s for s in found if s.kind in ("auth", "data") or s is default}
    certain = {**keys, **{word: subject for word, subject in words.items() if word not in keys}}
    spellings = {word: [subject] for word, subject in certain.items()}
    for subject in found:
        for spelling in dict.fromkeys((camel_case(subject.own), subject.own)):
            if spelling not in certain and spelling not in RESERVED:
                spellings.setdefault(spelling, []).append(subject)
    built: list[tuple[Subject, NameNode]] = []
    for subject in found:
        mine = [word for word, means in spellings.items() if means == [subject]]
        name = mine[0] if mine else None
        node = root.add(name) if name else NameNode(_prefixed(subject))
        for other in mine[1:]:
            root.alias(other, node)
        _add_members(node, subject, vocabulary, tree, constructs)
        built.append((subject, node))
    for spelling, several in spellings.items():
        if len(several) > 1:
            root.alias(spelling, *(node for subject, node in built if subject in several))
    return built


def _prefixed(subject: Subject) -> str:
    prefix = {"function": "functions", "storage": "storage"}.get(subject.kind)
    return NameNode(prefix).add(subject.own).name if prefix else subject.construct


def _add_members(
    node: NameNode, subject: Subject, vocabulary: Vocabulary, tree: StackTree, constructs: Constructs
) -> None:
    node.alias("resources", node)
    node.add_stack("stack", subject.stack, hidden=True)
    adder = _Adder(constructs, subject.construct)
    if subject.kind == "auth":
        _add_auth(node, subject, tree, adder)
    elif subject.kind == "storage":
        bucket = adder.l2(node, "bucket", "Bucket")
        if bucket:
            adder.l2(bucket, "policy", "Bucket/Policy", hidden=True)
        adder.l1(_cfn(node), "cfnBucket", "Bucket/Resource")
    elif subject.kind == "function":
        function = adder.l2(node, "lambda", "")
        if function:
            adder.l2(function, "role", "ServiceRole", hidden=True)
        adder.l1(_cfn(node), "cfnFunction", "Resource")
    else:
        add_data_members(node, _cfn, subject.construct, vocabulary, tree, constructs)


def _cfn(node: NameNode) -> NameNode:
    cfn = node.add("cfn")
    node.alias("cfnResources", cfn)
    return cfn


@dataclass(frozen=True, slots=True)
class _Adder:
    """Adds names for resources below one construct, where they are there."""

    constructs: Constructs
    construct: str

    def l1(self, node: NameNode, member: str, path: str) -> None:
        for stack, logical_id in self.constructs.by_path.get(f"{self.construct}/{path}", ()):
            node.add_resource(member, stack, logical_id)

    def l2(self, node: NameNode, member: str, path: str, *, hidden: bool = False) -> NameNode | None:
        construct = f"{self.construct}/{path}".rstrip("/")
        for stack, logical_id in self.constructs.by_path.get(construct + "/Resource", ()):
            return node.add_resource(member, stack, logical_id, construct, hidden=hidden)
        return None


def _add_auth(node: NameNode, subject: Subject, tree: StackTree, adder: _Adder) -> None:
    """The names of AuthResources. With a name given to defineAuth, every construct ID begins with it."""
    prefix = "" if f"{subject.construct}/UserPool/Resource" in adder.constructs.by_path else subject.own
    adder.l2(node, "userPool", prefix + "UserPool")
    adder.l2(node, "userPoolClient", prefix + "UserPoolAppClient")
    adder.l2(node, "authenticatedUserIamRole", prefix + "authenticatedUserRole")
    adder.l2(node, "unauthenticatedUserIamRole", prefix + "unauthenticatedUserRole")
    cfn = _cfn(node)
    adder.l1(cfn, "cfnUserPool", prefix + "UserPool/Resource")
    adder.l1(cfn, "cfnUserPoolClient", prefix + "UserPoolAppClient/Resource")
    adder.l1(cfn, "cfnIdentityPool", prefix + "IdentityPool")
    adder.l1(cfn, "cfnIdentityPoolRoleAttachment", prefix + "IdentityPoolRoleAttachment")
    if pool := cfn.members.get("cfnIdentityPool"):
        assert pool.node is not None
        node.attributes["identityPoolId"] = pool.node
    groups = node.add("groups")
    start = f"{subject.construct}/{prefix}"
    for logical_id, path in adder.constructs.paths(subject.stack).items():
        resource = tree.stacks[subject.stack].resources[logical_id]
        if resource.get("Type") == "AWS::Cognito::UserPoolGroup" and path.startswith(start) and path.endswith("Group"):
            group = groups.add(path[len(start) :].removesuffix("Group"))
            group.add_resource("cfnUserGroup", subject.stack, logical_id)
            adder.l2(group, "role", path[len(subject.construct) + 1 :] + "Role")


def _collections(root: NameNode, built: list[tuple[Subject, NameNode]], default: Subject | None) -> None:
    """`functions.<name>` and `storage.<name>`, which always reach one by its construct's name."""
    functions = root.add("functions", hidden=True)
    _collect(functions, [each for each in built if each[0].kind == "function"])
    for subject, node in built:
        if subject.kind == "function" and (camel := camel_case(subject.own)) not in functions.members:
            functions.alias(camel, node)
    storages = [each for each in built if each[0].kind == "storage"]
    if storages and "storage" not in root.members:
        host = root.add("storage", hidden=True)
        host.alias("resources", host)
        for node in (node for subject, node in storages if subject is default):
            for member, below in node.members.items():
                host.add_node(member, below, hidden=member in node.hidden)
            for word, meant in node.aliases.items():
                host.alias(word, *meant)
    _collect(root.members.get("storage", functions), storages, hidden=True)


def _collect(collection: NameNode, built: list[tuple[Subject, NameNode]], *, hidden: bool = False) -> None:
    """Members of a collection by the constructs' own names; what two constructs share is ambiguous."""
    by_name: dict[str, list[NameNode]] = {}
    for subject, node in built:
        by_name.setdefault(subject.own, []).append(node)
    for own, nodes in by_name.items():
        if len(nodes) == 1 and nodes[0] is not collection and own not in collection.members:
            collection.add_node(own, nodes[0], hidden=hidden)
        else:
            collection.alias(own, *nodes)


def _other_names(root: NameNode, constructs: Constructs, names: Mapping[str, str], known: Collection[str]) -> None:
    """Names that the user gives to constructs of their own."""
    for key, path in names.items():
        if path in known or key in RESERVED or key in root.members:
            continue
        for node in constructs.find(path)[:1]:
            if node.kind == "stack":
                root.add(key).add_stack("stack", node.stack, hidden=True)
            else:
                root.add_resource(key, node.stack, node.logical_id, node.construct)
