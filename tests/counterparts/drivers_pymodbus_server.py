"""A Modbus TCP server on pymodbus. Usage: PORT [UNIT...]; prints READY."""

import asyncio
import sys

from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice


def device(unit: int) -> SimDevice:
    bits = [SimData(0, values=[True, False] * 8, datatype=DataType.BITS)]
    registers = [1234, *range(1, 100)]
    words = [SimData(0, values=registers, datatype=DataType.REGISTERS)]
    return SimDevice(unit, (bits, list(bits), words, [SimData(0, values=registers, datatype=DataType.REGISTERS)]))


async def main() -> None:
    units = [int(unit) for unit in sys.argv[2:]] or [1]
    server = ModbusTcpServer([device(unit) for unit in units], address=("127.0.0.1", int(sys.argv[1])))
    await server.serve_forever(background=True)
    print("READY", flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
