"""A real OpenLDAP server (slapd) on loopback with people, groups and certificates of its own authority."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
from pathlib import Path

from tests.helpers.certificates import Authority
from tests.helpers.counterparts import need
from tests.helpers.ports import free_port
from tests.helpers.waiting import eventually

BASE = "dc=plant,dc=example"
PEOPLE = f"ou=people,{BASE}"
GROUPS = f"ou=groups,{BASE}"
ACCOUNT = f"cn=hmi,{BASE}"
ACCOUNT_PASSWORD = "canary-account-password"

_CONFIG = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
moduleload ppolicy
pidfile {folder}/slapd.pid
argsfile {folder}/slapd.args
TLSCACertificateFile {ca}
TLSCertificateFile {cert}
TLSCertificateKeyFile {key}
sizelimit 50
database mdb
maxsize 16777216
suffix "{base}"
rootdn "cn=root,{base}"
rootpw canary-root-password
directory {folder}/data
index objectClass,uid eq
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{account}" read by users {anonymous} by anonymous {anonymous}
overlay memberof
memberof-group-oc groupOfNames
overlay ppolicy
ppolicy_default "cn=policy,{base}"
"""

# The overlay would write memberOf, but not while the database is filled without the server.
# `twin` stands twice; Bo's name holds characters that mean something in a filter; `lily` is locked for good
_PEOPLE = f"""
dn: {BASE}
objectClass: dcObject
objectClass: organization
o: Plant
dc: plant

dn: {PEOPLE}
objectClass: organizationalUnit
ou: people

dn: {GROUPS}
objectClass: organizationalUnit
ou: groups

dn: {ACCOUNT}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: hmi
userPassword: {ACCOUNT_PASSWORD}

dn: cn=policy,{BASE}
objectClass: device
objectClass: pwdPolicy
cn: policy
pwdAttribute: userPassword
pwdLockout: TRUE
pwdMaxFailure: 50

dn: uid=ana,{PEOPLE}
objectClass: inetOrgPerson
uid: ana
cn: Ana
sn: Silva
displayName: Ana Sílva
userPassword: canary-ana
memberOf: cn=operators,{GROUPS}
memberOf: cn=shift\\2C leads,{GROUPS}

dn: cn=Bo \\28night*\\29\\2C Hall,{PEOPLE}
objectClass: inetOrgPerson
uid: bo
cn: Bo (night*), Hall
sn: Berg
userPassword: canary-bo

dn: uid=cleo,{PEOPLE}
objectClass: inetOrgPerson
uid: cleo
cn: Cleo
sn: Castro
userPassword: canary-cleo

dn: uid=lily,{PEOPLE}
objectClass: inetOrgPerson
uid: lily
cn: Lily
sn: Lund
userPassword: canary-lily
pwdAccountLockedTime: 000001010000Z

dn: uid=bare,{PEOPLE}
objectClass: inetOrgPerson
uid: bare
cn: Bare
sn: Without a password

dn: ou=more,{PEOPLE}
objectClass: organizationalUnit
ou: more

dn: uid=twin,{PEOPLE}
objectClass: inetOrgPerson
uid: twin
cn: Twin
sn: One
userPassword: canary-twin

dn: uid=twin,ou=more,{PEOPLE}
objectClass: inetOrgPerson
uid: twin
cn: Twin
sn: Two
userPassword: canary-twin

dn: cn=operators,{GROUPS}
objectClass: groupOfNames
cn: operators
member: uid=ana,{PEOPLE}
member: cn=Bo \\28night*\\29\\2C Hall,{PEOPLE}

dn: cn=shift\\2C leads,{GROUPS}
objectClass: groupOfNames
cn: shift, leads
member: uid=ana,{PEOPLE}

dn: cn=strangers,{GROUPS}
objectClass: groupOfNames
cn: strangers
member: uid=cleo,{PEOPLE}
"""


class LdapServer:
    """slapd in a folder of its own; `stop` ends it. Ports stay the same over restarts."""

    def __init__(
        self,
        folder: Path,
        *,
        names: tuple[str, ...] = ("localhost", "127.0.0.1"),
        anonymous: str = "auth",
        expired: bool = False,
    ):
        program = shutil.which("slapd", path="/usr/sbin:/usr/bin:/usr/local/sbin")
        need(program, "slapd")
        assert program is not None
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "data").mkdir()
        # Debian's AppArmor profile keeps /usr/sbin/slapd in its own folders; it goes by the path of the program
        self._program = folder / "slapd"
        shutil.copy(program, self._program)
        self.authority = Authority(folder)
        cert, key = self.authority.certificate(folder, "slapd", names, expired=expired)
        config = _CONFIG.format(
            folder=folder, ca=self.authority.file, cert=cert, key=key, base=BASE, account=ACCOUNT, anonymous=anonymous
        )
        (folder / "slapd.conf").write_text(config, encoding="utf-8")
        (folder / "people.ldif").write_text(_PEOPLE.lstrip(), encoding="utf-8")
        self._run("-Ta", "-l", str(folder / "people.ldif"))
        self.port, self.tls_port = free_port(), free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"ldap://localhost:{self.port}"

    @property
    def tls_url(self) -> str:
        return f"ldaps://localhost:{self.tls_port}"

    def start(self) -> None:
        urls = f"ldap://127.0.0.1:{self.port}/ ldaps://127.0.0.1:{self.tls_port}/"
        command = [str(self._program), "-f", str(self.folder / "slapd.conf"), "-h", urls, "-d", "0"]
        with (self.folder / "slapd.txt").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        eventually(lambda: self._listens(self.port) and self._listens(self.tls_port), "slapd takes connections")

    def freeze(self) -> None:
        """The server stops answering while its sockets stay open."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """Ends the server at once."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    @staticmethod
    def _listens(port: int) -> bool:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            return False
        return True

    def _run(self, *arguments: str) -> None:
        command = [str(self._program), *arguments, "-f", str(self.folder / "slapd.conf")]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
