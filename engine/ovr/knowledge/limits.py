"""What AWS takes of something at the most.

Sources: AWS CloudFormation user guide, "Understand CloudFormation quotas" (as of October 2026; none of these can be
raised); IAM user guide, "IAM and AWS STS quotas". The limits of environment variables are in `environment`.
"""

from __future__ import annotations

from typing import NamedTuple

NEAR = 0.9
"""From this part of a limit on it is worth a word."""


class Limit(NamedTuple):
    """`most` of what `what` names; `way_out` says what to do when there are more."""

    most: int
    what: str
    way_out: str


_NESTED = "move some into a nested stack of their own (`stacks`)"

SECTIONS: dict[str, Limit] = {
    "Resources": Limit(500, "resources", _NESTED),
    "Parameters": Limit(200, "parameters", "give several values in one parameter, as a list"),
    "Outputs": Limit(200, "outputs", _NESTED),
    "Mappings": Limit(200, "mappings", _NESTED),
}
"""Members of a template's section."""

MAPPING = Limit(200, "attributes", "split the mapping")
"""Members of one mapping."""

NAME = Limit(255, "characters", "choose a shorter name")
"""The name of a resource, parameter, output or mapping."""

DESCRIPTION = Limit(1024, "bytes", "shorten it")
"""A template's description."""

PARAMETER_VALUE = Limit(4096, "bytes", "split it between several parameters")

DYNAMIC_REFERENCES = Limit(60, "dynamic references", "keep several values in one secret, or " + _NESTED)
"""`{{resolve:…}}` in one template."""

BODY = Limit(1_048_576, "bytes", _NESTED)
"""A template that lies in S3."""

INLINE_BODY = Limit(51_200, "bytes", "deploy it from an S3 bucket")
"""A template given with the request itself."""

_FEWER = "take fewer resources in one grant, or put statements into an AWS::IAM::ManagedPolicy of their own"
POLICIES: dict[str, Limit] = {
    "AWS::IAM::Policy": Limit(10_240, "characters", _FEWER),
    "AWS::IAM::Role": Limit(10_240, "characters", _FEWER),
    "AWS::IAM::ManagedPolicy": Limit(6_144, "characters", _FEWER),
}
"""Without white space, of a role in all its inline policies, and of one managed policy."""
