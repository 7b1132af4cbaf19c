# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts, cables, switches and home routers out of network namespaces, for tests as root.

    with Topology() as net:
        internet = net.switch("internet")
        vps = net.host("vps")
        internet.plug(vps, "203.0.113.1/24")
        home = net.home("home", internet, "203.0.113.10/24", "192.168.1.1/24")
        alice = net.host("alice")
        cable = home.plug(alice, "192.168.1.2/24")     # its default route is the router
        network.member("Alice", inviter, alice)        # a daemon there, see daemons.py
        cable.pull()
"""
import os
import subprocess
import sys
import unittest
from pathlib import Path

HOME_ROUTER = Path(__file__).with_name("home_router.py")


def run(*command):
    """Runs a program to its end; gives its output. What it says on failure is in the exception."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          timeout=30)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
    return done.stdout


class Cable:
    """One interface of a host and its way to a switch."""

    def __init__(self, host, interface, switch, port, address):
        self.host, self.interface = host, interface
        self.switch, self.port = switch, port
        self.address = address  # "10.0.0.2/24"
        self.gateway = None

    def pull(self):
        """The cable is out: no carrier, the address stays."""
        self.switch.host.ip("link", "set", self.port, "down")

    def push(self):
        self.switch.host.ip("link", "set", self.port, "up")

    def down(self):
        """The interface is switched off at the host."""
        self.host.ip("link", "set", self.interface, "down")

    def up(self):
        self.host.ip("link", "set", self.interface, "up")
        self.route()

    def readdress(self, address):
        """Another address in place of the one there is, as from another network."""
        self.host.ip("address", "del", self.address, "dev", self.interface)
        self.address = address
        self.host.ip("address", "add", address, "dev", self.interface)
        self.route()

    def route(self, gateway=None):
        self.gateway = gateway or self.gateway
        if self.gateway:
            self.host.ip("route", "replace", "default", "via", self.gateway)

    @property
    def plain_address(self):
        return self.address.partition("/")[0]


class Host:
    def __init__(self, name, namespace):
        self.name, self.namespace = name, namespace
        self.interfaces = 0
        run("ip", "netns", "add", namespace)
        # Link-local IPv6 addresses come seconds after a link does and would be changes of their own.
        self.set("net/ipv6/conf/default/disable_ipv6", 1)
        self.ip("link", "set", "lo", "up")

    @property
    def prefix(self):
        """Words before a command, to run it here."""
        return ["nsenter", f"--net=/run/netns/{self.namespace}", "--"]

    def run(self, *command):
        return run(*self.prefix, *command)

    def ip(self, *words):
        return run("ip", "-n", self.namespace, *words)

    def set(self, key, value):
        self.run("sh", "-c", f"echo {value} > /proc/sys/{key}")


class Switch:
    """A LAN. Its bridge is in a namespace of its own, so that the machine's firewall is not asked."""

    def __init__(self, host):
        self.host = host
        self.ports = 0
        self.gateway = None
        host.ip("link", "add", "lan", "type", "bridge", "mcast_snooping", "0")
        host.ip("link", "set", "lan", "up")

    def plug(self, host, address):
        """A cable from the host to here; the host gets this address and, if there is a router, its
        default route."""
        interface, port = f"eth{host.interfaces}", f"port{self.ports}"
        host.interfaces += 1
        self.ports += 1
        self.host.ip("link", "add", port, "type", "veth", "peer", "name", interface,
                     "netns", host.namespace)
        self.host.ip("link", "set", port, "master", "lan", "up")
        host.ip("address", "add", address, "dev", interface)
        host.ip("link", "set", interface, "up")
        cable = Cable(host, interface, self, port, address)
        cable.route(self.gateway)
        return cable


class Topology:
    """Owns all namespaces; the end of it removes them, whatever runs inside is left alone."""

    def __init__(self):
        self.hosts = []
        self.routers = []

    def __enter__(self):
        reason = why_not()
        if reason:
            raise unittest.SkipTest(reason)
        return self

    def __exit__(self, *exception):
        for router in self.routers:
            router.kill()
            router.wait()
            router.stdout.close()
        for host in self.hosts:
            subprocess.run(["ip", "netns", "del", host.namespace], capture_output=True)

    def host(self, name):
        host = Host(name, f"kith-{os.getpid()}-{len(self.hosts)}-{name}")
        self.hosts.append(host)
        return host

    def switch(self, name):
        return Switch(self.host(name))

    def home(self, name, outside, outside_address, inside_address, symmetric=False, nat_pmp=False):
        """A switch behind a router that masquerades: from `outside` nobody calls in, but by ports
        that were asked for by NAT-PMP if it has that. Symmetric: each connection leaves by another
        port. What is mapped and released, a line each, is read from `process.stdout`."""
        router = self.host(f"{name}-router")
        cable = outside.plug(router, outside_address)
        inside = self.switch(name)
        inside.plug(router, inside_address)
        inside.gateway = inside_address.partition("/")[0]
        inside.uplink = cable
        router.set("net/ipv4/ip_forward", 1)
        command = [sys.executable, HOME_ROUTER, cable.interface]
        if symmetric:
            command.append("random")
        if nat_pmp:
            inside.process = subprocess.Popen([*router.prefix, *command, "nat-pmp"],
                                              stdout=subprocess.PIPE, text=True)
            self.routers.append(inside.process)
            if inside.process.stdout.readline() != "ready\n":
                raise RuntimeError("the router does not start")
        else:
            router.run(*command)
        return inside


def why_not():
    """Why there can be no namespaces here; None when there can."""
    if os.geteuid() != 0:
        return "needs root to make network namespaces"
    probe = f"kith-{os.getpid()}-probe"
    try:
        run("ip", "netns", "add", probe)
        run("ip", "-n", probe, "link", "add", "lan", "type", "bridge")
    except (OSError, RuntimeError) as error:
        return f"no network namespaces here: {error}"
    finally:
        subprocess.run(["ip", "netns", "del", probe], capture_output=True)
    return None
