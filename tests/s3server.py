"""A server that speaks S3 (moto), as a process; buckets are made by a plain PUT."""

import http.client
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from fastcms.ids import random_text
from tests.servers import free_port

REGION = "us-east-1"
ACCESS_KEY = "test-access"
SECRET = "test-secret-1234567890"  # signs; the server checks no signature

_AUTHORIZATION = (
    f"AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/20260101/{REGION}/s3/aws4_request, "
    "SignedHeaders=host, Signature=00"
)
_START_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class S3Server:
    """A running server."""

    port: int

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def new_bucket(self) -> str:
        """The name of a fresh, empty bucket."""
        name = f"bucket-{random_text(12).lower()}"
        assert self.request("PUT", f"/{name}")[0] == 200
        return name

    def settings(self, bucket: str, *, enabled: bool = True) -> dict[str, object]:
        """The bucket as the settings document describes one."""
        return {
            "enabled": enabled,
            "bucket": bucket,
            "region": REGION,
            "endpoint": self.endpoint,
            "accessKey": ACCESS_KEY,
            "secret": SECRET,
            "forcePathStyle": True,
        }

    def request(
        self, method: str, path: str, body: bytes | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers by lower-case name, and body, of a request with no true signature."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, {"Authorization": _AUTHORIZATION})
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, headers, answer.read()
        finally:
            connection.close()


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """Starts the server and stops it."""
    server = S3Server(free_port())
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-p", str(server.port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + _START_SECONDS
        while not _answers(server):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("moto's server did not start; is moto[s3] installed?")
            time.sleep(0.02)
        yield server
    finally:
        process.terminate()
        process.wait(20)


def _answers(server: S3Server) -> bool:
    try:
        return server.request("GET", "/")[0] == 200
    except OSError:
        return False
