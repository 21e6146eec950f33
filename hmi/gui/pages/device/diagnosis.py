"""What a device's figures mean, in sentences: the state of its link, why, and what to do."""

from __future__ import annotations

from hmi.facade.data import DeviceItem
from hmi.gui.i18n import fill, translate

_PROTOCOLS = {
    "modbus-tcp": "Modbus TCP",
    "modbus-tls": "Modbus TLS",
    "modbus-rtu": "Modbus RTU",
    "modbus-rtu-tcp": "Modbus RTU",
    "opcua": "OPC UA",
    "ethernetip": "EtherNet/IP",
    "s7": "S7",
}


def protocol(driver: str) -> str:
    """The protocol's usual name."""
    if driver == "replay":
        return translate("Devices", "recording")
    return _PROTOCOLS.get(driver, driver)


def link_word(item: DeviceItem) -> str:
    """The link in one word or two."""
    return {
        "connected": translate("Devices", "Connected"),
        "connecting": translate("Devices", "Connecting"),
        "down": translate("Devices", "No answer"),
        "disabled": translate("Devices", "Disabled"),
    }.get(item.state, item.state)


def link_icon(item: DeviceItem) -> str:
    """The icon beside the word."""
    return {"connected": "linked", "disabled": "pause"}.get(item.state, "unlink")


def error_count(item: DeviceItem) -> int:
    """All failed requests since the station started."""
    return sum(item.errors.values())


def main_kind(item: DeviceItem) -> str:
    """The kind of error seen most."""
    return max(item.errors, key=lambda kind: item.errors[kind]) if item.errors else ""


def sentence(item: DeviceItem) -> str:
    """One sentence of diagnosis."""
    if item.state == "disabled":
        return translate("Devices", "The device is disabled in the configuration; nothing is asked of it.")
    if item.state == "connected":
        if item.breaker == "half_open":
            return translate("Devices", "The device has just answered again; the next answers decide.")
        if item.bad_tags:
            return fill(translate("Devices", "The device answers, but %1 of its values are not good."), item.bad_tags)
        if item.response_ms.p99 is not None and item.response_ms.p99 > max(50.0, item.scan_ms.asked / 2):
            return translate("Devices", "The device answers, but so slowly that scans may be skipped.")
        return translate("Devices", "The device answers in time and every value is good.")
    if item.state == "connecting":
        return item.last_error or translate("Devices", "The link is being opened.")
    return item.last_error or translate("Devices", "The device does not answer.")


def advice(item: DeviceItem) -> list[str]:
    """What to do, first things first; empty if nothing is wrong."""
    if item.state in ("connected", "disabled"):
        if item.state == "connected" and item.bad_tags:
            return [translate("Devices", "Look at the bad values on the Tags page: each says why.")]
        return []
    error = (item.last_error or "").lower() + " " + main_kind(item).lower()
    steps = [translate("Devices", "Is the PLC in RUN? Look at its front.")]
    if "refus" in error:
        steps.append(
            translate("Devices", "The host answers but the port is closed: is the server in the PLC switched on?")
        )
        steps.append(translate("Devices", "Count its clients: small PLCs take 1 to 4."))
    elif "certificate" in error or "security" in error or "secure" in error:
        steps.append(translate("Devices", "Trust the station's certificate in the server, and the server's here."))
        steps.append(translate("Devices", "Compare the clocks of both."))
    elif "password" in error or "denied" in error or "user" in error:
        steps.append(translate("Devices", "Renew the user name and password of the device."))
    elif item.driver.startswith("modbus-rtu"):
        steps.append(translate("Devices", "Check the bus: cable, termination, unit number, baud rate."))
    else:
        steps.append(translate("Devices", "Check the network: cable, switch, address."))
        steps.append(translate("Devices", "Does something else hold the connection? Small PLCs take 1 to 4 clients."))
    steps.append(translate("Devices", "Restart the PLC only with the line stopped."))
    return steps


def kind_word(kind: str) -> str:
    """An error kind in words."""
    return {
        "timeout": translate("Devices", "no answer in time"),
        "refused": translate("Devices", "refused"),
        "connection": translate("Devices", "connection lost"),
        "protocol": translate("Devices", "wrong answer"),
        "exception": translate("Devices", "refused by the device"),
        "crc": translate("Devices", "damaged frame"),
        "decode": translate("Devices", "cannot be decoded"),
        "security": translate("Devices", "security"),
    }.get(kind, kind.replace("_", " "))
