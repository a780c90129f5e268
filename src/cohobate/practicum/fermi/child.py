"""Runs one program block by block, shut off from the rest of the machine as far as was asked for.

`measure` starts this file by itself (`python -I -S …`) and nothing imports it, so that limits
and namespaces are set in a process with a single thread. It becomes two or three processes:

    outer    only where there are namespaces: waits for the keeper
    keeper   process 1 of the new namespace, or else the one to which orphans fall: waits for the worker, and ends
             whatever is left when the worker ends or when its standard input, the leash, is closed
    worker   gives up its rights, then runs the program

The keeper writes to the status pipe, which the program cannot reach; the worker writes to the report pipe, which it
can. Both write JSON, one object a line. What cannot be set up is a refusal: the program is then not run.

Started with the word `check` it only compiles what it reads, and writes what is wrong with it or what it is made of: a
few lines can take more to compile than a server has.
"""

from __future__ import annotations

import sys

BEFORE = frozenset(sys.modules)

import __future__  # noqa: E402

import ast  # noqa: E402
import contextlib  # noqa: E402
import ctypes  # noqa: E402
import errno  # noqa: E402
import io  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import resource  # noqa: E402
import select  # noqa: E402
import signal  # noqa: E402
import socket  # noqa: E402
import struct  # noqa: E402
import time  # noqa: E402
import tokenize  # noqa: E402
import types  # noqa: E402
from typing import Any, NoReturn  # noqa: E402

# What an ordinary start of Python has loaded when a program begins.
ORDINARY = frozenset(
    ["os", "stat", "_stat", "posixpath", "genericpath", "os.path", "abc", "_abc", "_collections_abc", "io", "site"]
)
LINUX = sys.platform == "linux"

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_BIND, MS_REC, MS_PRIVATE = 1 << 12, 1 << 14, 1 << 18
KEPT = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC
"""Flags of a mount that only the one who set them may lift; statvfs(3) and mount(2) number these alike."""
MNT_DETACH = 2
NEW_MOUNTS, NEW_HOST_NAME, NEW_IPC = 0x20000, 0x4000000, 0x8000000
NEW_USER, NEW_PROCESSES, NEW_NETWORK = 0x10000000, 0x20000000, 0x40000000
PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 1, 24, 36, 38, 47

AUDIT_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
CALLS = {
    "x86_64": {"seccomp": 317, "shmget": 29, "semget": 64, "msgget": 68, "memfd_create": 319, "memfd_secret": 447},
    "aarch64": {"seccomp": 277, "shmget": 194, "semget": 190, "msgget": 186, "memfd_create": 279, "memfd_secret": 447},
}
"""The numbers of calls by which memory can be had that is in no process's address space, and of what forbids them."""

Request = dict[str, Any]
Place = tuple[int, int]


def tell(pipe: int, **what: Any) -> None:
    data = json.dumps(what).encode() + b"\n"
    while data:
        data = data[os.write(pipe, data) :]


def call(name: str, *arguments: Any) -> int:
    """A function of the C library. Raises OSError if it fails, AttributeError if this system has none such."""
    answer: int = getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments)
    if answer < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}: {os.strerror(error)}")
    return answer


def prctl(option: int, first: int, second: int = 0) -> None:
    call("prctl", option, *(ctypes.c_ulong(one) for one in (first, second, 0, 0)))


