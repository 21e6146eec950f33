"""Making, taking, renewing and judging certificates; OpenSSL is the judge of what clients accept."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs7,
)
from cryptography.x509.oid import ExtendedKeyUsageOID

from hmi.base.certificates.facts import facts_of, read_certificates
from hmi.base.certificates.issuing import DEFAULT_DAYS, KEY_TYPES, key_pem, names_from, new_key, self_signed
from hmi.base.certificates.own import OwnCertificate
from hmi.base.certificates.pair import complete_replacement, read_pair
from hmi.base.certificates.values import DAY_US, CertificateError, date_problem, fits
from hmi.base.errors import UsageError
from tests.helpers.authority import Authority, pem_file
from tests.helpers.clock import EPOCH_US
from tests.helpers.counterparts import need_program

NAMES = ["press-3.plant.example", "10.0.0.5"]
EC = "ec-p256"


@pytest.fixture
def own(tmp_path: Path) -> OwnCertificate:
    return OwnCertificate(tmp_path)


@pytest.fixture
def made(own: OwnCertificate) -> OwnCertificate:
    own.create(NAMES, 825, EC, EPOCH_US)
    return own


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


@pytest.mark.parametrize("kind", KEY_TYPES)
def test_openssl_takes_what_is_made_as_its_own_proof_under_the_strictest_rules(own: OwnCertificate, kind: str) -> None:
    own.create(NAMES, 825, kind, EPOCH_US)
    verify = [need_program("openssl"), "verify", "-x509_strict", "-purpose", "sslserver",
              "-attime", str(EPOCH_US // 1_000_000), "-trusted", str(own.certificate)]  # fmt: skip

    def accepts(*name: str) -> bool:
        return subprocess.run([*verify, *name, own.certificate], capture_output=True, check=False).returncode == 0

    assert accepts("-verify_hostname", "press-3.plant.example")
    assert accepts("-verify_ip", "10.0.0.5")
    assert not accepts("-verify_hostname", "other.plant.example")
    assert not accepts("-verify_ip", "10.0.0.6")


def test_it_lives_no_longer_than_asked_and_vouches_for_nothing_else(made: OwnCertificate) -> None:
    certificate = read_certificates(made.certificate)[0]
    facts = facts_of(certificate)
    assert facts.names == tuple(NAMES)
    assert facts.self_signed and not facts.authority
    assert facts.not_before_us <= EPOCH_US
    # both ends count, so one second less than the span is the whole life (Apple refuses more than 825 days)
    assert facts.not_after_us - facts.not_before_us + 1_000_000 == 825 * DAY_US
    assert len(facts.sha256) == 95 and len(facts.sha1) == 59


@pytest.mark.skipif(sys.platform == "win32", reason="rights are another matter there")
def test_only_the_owner_reads_the_key(made: OwnCertificate) -> None:
    made.renew(825, EC, EPOCH_US)
    made.ask(NAMES, EC)
    keys = [made.key, made.request_key, made.folder / "api.key.previous"]
    assert [mode(key) for key in keys] == [0o600] * 3
    assert all(b"PRIVATE KEY" in key.read_bytes() for key in keys)


@pytest.mark.parametrize(
    ("hosts", "addresses"),
    [
        ([], []), ([""], []), (["a b"], []), (["-a"], []), (["a..b"], []), (["*.plant"], []), (["http://a"], []),
        (["a" * 64], []), (["10.0.0.256"], []), ([], ["press-3"]), ([], ["10.0.0"]), ([], ["10.0.0.0/8"]),
        ([f"h{n}" for n in range(51)], []),
    ],
)  # fmt: skip
def test_what_is_no_name_or_address_is_refused(hosts: list[str], addresses: list[str]) -> None:
    with pytest.raises(UsageError):
        names_from(hosts, addresses)


def test_names_are_kept_once_in_the_form_clients_compare() -> None:
    given = names_from(["Press-3.Plant.", "press-3.plant", "10.0.0.5", "bücher.example"], ["::0001", "10.0.0.5"])
    assert given == ["press-3.plant", "10.0.0.5", "xn--bcher-kva.example", "::1"]


def test_a_certificate_is_not_made_over_another_one_unless_asked(made: OwnCertificate) -> None:
    before = made.certificate.read_bytes()
    with pytest.raises(CertificateError, match="certificate renew"):
        made.create(["other"], 825, EC, EPOCH_US)
    assert made.certificate.read_bytes() == before
    made.create(["other"], 825, EC, EPOCH_US, replace=True)
    assert facts_of(made.current()).names == ("other",)
    assert (made.folder / "api.crt.previous").read_bytes() == before


def test_renewing_keeps_the_names_and_the_last_pair(made: OwnCertificate) -> None:
    first = (made.certificate.read_bytes(), made.key.read_bytes())
    made.renew(90, EC, EPOCH_US + DAY_US)
    read_pair(made.certificate, made.key)
    facts = facts_of(made.current())
    assert facts.names == tuple(NAMES)
    assert facts.days_left(EPOCH_US + DAY_US) == 89
    assert made.key.read_bytes() != first[1]
    previous = (made.folder / "api.crt.previous", made.folder / "api.key.previous")
    assert tuple(file.read_bytes() for file in previous) == first
    read_pair(*previous)
    assert not list(made.folder.glob("*.new"))

    kept = made.key.read_bytes()
    made.renew(90, EC, EPOCH_US + 2 * DAY_US, keep_key=True)
    assert made.key.read_bytes() == kept
    read_pair(*previous)


def test_without_a_certificate_renewing_says_how_to_begin(own: OwnCertificate) -> None:
    with pytest.raises(CertificateError, match="certificate create --host"):
        own.renew(90, EC, EPOCH_US)


def test_a_replacement_cut_off_between_its_two_files_is_completed(made: OwnCertificate) -> None:
    assert not complete_replacement(made.certificate, made.key)
    key = new_key(EC)
    new = self_signed(key, NAMES, EPOCH_US, 90)
    pem_file(made.folder / "api.crt.new", new)
    assert not complete_replacement(made.certificate, made.key)  # the power went before the key was replaced
    read_pair(made.certificate, made.key)
    made.key.write_bytes(key_pem(key))  # ... or after
    with pytest.raises(CertificateError, match="does not belong"):
        read_pair(made.certificate, made.key)
    assert complete_replacement(made.certificate, made.key)
    assert read_pair(made.certificate, made.key)[0] == new


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "pki").write_text("a file in the way")
    with pytest.raises(CertificateError, match="cannot be written"):
        OwnCertificate(tmp_path).create(NAMES, 825, EC, EPOCH_US)


def test_every_fault_of_a_pair_is_a_sentence_of_its_own(made: OwnCertificate, tmp_path: Path) -> None:
    certificate, key = made.certificate, made.key
    other = OwnCertificate(tmp_path / "other")
    other.create(NAMES, 825, EC, EPOCH_US)

    def fault(certificate: Path, key: Path) -> str:
        with pytest.raises(CertificateError) as refusal:
            read_pair(certificate, key)
        return str(refusal.value)

    def a_key(content: bytes) -> Path:
        file = tmp_path / "key.pem"
        file.write_bytes(content)
        file.chmod(0o600)
        return file

    assert "does not exist" in fault(tmp_path / "no.crt", key)
    assert "does not exist" in fault(certificate, tmp_path / "no.key")
    assert "does not belong" in fault(certificate, other.key)
    assert "holds no certificate" in fault(key, key)
    assert "holds no private key" in fault(certificate, a_key(certificate.read_bytes()))
    assert "larger than 1 MB" in fault(certificate, a_key(b"x" * 1_000_001))
    secret = new_key(EC).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"pass"))
    assert "is encrypted" in fault(certificate, a_key(secret))
    short = rsa.generate_private_key(65537, 1024)
    plain = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert "1024 bits" in fault(certificate, a_key(short.private_bytes(*plain)))
    odd = ed25519.Ed25519PrivateKey.generate()
    assert "use EC or RSA" in fault(certificate, a_key(odd.private_bytes(*plain)))
    der = tmp_path / "station.der"
    der.write_bytes(made.current().public_bytes(Encoding.DER))
    assert "is not PEM" in fault(der, key)
    behind = pem_file(tmp_path / "chain.pem", other.current(), made.current())
    assert "has to stand first" in fault(behind, key)
    if sys.platform != "win32":
        key.chmod(0o604)
        assert f"chmod 600 {key}" in fault(certificate, key)
        key.chmod(0o640)
        if os.geteuid() != 0:
            assert "can be read by others" in fault(certificate, key)
    key.chmod(0o600)
    read_pair(certificate, key)


def test_the_sites_authority_signs_a_request_while_the_old_certificate_stays_in_use(
    made: OwnCertificate, tmp_path: Path
) -> None:
    before = made.certificate.read_bytes()
    request = made.ask([*NAMES, "hmi.plant.example"], EC)
    checked = subprocess.run(
        [need_program("openssl"), "req", "-in", request, "-verify", "-noout"], capture_output=True, check=False
    )
    assert checked.returncode == 0
    assert made.certificate.read_bytes() == before
    read_pair(made.certificate, made.key)

    root = Authority("Plant root")
    between = Authority("Plant issuing", issuer=root)
    leaf = between.sign(request)
    taken = made.take(pem_file(tmp_path / "answer.pem", root.certificate, between.certificate, leaf), EPOCH_US)
    assert taken.facts.names == (*NAMES, "hmi.plant.example")
    assert not taken.facts.self_signed
    assert taken.remarks == ()
    assert read_pair(made.certificate, made.key) == (leaf, between.certificate, root.certificate)
    assert not made.request.exists() and not made.request_key.exists()
    trusted = pem_file(tmp_path / "root.pem", root.certificate)
    chain = str(made.certificate)
    openssl = [need_program("openssl"), "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", str(trusted),
               "-attime", str(EPOCH_US // 1_000_000), "-untrusted", chain, chain]  # fmt: skip
    assert subprocess.run(openssl, capture_output=True, check=False).returncode == 0

    with pytest.raises(CertificateError, match=r"signed by CN=Plant issuing.*--csr"):
        made.renew(90, EC, EPOCH_US)
    again = made.ask(["press-3.plant.example"], EC, keep_key=True)
    kept = made.key.read_bytes()
    alone = made.take(pem_file(tmp_path / "again.pem", between.sign(again)), EPOCH_US)
    assert made.key.read_bytes() == kept
    assert "only" in alone.remarks[0]


def test_an_answer_that_clients_would_refuse_is_not_taken(made: OwnCertificate, tmp_path: Path) -> None:
    before = (made.certificate.read_bytes(), made.key.read_bytes())
    root = Authority("Plant root")
    request = made.ask(NAMES, EC)
    stranger = Authority("Stranger")
    elsewhere = OwnCertificate(tmp_path / "elsewhere")
    of_another = root.sign(elsewhere.ask(NAMES, EC))
    cases = [
        ([of_another], "belongs to a key"),
        ([root.sign(request, days=-1)], "has expired"),
        ([root.sign(request, starts_in_days=3)], "is valid only from"),
        ([root.sign(request, names=[])], "names no host"),
        ([root.sign(request, authority=True)], "one of an authority"),
        ([root.sign(request, usage=ExtendedKeyUsageOID.CLIENT_AUTH)], "not for servers"),
        ([root.sign(request), stranger.certificate], "nothing to do with"),
    ]
    for certificates, words in cases:
        with pytest.raises(CertificateError, match=words):
            made.take(pem_file(tmp_path / "answer.pem", *certificates), EPOCH_US)
    (tmp_path / "answer.pem").write_text("<html>sign in</html>")
    with pytest.raises(CertificateError, match="holds no certificate"):
        made.take(tmp_path / "answer.pem", EPOCH_US)
    assert (made.certificate.read_bytes(), made.key.read_bytes()) == before
    assert made.request_key.exists()

    fewer = made.take(pem_file(tmp_path / "answer.pem", root.sign(request, 20, names=NAMES[:1])), EPOCH_US)
    assert [remark for remark in fewer.remarks if "10.0.0.5" in remark]
    assert [remark for remark in fewer.remarks if "in 20 days" in remark]


@pytest.mark.parametrize("form", ["der", "p7b-pem", "p7b-der"])
def test_answers_come_in_every_usual_form(own: OwnCertificate, tmp_path: Path, form: str) -> None:
    root = Authority("Plant root")
    leaf = root.sign(own.ask(NAMES, EC))
    file = tmp_path / "answer"
    if form == "der":
        file.write_bytes(leaf.public_bytes(Encoding.DER))
    else:
        encoding = Encoding.PEM if form == "p7b-pem" else Encoding.DER
        file.write_bytes(pkcs7.serialize_certificates([root.certificate, leaf], encoding))
    own.take(file, EPOCH_US)
    assert read_pair(own.certificate, own.key)[0] == leaf


def test_a_pair_made_elsewhere_is_taken_with_its_key(own: OwnCertificate, tmp_path: Path) -> None:
    elsewhere = OwnCertificate(tmp_path / "elsewhere")
    elsewhere.create(NAMES, 825, "rsa-3072", EPOCH_US)
    elsewhere.key.chmod(0o644)
    with pytest.raises(CertificateError, match="--key FILE"):
        own.take(elsewhere.certificate, EPOCH_US)
    own.take(elsewhere.certificate, EPOCH_US, elsewhere.key)
    read_pair(own.certificate, own.key)
    assert mode(own.key) == 0o600


def test_dates_are_told_with_the_day(made: OwnCertificate) -> None:
    facts = facts_of(made.current())
    end = facts.not_after_us
    assert date_problem(facts, end - 30 * DAY_US) == ""
    assert date_problem(facts, end - 30 * DAY_US + 1) == "expires on 2028-02-24, in 29 days"
    assert date_problem(facts, end - DAY_US) == "expires on 2028-02-24, in 1 day"
    assert date_problem(facts, end) == "has expired on 2028-02-24"
    assert "is the clock" in date_problem(facts, facts.not_before_us - 1)


def test_a_name_fits_as_clients_see_it() -> None:
    names = ("*.plant.example", "Hmi.Example", "10.0.0.5")
    for host in ("press-3.plant.example", "PRESS-3.plant.example.", "hmi.example", "10.0.0.5"):
        assert fits(names, host), host
    for host in ("plant.example", "a.b.plant.example", "xplant.example", ".plant.example", "10.0.0.6", ""):
        assert not fits(names, host), host


def test_the_command_line_offers_what_can_be_made() -> None:
    from hmi.cli import certificate

    assert tuple(KEY_TYPES) == certificate._KEY_TYPES
    assert certificate._DAYS == DEFAULT_DAYS


@pytest.mark.parametrize("content", [b"", b"\x30\x82", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"])
def test_rubbish_is_no_certificate(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.crt"
    file.write_bytes(content)
    with pytest.raises(CertificateError, match="holds no certificate"):
        read_certificates(file)
