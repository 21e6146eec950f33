// A Modbus TCP server on modbus-serial. Usage: PORT; prints READY.
const { ServerTCP } = require("modbus-serial");
const port = Number(process.argv[2]);
const registers = Array.from({ length: 100 }, (_, i) => (i === 0 ? 1234 : i));
const at = (address) => {
  if (address >= registers.length) {
    const fault = new Error("no such register");
    fault.modbusErrorCode = 2;
    throw fault;
  }
  return registers[address];
};
const vector = {
  getHoldingRegister: at,
  getInputRegister: at,
  getCoil: (address) => at(address) % 2 === 0,
  getDiscreteInput: (address) => at(address) % 2 === 0,
  setRegister: (address, value) => {
    at(address);
    registers[address] = value;
  },
  setCoil: () => undefined,
};
const server = new ServerTCP(vector, { host: "127.0.0.1", port, unitID: 1 });
server.on("initialized", () => console.log("READY"));
server.on("socketError", () => undefined);
