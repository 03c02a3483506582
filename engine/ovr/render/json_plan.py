"""A plan as JSON; its form is described by `overrides/schema/plan.schema.json`.

`format_version` is "MAJOR.MINOR": a new minor version only adds members, a new major one may change them.
"""

from __future__ import annotations

from typing import Any

from ovr import __version__
from ovr.check.access.changes import PermissionChange
from ovr.check.concealing import conceal, concealed
from ovr.check.danger import Danger
from ovr.check.secrets import hide_in_operation
from ovr.compilation import Outcome
from ovr.errors import Finding
from ovr.plan import Plan
from ovr.render.wiring import count_wiring
from ovr.template import pointer
from ovr.template.changes import Change, ElementChange, StackChange, Verdict
from ovr.template.pointer import MISSING

FORMAT_VERSION = "1.1"

JsonObject = dict[str, Any]


def plan_to_json(plan: Plan) -> JsonObject:
    """The plan as plain data, always the same for the same plan. Secrets are replaced by `(hidden)`."""
    return {
        "format_version": FORMAT_VERSION,
        "ovr": __version__,
        "complete": not plan.partial and not plan.has_errors,
        "applicable": plan.applicable,
        "compared_with": "base" if plan.deployed is None else "deployed",
        "left_out": list(plan.partial),
        "target": {"stack": plan.base.tree.name, **plan.base.facts},
        "base": {
            "kind": plan.base.kind,
            "location": plan.base.location,
            "sha256": dict(sorted(plan.base.digests.items())),
        },
        "overrides_file": {"path": plan.source, "sha256": dict(sorted(plan.overrides.digests.items()))},
        "overrides": [_override(outcome) for outcome in plan.outcomes],
        "stacks": [_stack(stack) for stack in plan.stacks],
        "operations": _operations(plan),
        "permissions": [_permission(change) for change in plan.permissions],
        "client_configuration": _client_configuration(plan),
        "wiring": [{"stack": s, "section": name, "count": n} for (name, s), n in count_wiring(plan).items()],
        "dangers": [_danger(danger) for danger in plan.dangers],
        "findings": findings_to_json(plan.findings),
        "summary": _summary(plan),
    }


def _danger(danger: Danger) -> JsonObject:
    written = {
        "kind": danger.kind,
        "code": danger.code,
        "name": danger.name,
        "stack": danger.stack,
        "logical_id": danger.logical_id,
        "message": danger.what,
        "certain": danger.certain,
        "stops": danger.stops,
        "allowed": danger.allowed,
        "place": danger.place,
        "causes": list(danger.causes),
    }
    return written if danger.fix is None else {**written, "fix": danger.fix}


def errors_to_json(findings: tuple[Finding, ...]) -> JsonObject:
    """What stands in place of a plan where none could be made."""
    return {
        "format_version": FORMAT_VERSION,
        "ovr": __version__,
        "complete": False,
        "applicable": False,
        "findings": findings_to_json(findings),
    }


def findings_to_json(findings: tuple[Finding, ...]) -> list[JsonObject]:
    """Findings as plain data, without secrets; what is not known is left out."""
    return [_finding(finding) for finding in conceal(findings)]


def _finding(finding: Finding) -> JsonObject:
    span = finding.span
    written: JsonObject = {"code": finding.code, "severity": str(finding.severity), "message": finding.message}
    if span is not None:
        written |= {"file": span.source.name, "line": span.line, "column": span.column}
    if finding.place is not None:
        written["place"] = finding.place
    if finding.related:
        written["related"] = [
            {"message": said, "file": at.source.name, "line": at.line, "column": at.column}
            for said, at in finding.related
        ]
    if finding.details:
        written["details"] = list(finding.details)
    if finding.fix is not None:
        written["fix"] = finding.fix
    return {**written, "help": f"ovr explain {finding.code}"}


