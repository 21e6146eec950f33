// An OPC UA server on node-opcua. Usage: PORT PKIFOLDER; prints READY.
const { OPCUAServer, DataType, StatusCodes, OPCUACertificateManager } = require("node-opcua");
const [port, pki] = [Number(process.argv[2]), process.argv[3]];
(async () => {
  const certificates = new OPCUACertificateManager({ rootFolder: pki, automaticallyAcceptUnknownCertificate: true });
  await certificates.initialize();
  const server = new OPCUAServer({
    port,
    hostname: "127.0.0.1",
    serverCertificateManager: certificates,
    userCertificateManager: certificates,
    allowAnonymous: true,
  });
  await server.initialize();
  const space = server.engine.addressSpace;
  space.registerNamespace("urn:test:plant");
  const own = space.getNamespace("urn:test:plant");
  const folder = own.addObject({ organizedBy: space.rootFolder.objects, browseName: "Plant" });
  const add = (name, dataType, value) => {
    const node = own.addVariable({ componentOf: folder, browseName: name, nodeId: `s=${name}`, dataType });
    node.setValueFromSource({ dataType: DataType[dataType], value }, StatusCodes.Good, new Date());
    return node;
  };
  add("Value", "Double", 1234);
  add("Setpoint", "Int16", 10);
  add("Name", "String", "PUMP-07");
  const ticker = add("Ticker", "UInt32", 0);
  await server.start();
  let count = 0;
  setInterval(() => ticker.setValueFromSource({ dataType: DataType.UInt32, value: ++count }, StatusCodes.Good), 100);
  console.log("READY");
})().catch((fault) => {
  console.error(fault);
  process.exit(1);
});
