"""The fake as a server on loopback, to be spoken to with the real boto3; faults are made on the wire.

Speaks CloudFormation and STS (Query protocol), SSM (JSON 1.1) and S3 (REST, path style).
"""

from __future__ import annotations

import json
import re
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.sax.saxutils import escape

from tests.fakes.aws.cloudformation import ApiError, CloudFormationApi
from tests.fakes.aws.state import ACCOUNT, unique
from tests.fakes.aws.world import World, timestamp

FaultKind = Literal[
    "throttled", "lost", "refused", "reset", "timeout", "expired", "struck", "struck late", "interrupted"
]
"""`lost`: the server acts and no answer comes; `refused`: the connection closes before it acts; `reset`: likewise,
by RST; `timeout`: no answer for `Fake.stall` seconds, nothing acted. `Fake.strike`, which ends the caller, is called
before the server acts (`struck`), after it has (`struck late`), or before it acts and answers (`interrupted`)."""

_SERVICE = re.compile(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/")


@dataclass
class Fault:
    """One fault: at the `nth` call (from 1) of an operation (`CreateChangeSet`, `PutObject`; `*`: of any), and if
    `onwards` at every call after it."""

    operation: str
    kind: FaultKind
    nth: int = 1
    times: int = 1
    onwards: bool = False
    has_begun: bool = False


@dataclass
class Fake:
    """A running server: its address, what it holds, the calls that reached it, the faults to come."""

    url: str
    world: World
    calls: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    """The access key of each call."""
    faults: list[Fault] = field(default_factory=list)
    stall: float = 3.0
    latency: float = 0.0
    strike: Callable[[], None] = lambda: None
    lock: threading.RLock = field(default_factory=threading.RLock)

    def fault(self, operation: str) -> FaultKind | None:
        """Counts a call; says which fault it meets."""
        self.calls.append(operation)
        for fault in self.faults:
            if fault.has_begun and fault.onwards:
                return fault.kind
            count = len(self.calls) if fault.operation == "*" else self.calls.count(operation)
            if fault.operation in ("*", operation) and fault.nth <= count < fault.nth + fault.times:
                fault.has_begun = True
                return fault.kind
        return None


@contextmanager
def fake_aws() -> Iterator[Fake]:
    """A fake that listens on a free port of loopback until the end of the block."""
    server = _Server(("127.0.0.1", 0), _Handler)
    fake = Fake(f"http://127.0.0.1:{server.server_port}", World())
    server.fake = fake  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that is gone, since `Fake.strike`, is no news."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def _caller_key(authorization: str) -> str:
    return authorization.partition("Credential=")[2].partition("/")[0]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *arguments: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._serve()

    do_PUT = do_POST = do_HEAD = do_DELETE = do_GET

    def _serve(self) -> None:
        fake: Fake = self.server.fake  # type: ignore[attr-defined]
        time.sleep(fake.latency)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        service = _SERVICE.search(self.headers.get("Authorization", ""))
        request = _request(service[1] if service else "s3", self, body)
        with fake.lock:
            fake.keys.append(_caller_key(self.headers.get("Authorization", "")))
            kind = fake.fault(request.operation)
        if kind in ("struck", "interrupted"):
            fake.strike()
        if kind in ("refused", "reset", "timeout", "struck"):
            self._cut(kind, fake.stall)
            return
        if kind == "throttled":
            busy = (503, "SlowDown") if request.service == "s3" else (400, "Throttling")
            self._send(_error(request, *busy, "Rate exceeded"))
            return
        if kind == "expired":
            words = "The security token included in the request is expired"
            self._send(_error(request, 403, "ExpiredToken", words))
            return
        with fake.lock:
            reply = _answer(fake.world, request)
        if kind == "struck late":
            fake.strike()
        if kind in ("lost", "struck late"):
            self._cut("refused", 0)
        else:
            self._send(reply)

    def _cut(self, kind: str, stall: float) -> None:
        if kind == "timeout":
            time.sleep(stall)
        if kind == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        if kind != "reset":
            self.connection.shutdown(socket.SHUT_RDWR)
        self.connection.close()

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)


@dataclass
class Request:
    service: str
    operation: str
    body: bytes
    query: Mapping[str, Any]
    headers: Mapping[str, str]
    bucket: str = ""
    key: str = ""


@dataclass
class Reply:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def _request(service: str, handler: BaseHTTPRequestHandler, body: bytes) -> Request:
    place = urlsplit(handler.path)
    headers = {name.lower(): value for name, value in handler.headers.items()}
    if service in ("cloudformation", "sts"):
        flat = dict(parse_qsl(body.decode(), keep_blank_values=True))
        return Request(service, flat.get("Action", ""), body, _unflatten(flat), headers)
    if service == "ssm":
        target = headers.get("x-amz-target", "").rpartition(".")[2]
        return Request(service, target, body, json.loads(body or b"{}"), headers)
    bucket, _, key = unquote(place.path.lstrip("/")).partition("/")
    names = {"GET": "GetObject" if key else "ListObjectsV2", "PUT": "PutObject", "HEAD": "HeadObject"}
    query = dict(parse_qsl(place.query, keep_blank_values=True))
    return Request("s3", names.get(handler.command, "DeleteObject"), body, query, headers, bucket, key)


