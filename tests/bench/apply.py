"""How much `ovr apply` costs beside a bare boto3 script that makes, executes and awaits the same change set.

`make bench`, or `python -m tests.bench.apply [SECONDS]`: both from cold against the fake of AWS, which answers
each call after 30 ms and takes SECONDS (2) for each step of a deployment; an update of two stacks has 10 of them.
"""

from __future__ import annotations

import copy
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.deploy.small import BUCKET, STACK
from tests.e2e.experiment import Start, start
from tests.fakes.aws.server import fake_aws
from tests.fakes.aws.world import World

from ovr.template.assets import sha256

OVR = [sys.executable, "-c", "import sys; from ovr.cli import main; sys.exit(main())"]
BARE = [sys.executable, str(Path(__file__).with_name("bare.py"))]
LATENCY = 0.03


def timed(begin: Start, seconds: float, command: list[str]) -> tuple[float, Counter[str], World]:
    """Seconds from start to end, the calls by operation, and the account afterwards. `@` in the command is the URL."""
    secrets = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_CONFIG_FILE": os.devnull}
    with fake_aws() as fake:
        fake.world, fake.latency = copy.deepcopy(begin.world), LATENCY
        fake.world.pace = seconds
        command = [word.replace("@", fake.url) for word in command]
        began = time.perf_counter()
        done = subprocess.run(command, cwd=begin.folder, env=os.environ | secrets, capture_output=True, check=False)
        took = time.perf_counter() - began
    if done.returncode:
        sys.exit(done.stdout.decode() + done.stderr.decode())
    return took, Counter(fake.calls), fake.world


def main(seconds: float = 2.0) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        begin = start(folder)
        ovr, ours, world = timed(begin, seconds, [*OVR, "apply", "--yes", "--region=us-east-1", "--endpoint-url=@"])
        objects = folder / "objects"
        objects.mkdir()
        for (bucket, key), body in world.objects.items():
            if bucket == BUCKET and "/" not in key:
                (objects / key).write_bytes(body)
        deployed = world.find(STACK)
        assert deployed is not None
        root_key = f"{sha256(deployed.text)}.json"
        bare, theirs, _ = timed(begin, seconds, [*BARE, "@", STACK, BUCKET, root_key, str(objects)])
    print(f"{'':<32}{'ovr apply':>10}{'bare':>10}")
    print(f"{'wall time':<32}{ovr:>8.2f} s{bare:>8.2f} s   {100 * ovr / bare - 100:+.0f} %")
    print(f"{'calls of AWS':<32}{ours.total():>10}{theirs.total():>10}")
    for operation in sorted(ours | theirs):
        print(f"  {operation:<30}{ours[operation]:>10}{theirs[operation]:>10}")


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
