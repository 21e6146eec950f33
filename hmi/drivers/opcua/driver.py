"""Reads, subscribes and writes one OPC UA server."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from asyncua import ua as _ua

from hmi.base.clock import Clock
from hmi.drivers.contract import BatchListener, DeviceFaultError, DriverCounters
from hmi.drivers.opcua.address import parse_node
from hmi.drivers.opcua.session import OpcUaSession
from hmi.drivers.opcua.values import sample_of, variant_for
from hmi.model.devices import DeviceDefinition
from hmi.model.quality import (
    BAD_COMMUNICATION_ERROR,
    BAD_NODE_ID_UNKNOWN,
    BAD_TIMEOUT,
    BAD_TYPE_MISMATCH,
    is_bad,
    status_name,
)
from hmi.model.samples import Sample, SampleBatch, Scalar
from hmi.model.tags import TagDefinition

ua: Any = _ua  # its modules export by star, which strict typing does not follow
_KEEP_ALIVES: Final = 10
_LIFETIME: Final = 60
_QUEUE: Final = 10
_OUTSTANDING: Final = 2
"""Publish requests kept at the server, so that it never waits for one."""

_STALE_FACTOR: Final = 1.5
_ASK_AGAIN_US: Final = 60_000_000
_ODD_ONES_EVERY_US: Final = 5_000_000


class OpcUaDriver:
    """One server. Reconnecting is the runtime's business: a lost session is closed and opened anew."""

    def __init__(self, device: DeviceDefinition, clock: Clock, pki: Path | None) -> None:
        self.counters = DriverCounters()
        self.stale_after_us = 0
        self.last_heard_us = 0
        self._device = device
        self._clock = clock
        self._pki = pki
        self._session: OpcUaSession | None = None
        self._publishers: list[asyncio.Task[None]] = []
        self._fault: DeviceFaultError | None = None
        self._watched: dict[int, TagDefinition] = {}
        self._unwatched: list[TagDefinition] = []
        self._unwatched_due_us = 0
        self._listener: BatchListener | None = None
        self._subscription = 0

    async def connect(self) -> None:
        self._fault = None
        self._session = OpcUaSession(self._device, self._clock, self._pki, self.counters)
        await self._session.open()

    async def close(self) -> None:
        publishers, self._publishers = self._publishers, []
        for task in publishers:
            task.cancel()
        await asyncio.gather(*publishers, return_exceptions=True)
        self.stale_after_us = self.last_heard_us = 0
        self._listener = None
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def read(self, tags: Sequence[TagDefinition]) -> SampleBatch:
        session = self._held()
        session.require_link()
        nodes = [session.node(parse_node(tag.address)) for tag in tags]
        known = [node for node in nodes if node is not None]
        async with session.faults():
            await session.renew_channel_if_due()
            values = iter(await session.read(known))
        now = self._clock.now_us()
        polled = now // 1000 * 1000 if self._listener is None else now
        return SampleBatch.of(
            sample_of(tag, next(values), polled) if node is not None else _unknown(tag, polled)
            for tag, node in zip(tags, nodes, strict=True)
        )

    async def subscribe(self, tags: Sequence[TagDefinition], listener: BatchListener) -> bool:
        if self._device.options.get("mode") == "read":
            return False
        session = self._held()
        self._listener = listener
        self._watched, self._unwatched = {}, []
        async with session.faults():
            await self._create_subscription(session)
            refused = await self._create_items(session, tags)
        for _ in range(_OUTSTANDING):
            self._publishers.append(asyncio.create_task(self._publish(session)))
        if refused:
            listener(SampleBatch.of(refused))
        return True

    async def check(self) -> None:
        session = self._held()
        if self._fault is not None:
            raise self._fault
        session.require_link()
        now = self._clock.monotonic_us()
        async with session.faults():
            if self._publishers:
                quiet = now - self.last_heard_us
                if quiet > self.stale_after_us:
                    raise DeviceFaultError("timeout", "sends no keep-alive", BAD_TIMEOUT)
                if quiet > self._device.timeout_us:
                    await self._ask_state(session)
            await session.renew_channel_if_due()
        if self._unwatched and self._listener is not None and now >= self._unwatched_due_us:
            listener = self._listener
            batch = await self.read(self._unwatched)
            unknown = all(int(status) == BAD_NODE_ID_UNKNOWN for status in batch.status)
            self._unwatched_due_us = now + (_ASK_AGAIN_US if unknown else _ODD_ONES_EVERY_US)
            listener(batch)

    async def write(self, tag: TagDefinition, value: Scalar) -> None:
        session = self._held()
        session.require_link()
        node = session.node(parse_node(tag.address))
        if node is None:
            raise DeviceFaultError("configuration", "does not know the namespace of the tag", BAD_NODE_ID_UNKNOWN)
        async with session.faults():
            variant_type = await self._variant_type(session, node)
            try:
                variant = variant_for(tag, value, variant_type)
            except ValueError as fault:
                raise DeviceFaultError("configuration", f"cannot take it: {fault}", BAD_TYPE_MISMATCH) from None
            parameters = ua.WriteParameters()
            item = ua.WriteValue()
            item.NodeId = node
            item.AttributeId = ua.AttributeIds.Value
            # Value only: many servers refuse a client's status or time.
            item.Value = ua.DataValue(variant, StatusCode=None)
            parameters.NodesToWrite = [item]
            self.counters.requests += 1
            results = await session.services.write(parameters)
        code = int(results[0].value)
        if is_bad(code):
            raise DeviceFaultError("exception", f"refuses the write ({status_name(code)})", code)

    # --- subscription ---

    async def _create_subscription(self, session: OpcUaSession) -> None:
        publish_us = self._device.options.get("publish_us", 500_000)
        assert isinstance(publish_us, int)
        parameters = ua.CreateSubscriptionParameters()
        parameters.RequestedPublishingInterval = publish_us / 1000
        parameters.RequestedMaxKeepAliveCount = _KEEP_ALIVES
        parameters.RequestedLifetimeCount = _LIFETIME
        parameters.MaxNotificationsPerPublish = 0
        parameters.PublishingEnabled = True
        parameters.Priority = 0
        self.counters.requests += 1
        revised = await session.services.create_subscription(parameters, _drop)
        self._subscription = int(revised.SubscriptionId)
        keep_alive_us = int(revised.RevisedMaxKeepAliveCount) * float(revised.RevisedPublishingInterval) * 1000
        self.stale_after_us = int(_STALE_FACTOR * keep_alive_us)
        self.last_heard_us = self._clock.monotonic_us()
        self._sampling_ms = float(revised.RevisedPublishingInterval)

    async def _create_items(self, session: OpcUaSession, tags: Sequence[TagDefinition]) -> list[Sample]:
        """Asks for changes of every tag; returns the samples of those the server does not watch."""
        now = self._clock.now_us()
        refused: list[Sample] = []
        wanted: list[tuple[int, TagDefinition, Any]] = []
        for handle, tag in enumerate(tags, start=1):
            node = session.node(parse_node(tag.address))
            if node is None:
                refused.append(_unknown(tag, now))
                self._unwatched.append(tag)
            else:
                wanted.append((handle, tag, node))
                self._watched[handle] = tag
        for start in range(0, len(wanted), session.chunk_items):
            chunk = wanted[start : start + session.chunk_items]
            parameters = ua.CreateMonitoredItemsParameters()
            parameters.SubscriptionId = self._subscription
            parameters.TimestampsToReturn = ua.TimestampsToReturn.Both
            parameters.ItemsToCreate = [self._item(handle, node) for handle, _, node in chunk]
            self.counters.requests += 1
            results = await session.services.create_monitored_items(parameters)
            for (handle, tag, _), result in zip(chunk, results, strict=True):
                code = int(result.StatusCode.value)
                if is_bad(code):
                    del self._watched[handle]
                    self._unwatched.append(tag)
                    refused.append(Sample(tag.number, None, code, now, now))
        return refused

    def _item(self, handle: int, node: Any) -> Any:
        request = ua.MonitoredItemCreateRequest()
        request.ItemToMonitor.NodeId = node
        request.ItemToMonitor.AttributeId = ua.AttributeIds.Value
        request.MonitoringMode = ua.MonitoringMode.Reporting
        request.RequestedParameters.ClientHandle = handle
        request.RequestedParameters.SamplingInterval = self._sampling_ms
        request.RequestedParameters.QueueSize = _QUEUE
        request.RequestedParameters.DiscardOldest = True
        return request

    async def _publish(self, session: OpcUaSession) -> None:
        """Keeps one publish request at the server and hands on what comes back, until cancelled or lost."""
        acknowledge: list[Any] = []
        while self._publishers:  # a cancellation may be swallowed, an empty list is not
            try:
                answer = await session.services.publish(acknowledge)
                answer.ResponseHeader.ServiceResult.check()
            except ua.UaStatusCodeError as fault:
                acknowledge = []
                if int(fault.code) == ua.StatusCodes.BadTooManyPublishRequests:
                    return
                if int(fault.code) != ua.StatusCodes.BadTimeout:
                    self._lose("ended the subscription")
                    return
                continue
            except (OSError, ua.UaError, DeviceFaultError):
                self._lose("closed the connection")
                return
            self.last_heard_us = self._clock.monotonic_us()
            message = answer.Parameters.NotificationMessage
            acknowledge = []
            if message.NotificationData:
                mark = ua.SubscriptionAcknowledgement()
                mark.SubscriptionId = answer.Parameters.SubscriptionId
                mark.SequenceNumber = message.SequenceNumber
                acknowledge = [mark]
                self._take(message.NotificationData)

    def _take(self, notifications: Sequence[Any]) -> None:
        now = self._clock.now_us()
        samples: list[Sample] = []
        for notification in notifications:
            if isinstance(notification, ua.DataChangeNotification):
                for item in notification.MonitoredItems:
                    tag = self._watched.get(int(item.ClientHandle))
                    if tag is not None:
                        samples.append(sample_of(tag, item.Value, now))
            elif isinstance(notification, ua.StatusChangeNotification):
                self._lose("ended the subscription")
        if samples and self._listener is not None:
            self._listener(SampleBatch.of(samples))

    def _lose(self, words: str) -> None:
        if self._fault is None:
            self._fault = DeviceFaultError("reset", words, BAD_COMMUNICATION_ERROR)

    async def _ask_state(self, session: OpcUaSession) -> None:
        async with asyncio.timeout(self._device.timeout_us / 1e6):
            state = await session.server_state()
        if state != 0:
            raise DeviceFaultError("reset", "says it is not running", BAD_COMMUNICATION_ERROR)

    async def _variant_type(self, session: OpcUaSession, node: Any) -> Any:
        """The node's type, from its value or else its declaration: a write of another type is refused."""
        value = (await session.read([node]))[0].Value
        if value is not None and value.Value is not None:
            return value.VariantType
        declared = (await session.read([node], ua.AttributeIds.DataType))[0].Value
        identifier = declared.Value if declared is not None else None
        if isinstance(identifier, ua.NodeId) and identifier.NamespaceIndex == 0:
            try:
                return ua.VariantType(identifier.Identifier)
            except ValueError:
                pass
        raise DeviceFaultError("exception", "does not tell the type of the tag", BAD_TYPE_MISMATCH)

    def _held(self) -> OpcUaSession:
        if self._session is None:
            raise DeviceFaultError("reset", "is not connected", BAD_COMMUNICATION_ERROR)
        return self._session


def _unknown(tag: TagDefinition, now_us: int) -> Sample:
    return Sample(tag.number, None, BAD_NODE_ID_UNKNOWN, now_us, now_us)


def _drop(result: object) -> None:
    """asyncua wants a callback per subscription; our publish tasks hand on the results themselves."""
