"""A news site on loopback: whoever derives from it says what its pages are."""

from __future__ import annotations

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


class Loopback:
    """`with Site() as site`: every answer has an ETag, and is a 304 to those who know it."""

    def __init__(self) -> None:
        #: path → status, in place of the page
        self.broken: dict[str, int] = {}
        #: (path, status) of every request
        self.asked: list[tuple[str, int]] = []
        #: what was posted: what webhooks were told
        self.heard: list[dict[str, Any]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def address(self) -> str:
        """Where it is."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def body(self, path: str) -> str | None:
        """What stands at a path; None: nothing."""
        raise NotImplementedError


def _handler(site: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = (site.body(self.path) or "").encode()
            etag = f'"{hashlib.sha1(body).hexdigest()}"'
            status = site.broken.get(self.path, 200 if body else 404)
            if status == 200 and self.headers.get("If-None-Match") == etag:
                status, body = 304, b""
            site.asked.append((self.path, status))
            self.send_response(status)
            self.send_header("ETag", etag)
            kind = "text/xml" if self.path.endswith(".xml") else "text/html"
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            site.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    return Handler
