"""Texts that look like secrets, and texts that do not. What looks like one is put together here, not written out."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovr.knowledge.literal_secrets import looks_like

KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("AKIA" + "IOSFODNN7EXAMPLE", "an AWS access key ID"),
        (f"key=ASIA{'Z' * 16};", "an AWS access key ID"),
        (KEY, "an AWS secret key"),
        ("-----BEGIN " + "PRIVATE KEY-----\nMII", "a private key"),
        ("-----BEGIN " + "OPENSSH PRIVATE KEY-----", "a private key"),
        ("ghp_" + "a1" * 18, "a GitHub token"),
        ("sk_" + "live_" + "a1" * 12, "a Stripe key"),
        ("xoxb-" + "1234567890-abc", "a Slack token"),
        ("https://hooks.slack.com/" + "services/T0AB12CD3/B0AB12CD3/" + "a1" * 12, "a Slack webhook"),
        ("github_" + "pat_" + "a1" * 30, "a GitHub token"),
        ("sk-" + "proj-" + "a1" * 12, "an OpenAI or Anthropic key"),
        ("npm_" + "a1" * 18, "an npm token"),
        ("AIza" + "a" * 35, "a Google API key"),
        ("eyJ" + "a" * 20 + ".eyJ" + "b" * 20 + "." + "c" * 20, "a signed token (JWT)"),
        ("postgres://shop:letmein@db.example.com/shop", "a URL with a password"),
        ("redis://:letmein@cache", "a URL with a password"),
    ],
)
def test_a_secret(text: str, what: str) -> None:
    assert looks_like(text) == what


@pytest.mark.parametrize(
    "text",
    [
        "",
        "debug",
        "3b18e512dba79e4c8300dd08aeb37f8e728b8dad",
        "3b18e512dba79e4c8300dd08aeb37f8e728b8dad3b18e512dba79e4c8300dd08aeb37f8e",
        "amplifyAuthauthenticatedUserRoleD8DA3689",
        "SubscriptiononCreateTagpostAuth0Function",
        "some/path/to/a/file/called/Thing2And3ext",
        "arn:aws:lambda:eu-west-1:123456789012:function:shop",
        "https://example.com:8443/path@2x.png",
        "https://user@example.com/",
        "https://hooks.slack.com/services",
        "mailto:someone@example.com",
        "task-scheduler-for-the-whole-shop-and-more",
        "{{resolve:secretsmanager:AKIA" + "IOSFODNN7EXAMPLE}}",
        "postgres://shop:{{resolve:secretsmanager:db}}@db.example.com/shop",
        "https://${User}:${Password}@example.com",
        "<value will be resolved during runtime>",
    ],
)
def test_no_secret(text: str) -> None:
    assert looks_like(text) is None


@given(st.text(alphabet=string.ascii_letters + string.digits + "/+:@.- ", max_size=200))
def test_any_text_is_judged(text: str) -> None:
    assert looks_like(text) is None or isinstance(looks_like(text), str)
