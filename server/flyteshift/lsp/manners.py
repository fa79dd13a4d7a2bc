"""Protocol manners: what every message gets, whatever it asks for.

pygls leaves invalid params and requests after `shutdown` without an answer, sends tracebacks to the client and keeps
the text of documents itself; here each request gets exactly one answer, and documents are ours (see sync.py).
"""

from __future__ import annotations

import contextvars
import json
import logging
from collections.abc import Callable
from concurrent.futures import Future
from itertools import count
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInternalError,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcMethodNotFound,
    JsonRpcRequestCancelled,
    JsonRpcServerNotInitialized,
)
from pygls.protocol import LanguageServerProtocol

from flyteshift.lsp.inbox import Incoming
from flyteshift.lsp.plain import dig
from flyteshift.lsp.wire import frame

if TYPE_CHECKING:
    from flyteshift.lsp.server import Server

logger = logging.getLogger(__name__)


class Raw(bytes):
    """The result of a request, or the params of a notification, as finished JSON."""


class Protocol(LanguageServerProtocol):
    """Answers, refuses or hands on one message at a time."""

    _server: Server

    def __init__(self, server: Server, converter: Any) -> None:
        super().__init__(server, converter)
        self.trace: Any = "off"
        self.exit_code: int | None = None
        """Set once the server is to leave."""
        self._state = "new"
        self._asked: dict[str, Callable[[Any], None]] = {}
        self._ids = count(1)

    def _register_builtin_features(self) -> None:
        """None of pygls' own handlers: documents and the life cycle are handled here."""

    def receive(self, incoming: Incoming) -> None:
        """Deal with one message. Never raises."""
        data = incoming.data
        is_request = isinstance(data, dict) and "id" in data and "method" in data
        request = data["id"] if is_request and _is_id(data["id"]) else None
        try:
            if incoming.error is not None:
                raise incoming.error
            _check_envelope(data)
            self._log_trace("received", data)
            if "method" not in data:
                self._take_answer(data)
            elif is_request:
                contextvars.copy_context().run(self._take_request, data)
            else:
                self._take_notification(data["method"], data)
        except Exception as error:
            if is_request or incoming.error is not None or not isinstance(data, dict):
                self._send_response(request, error=response_error(error))
            else:
                logger.warning("ignored: %s", error)

    def ask(self, method: str, params: Any, then: Callable[[Any], None]) -> None:
        """Send a request; `then` gets the result, unchecked. An error for an answer is logged, no more."""
        key = f"flyteshift-{next(self._ids)}"
        self._asked[key] = then
        self._send_data({"jsonrpc": "2.0", "id": key, "method": method, "params": params})

    def plain(self, value: Any) -> Any:
        """An object of the protocol as JSON has it."""
        return self._converter.unstructure(value)

    def tell(self, method: str, params: Raw) -> None:
        """Send a notification whose params are finished JSON."""
        self._write(b'{"jsonrpc":"2.0","method":"%b","params":%b}' % (method.encode(), params))

    def _take_request(self, data: dict[str, Any]) -> None:
        request, method = data["id"], data["method"]
        if method == types.INITIALIZE:
            if self._state != "new":
                raise JsonRpcInvalidRequest("initialize was sent already")
            self._send_response(request, self._server.initialize(data.get("params")))
            self._state = "running"
            self.load(self._server.load)
        elif self._state == "new":
            raise JsonRpcServerNotInitialized("the server has not been initialized")
        elif self._state == "down":
            raise JsonRpcInvalidRequest("the server is shutting down")
        elif method == types.SHUTDOWN:
            self._state = "down"
            for future in [*self._request_futures.values()]:
                future.cancel()
            self._send_response(request)
        else:
            if method not in self.fm.features:
                self.load(self._server.load_requests)
            if method not in self.fm.features:
                raise JsonRpcMethodNotFound(f"unknown method: {method}")
            self._handle_request(request, method, self._params(method, data))

    def load(self, modules: Callable[[], None]) -> None:
        """Import what handles messages, or leave."""
        try:
            modules()
        except Exception:  # a broken installation: initialize is answered, so the log has to tell
            logger.exception("cannot start")
            self.exit_code = 1

    def _take_notification(self, method: str, data: dict[str, Any]) -> None:
        if method == types.EXIT:
            self.exit_code = 0 if self._state == "down" else 1
        elif method == types.CANCEL_REQUEST:
            future = self._request_futures.get(dig(data, "params", "id"))
            if future is not None:
                future.cancel()
        elif self._state != "running":
            logger.debug("ignored before initialize or after shutdown: %s", method)
        elif method == types.INITIALIZED:
            self._server.initialized()
        elif method == types.SET_TRACE:
            self.trace = dig(data, "params", "value")
        elif method in self.fm.features:
            self._handle_notification(method, self._params(method, data))

    def _take_answer(self, data: dict[str, Any]) -> None:
        then = self._asked.pop(data["id"], None) if isinstance(data.get("id"), str) else None
        if "error" in data:
            logger.warning("the client answered with an error: %s", dig(data, "error", "message"))
        elif then is not None:
            then(data.get("result"))

    def _params(self, method: str, data: dict[str, Any]) -> Any:
        """The params as lsprotocol's object; those of a method of our own as they came.

        Raises JsonRpcInvalidParams, which says what is wrong with them.
        """
        if method not in types.METHOD_TO_TYPES:
            return data.get("params")
        try:
            return self._converter.structure(data, types.METHOD_TO_TYPES[method][0]).params
        except Exception as error:
            from cattrs import transform_error

            raise JsonRpcInvalidParams(f"{method}: {'; '.join(transform_error(error, path='message'))}") from error

    def _send_handler_result(self, future: Future[Any], *, msg_id: int | str) -> None:
        self._request_futures.pop(msg_id, None)
        if future.cancelled():
            self._send_response(msg_id, error=JsonRpcRequestCancelled("cancelled").to_response_error())
        elif (error := future.exception()) is not None:
            self._send_response(msg_id, error=response_error(error))
        else:
            self._send_response(msg_id, future.result())

    def _check_handler_result(self, future: Future[Any]) -> None:
        if not future.cancelled() and (error := future.exception()) is not None:
            response_error(error)

    def _send_response(self, msg_id: Any, result: Any = None, error: types.ResponseError | None = None) -> None:
        if error is None and isinstance(result, Raw):
            self._write(b'{"jsonrpc":"2.0","id":%b,"result":%b}' % (json.dumps(msg_id).encode(), result))
        else:
            super()._send_response(msg_id, result, error)

    def _send_data(self, data: Any) -> None:
        body = json.dumps(data, default=self._serialize_message, separators=(",", ":"))
        self._write(body.encode("ascii"))

    def _write(self, body: bytes) -> None:
        """Hand one message to the transport. Only the loop's thread may come here."""
        if self.writer is None:
            return
        try:
            self.writer.write(frame(body))
        except (OSError, ValueError):  # nobody reads any more
            self.exit_code = self.exit_code or 0

    def _log_trace(self, verb: str, data: dict[str, Any]) -> None:
        if self.trace not in ("messages", "verbose") or "method" not in data:
            return
        params = {"message": f"{verb} {data['method']}"}
        if self.trace == "verbose":
            params["verbose"] = json.dumps(data.get("params"))[:2000]
        self._send_data({"jsonrpc": "2.0", "method": types.LOG_TRACE, "params": params})


def response_error(error: BaseException) -> types.ResponseError:
    """What a client may know of an exception: a code and one line. Unexpected ones are logged with their traceback."""
    if isinstance(error, JsonRpcException):
        return types.ResponseError(code=error.code, message=error.message)
    logger.error("internal error", exc_info=error)
    text = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    return types.ResponseError(code=JsonRpcInternalError.CODE, message=f"internal error: {text}")


def _check_envelope(data: Any) -> None:
    if not isinstance(data, dict) or data.get("jsonrpc") != "2.0":
        raise JsonRpcInvalidRequest('a message is one object with "jsonrpc": "2.0"')
    if "method" in data and not isinstance(data["method"], str):
        raise JsonRpcInvalidRequest("the method is not a string")
    if "method" in data and "id" in data and not _is_id(data["id"]):
        raise JsonRpcInvalidRequest("the id is neither a string nor an integer")


def _is_id(value: object) -> bool:
    return isinstance(value, (int, str)) and not isinstance(value, bool)