def _unflatten(flat: Mapping[str, str]) -> dict[str, Any]:
    """`Parameters.member.1.ParameterKey=X` as nested maps and lists."""
    tree: dict[str, Any] = {}
    for name, value in flat.items():
        at = tree
        *steps, last = name.split(".")
        for step in steps:
            at = at.setdefault(step, {})
        at[last] = value
    return {name: _lists(value) for name, value in tree.items()}


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if [*value] == ["member"]:
        return [_lists(value["member"][index]) for index in sorted(value["member"], key=int)]
    return {name: _lists(member) for name, member in value.items()}


def _answer(world: World, request: Request) -> Reply:
    try:
        if request.service == "cloudformation":
            found = CloudFormationApi(world).call(request.operation, request.query)
            return _xml(request.operation, found, "http://cloudformation.amazonaws.com/doc/2010-05-15/")
        if request.operation == "AssumeRole":
            return _role(world, request)
        if request.service == "sts":
            who = {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/alice", "UserId": "AIDAFAKE"}
            return _xml(request.operation, who, "https://sts.amazonaws.com/doc/2011-06-15/")
        return _parameter(world, request) if request.service == "ssm" else _object(world, request)
    except ApiError as error:
        return _error(request, 400, error.code, str(error))


def _role(world: World, request: Request) -> Reply:
    role = str(request.query["RoleArn"])
    if role not in world.roles:
        raise ApiError("AccessDenied", f"alice is not authorized to perform: sts:AssumeRole on resource: {role}")
    key = f"AS{role.rpartition('/')[2]}"
    keys = {"AccessKeyId": key, "SecretAccessKey": "s", "SessionToken": "t", "Expiration": "2099-01-01T00:00:00Z"}
    return _xml("AssumeRole", {"Credentials": keys}, "https://sts.amazonaws.com/doc/2011-06-15/")


def _parameter(world: World, request: Request) -> Reply:
    name = request.query["Name"]
    if name not in world.parameters:
        raise ApiError("ParameterNotFound", "")
    found = {"Parameter": {"Name": name, "Type": "String", "Value": world.parameters[name]}}
    return Reply(200, json.dumps(found).encode(), {"Content-Type": "application/x-amz-json-1.1"})


def _object(world: World, request: Request) -> Reply:
    place = (request.bucket, request.key)
    if request.operation == "PutObject":
        if request.headers.get("if-none-match") == "*" and place in world.objects:
            return _error(request, 412, "PreconditionFailed", "At least one of the pre-conditions did not hold")
        world.objects[place] = request.body
        return Reply(200, headers={"ETag": '"0"'})
    if request.operation == "ListObjectsV2":
        prefix = request.query.get("prefix", "")
        keys = sorted(key for bucket, key in world.objects if bucket == request.bucket and key.startswith(prefix))
        rows = "".join(f"<Contents><Key>{escape(key)}</Key><Size>1</Size></Contents>" for key in keys)
        head = f"<Name>{request.bucket}</Name><IsTruncated>false</IsTruncated>"
        text = f"<ListBucketResult>{head}{rows}</ListBucketResult>"
        return Reply(200, text.encode(), {"Content-Type": "application/xml"})
    body = world.objects.get(place)
    if request.operation == "DeleteObject":
        world.objects.pop(place, None)
        return Reply(204)
    if body is None:
        return _error(request, 404, "NoSuchKey", "The specified key does not exist.")
    return Reply(200, body, {"ETag": '"0"', "Last-Modified": "Thu, 15 Jan 2026 00:00:00 GMT"})


def _error(request: Request, status: int, code: str, message: str) -> Reply:
    if request.service == "ssm":
        text = json.dumps({"__type": code, "message": message})
        return Reply(status, text.encode(), {"Content-Type": "application/x-amz-json-1.1"})
    inner = f"<Code>{code}</Code><Message>{escape(message)}</Message>"
    if request.service == "s3":
        text = f"<Error>{inner}<RequestId>{unique()}</RequestId></Error>"
    else:
        error = f"<Error><Type>Sender</Type>{inner}</Error>"
        text = f"<ErrorResponse>{error}<RequestId>{unique()}</RequestId></ErrorResponse>"
    return Reply(status, text.encode(), {"Content-Type": "text/xml"})


def _xml(operation: str, result: Mapping[str, Any], namespace: str) -> Reply:
    inner = "".join(_element(name, value) for name, value in result.items())
    text = (
        f'<{operation}Response xmlns="{namespace}"><{operation}Result>{inner}</{operation}Result>'
        f"<ResponseMetadata><RequestId>{unique()}</RequestId></ResponseMetadata></{operation}Response>"
    )
    return Reply(200, text.encode(), {"Content-Type": "text/xml", "Date": timestamp(time.time())})


def _element(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        inner = "".join(_element("member", item) for item in value)
    elif isinstance(value, dict):
        inner = "".join(_element(key, member) for key, member in value.items())
    else:
        inner = escape(str(value).lower() if isinstance(value, bool) else str(value))
    return f"<{name}>{inner}</{name}>"
