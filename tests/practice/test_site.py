from __future__ import annotations

import http.client
import json
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from practice.site import PracticeSite
from practice.world import World


def ask(address: str, path: str, host: str = "x.com") -> http.client.HTTPResponse:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    connection = http.client.HTTPSConnection(address, context=context, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": host})
        answer = connection.getresponse()
        answer.read()
        return answer
    finally:
        connection.close()


def place_of(site: PracticeSite) -> tuple[str, int]:
    host, port = site.address.split(":")
    return host, int(port)


def names_of_certificate(address: str) -> str:
    host, port = address.split(":")
    pem = ssl.get_server_certificate((host, int(port)))
    from cryptography import x509  # noqa: PLC0415 - only this test looks into a certificate

    certificate = x509.load_pem_x509_certificate(pem.encode())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return str([str(name.value) for name in names])


def test_it_serves_tls_and_control_on_free_ports_and_stops(world, shop):
    with PracticeSite(world) as site:
        assert ask(site.address, "/toko_satu").status == 200
        assert site.url == f"https://{site.address}"
        host = site.control_url.removeprefix("http://")
        control = http.client.HTTPConnection(host, timeout=10)
        control.request("GET", "/state")
        assert json.load(control.getresponse())["accounts"][0]["handle"] == "toko_satu"
        control.close()
    with pytest.raises(OSError):  # noqa: PT011 - the kind differs by platform
        socket.create_connection(place_of(site), 1).close()


def test_the_certificate_names_x_and_its_asset_hosts(world):
    with PracticeSite(world) as site:
        names = names_of_certificate(site.address)
    assert all(f"'{name}'" in names for name in ("x.com", "*.x.com", "*.twimg.com"))


def test_a_client_that_says_nothing_blocks_nobody_and_no_stop(world):
    with PracticeSite(world) as site, socket.create_connection(place_of(site), 5):
        assert ask(site.address, "/").status == 200


def test_a_taken_port_is_an_oserror_and_frees_the_other(world):
    with PracticeSite(world) as site:
        taken = int(site.control_url.rsplit(":", 1)[1])
        with pytest.raises(OSError):  # noqa: PT011 - the words differ by platform
            PracticeSite(World(), control_port=taken)


def test_a_missing_vendor_folder_is_told(world, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"Draft\.min\.js"):
        PracticeSite(world, vendor=tmp_path)


def test_it_runs_alone_and_ends_when_asked():
    command = [sys.executable, "-m", "practice", "--port", "0", "--control-port", "0", "--account", "toko"]
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        try:
            first, second = process.stdout.readline(), process.stdout.readline()
            assert first.startswith("practice: https://127.0.0.1:")
            assert second.startswith("practice control: http://127.0.0.1:")
            assert ask(first.split("//")[1].strip(), "/toko").status == 200
        finally:
            process.terminate()
        code = process.wait(10)
    assert code == 0 or sys.platform == "win32"