def check() -> None:
    """Compiles standard input and writes an object: what is wrong and in which line, or what it is made of."""
    for which, most in ((resource.RLIMIT_AS, 512 * 2**20), (resource.RLIMIT_CPU, 5), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(which, (most, most))
        except (OSError, ValueError):
            if LINUX:
                raise
    source = sys.stdin.buffer.read().decode()
    try:
        tree = ast.parse(source)
        compile(tree, "program", "exec", dont_inherit=True)
        comments = [
            one for one in tokenize.generate_tokens(io.StringIO(source).readline) if one.type == tokenize.COMMENT
        ]
    except SyntaxError as error:
        tell(1, line=error.lineno or 1, wrong=error.msg)
    except (ValueError, RecursionError, MemoryError, tokenize.TokenError):
        tell(1, line=None, wrong="it nests too deeply or is too much to compile")
    else:
        tell(
            1,
            docstring=ast.get_docstring(tree) or "",
            comments=[(*one.start, one.string) for one in comments],
            statements=[(first_line(one), one.end_lineno) for one in tree.body],
        )


def first_line(statement: ast.stmt) -> int:
    """Where a statement begins, its decorators included."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(one.lineno for one in decorators)])


def main(request_file: int, status: int, report: int) -> None:
    # As process 1 of a namespace it must not be interrupted from within; without a handler it cannot be.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    with open(request_file, encoding="utf-8") as file:
        request: Request = json.load(file)
    try:
        found = apart(request) if request["namespaces"] else {}
        if request["namespaces"]:
            keeper = os.fork()
            if keeper:
                # Its end of the status pipe stays open, so that the pipe ends when nothing at all is left.
                os.close(report)
                os.waitpid(keeper, 0)
                os._exit(0)
            prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            found["network_off"] = no_network()
        elif LINUX:
            prctl(PR_SET_CHILD_SUBREAPER, 1)
        root = root_of_all()
        nothing = os.open(os.devnull, os.O_RDONLY)
        tasks = tasks_of(request["uid"]) if counts_tasks_of_all(request) else 2
        if request["namespaces"]:
            private_root(request)
        elif request["uid"] != os.geteuid():
            os.chown(".", request["uid"], request["gid"])
        parent = os.getpid()
        awake = wakeful()
        worker = os.fork()
        if not worker:
            os.close(status)
            os.dup2(nothing, 0)
            work(request, report, found, tasks, parent, root)
    except Exception as error:
        tell(status, refused=f"{type(error).__name__}: {error}"[:300])
        os._exit(0)
    os.close(report)
    tell(status, ended=keep(worker, awake))
    end_all(worker, in_namespace=request["namespaces"])
    os._exit(0)


# --- what is shut off ---------------------------------------------------------------------------------------------


def apart(request: Request) -> dict[str, Any]:
    """New namespaces for all but the clock and the control groups; the next child is process 1 of its own."""
    user = os.readlink("/proc/self/ns/user")
    uid, gid = os.getuid(), os.getgid()
    flags = NEW_MOUNTS | NEW_HOST_NAME | NEW_IPC | NEW_PROCESSES | NEW_NETWORK
    call("unshare", flags | (NEW_USER if request["user"] == "mapped" else 0))
    if request["user"] == "mapped":
        for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(text)
    return {"own_namespace": os.readlink("/proc/self/ns/user") != user}


def no_network() -> bool:
    """Whether no way leads anywhere, this machine included. Nothing is sent to find out."""
    for address in ("127.0.0.1", "192.0.2.1"):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            if one.connect_ex((address, 9)) == 0:
                return False
    return True


def mount(source: str, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    encoded = [None if one is None else os.fsencode(one) for one in (source, target, kind, options)]
    call("mount", *encoded[:3], ctypes.c_ulong(flags), encoded[3])


def private_root(request: Request) -> None:
    """A root with Python and the system's libraries, to be read only, and empty folders, held in memory."""
    folder = os.getcwd()
    mount("none", "/", None, MS_REC | MS_PRIVATE)
    # The second figure is how many files there can be; each takes memory that is not counted in the size.
    size = f"size={request['folder_bytes']},nr_inodes=4096,mode=755"
    mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, size)
    inside = f"{folder}/inside"
    os.makedirs(f"{inside}/dev")
    # The second for temporary files. Not to work in: Python itself may be installed below /tmp.
    for name in ("program", "tmp"):
        os.mkdir(f"{inside}/{name}", 0o700)
        os.chown(f"{inside}/{name}", request["uid"], request["gid"])
    python = {os.path.dirname(entry.rstrip("/")) for entry in sys.path if os.path.isdir(entry)}
    done: list[str] = []
    for path in ("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache", *sorted(python)):
        if not os.path.exists(path) or any(path == one or path.startswith(f"{one}/") for one in done):
            continue
        done.append(path)
        os.makedirs(os.path.dirname(inside + path), exist_ok=True)
        if os.path.islink(path):
            os.symlink(os.readlink(path), inside + path)
        else:
            show(path, inside + path, MS_RDONLY | MS_NOSUID | MS_NODEV)
    for name in ("null", "zero", "full", "random", "urandom"):
        show(f"/dev/{name}", f"{inside}/dev/{name}", MS_NOSUID | MS_NOEXEC)
    os.chdir(folder)
    # pivot_root(2), "pivot_root(".", ".")": the old root comes to lie on the new one, and is taken off it.
    call("pivot_root", b".", b".")
    call("umount2", b".", MNT_DETACH)
    # In a changed root, the kernel makes no user namespaces; a program in one would meet far more of the kernel.
    os.chroot("inside")
    os.chdir("/program")


