"""A local server that plays Twilio and Amazon SNS: takes messages and checks who sent them."""

import json
import queue
import re
import threading
from base64 import b64decode
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

ACCOUNT, TWILIO_TOKEN = "AC0123456789", "twilio-secret-token"
AWS_KEY, AWS_SECRET, REGION = "AKIDEXAMPLE", "aws/Secret+key", "eu-central-1"

_CODE = re.compile(r"\b(\d{6,10})\b")


@dataclass(frozen=True, slots=True)
class Text:
    """A message that was taken."""

    to: str
    text: str
    sender: str

    @property
    def code(self) -> str:
        found = _CODE.search(self.text)
        assert found, self.text
        return found[1]


class SMSServer:
    """`with SMSServer() as sms:`; `answer` is what it says instead of yes, a status and a body."""

    def __init__(self) -> None:
        self.answer: tuple[int, str] | None = None
        self._texts: queue.Queue[Text] = queue.Queue()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, answer = outer._judged(self.path, dict(self.headers.items()), body)
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer.encode())

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def twilio(self) -> dict[str, Any]:
        """The setting with which FastCMS finds it as Twilio."""
        account = {"accountSid": ACCOUNT, "authToken": TWILIO_TOKEN, "sender": "+15005550006"}
        return {"provider": "twilio", "twilio": {**account, "endpoint": self.url}}

    @property
    def sns(self) -> dict[str, Any]:
        """The same as Amazon SNS."""
        keys = {"accessKey": AWS_KEY, "secret": AWS_SECRET, "region": REGION}
        return {"provider": "sns", "sns": {**keys, "senderId": "Acme", "endpoint": self.url}}

    def take(self) -> Text:
        """The next message; waits for it."""
        return self._texts.get(timeout=10)

    @property
    def is_empty(self) -> bool:
        return self._texts.empty()

    def _judged(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, str]:
        if self.answer is not None:
            return self.answer
        headers = {name.lower(): value for name, value in headers.items()}
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
            return self._as_twilio(headers, form)
        if path == "/":
            return self._as_sns(headers, body, form)
        return 404, ""

    def _as_twilio(self, headers: dict[str, str], form: dict[str, str]) -> tuple[int, str]:
        kind, _, credentials = headers["authorization"].partition(" ")
        if (kind, b64decode(credentials).decode()) != ("Basic", f"{ACCOUNT}:{TWILIO_TOKEN}"):
            return 401, json.dumps({"code": 20003, "message": "Authenticate"})
        sender = form.get("From") or form["MessagingServiceSid"]
        self._texts.put(Text(form["To"], form["Body"], sender))
        return 201, json.dumps({"sid": "SM1", "status": "queued"})

    def _as_sns(
        self, headers: dict[str, str], body: bytes, form: dict[str, str]
    ) -> tuple[int, str]:
        if headers["authorization"] != self._signature(headers, body):
            return 403, "<Error><Code>SignatureDoesNotMatch</Code></Error>"
        assert (form["Action"], form["Version"]) == ("Publish", "2010-03-31")
        attributes = {
            form[f"MessageAttributes.entry.{i}.Name"]: form[
                f"MessageAttributes.entry.{i}.Value.StringValue"
            ]
            for i in (1, 2)
        }
        assert attributes["AWS.SNS.SMS.SMSType"] == "Transactional"
        sender = attributes["AWS.SNS.SMS.SenderID"]
        self._texts.put(Text(form["PhoneNumber"], form["Message"], sender))
        return 200, "<PublishResponse/>"

    def _signature(self, headers: dict[str, str], body: bytes) -> str:
        """What AWS's own client would have signed."""
        known = ("content-type", "x-amz-date")
        request = AWSRequest(
            "POST", f"{self.url}/", data=body, headers={name: headers[name] for name in known}
        )
        request.context["timestamp"] = headers["x-amz-date"]
        signer = SigV4Auth(Credentials(AWS_KEY, AWS_SECRET), "sns", REGION)
        canonical = signer.canonical_request(request)
        to_sign = signer.string_to_sign(request, canonical)
        scope = signer.scope(request)
        names = signer.signed_headers(signer.headers_to_sign(request))
        signature = signer.signature(to_sign, request)
        return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={names}, Signature={signature}"
