"""Register maps of the four machine PLCs, as different from one another as those of four makers."""

from __future__ import annotations

from hmi.simulator.registers import Field, RegisterMap

UNITS: dict[str, int] = {"filler": 1, "capper": 2, "labeller": 3, "packer": 4}
"""Unit id of each machine behind the one listener."""


def _bits(name: str, *more: str) -> tuple[str, ...]:
    return tuple(f"{name}/{bit}" for bit in ("running", "jam", "starved", "blocked", "interlock", *more))


_FILLER = (
    # Measurements are input registers from 0, set points holding registers: the tidy maker.
    Field("filler/state", "input", 0, "uint16"),
    Field("filler/reason", "input", 1, "uint16"),
    Field("filler/mode", "input", 2, "uint16"),
    Field("filler/speed", "input", 3, "uint16", scale=0.1),
    Field("filler/total", "input", 4, "uint16", rolls=True),
    Field("filler/reject", "input", 5, "uint16", rolls=True),
    Field("filler/total", "input", 6, "uint32"),
    Field("filler/bowl_level", "input", 8, "int16", scale=0.1),
    Field("filler/product_temperature", "input", 9, "int16", scale=0.1, offset=-50.0),
    Field("filler/bowl_pressure", "input", 10, "float32", "CDAB"),
    Field("filler/tank_level", "input", 12, "uint16", raw_span=27_648),
    Field("conveyor1/fill", "input", 13, "uint16", scale=0.1),
    Field("filler/product_code", "input", 14, "uint16"),
    Field("filler/order", "input", 15, "uint16"),
    Field("filler/product", "input", 16, "string:16"),
    Field("filler/batch_left", "input", 24, "uint32"),
    Field("filler/stops", "input", 26, "uint16"),
    Field("filler/down_s", "input", 27, "uint32", "CDAB"),
    Field("filler/heartbeat", "input", 29, "uint16"),
    Field("", "input", 30, "bits", keys=_bits("filler")),
    Field("filler/speed_setpoint", "holding", 0, "uint16", writable=True),
    Field("filler/product_temperature_setpoint", "holding", 1, "int16", scale=0.1, writable=True),
    Field("filler/command", "holding", 2, "uint16", writable=True),
    Field("filler/infeed_closed", "coil", 0, "bool", writable=True),
    Field("filler/running", "discrete", 0, "bool"),
    Field("filler/jam", "discrete", 1, "bool"),
    Field("filler/starved", "discrete", 2, "bool"),
    Field("filler/blocked", "discrete", 3, "bool"),
)

_CAPPER = (
    # Everything in holding registers from 100, numbers with their words swapped.
    Field("capper/state", "holding", 100, "uint16"),
    Field("capper/reason", "holding", 101, "uint16"),
    Field("capper/mode", "holding", 102, "uint16"),
    Field("", "holding", 103, "bits", keys=_bits("capper")),
    Field("capper/speed", "holding", 104, "float32", "CDAB"),
    Field("capper/total", "holding", 106, "uint16", rolls=True),
    Field("capper/reject", "holding", 107, "uint16", rolls=True),
    Field("capper/total", "holding", 108, "uint32", "CDAB"),
    Field("capper/torque_mean", "holding", 110, "float32", "CDAB"),
    Field("capper/last_torque", "holding", 112, "float32", "CDAB"),
    Field("capper/cap_hopper_level", "holding", 114, "uint16", scale=0.01),
    Field("capper/chuck_air", "holding", 115, "uint16", scale=0.001),
    Field("conveyor2/fill", "holding", 116, "float32", "CDAB"),
    Field("capper/stops", "holding", 118, "uint16"),
    Field("capper/heartbeat", "holding", 119, "uint16"),
    Field("capper/down_s", "holding", 120, "int32", "CDAB"),
    Field("capper/torque_setpoint", "holding", 200, "float32", "CDAB", writable=True),
    Field("capper/speed_setpoint", "holding", 202, "uint16", writable=True),
    Field("capper/command", "holding", 203, "uint16", writable=True),
)

_LABELLER = (
    # Little-endian inside: bytes swapped, in the 32 bit values fully reversed.
    Field("labeller/state", "holding", 0, "uint16"),
    Field("labeller/reason", "holding", 1, "uint16"),
    Field("labeller/mode", "holding", 2, "uint16"),
    Field("labeller/speed", "holding", 3, "float32", "DCBA"),
    Field("labeller/total", "holding", 5, "uint16", rolls=True),
    Field("labeller/reject", "holding", 6, "uint16", rolls=True),
    Field("labeller/total", "holding", 7, "uint32", "DCBA"),
    Field("labeller/glue_temperature", "holding", 9, "float32", "BADC"),
    Field("labeller/glue_output", "holding", 11, "uint16", scale=0.1),
    Field("labeller/web_tension", "holding", 12, "int16", scale=0.01),
    Field("labeller/label_stock", "holding", 13, "uint16", scale=0.1),
    Field("labeller/stops", "holding", 14, "uint16"),
    Field("labeller/heartbeat", "holding", 15, "uint16"),
    Field("labeller/down_s", "holding", 16, "uint32", "BADC"),
    Field("", "holding", 18, "bits", keys=_bits("labeller", "reel_change")),
    Field("labeller/speed_setpoint", "holding", 40, "uint16", writable=True),
    Field("labeller/glue_setpoint", "holding", 41, "float32", "BADC", writable=True),
    Field("labeller/command", "holding", 43, "uint16", writable=True),
)

_PACKER = (
    # An older controller: decimal number formats beside floats.
    Field("packer/state", "input", 0, "uint16"),
    Field("packer/reason", "input", 1, "uint16"),
    Field("packer/mode", "input", 2, "uint16"),
    Field("packer/speed", "input", 3, "uint16", scale=0.1),
    Field("packer/total", "input", 4, "uint16", rolls=True),
    Field("packer/cartons", "input", 5, "uint16", rolls=True),
    Field("packer/carton_rejects", "input", 6, "uint16", rolls=True),
    Field("packer/reject", "input", 7, "uint16", rolls=True),
    Field("packer/cartons", "input", 8, "bcd8"),
    Field("packer/total", "input", 10, "mod10k"),
    Field("packer/cartons_per_min", "input", 12, "float32"),
    Field("packer/glue_temperature", "input", 14, "float64"),
    Field("packer/glue_output", "input", 18, "uint16", scale=0.1),
    Field("packer/carton_stock", "input", 19, "uint16", scale=0.1),
    Field("conveyor3/fill", "input", 20, "uint16", scale=0.1),
    Field("packer/stops", "input", 21, "uint16"),
    Field("packer/down_s", "input", 22, "uint32"),
    Field("packer/heartbeat", "input", 24, "uint16"),
    Field("packer/running", "discrete", 0, "bool"),
    Field("packer/jam", "discrete", 1, "bool"),
    Field("packer/starved", "discrete", 2, "bool"),
    Field("packer/blocked", "discrete", 3, "bool"),
    Field("packer/interlock", "discrete", 4, "bool"),
    Field("packer/speed_setpoint", "holding", 0, "uint16", writable=True),
    Field("packer/glue_setpoint", "holding", 1, "float32", writable=True),
    Field("packer/command", "holding", 3, "uint16", writable=True),
)

UNIT_MAPS: dict[str, RegisterMap] = {
    "filler": RegisterMap(_FILLER),
    "capper": RegisterMap(_CAPPER),
    "labeller": RegisterMap(_LABELLER),
    "packer": RegisterMap(_PACKER),
}