def root_of_all() -> Place:
    """Which folder / is: its device and its number on that."""
    found = os.stat("/")
    return found.st_dev, found.st_ino


def show(source: str, target: str, flags: int) -> None:
    """Makes a file or a folder visible in the new root too."""
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        open(target, "x").close()
    mount(source, target, None, MS_BIND | MS_REC)
    kept = os.statvfs(target).f_flag & KEPT
    mount("none", target, None, MS_BIND | MS_REMOUNT | flags | kept)


def counts_tasks_of_all(request: Request) -> bool:
    """Whether the limit on processes is for all of the user's, not only for those of its new user namespace."""
    if request["user"] != "mapped":
        return True
    first, second = (int("".join(filter(str.isdigit, one))) for one in os.uname().release.split(".")[:2])
    return (first, second) < (5, 14)


def tasks_of(uid: int) -> int:
    """How many processes and threads a user has now; 0 where the system does not tell."""
    found = 0
    for pid in os.listdir("/proc") if os.path.isdir("/proc/self/task") else ():
        try:
            if pid.isdigit() and os.stat(f"/proc/{pid}").st_uid == uid:
                found += len(os.listdir(f"/proc/{pid}/task"))
        except OSError:
            continue  # it has just ended
    return found


def set_limits(request: Request, tasks: int) -> None:
    """Limits of each process, in a way that they cannot be raised again."""
    seconds = request["processor_seconds"]
    for name, soft, hard in (
        ("AS", request["memory"], request["memory"]),
        ("CPU", seconds, seconds + 1),
        ("FSIZE", request["file_bytes"], request["file_bytes"]),
        ("NOFILE", request["open_files"], request["open_files"]),
        ("NPROC", tasks + request["processes"], tasks + request["processes"]),
        ("CORE", 0, 0),
        ("MEMLOCK", 0, 0),
        ("MSGQUEUE", 0, 0),
    ):
        which = getattr(resource, f"RLIMIT_{name}", None)
        if which is None:
            continue
        most = resource.getrlimit(which)[1]
        lowered = [one if most == resource.RLIM_INFINITY else min(one, most) for one in (soft, hard)]
        try:
            resource.setrlimit(which, (lowered[0], lowered[1]))
        except (OSError, ValueError):
            if LINUX:
                raise


