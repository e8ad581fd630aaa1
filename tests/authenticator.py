"""A passkey authenticator in software, written from the specification, that can also lie."""

import hashlib
import json
import os
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, BACKUP_ELIGIBLE, ATTESTED = 0x01, 0x04, 0x08, 0x40


@dataclass
class Authenticator:
    """One device with one passkey. Each attribute may be changed to have it say something else."""

    origin: str
    rp_id: str = "localhost"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    # What the counter moves by at each use; 0 as for passkeys that are synchronised.
    step: int = 1
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    user_handle: str = ""

    def create(self, options: dict[str, Any], **client: Any) -> dict[str, Any]:
        """What `navigator.credentials.create` gives, as JSON; `client` changes what is signed."""
        self.user_handle = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        public_key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        attested = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id
        data = self._data(ATTESTED) + attested + public_key
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        response = {
            "clientDataJSON": text(self._client("webauthn.create", options, client)),
            "attestationObject": text(attestation),
            "transports": ["internal", "teleport"],
        }
        return self._credential(response)

    def get(self, options: dict[str, Any], **client: Any) -> dict[str, Any]:
        """What `navigator.credentials.get` gives, as JSON."""
        client_data = self._client("webauthn.get", options, client)
        data = self._data(0)
        signed = data + hashlib.sha256(client_data).digest()
        response = {
            "clientDataJSON": text(client_data),
            "authenticatorData": text(data),
            "signature": text(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            "userHandle": self.user_handle,
        }
        return self._credential(response)

    def _client(self, kind: str, options: dict[str, Any], changes: dict[str, Any]) -> bytes:
        known = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps({**known, "crossOrigin": False, **changes}).encode()

    def _data(self, more_flags: int) -> bytes:
        self.count += self.step
        flags = self.flags | more_flags
        digest = hashlib.sha256(self.rp_id.encode()).digest()
        return digest + struct.pack(">BI", flags, self.count)

    def _credential(self, response: dict[str, Any]) -> dict[str, Any]:
        id_ = text(self.credential_id)
        return {"id": id_, "rawId": id_, "type": "public-key", "response": response}


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(text_: str) -> bytes:
    return urlsafe_b64decode(text_ + "===")
