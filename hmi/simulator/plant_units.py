"""The machine PLCs: the plant's state behind the Modbus unit ids."""

from __future__ import annotations

from pymodbus.constants import ExcCodes

from hmi.simulator.plant import Plant, RefusedError
from hmi.simulator.registers import Field, RegisterMap, decode


class PlantUnit:
    """One machine's registers, encoded when somebody reads and only if the plant has moved."""

    def __init__(self, plant: Plant, registers: RegisterMap) -> None:
        self._plant = plant
        self._map = registers
        self._filled: dict[str, int] = {}

    def size(self, table: str) -> int:
        return self._map.size(table)

    def before_read(self, table: str, address: int, count: int, memory: list[int]) -> ExcCodes | None:
        if not self._map.size(table):
            return ExcCodes.ILLEGAL_ADDRESS
        if self._filled.get(table) != self._plant.version:
            self._map.fill(table, self._plant.snapshot(), memory)
            self._filled[table] = self._plant.version
        return None

    def write(self, table: str, address: int, values: list[int]) -> ExcCodes | None:
        wanted: list[tuple[Field, float]] = []
        at = address
        while at < address + len(values):
            field = self._map.field_at(table, at)
            # Half a number is refused: a set point must never pass through a value nobody sent.
            if field is None or not field.writable or field.address != at or at + field.words > address + len(values):
                return ExcCodes.ILLEGAL_ADDRESS
            words = values[at - address : at - address + field.words]
            wanted.append((field, float(words[0]) if field.kind == "bool" else decode(field, words)))
            at += field.words
        try:
            for field, value in wanted:
                self._plant.check(field.key, value)
        except RefusedError:
            return ExcCodes.ILLEGAL_VALUE
        for field, value in wanted:
            self._plant.write(field.key, value)
        return None
