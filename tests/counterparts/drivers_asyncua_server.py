"""An OPC UA server on asyncua. Usage: PORT [open|secure [FOLDER [EXTRA_NAMESPACES]]]; prints READY."""

import asyncio
import logging
import sys
from pathlib import Path

from asyncua import Server, ua
from asyncua.crypto.permission_rules import User, UserRole
from asyncua.server.user_managers import UserManager
from cryptography.x509.oid import ExtendedKeyUsageOID

URI = "urn:test:plant"
logging.disable(logging.CRITICAL)


class OneUser(UserManager):
    def get_user(self, iserver, username=None, password=None, certificate=None):
        if username is None or (username, password) == ("anna", "geheim"):
            return User(role=UserRole.User)
        return None


async def main() -> None:
    secure = len(sys.argv) > 2 and sys.argv[2] == "secure"
    server = Server(user_manager=OneUser() if secure else None)
    await server.init()
    server.set_endpoint(f"opc.tcp://127.0.0.1:{sys.argv[1]}/")
    if secure:
        from asyncua.crypto.cert_gen import setup_self_signed_certificate

        folder = Path(sys.argv[3])
        uri = "urn:test:server"
        await server.set_application_uri(uri)
        await setup_self_signed_certificate(
            folder / "key.pem", folder / "cert.der", uri, "127.0.0.1", [ExtendedKeyUsageOID.SERVER_AUTH], {}
        )
        await server.load_certificate(folder / "cert.der")
        await server.load_private_key(folder / "key.pem")
        policies = [ua.SecurityPolicyType.NoSecurity, ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt]
        server.set_security_policy(policies)
    else:
        server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
    for extra in range(int(sys.argv[4]) if len(sys.argv) > 4 else 0):
        await server.register_namespace(f"urn:test:extra{extra}")
    index = await server.register_namespace(URI)

    async def add(name, value, kind):
        node = await server.nodes.objects.add_variable(ua.NodeId(name, index), name, value, kind)
        await node.set_writable()
        return node

    await add("Value", 1234.0, ua.VariantType.Double)
    await add("Setpoint", 10, ua.VariantType.Int16)
    await add("Name", "PUMP-07", ua.VariantType.String)
    await add("Big", 2**63 - 1, ua.VariantType.Int64)
    await add("Run", True, ua.VariantType.Boolean)
    bad = await add("Broken", 1.0, ua.VariantType.Double)
    await bad.write_value(ua.DataValue(ua.Variant(1.0), StatusCode=ua.StatusCode(ua.StatusCodes.BadSensorFailure)))
    doubt = await add("Doubtful", 1.0, ua.VariantType.Double)
    uncertain = ua.StatusCode(ua.StatusCodes.UncertainSensorNotAccurate)
    await doubt.write_value(ua.DataValue(ua.Variant(7.5), StatusCode=uncertain))
    ticker = await add("Ticker", 0, ua.VariantType.UInt32)
    async with server:
        print("READY", flush=True)
        count = 0
        while True:
            await asyncio.sleep(0.1)
            count += 1
            await ticker.write_value(ua.Variant(count, ua.VariantType.UInt32))


asyncio.run(main())
