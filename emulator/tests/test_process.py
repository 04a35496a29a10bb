"""The emulator as a process: reachable only as it says, and gone when its owner is."""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from botocore.exceptions import ClientError, SSLError

from emulator.tests.support import create_function, eventually, invoke
from lambda_constructs_emulator.paths import PACKAGE, ROOT, SERVER_PYTHON
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy

WHERE_AM_I = """
import os
def handler(event, context):
    return {"pid": os.getpid(), "environment": dict(os.environ)}
"""


def test_nothing_is_left_after_the_end() -> None:
    with Emulator() as emulator:
        create_function(emulator, "where", WHERE_AM_I)
        worker = invoke(emulator, "where")["pid"]
        server, directory, port = emulator.pid, emulator.directory, port_of(emulator)
        assert alive(server)
        assert alive(worker)

    assert not alive(server)
    assert eventually(lambda: not alive(worker))
    assert not directory.exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_nothing_is_left_after_an_error_inside_the_block() -> None:
    emulator = Emulator()

    def fail() -> None:
        with emulator:
            left.append(emulator.pid)
            raise ZeroDivisionError

    left: list[int] = []
    with pytest.raises(ZeroDivisionError):
        fail()

    assert not alive(left[0])
    assert not emulator.directory.exists()


OWNER = """
import sys
from lambda_constructs_emulator.process import Emulator
from emulator.tests.support import create_function, invoke
from emulator.tests.test_process import WHERE_AM_I
with Emulator() as emulator:
    create_function(emulator, "where", WHERE_AM_I)
    print(emulator.pid, invoke(emulator, "where")["pid"], emulator.directory, flush=True)
    sys.stdin.read()
"""


def test_nothing_is_left_when_the_owner_is_killed() -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with owner:
        assert owner.stdout is not None
        server, worker, directory = owner.stdout.readline().split()
        assert alive(int(server))
        assert alive(int(worker))
        assert Path(directory).exists()

        owner.send_signal(signal.SIGKILL)

    assert eventually(lambda: not alive(int(server)))
    assert eventually(lambda: not alive(int(worker)))
    assert eventually(lambda: not Path(directory).exists())


def test_another_release_of_ministack_is_refused(tmp_path: Path) -> None:
    metadata = tmp_path / "ministack-1.5.34.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Metadata-Version: 2.1\nName: ministack\nVersion: 1.5.34\n")

    result = run_in_server_environment(
        "-m", "lambda_constructs_emulator.server", *SERVER_OPTIONS, path=tmp_path
    )

    assert result.returncode != 0
    assert "written for ministack 1.5.33, installed: 1.5.34" in result.stderr


IMPORTS = (
    "from lambda_constructs_emulator.server.core import hooks; "
    "from lambda_constructs_emulator.server.application_autoscaling import scalable_targets"
)


WITHOUT_TARGET = {
    "hooks.module('services.gone')": "no module 'services.gone'",
    "hooks.wrap(hooks.module('services.sqs'), '_gone', print)": "no '_gone'",
    "hooks.wrap(hooks.module('services.sqs'), '_queues', print)": "not a function",
    "scalable_targets.install(); scalable_targets.install()": "itself",
}


def test_a_hook_without_its_target_stops_the_start() -> None:
    for statement, message in WITHOUT_TARGET.items():
        result = run_in_server_environment("-c", f"{IMPORTS}; {statement}")

        assert result.returncode != 0, statement
        assert "HookError" in result.stderr
        assert message in result.stderr


def test_a_client_that_does_not_know_the_authority_is_turned_away(emulator: Emulator) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with pytest.raises(urllib.error.URLError) as error:
        opener.open(f"{emulator.endpoint}/_ministack/health", timeout=10)
    assert isinstance(error.value.reason, ssl.SSLCertVerificationError)


def test_plain_http_is_not_served(emulator: Emulator) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with pytest.raises(OSError, match=r".+"):
        opener.open(f"http://localhost:{port_of(emulator)}/_ministack/health", timeout=10)


def test_the_authority_of_one_run_is_worth_nothing_in_another(emulator: Emulator) -> None:
    with Emulator() as other:
        keys = [each.client_environment["AWS_SECRET_ACCESS_KEY"] for each in (emulator, other)]
        assert keys[0] != keys[1]
        other.endpoint = emulator.endpoint
        with pytest.raises(SSLError):
            other.client("sts").get_caller_identity()


def test_iam_is_enforced(emulator: Emulator) -> None:
    iam = emulator.client("iam")
    iam.create_user(UserName="visitor")
    key = iam.create_access_key(UserName="visitor")["AccessKey"]
    sqs = emulator.client("sqs", access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"])
    with pytest.raises(ClientError, match="AccessDenied"):
        sqs.list_queues()

    iam.put_user_policy(
        UserName="visitor",
        PolicyName="list",
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "sqs:ListQueues", "Resource": "*"}],
            }
        ),
    )
    assert sqs.list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_a_client_ignores_the_callers_environment(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    elsewhere = {
        "AWS_ENDPOINT_URL": "https://localhost:1",
        "AWS_PROFILE": "production",
        "AWS_ACCESS_KEY_ID": "AKIAPRODUCTION",
        "AWS_SESSION_TOKEN": "production",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_CA_BUNDLE": str(tmp_path / "none.pem"),
        "HTTPS_PROXY": "http://localhost:1",
    }
    for name, value in elsewhere.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path))

    client = emulator.client("sts")

    assert client.get_caller_identity()["Arn"] == "arn:aws:iam::000000000000:root"
    assert client.meta.region_name == "us-east-1"
    environment = emulator.environment
    assert not set(elsewhere.values()) & set(environment.values())
    assert "AWS_PROFILE" not in environment
    assert "HTTPS_PROXY" not in environment
    assert environment["PYTHONPYCACHEPREFIX"] == str(tmp_path)


def test_handlers_do_not_see_the_callers_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET_OF_THE_DEVELOPER", "leaked")
    monkeypatch.setenv("PYTHONPATH", str(PACKAGE.parent))
    with Emulator() as emulator:
        create_function(emulator, "where", WHERE_AM_I)
        environment = invoke(emulator, "where")["environment"]

    assert "AWS_LAMBDA_FUNCTION_NAME" in environment
    assert "A_SECRET_OF_THE_DEVELOPER" not in environment
    assert str(PACKAGE.parent) not in environment["PYTHONPATH"]


def test_reset_forgets_what_was_created(emulator: Emulator) -> None:
    sqs = emulator.client("sqs")
    sqs.create_queue(QueueName="short-lived")
    assert len(sqs.list_queues()["QueueUrls"]) == 1

    emulator.reset()

    assert sqs.list_queues().get("QueueUrls", []) == []


SERVER_OPTIONS = ("--directory", "d", "--certificate", "c", "--key", "k", "--authority", "a")


def run_in_server_environment(
    *arguments: str, path: Path = PACKAGE.parent
) -> subprocess.CompletedProcess[str]:
    """Run Python as the server does; `path` comes before the package on the module path."""
    return subprocess.run(
        [str(SERVER_PYTHON), "-P", *arguments],
        env={"PATH": os.defpath, "PYTHONPATH": os.pathsep.join((str(path), str(PACKAGE.parent)))},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def port_of(emulator: Emulator) -> int:
    return int(emulator.endpoint.rsplit(":", 1)[1])


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be reaped does not."""
    if sys.platform == "linux":
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return False
    else:
        command = ["ps", "-o", "stat=", "-p", str(pid)]
        state = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    return state != "" and not state.startswith("Z")
