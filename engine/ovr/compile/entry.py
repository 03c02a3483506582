"""One override on the tree as the overrides before it left it: nodes, operations, the changed tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ovr.compile.context import Context, Kind
from ovr.compile.explain import patch_failure
from ovr.compile.kinds import KINDS
from ovr.compile.literals import written_secrets
from ovr.compile.secrets import SecretAccess
from ovr.compile.wiring import Wiring
from ovr.errors import Finding, OvrError
from ovr.language.model import KindUse, Override
from ovr.language.selector import Selector
from ovr.template import pointer
from ovr.template.operations import Operation, PatchFailed, apply
from ovr.template.pointer import Tokens
from ovr.template.tree import Base, Node, Stack, StackTree
from ovr.template.wellformed import require_template
from ovr.vocabulary.contract import designate, withhold
from ovr.vocabulary.resolve import Resolver


@dataclass(frozen=True, slots=True)
class Compiled:
    """What one override comes to. `operations` is empty where the base has already what it asks for.

    `notes` are what the user should know of how its values were read, `withholding` the selectors of including files
    that took nodes away from it.
    """

    nodes: tuple[Node, ...]
    operations: tuple[Operation, ...]
    tree: StackTree
    notes: tuple[Finding, ...] = ()
    withholding: tuple[Selector, ...] = ()


def compile_override(override: Override, base: Base, tree: StackTree, resolver: Resolver) -> Compiled:
    """Select, compile, apply; all or nothing. Raises OvrError with everything wrong with this entry."""
    nodes, withholding = withhold(resolver, override, designate(resolver, override))
    wiring, secrets = Wiring(tree, override.index), SecretAccess(override.index)
    context = Context(base, tree, resolver, override, wiring, secrets, nodes, _added(override, nodes))
    compiled: list[tuple[KindUse, list[Operation]]] = []
    findings: list[Finding] = []
    for use in override.kinds:
        try:
            compiled.append((use, _compile_kind(use, nodes, context)))
        except OvrError as error:
            findings += error.findings
    findings += _overlaps(compiled)
    operations = _distinct([operation for _, made in compiled for operation in made])
    findings += dict.fromkeys(written_secrets(operations, tree))
    if findings:
        raise OvrError(findings)
    after = _applied(tree, operations, override, nodes)
    wired = (*wiring.operations(after), *secrets.operations(after))
    result = _applied(after, wired, override, nodes)
    return Compiled(nodes, (*operations, *wired), result, tuple(context.notes), withholding)


def _compile_kind(use: KindUse, nodes: Sequence[Node], context: Context) -> list[Operation]:
    kind = KINDS[use.name]
    _refuse_nodes(kind, use, nodes, context)
    return [operation for node in _backwards(nodes) for operation in kind.compile(node, use, context)]


def _backwards(nodes: Sequence[Node]) -> Sequence[Node]:
    """Items of lists from the last on, so that taking one away or adding one does not move the next."""
    if all(node.kind != "value" for node in nodes):
        return nodes
    return sorted(nodes, key=lambda node: [_token_order(token) for token in node.pointer], reverse=True)


def _token_order(token: str) -> tuple[int, str]:
    return (int(token), "") if token.isdecimal() and len(token) < 10 else (-1, token)


_NODE_WORDS = {"stack": "a stack", "resource": "a resource", "value": "a property"}


def _refuse_nodes(kind: Kind, use: KindUse, nodes: Sequence[Node], context: Context) -> None:
    can = " or ".join(_NODE_WORDS[each] for each in ("stack", "resource", "value") if each in kind.nodes)
    wrong = next((node for node in nodes if node.kind not in kind.nodes), None)
    if wrong:
        raise OvrError(
            Finding(
                "OVR3004",
                f"`{kind.name}` acts on {can}, but `{wrong.name}` is {_NODE_WORDS[wrong.kind]}",
                use.key_span,
                fix=_rather(wrong, kind, context),
            )
        )
    if kind.single and len(nodes) > 1:
        raise OvrError(
            Finding(
                "OVR3004",
                f"`{kind.name}` acts on {can.replace('a ', 'one ', 1)} at a time, but {len(nodes)} are selected",
                use.key_span,
                details=("selected: " + ", ".join(node.name for node in nodes[:8]),),
                fix="make an entry for each",
            )
        )


def _rather(wrong: Node, kind: Kind, context: Context) -> str:
    """What to select instead of a node that a kind cannot act on."""
    if "resource" not in kind.nodes:
        names = (name for name, node in context.resolver.entries() if node.key == (wrong.stack, ()))
        name = next(names, None)
        return "select the stack that it is in" + (f": `{name}`" if name else "")
    if wrong.kind == "stack" and kind.single and (own := context.stack(wrong)).logical_id:
        return f"select its resource: `{own.parent}#{own.logical_id}`"
    if wrong.kind == "stack":
        return "select resources of the stack: `ovr resources` lists them"
    return f"select the resource itself: `{context.resolver.called(wrong.stack, wrong.logical_id)}`"


def _added(override: Override, nodes: Sequence[Node]) -> dict[str, frozenset[str]]:
    """Logical IDs and parameters that this entry adds to the stacks it selects."""
    names: set[str] = set()
    for use in override.kinds:
        value = use.value.value
        if use.name == "resources" and isinstance(value, dict):
            names |= set(value)
        elif use.name == "merge" and isinstance(value, dict):
            for section in ("Resources", "Parameters"):
                if isinstance(value.get(section), dict):
                    names |= set(value[section])
        elif use.name == "patch":
            paths = [item["path"].value for item in use.value if item["op"].value in ("add", "copy", "move")]
            parts = [path.split("/") for path in paths]
            names |= {part[2] for part in parts if len(part) == 3 and part[1] in ("Resources", "Parameters")}
    return {node.stack: frozenset(names) for node in nodes if node.kind == "stack"}


def _distinct(operations: list[Operation]) -> tuple[Operation, ...]:
    """Without repetitions of `tags` and `dependsOn`: two selected nodes may come to the same place (a resource
    below two stacks, two resources waiting for one stack) and ask for the same there."""
    seen: dict[tuple[str, str, Tokens], Operation] = {}
    distinct: list[Operation] = []
    for operation in operations:
        place = (operation.stack, operation.document, operation.path)
        if operation.kind in ("tags", "dependsOn") and seen.get(place) == operation:
            continue
        seen[place] = operation
        distinct.append(operation)
    return tuple(distinct)


def _overlaps(compiled: Sequence[tuple[KindUse, list[Operation]]]) -> list[Finding]:
    """Two kinds of one entry that write the same place: which would win is not for ovr to guess."""
    findings = []
    for index, (use, operations) in enumerate(compiled):
        for other, others in compiled[:index]:
            clash = next((a for a in operations for b in others if _overlap(a, b)), None)
            if clash:
                place = pointer.place(clash.stack, clash.path)
                findings.append(
                    Finding(
                        "OVR3005",
                        f"`{other.name}` and `{use.name}` of one entry write the same place",
                        use.key_span,
                        details=(f"both write {place}",),
                        fix="make two entries: the second sees what the first did",
                    )
                )
    return findings


def _overlap(a: Operation, b: Operation) -> bool:
    if a.op == "test" or b.op == "test" or (a.stack, a.document) != (b.stack, b.document):
        return False
    return any(pointer.overlap(one, other) for one in _places(a) for other in _places(b))


def _places(operation: Operation) -> Iterator[Tokens]:
    """What an operation writes or takes away."""
    yield operation.path
    if operation.op == "move" and operation.source is not None:
        yield operation.source


def _applied(
    tree: StackTree, operations: Sequence[Operation], override: Override, nodes: Sequence[Node]
) -> StackTree:
    try:
        after = apply(tree, operations)
    except PatchFailed as failure:
        raise OvrError(patch_failure(failure, override, nodes)) from None
    for path in dict.fromkeys(operation.stack for operation in operations):
        try:
            require_template(after.stacks[path].template, "the result")
        except OvrError as error:
            span = next(o.span for o in operations if o.stack == path) or override.span
            raise OvrError([replace(f, code="OVR3001", span=span) for f in error.findings]) from None
    return _follow_nested(after, operations)


def _follow_nested(tree: StackTree, operations: Sequence[Operation]) -> StackTree:
    """A nested stack goes by its resource: renamed with it, gone with it and all stacks below."""
    renamed = {
        (o.stack, o.source[1]): o.path[1]
        for o in operations
        if o.op == "move" and o.source and len(o.source) == len(o.path) == 2 and o.path[0] == "Resources"
    }
    stacks: dict[str, Stack] = {}
    for path, stack in tree.stacks.items():
        if stack.parent is not None:
            if stack.parent not in stacks:
                continue
            logical_id = renamed.get((stack.parent, stack.logical_id or ""), stack.logical_id)
            if logical_id not in stacks[stack.parent].resources:
                continue
            if logical_id != stack.logical_id:
                stack = replace(stack, logical_id=logical_id)
        stacks[path] = stack
    return (
        StackTree(tree.name, stacks)
        if any(tree.stacks[p] is not s for p, s in stacks.items()) or len(stacks) < len(tree.stacks)
        else tree
    )