def give_up_rights(request: Request) -> None:
    """To be another user, if one was asked for, and in any case without a way to more rights."""
    if LINUX and request["user"] != "same":
        for one in range(64):
            try:
                prctl(PR_CAPBSET_DROP, one)
            except OSError:
                break
    if request["uid"] != os.geteuid():
        os.setgroups([])
        os.setresgid(*[request["gid"]] * 3)
        os.setresuid(*[request["uid"]] * 3)
    if not LINUX:
        return
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    if request["user"] != "same":
        prctl(PR_CAP_AMBIENT, 4)
        version = (ctypes.c_uint32 * 2)(0x20080522, 0)
        call("capset", version, (ctypes.c_uint32 * 6)())
    with contextlib.suppress(OSError, KeyError):
        # A keyring of its own, as the starter's would be inherited. Where this is forbidden, so is any use of keyrings.
        call("syscall", ctypes.c_long({"x86_64": 250, "aarch64": 219}[os.uname().machine]), ctypes.c_long(1), None)
    # A change of user forgets this, so it comes after it.
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def forbid_memory_elsewhere() -> None:
    """No memory outside of an address space, which is what is limited: no files without a name, no shared segments.

    Nothing can lift this again. Where the system has no such filter, nothing is done: `memory_elsewhere` tells.
    """
    machine = os.uname().machine
    if not LINUX or machine not in CALLS or sys.maxsize < 2**32:
        return
    numbers = dict(CALLS[machine])
    seccomp = numbers.pop("seccomp")
    # A filter of seccomp(2), as code, places to jump over if so and if not, and a value. 4 is where the architecture
    # stands, 0 where the number of the call does; from 0x40000000 on are the same calls for another way of calling.
    last = len(numbers) + 4
    filters = [(0x20, 0, 0, 4), (0x15, 0, last - 1, AUDIT_ARCHITECTURE[machine]), (0x20, 0, 0, 0)]
    filters += [(0x35, last - 3, 0, 0x40000000)]
    filters += [(0x15, last - 4 - place, 0, number) for place, number in enumerate(numbers.values())]
    filters += [(0x06, 0, 0, 0x7FFF0000), (0x06, 0, 0, 0x00050000 | errno.EPERM)]
    code = b"".join(struct.pack("HBBI", *one) for one in filters)
    held = ctypes.create_string_buffer(code, len(code))
    program = ctypes.create_string_buffer(struct.pack("HP", len(filters), ctypes.addressof(held)))
    with contextlib.suppress(OSError):
        # With the flag the processor does not go slower for it.
        call("syscall", ctypes.c_long(seccomp), ctypes.c_long(1), ctypes.c_long(1 << 2), program)


def memory_elsewhere() -> bool:
    """Whether memory can be had that is in no address space. It is tried."""
    with contextlib.suppress(OSError, AttributeError):
        os.close(os.memfd_create("tried"))
        return True
    with contextlib.suppress(OSError, AttributeError):
        call("shmctl", call("shmget", 0, ctypes.c_size_t(4096), 0o600), 0, None)
        return True
    return not LINUX


# --- the keeper ---------------------------------------------------------------------------------------------------


def wakeful() -> int:
    """A file to wait for that can be read from when a child has ended."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    return reading


def keep(worker: int, awake: int) -> int | None:
    """Waits for the worker and returns its status, or None once the leash is closed."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return None
        if pid == worker:
            return status
        if pid:
            continue
        ready, _, _ = select.select([awake, 0], [], [])
        if 0 in ready:
            return None
        os.read(awake, 4096)


def end_all(worker: int, *, in_namespace: bool) -> None:
    """Ends all that the worker has left, and the worker."""
    if in_namespace:
        return  # the kernel does it when this process, number 1, ends
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid:
            continue
        for child in children() or [worker]:
            try:
                os.kill(child, signal.SIGKILL)
            except OSError:
                continue
        time.sleep(0.001)


def children() -> list[int]:
    """The processes that this one has to wait for; none where the system does not tell."""
    found = []
    for pid in os.listdir("/proc") if os.path.isdir("/proc/self") else ():
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
                # The name in brackets may have spaces and brackets in it.
                if int(file.read().rpartition(")")[2].split()[1]) == os.getpid():
                    found.append(int(pid))
        except (OSError, ValueError, IndexError):
            continue
    return found


# --- the worker ---------------------------------------------------------------------------------------------------


