"""The OPC UA server of the simulator: variables with quality and source time, writable set points, faults."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from asyncua import ua as _ua
from asyncua.common.callback import CallbackType, ServerItemCallback
from asyncua.server.server import Server

from hmi.model.quality import is_bad
from hmi.simulator.gate import Gate
from hmi.simulator.opcua_map import Node
from hmi.simulator.plant import RefusedError, Value

ua: Any = _ua
"""The library names its integers Int16, UInt32 ... for the type checker and takes plain ones at run time."""

Reading = tuple[Value | None, int]
"""Value and StatusCode of a variable."""


class OpcUaServer:
    """Serves variables on one port; started and stopped on the running loop.

    check, write: asked before and told after a client writes; check raises RefusedError to refuse.
    on_read: awaited before a client reads any of the variables, and after it subscribed to some.
    """

    def __init__(
        self,
        nodes: Sequence[Node],
        namespace: str,
        port: int,
        *,
        check: Callable[[str, float], None] | None = None,
        write: Callable[[str, float], None] | None = None,
        on_read: Callable[[], Awaitable[None]] | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        self.gate = Gate(host, port)
        self.url = f"opc.tcp://{host}:{self.gate.port}"
        self._nodes = list(nodes)
        self._namespace = namespace
        self._check, self._write, self._on_read = check, write, on_read
        self._server: Server | None = None
        self._ids: dict[str, Any] = {}
        self._writable: dict[Any, Node] = {}
        self._types: dict[str, Any] = {}
        self._last: dict[str, Reading] = {}

    @property
    def port(self) -> int:
        """The public port."""
        return self.gate.port

    async def start(self, initial: Mapping[str, Reading]) -> None:
        """Begins to answer with the `initial` values; raises BusyError if the port is taken."""
        server = Server()
        with _no_garbage_collection():
            await server.init()
        server.set_endpoint(self.url)
        server.socket_address = (self.gate.host, 0)
        server.set_server_name("Plant HMI simulator")
        await server.set_application_uri(f"{self._namespace}:server")
        server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
        index = await server.register_namespace(self._namespace)
        await self._add_nodes(server, index)
        server.subscribe_server_callback(CallbackType.PreWrite, self._before_write)
        server.subscribe_server_callback(CallbackType.PostWrite, self._after_write)
        server.subscribe_server_callback(CallbackType.PreRead, self._reading)
        server.subscribe_server_callback(CallbackType.ItemSubscriptionCreated, self._reading)
        self._server = server
        await self.publish(initial, datetime.now(UTC))
        await server.start()
        assert server.bserver is not None
        await self.gate.open(server.bserver.port)

    async def stop(self) -> None:
        """Ends every session."""
        await self.gate.close()
        if self._server is not None:
            await self._server.stop()
            self._server = None

    async def publish(self, readings: Mapping[str, Reading], source_time: datetime) -> None:
        """Puts out the values that changed, all with one source time and without a pause between them."""
        if self._server is None:
            return
        for key, reading in readings.items():
            if self._last.get(key) == reading:
                continue
            self._last[key] = reading
            value, status = reading
            variant = ua.Variant(value, self._types[key]) if not is_bad(status) else ua.Variant()
            data = ua.DataValue(variant, ua.StatusCode(status), source_time, datetime.now(UTC))
            await self._server.write_attribute_value(self._ids[key], data)

    async def _add_nodes(self, server: Server, index: int) -> None:
        folders: dict[str, Any] = {"": server.nodes.objects}
        for node in self._nodes:
            parent = ""
            *path, leaf = node.identifier.split(".") if node.in_folders else [node.identifier]
            for part in path:
                inner = f"{parent}.{part}" if parent else part
                if inner not in folders:
                    folders[inner] = await folders[parent].add_object(
                        ua.NodeId(inner, index), ua.QualifiedName(part, index)
                    )
                parent = inner
            kind = ua.VariantType[node.type]
            identity = ua.NodeId(node.identifier, index)
            zero = "" if kind is ua.VariantType.String else False if kind is ua.VariantType.Boolean else 0
            variable = await folders[parent].add_variable(
                identity, ua.QualifiedName(leaf, index), ua.Variant(zero, kind), kind
            )
            self._ids[node.key], self._types[node.key] = identity, kind
            if node.writable:
                await variable.set_writable()
                self._writable[identity] = node

    async def _reading(self, event: ServerItemCallback, _service: Any) -> None:
        if self._on_read is None or not event.is_external:
            return
        params = event.request_params
        items = getattr(params, "NodesToRead", None) or [
            item.ItemToMonitor for item in getattr(params, "ItemsToCreate", None) or []
        ]
        ours = set(self._ids.values())
        if any(item.NodeId in ours and item.AttributeId == ua.AttributeIds.Value for item in items):
            await self._on_read()

    def _before_write(self, event: ServerItemCallback, _service: Any) -> None:
        if not event.is_external or self._check is None:
            return
        for node, value in self._writes(event):
            try:
                self._check(node.key, value)
            except RefusedError:
                raise ua.UaStatusCodeError(ua.StatusCodes.BadOutOfRange) from None

    def _after_write(self, event: ServerItemCallback, _service: Any) -> None:
        if not event.is_external or self._write is None:
            return
        results = event.response_params
        for node, value in self._writes(event, results):
            # Not what the plant said last any more: the next publish says it again, whatever it is.
            self._last.pop(node.key, None)
            with contextlib.suppress(RefusedError):
                self._write(node.key, value)

    def _writes(self, event: ServerItemCallback, results: Any = None) -> list[tuple[Node, float]]:
        found: list[tuple[Node, float]] = []
        for position, item in enumerate(event.request_params.NodesToWrite):
            node = self._writable.get(item.NodeId)
            good = results is None or results[position].is_good()
            if node is None or not good or item.AttributeId != ua.AttributeIds.Value or item.Value.Value is None:
                continue
            value = item.Value.Value.Value
            if isinstance(value, bool | int | float):
                found.append((node, float(value)))
        return found


@contextlib.contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """The library builds its many standard objects in half the time where nobody looks for garbage among them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
