# SPDX-License-Identifier: GPL-3.0-or-later
"""Real daemons in throw-away homes, driven as a user or a script would: `kith` and the socket."""
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

# Sanitized programs on a busy machine: generous, and never waited for when things go well.
PATIENCE = 60


def is_sanitized(programs):
    """Whether kithd is under AddressSanitizer, which holds back memory that was freed."""
    needed = subprocess.run(["ldd", Path(programs) / "kithd"], capture_output=True).stdout
    return b"libasan" in needed


class Refused(Exception):
    """The daemon answered with an error object."""

    def __init__(self, error):
        super().__init__(f"{error.get('message')} ({error.get('data')})")
        self.code = error.get("data", {}).get("code")


class Client:
    """One connection to the control socket."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(str(path))
        self.file = self.socket.makefile("rwb")
        self.next_id = 1
        self.events = []
        self.call("hello", client="e2e", api=[1])

    def start(self, method, **params):
        """Sends a call without waiting; gives its id."""
        call_id, self.next_id = self.next_id, self.next_id + 1
        line = {"jsonrpc": "2.0", "id": call_id, "method": method, "params": params}
        self.file.write((json.dumps(line) + "\n").encode())
        return call_id

    def flush(self):
        self.file.flush()

    def read(self):
        """The next answer or event; None at the end of the stream."""
        line = self.file.readline()
        return json.loads(line) if line else None

    def call(self, method, **params):
        call_id = self.start(method, **params)
        self.flush()
        while True:
            answer = self.read()
            if answer is None:
                raise ConnectionError("the daemon hung up")
            if answer.get("id") == call_id:
                break
            self.events.append(answer)
        if "error" in answer:
            raise Refused(answer["error"])
        return answer["result"]

    def close(self):
        try:
            self.file.close()
        except OSError:
            pass  # what was still to be written has no reader
        self.socket.close()


class Daemon:
    """One profile with its kithd."""

    def __init__(self, programs, root, name, host=None):
        self.programs = Path(programs)
        self.name = name
        self.prefix = host.prefix if host else []  # to run it on a namespaces.Host
        self.home = Path(root) / name
        (self.home / "config").mkdir(parents=True, mode=0o700)
        os.chmod(self.home, 0o700)
        listen = "0.0.0.0:4222" if host else "127.0.0.1:0"
        self.configure(f'[daemon]\nlisten = ["{listen}"]\n')
        self.program = "kithd"
        self.process = None
        self.flags = []  # of kithd, at each start
        self.environment = dict(os.environ, KITH_HOME=str(self.home), KITH_NO_INPUT="1",
                                KITH_AUTOSTART="0")

    def configure(self, text):
        path = self.home / "config" / "config.toml"
        path.write_text(text)
        path.chmod(0o600)

    def keep_port(self):
        """It will listen where it does now after each restart, as a server does."""
        listen = self.call("daemon.status")["listen"][0]
        self.configure(f'[daemon]\nlisten = ["{listen}"]\n')
        return self

    @property
    def socket_path(self):
        return self.home / "run" / "default.sock"

    def spawn(self, *flags):
        log = open(self.home / "stderr", "ab")
        self.process = subprocess.Popen([*self.prefix, self.programs / self.program, *self.flags, *flags], env=self.environment,
                                        stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        return self

    def start(self):
        self.spawn()
        return self.wait_ready()

    def wait_ready(self):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                client = Client(self.socket_path)
                client.close()
                return self
            except OSError:
                if self.process.poll() is not None:
                    raise AssertionError(f"{self.name} died: {self.errors()}")
                time.sleep(0.02)
        raise AssertionError(f"{self.name} is not ready: {self.errors()}")

    def errors(self):
        path = self.home / "stderr"
        return path.read_text(errors="replace")[-4000:] if path.exists() else ""

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """SIGTERM; gives the seconds it took. What a sanitizer found is a failure."""
        if self.process is None or self.process.poll() is not None:
            return 0.0
        begin = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=PATIENCE)
        took = time.monotonic() - begin
        assert code == 0, f"{self.name} ended with {code}: {self.errors()}"
        return took

    def client(self):
        return Client(self.socket_path)

    def call(self, method, **params):
        client = self.client()
        try:
            return client.call(method, **params)
        finally:
            client.close()

    def kith(self, *arguments, stdin=None):
        """Runs the command line; gives (exit code, stdout, stderr)."""
        done = subprocess.run([self.programs / "kith", *arguments], env=self.environment,
                              input=stdin, capture_output=True, timeout=PATIENCE * 2, text=True)
        return done.returncode, done.stdout, done.stderr

    def wait(self, what, condition, patience=PATIENCE):
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            value = condition()
            if value:
                return value
            time.sleep(0.05)
        raise AssertionError(f"{self.name}: {what} did not happen in {patience} s")

    def wait_contact(self, name, state="accepted"):
        def accepted():
            for contact in self.call("contact.list"):
                shown = contact.get("name") or contact.get("self_name")
                if shown == name and contact["state"] == state:
                    return contact
            return None
        return self.wait(f"contact {name} {state}", accepted)

    def history(self, who):
        """Every message of a chat, oldest first."""
        out = []
        while True:
            page = {"chat": who, "limit": 500}
            if out:
                page["before"] = out[0]["id"]
            lines = self.call("message.history", **page)
            out = lines + out
            if len(lines) < 500:
                return out


class Network:
    """A temporary directory of daemons that know each other through invitations."""

    def __init__(self, programs, root=None):
        self.programs = programs
        self.root = tempfile.mkdtemp(prefix="kith-e2e-", dir=root)
        self.daemons = []

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        for daemon in self.daemons:
            if daemon.process is not None and daemon.process.poll() is None:
                daemon.process.kill()
                daemon.process.wait()
        shutil.rmtree(self.root, ignore_errors=True)

    def daemon(self, name, host=None, flags=()):
        daemon = Daemon(self.programs, self.root, name, host)
        daemon.flags = list(flags)
        self.daemons.append(daemon)
        return daemon

    def founder(self, name, host=None, flags=()):
        """The first node of a new private network."""
        daemon = self.daemon(name, host, flags).start()
        daemon.call("identity.create", name=name, network="new")
        return daemon

    def member(self, name, inviter, host=None, flags=()):
        """A node that joins by an invitation; both are contacts of each other."""
        daemon = self.daemon(name, host, flags).start()
        link = inviter.call("invite.create")["link"]
        daemon.call("identity.create", name=name, network=link)
        daemon.call("invite.accept", link=link)
        daemon.wait_contact(inviter.name)
        inviter.wait_contact(name)
        return daemon

    @staticmethod
    def teach(*people):
        """Until each of them knows where the others have their mail kept."""
        time.sleep(3)
        for sender in people:
            for reader in people:
                if reader is sender:
                    continue
                def stored():
                    reader.stop()
                    message = sender.call("message.send", to=reader.name, text="are you there?")["id"]
                    try:
                        sender.call("message.wait", id=message, state="stored", timeout_ms=10000)
                        return True
                    except Refused:
                        return False
                    finally:
                        reader.start()
                        sender.call("message.wait", id=message, state="delivered",
                                    timeout_ms=1000 * PATIENCE)
                        time.sleep(3)  # to find its mailbox again, and tell
                sender.wait("a mailbox of " + reader.name, stored)

    def befriend(self, inviter, joiner):
        link = inviter.call("invite.create")["link"]
        joiner.call("invite.accept", link=link)
        joiner.wait_contact(inviter.name)
        inviter.wait_contact(joiner.name)