def work(request: Request, report: int, found: dict[str, Any], tasks: int, parent: int, root: Place) -> NoReturn:
    """Runs the program and reports on it. Returns to nobody."""
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        os.closerange(3, report)
        os.closerange(report + 1, 1024)
        set_limits(request, tasks)
        started_as = os.geteuid()
        give_up_rights(request)
        forbid_memory_elsewhere()
        found["memory_elsewhere"] = memory_elsewhere()
        found["uid"] = os.geteuid()
        found["separate"] = os.geteuid() != started_as or found.get("own_namespace", False)
        found["own_processes"] = parent == 1
        found["own_files"] = root_of_all() != root and not any(map(os.path.exists, ("/etc/passwd", "/proc", "/var")))
        if request["separate"] and not found["separate"]:
            raise PermissionError("the program is not in the hands of another user, nor in a user namespace")
    except Exception as error:
        tell(report, refused=f"{type(error).__name__}: {error}"[:300])
        os._exit(0)
    tell(report, ready=found)
    # So that an import costs in a block what it costs elsewhere.
    for name in set(sys.modules) - BEFORE - ORDINARY:
        del sys.modules[name]
    try:
        codes = compiled(request["source"], request["blocks"])
    except Exception as error:
        tell(report, begin=-1)
        tell(report, **described(error, 0))
        os._exit(1)
    run(codes, report)


def compiled(source: str, blocks: list[list[int]]) -> list[tuple[int, types.CodeType]]:
    """The code of what comes before the first block (number −1) and of each block, with the lines of the whole."""
    body, flags, parts = ast.parse(source).body, 0, []
    future = 0
    for name in __future__.all_feature_names:
        if name != "nested_scopes":  # its flag says something else of code: that it is nested
            future |= getattr(__future__, name).compiler_flag
    for number, first, last in [[-1, 1, blocks[0][0] - 1], *([i, *block] for i, block in enumerate(blocks))]:
        part = ast.Module([one for one in body if first <= first_line(one) <= last], [])
        code = compile(part, "program", "exec", flags, dont_inherit=True)
        # What is imported from __future__ holds for the blocks that follow.
        flags |= code.co_flags & future
        parts.append((number, code))
    return parts


def run(codes: list[tuple[int, types.CodeType]], report: int) -> NoReturn:
    clock, write, leave, encode = time.perf_counter, os.write, os._exit, json.dumps
    me, identity = os.getpid(), os.getpid
    # Given back when memory runs out, so that there is some left to say so.
    reserve = [bytearray(1 << 20)]
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    sys.argv = ["program"]
    flush = sys.stdout.flush
    line = 0
    try:
        for number, code in codes:
            write(report, b'{"begin": %d}\n' % number)
            start = clock()
            try:
                exec(code, module.__dict__)
            except BaseException as error:
                reserve.clear()
                flush_quietly(flush)
                line = line_in_program(error)
                if identity() == me:
                    write(report, encode(described(error, line)).encode() + b"\n")
                leave(1)
            flush_quietly(flush)
            seconds = clock() - start
            if identity() != me:
                leave(0)  # a copy that the program made of itself
            write(report, b'{"end": %d, "seconds": %.9f}\n' % (number, seconds))
        write(report, b'{"done": true}\n')
    except MemoryError:
        write(report, b'{"memory": true, "line": %d}\n' % line)
    except BaseException:
        leave(1)  # it has closed the pipe, or worse
    leave(0)


def flush_quietly(flush: Any) -> None:
    try:
        flush()
    except Exception:
        return


def line_in_program(error: BaseException) -> int:
    """The last line of the program's own on the way to the error."""
    line, trace = 0, error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == "program":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def described(error: BaseException, line: int) -> dict[str, Any]:
    if isinstance(error, MemoryError):
        return {"memory": True, "line": line}
    if isinstance(error, SystemExit):
        status = error.code if isinstance(error.code, int) else int(error.code is not None)
        return {"exit": max(-999, min(status, 999)), "line": line}
    try:
        # What it says may be the program's own code, and may go wrong itself.
        message = str(error)[:200]
    except Exception:
        message = ""
    return {"error": type(error).__name__[:100], "message": message, "line": line}


if sys.argv[1:] == ["check"]:
    check()
elif __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:4]))
