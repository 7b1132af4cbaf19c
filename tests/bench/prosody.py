#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The yardstick of a server between two clients: starts Debian's prosody in a throw-away directory
on a free port of the loopback, with two accounts, and runs bench_xmpp between them.

    prosody.py --programs build/release/bin [--form shipped] [--root /dev/shm] [--seconds 8]

shipped  as Debian configures it: TLS, which it requires, and the modules of its file. Only "limits"
         is left out, which would hold a client to 10 kB a second, and the talk with other servers.
         A message to somebody who is there is not stored.
archive  the same, and each message is kept in the archives of both people (mod_mam), not synced.
bare     less than anybody would run: no TLS, and only the modules without which nobody can log in.
"""
import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PATIENCE = 20
PASSWORD = "loopback"

NEEDED = "roster saslauth posix"
SHIPPED = NEEDED + (" disco tls blocklist bookmarks carbons pep private smacks vcard4 vcard_legacy"
                    " csi_simple invites invites_adhoc invites_register ping register time uptime"
                    " version admin_adhoc admin_shell")
MODULES = {"shipped": SHIPPED, "archive": SHIPPED + " mam", "bare": NEEDED}

CONFIG = """
run_as_root = {as_root}
pidfile = "{directory}/prosody.pid"
data_path = "{directory}"
ssl = {{ certificate = "{directory}/certificate.pem"; key = "{directory}/key.pem" }}
log = {{ warn = "{directory}/log" }}
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {plain_port} }}
c2s_direct_tls_ports = {{ {tls_port} }}
modules_enabled = {{ {modules} }}
modules_disabled = {{ "s2s" }}
authentication = "internal_plain"
c2s_require_encryption = {tls}
allow_unencrypted_plain_auth = {plain}
VirtualHost "localhost"
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def lua(yes):
    return "true" if yes else "false"


def prepare(directory, port, form):
    """Configuration, certificate and two accounts; gives the file to start it with."""
    accounts = directory / "localhost" / "accounts"
    accounts.mkdir(parents=True)
    for name in ("alice", "bob"):
        (accounts / f"{name}.dat").write_text(f'return {{ ["password"] = "{PASSWORD}"; }};\n')
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                    "-nodes", "-subj", "/CN=localhost", "-keyout", directory / "key.pem",
                    "-out", directory / "certificate.pem"], check=True, capture_output=True)
    config = directory / "prosody.cfg.lua"
    modules = ", ".join(f'"{name}"' for name in MODULES[form].split())
    tls = form != "bare"
    config.write_text(CONFIG.format(directory=directory, modules=modules, tls=lua(tls), plain=lua(not tls),
                                    tls_port=port if tls else "", plain_port="" if tls else port,
                                    as_root=lua(os.geteuid() == 0)))
    return config


def wait_ready(process, port):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        except OSError:
            time.sleep(0.05)
    return False


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--programs", required=True)
    parser.add_argument("--form", default="shipped", choices=MODULES)
    parser.add_argument("--root", default="/dev/shm")
    parser.add_argument("--seconds", default="8")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kith-prosody-", dir=options.root) as name:
        directory, port = Path(name), free_port()
        with open(directory / "stdout", "wb") as said:
            server = subprocess.Popen(["prosody", "-F", "--config", prepare(directory, port, options.form)],
                                      stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        try:
            if not wait_ready(server, port):
                logs = [directory / "stdout", directory / "log"]
                sys.exit("error: prosody did not start\n" +
                         "".join(log.read_text(errors="replace")[-2000:] for log in logs if log.exists()))
            bench = Path(options.programs) / "bench_xmpp"
            way = "plain" if options.form == "bare" else "tls"
            return subprocess.run([bench, way, str(port), PASSWORD, options.seconds]).returncode
        finally:
            server.kill()  # nothing of it is kept
            server.wait()


if __name__ == "__main__":
    sys.exit(main())
