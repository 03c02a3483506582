"""The names of `backend.data.resources.*`: what the GraphQL transformer made below the data construct.

Amplify classifies constructs that carry a resource name (graphql-api-construct `construct-exports.js`); the name is
the construct's ID but for resolvers (type and field), data sources (their Name) and tables (the model). Constructs
that users add through the API (`addHttpDataSource`, `addResolver`, …) carry none and have no name here either.
"""

from __future__ import annotations

from collections.abc import Callable

from ovr.template import pointer
from ovr.template.pointer import Json
from ovr.template.tree import Node, StackTree
from ovr.vocabulary.constructs import Constructs
from ovr.vocabulary.names import NameNode, Vocabulary

_SINGLE = {
    "AWS::AppSync::GraphQLApi": "cfnGraphqlApi",
    "AWS::AppSync::GraphQLSchema": "cfnGraphqlSchema",
    "AWS::AppSync::ApiKey": "cfnApiKey",
}
_ADDITIONAL = frozenset(
    {
        "AWS::Elasticsearch::Domain",
        "AWS::OpenSearchService::Domain",
        "AWS::Lambda::EventSourceMapping",
        "AWS::Lambda::Alias",
        "AWS::EC2::VPCEndpoint",
    }
)
_COLLECTIONS = (
    "cfnResolvers",
    "cfnFunctionConfigurations",
    "cfnDataSources",
    "cfnTables",
    "amplifyDynamoDbTables",
    "cfnRoles",
    "cfnFunctions",
    "additionalCfnResources",
)
_NOT_NAMED = frozenset({"AmplifyTableManager", "AmplifyCodegenAssets", "L2GraphqlApi"})
_API_ATTRIBUTES = ("apiId", "graphqlUrl", "realtimeUrl")


def add_data_members(
    node: NameNode,
    add_cfn: Callable[[NameNode], NameNode],
    construct: str,
    vocabulary: Vocabulary,
    tree: StackTree,
    constructs: Constructs,
) -> None:
    """Adds the names below `data`. `construct` is the path of the AmplifyData construct."""
    api = node.add("graphqlApi")
    short = {name: node.add(name) for name in ("tables", "roles", "functions")}
    stacks = node.add("nestedStacks")
    cfn = add_cfn(node)
    long = {name: cfn.add(name) for name in _COLLECTIONS}
    adder = _DataAdder(cfn, short, long, construct, vocabulary)
    scope = construct[1:] + "/"
    for path, stack in tree.stacks.items():
        name = path[len(scope) :]
        if path.startswith(scope) and "/" not in name:
            stacks.add_stack(name, path, hidden=name == "AmplifyTableManager")
        if path.startswith(scope) or path == scope.partition("/")[0]:
            for logical_id, at in constructs.paths(path).items():
                if at.startswith(construct + "/"):
                    adder.add(path, logical_id, stack.resources[logical_id], at[len(construct) + 1 :].split("/"))
    _api_names(node, api, cfn, construct, vocabulary)


def _api_names(node: NameNode, api: NameNode, cfn: NameNode, construct: str, vocabulary: Vocabulary) -> None:
    """`data.graphqlApi`, an import in CDK, stands for the API's resource; so do the attributes of `data` itself."""
    resource = cfn.members["cfnGraphqlApi"].node
    assert resource is not None  # a data construct is recognised by it
    api.node = Node(resource.stack, "resource", resource.pointer, api.name, construct=f"{construct}/GraphQLAPI")
    vocabulary.imports[f"{construct}/L2GraphqlApi"] = api.node
    for attribute in _API_ATTRIBUTES:
        node.attributes[attribute] = api.node
    if key := cfn.members.get("cfnApiKey"):
        assert key.node is not None
        node.attributes["apiKey"] = key.node


class _DataAdder:
    """Sorts the resources below a data construct into Amplify's collections."""

    def __init__(
        self,
        cfn: NameNode,
        short: dict[str, NameNode],
        long: dict[str, NameNode],
        construct: str,
        vocabulary: Vocabulary,
    ) -> None:
        self._cfn = cfn
        self._short = short
        self._long = long
        self._construct = construct
        self._vocabulary = vocabulary

    def add(self, stack: str, logical_id: str, resource: Json, parts: list[str]) -> None:
        """Names for one resource. `parts` is its construct path below the data construct."""
        type_, place = str(resource.get("Type")), (stack, logical_id)
        if len(parts) < 2 or parts[0] in _NOT_NAMED:
            return
        if single := _SINGLE.get(type_):
            self._cfn.add_resource(single, *place)
        elif type_ == "AWS::AppSync::FunctionConfiguration":
            if parts[-1].endswith(".AppSyncFunction"):
                self._long["cfnFunctionConfigurations"].add_resource(parts[-2], *place)
        elif type_ == "AWS::AppSync::Resolver":
            name = _text(resource, "TypeName"), _text(resource, "FieldName")
            if parts[-1] != "Resource" and all(name):
                self._long["cfnResolvers"].add_resource(".".join(name), *place)
        elif type_ == "AWS::AppSync::DataSource":
            if parts[-1] == "Resource":
                self._long["cfnDataSources"].add_resource(_text(resource, "Name") or parts[-2], *place)
        elif type_ in ("Custom::AmplifyDynamoDBTable", "AWS::DynamoDB::Table"):
            self._add_table(type_, place, parts)
        elif type_ == "AWS::IAM::Role":
            if parts[-1] == "Resource" and parts[-2] != "ServiceRole":
                self._add_both("roles", "cfnRoles", place, parts)
        elif type_ == "AWS::Lambda::Function":
            if parts[-1] == "Resource":
                self._add_both("functions", "cfnFunctions", place, parts)
        elif type_ in _ADDITIONAL:
            name_at = -2 if parts[-1] in ("Resource", "Default") else -1
            self._long["additionalCfnResources"].add_resource(parts[name_at], *place)

    def _add_both(self, short: str, long: str, place: tuple[str, str], parts: list[str]) -> None:
        construct = "/".join([self._construct, *parts[:-1]])
        self._short[short].add_resource(parts[-2], *place, construct)
        self._long[long].add_resource(parts[-2], *place)

    def _add_table(self, type_: str, place: tuple[str, str], parts: list[str]) -> None:
        """A model's table: Amplify's own resource (`<Model>Table/Default/Default`) or DynamoDB's (`…/Resource`)."""
        while len(parts) > 1 and parts[-1] in ("Default", "Resource"):
            parts = parts[:-1]
        model = parts[-1].removesuffix("Table")
        construct = "/".join([self._construct, *parts])
        table = self._short["tables"].add_resource(model, *place, construct)
        collection = "cfnTables" if type_ == "AWS::DynamoDB::Table" else "amplifyDynamoDbTables"
        self._long[collection].add_resource(model, *place)
        assert table.node is not None
        imported = "/".join([self._construct, *parts[:-1], f"CustomTable{parts[-1]}"])
        self._vocabulary.imports[imported] = table.node


def _text(resource: Json, key: str) -> str:
    """A property that is a plain string, else empty."""
    value = pointer.get(resource, ("Properties", key))
    return value if isinstance(value, str) else ""
