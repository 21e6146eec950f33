"""Address space of the utilities' OPC UA server."""

from __future__ import annotations

from dataclasses import dataclass

NAMESPACE = "urn:plant-hmi:simulator"


@dataclass(frozen=True, slots=True)
class Node:
    """One variable: string identifier, snapshot name, OPC UA type name; writable by clients or not.

    in_folders: the points of the identifier are folders.
    """

    identifier: str
    key: str
    type: str
    writable: bool = False
    in_folders: bool = True


def _tunnel() -> list[Node]:
    nodes = [
        Node("Tunnel.State", "tunnel/state", "Int32"),
        Node("Tunnel.BeltSpeed", "tunnel/belt_speed", "Float"),
        Node("Tunnel.BeltSetpoint", "tunnel/belt_setpoint", "Float", writable=True),
    ]
    for zone in (1, 2, 3):
        nodes += [
            Node(f"Tunnel.Zone{zone}.Temperature", f"tunnel/zone{zone}_temperature", "Double"),
            Node(f"Tunnel.Zone{zone}.Setpoint", f"tunnel/zone{zone}_setpoint", "Double", writable=True),
            Node(f"Tunnel.Zone{zone}.Output", f"tunnel/zone{zone}_output", "Float"),
        ]
    return nodes


def _air() -> list[Node]:
    nodes = [
        Node("Air.HeaderPressure", "air/header_pressure", "Double"),
        Node("Air.PressureSetpoint", "air/pressure_setpoint", "Double", writable=True),
        Node("Air.Flow", "air/flow", "Double"),
        Node("Air.DewPoint", "air/dew_point", "Float"),
    ]
    for unit in (1, 2, 3):
        nodes += [
            Node(f"Air.Compressor{unit}.State", f"air/compressor{unit}_state", "Int32"),
            Node(f"Air.Compressor{unit}.Load", f"air/compressor{unit}_load", "Float"),
            Node(f"Air.Compressor{unit}.Hours", f"air/compressor{unit}_hours", "Double"),
            Node(f"Air.Compressor{unit}.Reset", f"air/compressor{unit}_reset", "Boolean", writable=True),
        ]
    return nodes


NODES: tuple[Node, ...] = (
    *_tunnel(),
    Node("Cip.State", "cip/state", "Int32"),
    Node("Cip.Step", "cip/step", "Int16"),
    Node("Cip.StepName", "cip/step_name", "String"),
    Node("Cip.StepElapsed", "cip/step_elapsed", "Double"),
    Node("Cip.StepLength", "cip/step_length", "Double"),
    Node("Cip.ReturnTemperature", "cip/return_temperature", "Double"),
    Node("Cip.Flow", "cip/flow", "Double"),
    Node("Cip.Conductivity", "cip/conductivity", "Double"),
    *_air(),
    Node("Energy.ActivePower", "energy/active_power", "Double"),
    Node("Energy.Demand15min", "energy/demand", "Double"),
    Node("Energy.ActiveEnergy", "energy/energy", "Double"),
    Node("Energy.PowerFactor", "energy/power_factor", "Float"),
    Node("Energy.ContractDemand", "energy/contract_demand", "Double"),
)
"""Every variable; the folder of a node is its identifier up to the last point."""
