"""ARNs of resources as the template of the grantee writes them: wired, and joined as CDK joins texts."""

from __future__ import annotations

from dataclasses import dataclass

from ovr.compile.context import Context
from ovr.errors import Finding, OvrError
from ovr.knowledge.access import ENCRYPTION_KEYS, TABLES
from ovr.knowledge.arns import arn_attribute
from ovr.knowledge.cdk_attributes import REF
from ovr.spans import Span
from ovr.template import pointer
from ovr.template.follow import origin
from ovr.template.intrinsics import text_parts
from ovr.template.pointer import Json
from ovr.template.tree import Node


@dataclass(frozen=True, slots=True)
class Arns:
    """Writes the ARNs of one resource for the template of the stack `consumer`. `span` is where it is named."""

    node: Node
    consumer: str
    context: Context
    span: Span

    @property
    def type_name(self) -> str:
        return self.context.type_of(self.node)

    def own(self) -> Json:
        """The resource's own ARN. Raises OvrError OVR3030 for a type that has none."""
        if self.type_name == "AWS::SSM::Parameter":
            name = self._property(("Name",))
            slash = "" if isinstance(name, str) and name.startswith("/") else "/"
            return self._formatted("ssm", f"parameter{slash}", self._refer(REF))
        attribute = arn_attribute(self.type_name)
        if attribute is None:
            raise OvrError(
                Finding(
                    "OVR3030",
                    f"{self.type_name} has no ARN that CloudFormation gives",
                    self.span,
                    fix="write the ARN: `on: !Sub arn:${AWS::Partition}:…`",
                )
            )
        return self._refer(attribute)

    def below(self, path: str) -> Json:
        """The ARN of a path below the resource: a bucket's keys, an API's fields, a table's index."""
        if self.type_name == "AWS::AppSync::GraphQLApi":
            return self._formatted("appsync", "apis/", self._refer("ApiId"), f"/{path}")
        if self.type_name in TABLES and not path.startswith(("index/", "stream/")):
            path = f"index/{path}"
        return joined(self.own(), f"/{path}")

    def versions(self) -> Json:
        return joined(self.own(), ":*")

    def executions(self) -> Json:
        """As CDK's `StateMachineGrants.executionArn` writes it."""
        name = {"Fn::Select": [6, {"Fn::Split": [":", self.own()]}]}
        return self._formatted("states", "execution:", name, ":*")

    def key(self) -> Json:
        """The ARN of the user's own key that encrypts the resource; None where there is none."""
        value = self._key_property()
        if place := self.key_place():
            return self.context.wiring.reference(self.consumer, *place, "Arn", self.span)
        return value if isinstance(value, str) and value.startswith("arn:") else None

    def key_place(self) -> tuple[str, str] | None:
        """(stack, logical ID) of the key that encrypts the resource, if it is one of these templates."""
        found = origin(self.context.tree, self.node.stack, self._key_property())
        if found is None or self.context.tree.stacks[found[0]].resources[found[1]].get("Type") != "AWS::KMS::Key":
            return None
        return found[:2]

    def _key_property(self) -> Json:
        place = ENCRYPTION_KEYS.get(self.type_name)
        return self._property(place) if place else None

    def has_indexes(self) -> bool:
        """Whether a table has secondary indexes."""
        properties = self.context.resource(self.node).get("Properties") or {}
        return any(value for key, value in properties.items() if key.lower().endswith("secondaryindexes"))

    def _property(self, path: pointer.Tokens) -> Json:
        return pointer.get(self.context.resource(self.node), ("Properties", *path))

    def _refer(self, attribute: str) -> Json:
        return self.context.wiring.reference(self.consumer, self.node.stack, self.node.logical_id, attribute, self.span)

    @staticmethod
    def _formatted(service: str, *resource: Json) -> Json:
        """CDK's `formatArn` in a stack whose region and account are not known."""
        region, account = {"Ref": "AWS::Region"}, {"Ref": "AWS::AccountId"}
        return joined("arn:", {"Ref": "AWS::Partition"}, f":{service}:", region, ":", account, ":", *resource)


def joined(*parts: Json) -> Json:
    """A text of literals and intrinsics as CDK resolves it: joins taken apart, neighbouring literals in one."""
    pieces: list[Json] = []
    for piece in (piece for part in parts for piece in text_parts(part)):
        if isinstance(piece, str) and pieces and isinstance(pieces[-1], str):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces[0] if len(pieces) == 1 else {"Fn::Join": ["", pieces]}
