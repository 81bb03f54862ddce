"""The HTTP side: reads a request, lets a fault strike, sends the answer, and keeps the log of calls."""

import socket
import struct
import sys
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from sandbox.errors import CrmError
from sandbox.faults import Fault
from sandbox.server_app import Call, Crm, Request, Response
from sandbox.server_routes import answer

LONGEST_ADDRESS = 16_384  # bytes; Salesforce answers 414 above it
_SERVICE_UNAVAILABLE = "<html><head><title>Service Unavailable</title></head><body><h1>503</h1></body></html>"


class CrmServer(ThreadingHTTPServer):
    """Serves one CRM on loopback, each connection in a thread of its own."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, crm: Crm) -> None:
        self.crm = crm
        super().__init__(("127.0.0.1", port), CrmHandler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away, as clients with a timeout do, is no error of ours; anything else is told."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class CrmHandler(BaseHTTPRequestHandler):
    """One connection."""

    server: CrmServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the standard library names them

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed: the log is ``Crm.calls``."""

    def _serve(self) -> None:
        request = self._read()
        fault = self.server.crm.faults.for_request(request.path, request.content)
        response = self._struck_before(fault) or self._carry_out(request, fault)
        if fault is not None and fault.kind == "slow":
            time.sleep(fault.seconds)
        is_cut = fault is not None and fault.kind in ("reset", "reset_after_write")
        kind = fault.kind if fault else ""
        call = Call(request.method, request.path, request.query.get("q", ""), 0 if is_cut else response.status, kind)
        self.server.crm.calls.add(call)
        if is_cut:
            self._reset()
        else:
            self._send(request, response, is_truncated=kind == "truncated_body")

    def _read(self) -> Request:
        address = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        return Request(
            method=self.command,
            path=unquote_plus(address.path),
            query=dict(parse_qsl(address.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length).decode("utf-8", "replace"),
        )

    def _struck_before(self, fault: Fault | None) -> Response | None:
        """The answer of a fault that keeps the request from being carried out."""
        kind = fault.kind if fault else ""
        if kind in ("unavailable", "reset"):
            return Response(503, _SERVICE_UNAVAILABLE)
        if kind == "request_limit":
            return Response(403, CrmError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.").body)
        return None

    def _carry_out(self, request: Request, fault: Fault | None) -> Response:
        if len(self.path) > LONGEST_ADDRESS:
            return Response(414, "<html><body><h1>URI Too Long</h1></body></html>")
        if fault is not None and fault.kind == "expired_session":
            self.server.crm.expire_tokens()
        if fault is not None and fault.kind == "lost_locator":
            self.server.crm.forget_queries()
        if fault is not None and fault.kind == "short_page":
            request = replace(request, most_rows=fault.rows)
        return answer(self.server.crm, request)

    def _send(self, request: Request, response: Response, is_truncated: bool) -> None:
        body, content_type = response.encoded()
        self.send_response(response.status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        if request.path.startswith("/services/data/"):
            crm = self.server.crm
            self.send_header("Sforce-Limit-Info", f"api-usage={crm.calls.api_calls}/{crm.daily_limit}")
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if is_truncated else body)
        if is_truncated:
            self._reset()

    def _reset(self) -> None:
        # Lingering for no time makes the close a reset: the client sees the connection break, not end.
        self.wfile.flush()
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
