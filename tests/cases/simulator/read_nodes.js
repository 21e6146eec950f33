// Reads variables with node-opcua: argv = url, namespace uri; identifiers as JSON list on stdin; JSON list out.
const { OPCUAClient, AttributeIds, MessageSecurityMode, SecurityPolicy } = require("node-opcua");
async function main() {
  const [url, uri] = process.argv.slice(2);
  const identifiers = JSON.parse(require("fs").readFileSync(0, "utf8"));
  const client = OPCUAClient.create({
    endpointMustExist: false, securityMode: MessageSecurityMode.None, securityPolicy: SecurityPolicy.None,
    connectionStrategy: { maxRetry: 1 },
  });
  await client.connect(url);
  const session = await client.createSession();
  const index = (await session.readNamespaceArray()).indexOf(uri);
  const values = await session.read(identifiers.map((s) => ({ nodeId: `ns=${index};s=${s}`, attributeId: AttributeIds.Value })));
  console.log(JSON.stringify(values.map((v) => ({ value: v.value.value, status: v.statusCode.value, type: v.value.dataType, source: v.sourceTimestamp }))));
  await session.close();
  await client.disconnect();
}
main().catch((fault) => { console.error(fault); process.exit(1); });
