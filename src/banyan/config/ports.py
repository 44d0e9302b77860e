"""Ports: is one free, who holds it, which is the next."""

import contextlib
import socket

import psutil

from banyan.config.trouble import Trouble


def is_free(host: str, port: int) -> bool:
    """Whether this program could listen there. Raises Trouble when the host is not this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just left is not a port in use
        try:
            trial.bind((host, port))
        except PermissionError as error:
            raise Trouble(
                f"Port {port} is reserved for the system.", "Take one from 1024 on, for example --port 8000."
            ) from error
        except (socket.gaierror, OSError) as error:
            if isinstance(error, socket.gaierror) or error.errno in (99, 49):
                raise Trouble(
                    f"{host} is not an address of this machine.", "--host 127.0.0.1 or --host 0.0.0.0"
                ) from error
            return False
    return True


def occupant(port: int) -> str:
    """Who listens on a port: "nginx (process 812)"; "" where the system does not say."""
    with contextlib.suppress(psutil.Error, OSError):
        for connection in psutil.net_connections("tcp"):
            if (
                connection.status == psutil.CONN_LISTEN
                and connection.laddr
                and connection.laddr.port == port
                and connection.pid
            ):
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    return ""


def next_free(host: str, port: int) -> int:
    """The next port above that is free. Raises Trouble when none of fifty is."""
    for candidate in range(port + 1, port + 51):
        if candidate < 65536 and is_free(host, candidate):
            return candidate
    raise Trouble(f"No port from {port} to {port + 50} is free.", "Name another one with --port.")
