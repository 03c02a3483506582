"""What CloudFormation makes of one changed value of a resource, judged on evaluated values.

The rules for each type are in knowledge/replacement.py. Other attributes of a resource than its properties never
replace it. Source: AWS CloudFormation template reference, "Resource attribute reference".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cached_property

from ovr.knowledge.replacement import Items, Replacement, Rule, replacement
from ovr.template.certainty import Answer, NameOf, differs, equal
from ovr.template.changes import Verdict, VerdictKind
from ovr.template.intrinsics import is_intrinsic
from ovr.template.pointer import MISSING, Json, Tokens

_GRAVITY: tuple[VerdictKind, ...] = ("update", "add", "may-replace", "may-remove", "replace", "remove", "refused")
_RESOLVED = "the templates with parameters and conditions followed"
_ATTRIBUTES = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-product-attribute-reference.html"
)
_UPDATES = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html"

RENAMED = Verdict("replace", "a new logical ID makes a new resource, and the old one is deleted", _UPDATES)


def gravity(verdict: Verdict | None) -> int:
    """How grave a verdict is; -1 for none."""
    return _GRAVITY.index(verdict.kind) if verdict else -1


def gravest(verdicts: Iterable[Verdict | None]) -> Verdict | None:
    """The gravest verdict, the first of equals."""
    return max(verdicts, key=gravity, default=None)


def attribute_verdict(name: str) -> Verdict:
    """What becomes of a resource when something beside its properties changes; its Condition is another matter."""
    if name == "Type":
        return Verdict("refused", "CloudFormation lets no resource change its type under the same logical ID", _UPDATES)
    return Verdict("update", f"{name} is CloudFormation's own; the resource stays as it is", _ATTRIBUTES)


def presence_verdict(before: Json, after: Json, condition: str) -> Verdict:
    """What becomes of a resource whose condition was `before` and is `after` (True, False or a symbol).

    `condition` says when it is there before and not after, in words.
    """
    if after is False:
        kind: VerdictKind = "remove" if before is True else "may-remove"
        return Verdict(kind, "its condition is not true any more", _RESOLVED, "" if before is True else condition)
    if before is False:
        reason = "its condition has come true" if after is True else "its condition may come true"
        return Verdict("add", reason, _RESOLVED)
    if after is True:
        return Verdict("update", "its condition is always true now", _RESOLVED)
    return Verdict("may-remove", "its condition is another", _RESOLVED, condition)


class Properties:
    """The evaluated properties of a resource before and after; evaluated only when they are asked for."""

    def __init__(self, type: str, evaluate: tuple[Callable[[], Json], Callable[[], Json]], name_of: NameOf) -> None:
        self.type = type
        self.name_of = name_of
        self._evaluate = evaluate

    @cached_property
    def before(self) -> dict[str, Json]:
        return _object(self._evaluate[0]())

    @cached_property
    def after(self) -> dict[str, Json]:
        return _object(self._evaluate[1]())

    def verdict(self, path: Tokens, left: Json, right: Json) -> Verdict:
        """What becomes of the resource when the value at a pointer below its properties changes from left to right."""
        if differs(left, right, self.name_of) is False:
            return Verdict("update", "the value comes to the same as before", _RESOLVED)
        rules = replacement(self.type)
        found = next((v for rule in rules.reviewed if (v := self._by_rule(rule, path, left, right))), None)
        if found is None:
            found = gravest(self._by_rule(rule, path, left, right) for rule in rules.rules)
        if found is None:
            found = self._without_rule(rules, path)
        return self._with_name(found, rules)

    def _without_rule(self, rules: Replacement, path: Tokens) -> Verdict:
        if rules.known:
            name = ".".join(token for token in path if not token.isdigit())
            return Verdict("update", f"{name or 'all of it'} is updated in place", rules.source)
        words = f"the schema of {self.type or 'this type'} is not known here"
        return Verdict("may-replace", words, rules.source, "the type's schema says so")

    def _by_rule(self, rule: Rule, path: Tokens, left: Json, right: Json) -> Verdict | None:
        """What a rule says of the change; None where the rule is not about it."""
        names = tuple(token for token in path if not token.isdigit())
        shared = min(len(names), len(rule.at))
        if names[:shared] != rule.at[:shared] or not self._applies(rule):
            return None
        if rule.items is not None:
            return self._by_items(rule, rule.items)
        below = rule.at[len(names) :]
        one, other = (_inside(value, below) for value in (left, right))
        if len(names) <= len(rule.at):
            one, other = (rule.default if each is MISSING else each for each in (one, other))
        answer = differs(one, other, self.name_of)
        if answer is False:
            same_as_default = rule.default is not MISSING and not below
            return Verdict("update", "that is the default", rule.source) if same_as_default else None
        return _answered(Verdict(rule.verdict, rule.reason, rule.source, rule.condition), answer)

    def _applies(self, rule: Rule) -> bool:
        """Whether the resource has, and had, the values that the rule is for."""
        return all(equal(self.after.get(name, MISSING), wanted) for name, wanted in rule.when.items()) and all(
            equal(self.before.get(name, MISSING), wanted) for name, wanted in rule.was.items()
        )

    def _by_items(self, rule: Rule, items: Items) -> Verdict:
        old, new = (_by_key(_inside(values, rule.at), items.key) for values in (self.before, self.after))
        if old is None or new is None:
            return Verdict(rule.verdict, rule.reason, rule.source, "an item is another, which cannot be told here")
        gone, come = old.keys() - new.keys(), new.keys() - old.keys()
        changed = {key for key in old.keys() & new.keys() if not _alike(old[key], new[key], items.free)}
        changed |= come & items.standing
        kinds: list[VerdictKind] = [
            *(rule.verdict for _ in changed),
            *(items.removed for _ in gone),
            *(items.added for _ in come),
            *(rule.verdict for _ in range(bool(items.most and len(gone) + len(come) > items.most))),
        ]
        return Verdict(max(kinds, key=_GRAVITY.index, default="update"), rule.reason, rule.source)

    def _with_name(self, verdict: Verdict, rules: Replacement) -> Verdict:
        """With what stands in the way of a replacement: a name that the old resource has still."""
        if verdict.kind not in ("replace", "may-replace") or rules.deleted_first or not self._keeps_name(rules):
            return verdict
        names = " and ".join(rules.identifier)
        words = f"{names} stays the same, and CloudFormation does not replace what has a name of its own"
        return replace(verdict, reason=f"{verdict.reason}; {words}")

    def tags_verdict(self) -> tuple[str, Verdict] | None:
        """The property of tags that cannot be updated and what becomes of the resource when its stack's tags change;
        None for a type whose tags can be."""
        rules = replacement(self.type)
        reason = f"{rules.fixed_tags} cannot be updated in place, and a stack hands its tags down"
        verdict = Verdict("may-replace", reason, rules.source, "CloudFormation hands tags down to this type")
        return (rules.fixed_tags, verdict) if rules.fixed_tags else None

    def kept_attributes(self) -> frozenset[str]:
        """Attributes that are the same even if the resource is replaced: those of a name that the user gives."""
        rules = replacement(self.type)
        names = [name[:1].upper() + name[1:] for name in rules.identifier]
        return frozenset({"Ref", "Arn", "TableArn", *names} if self._keeps_name(rules) else ())

    def _keeps_name(self, rules: Replacement) -> bool:
        """Whether the user gives the resource a name, and the same as before."""
        pairs = [(self.before.get(name, MISSING), self.after.get(name, MISSING)) for name in rules.identifier]
        return bool(pairs) and all(one is not MISSING and equal(one, other) for one, other in pairs)


def _object(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _answered(verdict: Verdict, answer: Answer) -> Verdict:
    """The verdict, less certain where it is not certain that the value changes."""
    if not isinstance(answer, str):
        return verdict
    kind: VerdictKind = "may-replace" if verdict.kind == "replace" else verdict.kind
    condition = f"{answer}, and {verdict.condition}" if verdict.condition else answer
    return replace(verdict, kind=kind, condition="" if kind == "update" else condition)


def _inside(value: Json, path: Tokens) -> Json:
    """What stands at a pointer inside a value, of each item where there is a list; MISSING for nothing."""
    if not path or value is MISSING:
        return value
    if isinstance(value, list):
        found = [inner for item in value if (inner := _inside(item, path)) is not MISSING]
        return found or MISSING
    if is_intrinsic(value):
        return value
    return _inside(value.get(path[0], MISSING), path[1:]) if isinstance(value, dict) else MISSING


def _by_key(value: Json, key: str) -> dict[str, Json] | None:
    """The items of a list by their key; None where they cannot be told apart."""
    items = [] if value is MISSING else value
    keyed = isinstance(items, list) and all(isinstance(i, dict) and isinstance(i.get(key), str) for i in items)
    found = {item[key]: item for item in items} if keyed else {}
    return found if keyed and len(found) == len(items) else None


def _alike(left: dict[str, Json], right: dict[str, Json], free: frozenset[str]) -> bool:
    one, other = ({name: v for name, v in item.items() if name not in free} for item in (left, right))
    return equal(one, other)
