"""A small OpenID Connect server on a real socket: authorization code with PKCE, signed ID tokens, and bad manners."""

import hashlib
import json
import secrets
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT, SECRET = "callpoint", "a client's secret: with ünusual characters"


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    """A key, made once for all tests."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class OidcServer:
    """Who is signed in there and what it says about them; the rest is what it does wrong."""

    url: str = ""
    subject: str = "sub-1"
    claims: dict[str, Any] = field(default_factory=dict)
    in_userinfo: bool = False
    token_header: dict[str, Any] = field(default_factory=dict)
    token_changes: dict[str, Any] = field(default_factory=dict)
    sign_with: str = "right"
    algorithm: str = "RS256"
    userinfo_changes: dict[str, Any] = field(default_factory=dict)
    configuration_changes: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)

    def configuration(self) -> dict[str, Any]:
        names = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        endpoints = {f"{name}_endpoint": f"{self.url}/{path}" for name, path in names.items()}
        return {"issuer": self.url, "jwks_uri": f"{self.url}/jwks"} | endpoints | self.configuration_changes

    def jwks(self) -> dict[str, Any]:
        public = json.loads(RSAAlgorithm.to_jwk(key("right").public_key()))
        return {"keys": [public | {"kid": "k1", "use": "sig", "alg": "RS256"}]}

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to, with a code."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return asked["redirect_uri"] + "?" + urlencode({"code": code, "state": asked["state"]})

    def token(self, sent: dict[str, str]) -> tuple[int, dict[str, Any]]:
        asked = self.codes.pop(sent.get("code", ""), None)
        if asked is None:
            return 400, {"error": "invalid_grant"}
        challenge = urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest()).rstrip(b"=")
        proven = asked["code_challenge_method"] == "S256" and challenge.decode() == asked["code_challenge"]
        client = (sent.get("client_id"), sent.get("client_secret")) == (CLIENT, SECRET)
        if not (proven and client and sent["redirect_uri"] == asked["redirect_uri"]):
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "at", "token_type": "Bearer", "expires_in": 60, "id_token": self.id_token()}

    def id_token(self) -> str:
        now = int(time.time())
        said = {} if self.in_userinfo else self.claims
        token = {"iss": self.url, "aud": CLIENT, "sub": self.subject, "iat": now, "exp": now + 300} | said
        token = {name: value for name, value in (token | self.token_changes).items() if value is not None}
        signing: Any = key(self.sign_with)
        if self.algorithm == "none":
            signing = None
        elif self.algorithm == "HS256":
            signing = b"guessed"
        headers = {name: value for name, value in ({"kid": "k1"} | self.token_header).items() if value is not None}
        return jwt.encode(token, signing, self.algorithm, headers=headers)

    def userinfo(self) -> dict[str, Any]:
        return {"sub": self.subject} | self.claims | self.userinfo_changes


@contextmanager
def serving() -> Iterator[OidcServer]:
    """A server that answers until the block ends."""
    state = OidcServer()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            """Quiet."""

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            state.seen.append(parts.path)
            if parts.path == "/authorize":
                asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
                self.send_response(302)
                self.send_header("Location", state.authorize(asked))
                self.end_headers()
                return
            answers = {
                "/.well-known/openid-configuration": state.configuration,
                "/jwks": state.jwks,
                "/userinfo": state.userinfo,
            }
            self.reply(200, answers[parts.path]()) if parts.path in answers else self.reply(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            sent = {name: values[0] for name, values in parse_qs(body).items()}
            basic = self.headers.get("Authorization", "").removeprefix("Basic ")
            if basic:
                user, _, password = b64decode(basic).decode().partition(":")
                sent |= {"client_id": unquote(user), "client_secret": unquote(password)}
            state.seen.append("/token")
            self.reply(*state.token(sent))

        def reply(self, status: int, answer: Any) -> None:
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