def _override(outcome: Outcome) -> JsonObject:
    override = outcome.override
    written: JsonObject = {"index": override.index}
    for name in ("id", "layer", "reason", "owner", "ticket", "expires", "replaces", "locked"):
        value = getattr(override, name)
        if value:
            written[name] = concealed(value) if isinstance(value, str) else value
    written |= {
        "file": override.span.source.name,
        "line": override.span.line,
        "column": override.span.column,
        "select": [concealed(selector.text) for selector in override.select],
        "kinds": [kind.name for kind in override.kinds],
        "state": outcome.state,
        "nodes": list(outcome.nodes),
    }
    if outcome.note is not None:
        written["note"] = outcome.note
    return written


def _stack(stack: StackChange) -> JsonObject:
    return {
        "path": stack.path,
        "file": stack.file,
        "resources": [_resource(e) for e in stack.elements if e.section == "Resources"],
        "other": [_other(e) for e in stack.elements if e.section != "Resources"],
    }


def _resource(element: ElementChange) -> JsonObject:
    written: JsonObject = {
        "logical_id": element.id,
        "type": element.type,
        "name": element.name,
        "construct": element.construct,
        "action": element.action,
    }
    if element.renamed_from is not None:
        written["renamed_from"] = element.renamed_from
    if element.verdict is not None:
        written |= _verdict(element.verdict)
    return {**written, "changes": [_change(change) for change in element.changes]}


def _other(element: ElementChange) -> JsonObject:
    return {
        "section": element.section,
        "id": element.id,
        "action": element.action,
        "changes": [_change(change) for change in element.changes],
    }


def _change(change: Change) -> JsonObject:
    written: JsonObject = {"pointer": pointer.format(change.path), "action": change.action}
    if change.before is not MISSING:
        written["before"] = change.before
    if change.after is not MISSING:
        written["after"] = change.after
    written |= {"masked": change.masked, "derived": change.derived, "causes": list(change.causes)}
    if change.verdict is not None:
        written |= _verdict(change.verdict)
    if change.via:
        written["via"] = change.via
    return written


def _verdict(verdict: Verdict) -> JsonObject:
    evidence = {"reason": verdict.reason, "source": verdict.source}
    if verdict.condition:
        evidence["condition"] = verdict.condition
    return {"verdict": verdict.kind, "evidence": evidence}


def _permission(change: PermissionChange) -> JsonObject:
    written: JsonObject = {
        "who": change.who,
        "direction": change.direction,
        "kind": change.kind,
        "allowed": change.allowed,
        "actions": [{"level": group.level, "names": list(group.names)} for group in change.actions],
        "on": list(change.on),
    }
    for name in ("conditions", "former", "left"):
        if texts := getattr(change, name):
            written[name] = list(texts)
    where = {"stack": change.stack, "pointer": pointer.format(change.pointer)}
    return {**written, "extended": change.extended, **where, "causes": list(change.causes)}


def _client_configuration(plan: Plan) -> JsonObject:
    return {
        "before": plan.client.before,
        "after": plan.client.after,
        "changes": [_change(change) for change in plan.client.changes],
    }


def _operations(plan: Plan) -> list[JsonObject]:
    """One RFC 6902 patch for each document that is written to, in the order of the first write."""
    patches: dict[tuple[str, str], JsonObject] = {}
    for operation in plan.operations:
        where = (operation.stack, operation.document)
        stack = plan.result.stacks.get(operation.stack) or plan.base.tree.stacks.get(operation.stack)
        file = stack.file if stack else ""  # one that was added and taken away again
        patch = patches.setdefault(
            where, {"stack": operation.stack, "file": file, "document": operation.document, "patch": []}
        )
        hidden = hide_in_operation(operation, plan.base.tree, plan.result)
        written = {**hidden.to_json(), "override": operation.override}
        if hidden is not operation:
            written["masked"] = True
        patch["patch"].append(written)
    return list(patches.values())


def _summary(plan: Plan) -> JsonObject:
    summary = plan.summary
    return {
        "add": summary.add,
        "change": summary.change,
        "replace": summary.replace,
        "remove": summary.remove,
        "other": summary.other,
        "stacks_changed": summary.stacks_changed,
        "stacks": summary.stacks,
        "may_replace": summary.may_replace,
        "may_remove": summary.may_remove,
        "refused": summary.refused,
    }
