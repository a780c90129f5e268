"""Running the server: the data folder, the database's tables, the owner's link, and uvicorn in one process."""

from __future__ import annotations

import asyncio
import errno
import gc
import importlib
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import django
import uvicorn
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from cohobate.errors import RunProblem, WrongUse
from cohobate.practicum import fermi
from cohobate.web.folder import DataFolder
from cohobate.web.stopping import stopping

ENDS_WITHIN = 3
"""Seconds that requests under way are given when the server is asked to end."""
PARTS = ("csp", "dj_database_url", "django_htmx", "markdown_it", "nh3", "servestatic")
"""What else has to be installed; it is better missed before anything is made."""
EVERYWHERE = ("0.0.0.0", "::")


def serve(
    data: Path,
    host: str,
    port: int,
    url: str | None,
    listening: Callable[[str], None],
    *,
    pasted_programs: bool = False,
) -> None:
    """Serves until it is told to end. `listening` gets the owner's link once the server listens.

    Raises RunProblem for a data folder that is of no use or in use, WrongUse for an address or a port that is, and for
    pasted programs where they cannot be shut off.
    """
    for part in PARTS:
        importlib.import_module(part)
    url = None if url is None else checked_url(url)
    folder = DataFolder(data)
    folder.make()
    folder.key()
    lock = folder.hold()
    try:
        with listener(host, port) as door:
            port = door.getsockname()[1]
            url = url or f"http://{in_url(reachable(host))}:{port}"
            signal.signal(signal.SIGTERM, _end)
            configure(folder, url, names_of(host, url))
            prepare()
            link = owner_link()
            connection.close()
            Server(lambda: listening(link)).run(sockets=[door])
    finally:
        os.close(lock)


def configure(folder: DataFolder, url: str, hosts: list[str], *, read_only: bool = False) -> None:
    """Sets Django up for this folder, for reading alone if so wanted. Once a process."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "cohobate.web.settings",
        "COHOBATE_DATA": str(folder.path),
        "COHOBATE_URL": url,
        "COHOBATE_HOSTS": ",".join(hosts),
        "COHOBATE_READ_ONLY": "yes" if read_only else "",
    }
    django.setup()


def allow_pasted_programs() -> None:
    """Lets rooms run what people paste. Raises WrongUse where a program cannot be shut off from this machine."""
    if not fermi.strongest().separate:
        why = " ".join(fermi.missing()) or "this system offers nothing for it."
        raise WrongUse(f"pasted programs cannot be shut off on this machine; serve without --pasted-programs. {why}")
    os.environ["COHOBATE_PASTED_PROGRAMS"] = "yes"


def prepare() -> None:
    """Brings the database's tables up to date. Raises RunProblem if it cannot be used, or is a later version's."""
    try:
        if connection.vendor == "postgresql":
            # Without the pool, which would go on trying for a while.
            connection.Database.connect(**connection.get_connection_params()).close()
        executor = MigrationExecutor(connection)
        known = set(executor.loader.disk_migrations)
        ours = {app for app, _ in known}
        later = [key for key in executor.loader.applied_migrations if key[0] in ours and key not in known]
        if later:
            raise RunProblem(
                f"the data were last used by a later version of Cohobate (it has '{later[0][1]}'); install that one"
            )
        call_command("migrate", interactive=False, verbosity=0)
    except (DatabaseError, connection.Database.Error) as error:
        why = " ".join(str(error).split())
        raise RunProblem(f"the database cannot be used ({why}); see that it is whole, and that it runs") from None


def owner_link() -> str:
    """The owner's personal link; makes the owner where there is none yet."""
    from cohobate.web.people.links import person_link
    from cohobate.web.people.models import Person

    owner, _ = Person.objects.get_or_create(is_owner=True, defaults={"name": "", "may_host": True})
    return person_link(owner)


# --- addresses ------------------------------------------------------------------------------------------------------


def checked_url(url: str) -> str:
    """Where people reach the server, without a slash at its end. Raises WrongUse for anything else."""
    parts = urlsplit(url)
    try:
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole or parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise WrongUse(
            f"'{url}' is no address of a server; write one such as https://rooms.example.org, without a path"
        )
    return f"{parts.scheme}://{parts.netloc}"


def listener(host: str, port: int) -> socket.socket:
    """A socket that holds the port. Raises WrongUse if it is taken, not allowed, or of no host here."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        door = socket.socket(family, kind, protocol)
        try:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind(address)
            door.listen()
        except BaseException:
            door.close()
            raise
        return door
    except socket.gaierror:
        raise WrongUse(f"'{host}' is no host that is known here; use --host 127.0.0.1, or 0.0.0.0 for all") from None
    except PermissionError:
        raise WrongUse(f"port {port} may not be used by you; choose one above 1023 with --port") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise WrongUse(f"port {port} of {host} is in use by another program; choose another with --port") from None
        raise WrongUse(f"{host} cannot be served on ({error.strerror}); use --host 127.0.0.1") from None


def reachable(host: str) -> str:
    """The host for links: for a server on all addresses, this machine's in its network."""
    if host not in EVERYWHERE:
        return host
    family = socket.AF_INET6 if host == "::" else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            # Nothing is sent: the system only says from which of its addresses it would.
            probe.connect(("2001:db8::1" if host == "::" else "192.0.2.1", 9))
            return str(probe.getsockname()[0])
    except OSError:
        return "localhost"


def in_url(host: str) -> str:
    """A host as it stands in an address."""
    return f"[{host}]" if ":" in host else host


def names_of(host: str, url: str) -> list[str]:
    """The names that the server answers to. An address that a foreign name leads to is none of them."""
    found = [urlsplit(url).hostname or "", "localhost", "127.0.0.1", "::1"]
    found += [socket.gethostname(), reachable(host)] if host in EVERYWHERE else [host]
    return list(dict.fromkeys(in_url(name.lower()) for name in found if name))


# --- the process ----------------------------------------------------------------------------------------------------


class Server(uvicorn.Server):
    """Says when it listens, and when it is about to end."""

    def __init__(self, listening: Callable[[], None]) -> None:
        logging.getLogger("uvicorn.error").addFilter(_unremarkable)
        config = uvicorn.Config(
            "cohobate.web.asgi:application",
            log_config=None,
            log_level="warning",
            access_log=False,
            lifespan="off",
            server_header=False,
            loop="asyncio",
            http="h11",
            ws="none",
            timeout_graceful_shutdown=ENDS_WITHIN,
        )
        super().__init__(config)
        self.listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts, and says so."""
        await super().startup(sockets)
        # What has been loaded by now stays, and looking it through for garbage would hold up everybody now and then.
        gc.freeze()
        await asyncio.to_thread(self.listening)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Tells streams to end, and waits for what is under way."""
        stopping.set()
        await super().shutdown(sockets)


def _unremarkable(record: logging.LogRecord) -> bool:
    # That something was cut off at the end is as it should be.
    cut_off = record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError)
    return not cut_off and not str(record.msg).startswith("Cancel ")


def _end(number: int, frame: FrameType | None) -> None:
    sys.exit(0)
