"""Fermi estimates: programs are taken apart, run and timed; what people say is read; how far off they are is told."""

import ast
import math
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cohobate.errors import CohobateError, WrongUse
from cohobate.practicum.fermi import (
    LIMITS_ONLY,
    MOST_BLOCKS,
    MOST_CHARACTERS,
    Isolation,
    Limits,
    calibration,
    calibration_svg,
    measure,
    measuring,
    missing,
    over_sessions,
    parse_duration,
    read_program,
    say_duration,
    shipped,
    strongest,
    to_cycles,
    to_seconds,
)
from cohobate.practicum.fermi.bounds import covered, not_covered
from cohobate.practicum.fermi.told import Told

SHIPPED = ("grid", "jacobian", "lookups", "primes", "recursion", "text")
ROOT = os.geteuid() == 0

short = Limits(seconds=1.0)
times = st.floats(1e-9, 1e6)
pairs = st.lists(st.tuples(times, times), max_size=40)


def run(source, limits=short, isolation=None, **others):
    """What comes of a program given by its lines; `strongest()` where nothing else is asked for."""
    return measure(read_program(source, "mine"), limits, repeats=1, isolation=isolation, **others)


@pytest.fixture
def kept_apart():
    """Skips what needs namespaces where there are none."""
    if not strongest().namespaces:
        pytest.skip(f"no namespaces here: {missing()}")


@pytest.fixture(params=["strongest", "limits only"])
def isolation(request):
    return strongest() if request.param == "strongest" else LIMITS_ONLY


# --- programs and their blocks --------------------------------------------------------------------------------------


def test_six_programs_are_shipped():
    assert tuple(shipped()) == SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_program_is_short_tells_what_it_is_about_and_needs_the_standard_library_only(name):
    program = shipped()[name]
    assert 15 <= program.source.count("\n") <= 50
    assert all(len(line) <= 120 for line in program.source.split("\n"))
    assert program.title != name
    assert program.about.endswith((".", "?"))
    assert 4 <= len(program.blocks) <= MOST_BLOCKS
    tree = list(ast.walk(ast.parse(program.source)))
    imported = {alias.name for node in tree if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in tree if isinstance(node, ast.ImportFrom)}
    assert imported <= sys.stdlib_module_names


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_program_runs_to_its_end_and_all_its_blocks_are_measured(name):
    program = shipped()[name]
    found = measure(program, repeats=1)
    assert found.finished, found.ended
    assert found.ended == "It finished."
    assert list(found.seconds) == [block.name for block in program.blocks]
    assert all(seconds > 0 for seconds in found.seconds.values())
    assert found.total == pytest.approx(sum(found.seconds.values()))
    assert len(found.setup) == 1
    assert found.printed
    assert found.printed_all
    assert "False" not in found.printed


def test_a_block_goes_from_its_marker_to_the_next_and_what_stands_before_the_first_is_set_up():
    program = read_program(
        '"""Two sums\n\nOne after\nthe other."""\nx = 1\n# block: one\ny = 2\n\n#BLOCK:two \nz = 3\n', "p"
    )
    assert (program.title, program.about) == ("Two sums", "One after the other.")
    assert [(one.name, one.first_line, one.last_line) for one in program.blocks] == [("one", 6, 8), ("two", 9, 10)]
    assert [program.text(one) for one in program.blocks] == ["y = 2", "z = 3"]


def test_a_program_without_a_docstring_is_called_by_its_name_and_other_ends_of_lines_do():
    program = read_program(b"\xef\xbb\xbf# block: one\r\nx = 1\r\n", "mine")
    assert (program.title, program.about, program.source) == ("mine", "", "# block: one\nx = 1\n")


def test_a_marker_in_a_string_is_none():
    assert len(read_program('# block: one\nx = """\n# block: two\n"""\n', "p").blocks) == 1


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("# block: a\nx = = 1\n", "mine, line 2: this is no Python (invalid syntax)"),
        ("# block: a\nx = 1\nreturn x\n", "line 3: this is no Python ('return' outside function)"),
        ("# block: a\nx = '''\n", "line 2: this is no Python (unterminated triple-quoted"),
        ("x = 1\n", "mine has no blocks: put a line such as # block: sorting"),
        ("", "has no blocks"),
        ("# block: a\nx = 1\n# block: a\ny = 1\n", "line 3: block 'a' begins in line 1 already; give it another name"),
        ("def f():\n    # block: a\n    return 1\n", "line 2: this marker is indented or stands behind code"),
        ("for i in range(3):\n    pass\n    # block: a\n", "line 3: this marker is indented"),
        ("x = 1  # block: a\n", "line 1: this marker is indented or stands behind code"),
        ("def f():\n    x = 1\n# block: a\n    return x\n", "splits the statement that begins in line 1"),
        ("x = [\n# block: a\n    1]\n", "line 2: this marker splits the statement that begins in line 1"),
        ("import functools\n@functools.cache\n# block: a\ndef f(): pass\n", "that begins in line 2"),
        ("# block: a\n# block: b\nx = 1\n", "line 1: block 'a' has no code in it"),
        ("# block:\nx = 1\n", "line 1: a block needs a name"),
        (f"# block: {'a' * 61}\nx = 1\n", "a name of 1 to 60 characters"),
        ("".join(f"# block: {i}\nx = {i}\n" for i in range(13)), "has 13 blocks: 12 are the most"),
        ("# block: a\n" + "x = 1\n" * 3332, "mine has 20,003 characters: 20,000 are the most"),
        ("#" * 10**6, "is too long: 20,000 characters are the most"),
        ("# block: a\nx = 1\n'\0'\n", "line 3: a NUL character is no Python"),
        (b"# block: a\nx = '\xff'\n", "mine is no UTF-8"),
        ("# block: a\nx = '\ud800'\n", "mine is no UTF-8"),
        ("# block: a\nx = " + "-" * 19_000 + "1\n", "nests too deeply"),
        # Each `finally` is compiled twice, so that this would be 2¹⁸ times as long as it looks.
        (
            "# block: a\n"
            + "".join(f"{' ' * i}try: x\n{' ' * i}finally:\n" for i in range(18))
            + f"{' ' * 18}x = 1\n" * 500,
            "too much to compile",
        ),
    ],
)
def test_what_is_no_program_with_blocks_is_refused_with_its_line_and_the_remedy(source, sentence):
    with pytest.raises(WrongUse, match=re.escape(sentence)) as refused:
        read_program(source, "mine")
    assert "\n" not in str(refused.value)


def test_a_program_may_be_as_long_as_the_limit_and_no_longer():
    start = "# block: a\nx = 1\n"
    longest = start + "#" * (MOST_CHARACTERS - len(start))
    assert read_program(longest, "mine").source == longest
    with pytest.raises(WrongUse, match="20,001 characters"):
        read_program(longest + "#", "mine")


# --- running and timing ---------------------------------------------------------------------------------------------


def test_blocks_share_their_names_and_are_timed_apart():
    found = run("import time\n# block: sleep\ndef f():\n    time.sleep(0.1)\n\nf()\n# block: none\nf\n")
    assert found.finished
    assert found.seconds["sleep"] >= 0.1 > found.seconds["none"]


def test_a_program_is_run_as_a_main_program_with_what_it_imports_from_the_future():
    found = run(
        "from __future__ import annotations\n# block: a\nprint(__name__)\ndef f(x: nothing): pass\n"
        "import dataclasses, sys\n@dataclasses.dataclass\nclass A:\n    x: int = 1\n\nprint(A(), sys.argv)\n"
    )
    assert found.printed == "__main__\nA(x=1) ['program']\n", found.ended


def test_imports_cost_what_they_cost_elsewhere():
    assert run(
        "import sys\n# block: a\nassert not {'json', 'socket', 'ast'} & set(sys.modules)\nimport json\n"
    ).finished


def test_the_median_of_all_repeats_is_reported_and_each_runs_afresh():
    found = measure(read_program("import os\n# block: a\nopen('here', 'x').close()\n", "mine"), repeats=3)
    assert found.finished, found.ended
    assert len(found.each["a"]) == len(found.setup) == 3
    assert found.seconds["a"] == sorted(found.each["a"])[1]


def test_a_long_program_is_not_run_again():
    assert len(measure(read_program("import time\n# block: a\ntime.sleep(0.6)\n", "mine"), short).each["a"]) == 1


def test_a_program_that_fails_is_not_run_again_and_the_blocks_before_are_measured():
    found = measure(
        read_program("# block: a\nx = 1\n# block: b\n\ndef f():\n    1 / 0\n\nf()\n# block: c\nx\n", "mine")
    )
    assert found.how == "error"
    assert not found.finished
    assert found.ended == "It ended in block 'b', line 6, with ZeroDivisionError: division by zero."
    assert [len(each) for each in found.each.values()] == [1, 0, 0]
    assert found.seconds["a"] > 0
    assert found.seconds["b"] is None
    assert found.seconds["c"] is None
    assert found.total is None


def test_an_error_in_the_set_up_is_said_to_be_there():
    assert run("1 / 0\n# block: a\nx = 1\n").ended.startswith("It ended in its set-up, line 1, with ZeroDivisionError")


TROUBLE = {
    "an endless loop": (
        "while True: pass",
        "time",
        "It was stopped in block 'a', when its 1 s by the clock were over.",
    ),
    "a program that stops itself": ("import os\nos.kill(os.getpid(), 19)", "time", "by the clock"),
    "a hog": ("x = []\nwhile True: x.append(bytearray(10**6))", "memory", "ran out of memory (128 MiB) in block 'a'"),
    "endless recursion": ("def f(): f()\n\nf()", "error", "with RecursionError: maximum recursion depth"),
    "a crash": ("import ctypes\nctypes.string_at(0)", "signal", "It was ended in block 'a' by the signal SIGSEGV."),
    "os._exit": ("import os\nos._exit(7)", "exit", "ended without a word in block 'a', with exit status 7."),
    "sys.exit": ("import sys\nsys.exit('bye')", "exit", "It ended itself in block 'a', line 3, with exit status 1."),
    "an interrupt": ("raise KeyboardInterrupt", "error", "with KeyboardInterrupt."),
    "an error that cannot be shown": (
        "class E(Exception):\n    def __str__(self): raise self\n\nraise E",
        "error",
        "line 5, with E.",
    ),
    "an error with strange letters": (
        "raise ValueError('\\ud800\\x00\\x1b[31m\\n\\n' + 'x' * 10**6)",
        "error",
        "ValueError: ?",
    ),
    "a question to nobody": ("input()", "error", "with EOFError"),
    "too many files": ("x = [open('/dev/null') for _ in range(100)]", "error", "Too many open files"),
    "a large file": ("open('x', 'wb').write(bytes(10**8))", "error", "File too large"),
    "times forged": (
        "import os\nfor fd in range(3, 64):\n    try:\n"
        '        os.write(fd, b\'{"end": 0, "seconds": 0.1}\\n{"done": true}\\n\')\n    except OSError: pass',
        "garbled",
        "so that none of them can be believed",
    ),
    "the pipe of times flooded": (
        "import os\nwhile True:\n  for fd in range(3, 64):\n    try: os.write(fd, b'[' * 9999)\n"
        "    except OSError: pass",
        "garbled",
        "It wrote where its times are written",
    ),
    "all files closed": ("import os\nos.closerange(0, 64)", "exit", "without a word in block 'a'"),
    "a parent killed": (
        "import os, time\nos.kill(os.getppid(), 9)\ntime.sleep(0.2)\nos._exit(3)",
        None,
        "in block 'a'",
    ),
}


@pytest.mark.parametrize("trouble", TROUBLE)
def test_whatever_a_program_does_there_is_a_sentence_on_it(trouble, isolation):
    source, how, sentence = TROUBLE[trouble]
    before = set(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self") else set()
    limits = Limits(seconds=1.0 if how == "time" else 20.0, memory=128 * 2**20)
    found = run(f"# block: a\n{source}\n", limits, isolation)
    assert how in (found.how, None)
    assert sentence in found.ended
    assert found.ended.isprintable()
    assert len(found.ended) < 500
    assert found.seconds == {"a": None}
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    assert before == (set(os.listdir("/proc/self/fd")) if before else set())


def test_a_program_that_prints_for_ever_is_stopped_and_its_beginning_kept():
    found = run("# block: a\nwhile True: print('on and on')\n")
    assert (found.how, found.printed_all) == ("printed", False)
    assert found.ended == "It was stopped in block 'a', when it had printed 1,000,000 bytes."
    assert found.printed == ("on and on\n" * 1000)[:10_000]


def test_what_is_printed_comes_in_order_and_without_control_characters():
    found = run("import sys\n# block: a\nprint('one\\x1b[0m')\n# block: b\nprint('two', file=sys.stderr)\n")
    assert found.printed == "one\ufffd[0m\ntwo\n"
    assert found.finished


def test_processor_time_runs_out():
    found = run("# block: a\nwhile True: pass\n", Limits(seconds=20, processor_seconds=1))
    assert found.ended == "It was stopped in block 'a', when its 1 s of processor time were used up."
    assert found.how == "processor"


@pytest.mark.skipif(not strongest().separate and ROOT, reason="the administrator's processes are not limited")
@pytest.mark.parametrize(
    ("source", "how"),
    [
        ("while True: os.fork()", "error"),
        ("while True:\n    try: os.fork()\n    except OSError: pass", "time"),
        ("import threading, time\nfor _ in range(9): threading.Thread(target=time.sleep, args=(9,)).start()", "error"),
    ],
    ids=["fork bomb", "quiet fork bomb", "threads"],
)
def test_processes_and_threads_are_limited(source, how):
    assert run(f"import os\n# block: a\n{source}\n").how == how


def test_what_a_program_starts_ends_with_it(isolation):
    before = namespaces()
    found = run(
        "import os, time\n# block: a\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        "        print(os.getpid(), flush=True)\n        time.sleep(60)\n    os._exit(0)\n\ntime.sleep(0.3)\n",
        isolation=isolation,
    )
    assert found.finished
    if isolation.namespaces:
        assert namespaces() <= before
    elif sys.platform == "linux":
        assert not Path("/proc", found.printed.strip(), "stat").exists()


def namespaces():
    """All the namespaces of processes that there are now."""
    found = set()
    for one in Path("/proc").glob("[0-9]*/ns/pid"):
        try:
            found.add(one.readlink())
        except OSError:
            continue
    return found


def test_nothing_is_left_of_a_program_when_its_server_is_killed(tmp_path):
    source = "# block: a\nimport os\nprint(os.urandom(8).hex())\nwhile True: pass\n"
    code = (
        "from cohobate.practicum.fermi import Limits, measure, read_program\n"
        f"program = read_program({source!r}, 'mine')\nprint('now', flush=True)\nmeasure(program, Limits(seconds=60))"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment) as server:
        server.stdout.readline()
        wait_until(lambda: working_in(tmp_path))
        server.kill()
    wait_until(lambda: not working_in(tmp_path))


def working_in(folder):
    """The processes that were started in a folder below this one, as far as they can be seen."""
    found = []
    for one in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if str(folder) in str(one.readlink()):
                found.append(one)
        except OSError:
            continue
    return found


def wait_until(true):
    for _ in range(1000):
        if true():
            return
        time.sleep(0.01)
    raise AssertionError("it did not come to be in 10 s")


def test_programs_can_be_measured_from_threads():
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda number: run(f"# block: a\nprint({number})\n", Limits()), range(8)))
    assert [one.printed for one in found] == [f"{number}\n" for number in range(8)]


def test_no_folder_is_left(tmp_path, monkeypatch, isolation):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    tmp_path.chmod(0o755)
    source = (
        "import os\n# block: a\nos.mkdir('x')\nopen('x/y', 'w').close()\nos.symlink('/', 'x/z')\nos.chmod('x', 0)\n"
    )
    assert run(source, isolation=isolation).finished
    assert not list(tmp_path.iterdir())


# --- isolation ------------------------------------------------------------------------------------------------------


def test_there_is_no_network_where_isolation_is_on(kept_apart):
    found = run("# block: a\nimport socket\nsocket.create_connection(('127.0.0.1', 1), 1)\n")
    assert found.ended.endswith("Network is unreachable.")
    assert any("no network" in sentence for sentence in found.covered)


def test_the_machines_files_are_not_there_where_isolation_is_on(kept_apart):
    found = run(
        f"import os\n# block: a\nprint(os.path.exists({__file__!r}), os.path.exists('/etc/passwd'), os.listdir())\n"
        "for place in ('/', '/usr/lib', os.path.dirname(os.__file__)):\n"
        "    try: open(os.path.join(place, 'mine'), 'w')\n    except OSError as error: print(error.errno > 0)\n"
        "    else: print(place)\n"
    )
    assert found.printed in ("False False []\nTrue\nTrue\nTrue\n", "False False []\n/\nTrue\nTrue\n"), found.ended
    assert any("no files but those of Python" in sentence for sentence in found.covered)


def test_all_files_together_are_limited_where_isolation_is_on(kept_apart):
    found = run("# block: a\nfor i in range(9):\n    open(str(i), 'wb').write(bytes(10**7))\n")
    assert found.ended.endswith("No space left on device.")


HOARD = """import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def tried(name, *given):
    got = getattr(libc, name)(*given)
    return got if got >= 0 else -ctypes.get_errno()

# block: a
print(tried("memfd_create", b"x", 0), tried("shmget", 0, ctypes.c_size_t(4096), 0o600))
print(tried("semget", 0, 1, 0o600), tried("msgget", 0, 0o600))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a filter of calls is Linux's")
def test_there_is_no_memory_outside_of_what_is_limited(isolation):
    found = run(HOARD, isolation=isolation)
    assert found.printed == "-1 -1\n-1 -1\n", found.ended
    assert "Each of its processes had at most 512 MiB of address space, and no shared memory" in " ".join(found.covered)
    assert "shared segments" not in " ".join(found.not_covered)


def test_where_memory_can_be_had_outside_of_it_that_is_said():
    found = {"separate": True, "own_processes": True, "own_files": True, "uid": 1, "memory_elsewhere": True}
    if sys.platform.startswith("linux"):
        assert "Each of its processes had at most 512 MiB of address space." in covered(Limits(), LIMITS_ONLY, found)
        assert "16 MiB in each of 64 for each process" in " ".join(not_covered(Limits(), found))


def test_a_program_has_no_rights_and_cannot_get_any_where_isolation_is_on(kept_apart):
    found = run(
        "import ctypes, os\n# block: a\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "print([libc.unshare(flag) for flag in (0x10000000, 0x20000, 0x40000000)], os.geteuid() == 0)\n"
        "try: os.setuid(0)\nexcept OSError: print('no')\n"
    )
    assert found.printed == "[-1, -1, -1] False\nno\n", found.ended


def test_what_is_covered_and_what_is_not_are_sentences_that_do_not_contradict_each_other(isolation):
    found = run("# block: a\nx = 1\n", isolation=isolation)
    for sentence in (*found.covered, *found.not_covered):
        assert sentence[0].isupper()
        assert sentence.endswith(".")
    covered, not_covered = " ".join(found.covered), " ".join(found.not_covered)
    assert ("It had no network" in covered) == isolation.namespaces
    assert ("It could use the network" in not_covered) != isolation.namespaces
    assert ("could read every file" in not_covered) != isolation.namespaces
    assert ("another user" in covered or "a user namespace" in covered) == isolation.separate
    assert "forge its own times" in not_covered


def test_a_pasted_program_runs_only_where_it_is_in_other_hands():
    if strongest().separate:
        assert run("# block: a\nx = 1\n", pasted=True).finished
    with pytest.raises(
        WrongUse, match="mine was pasted: such a program runs only as another user or in a user namespace"
    ):
        run("# block: a\nx = 1\n", isolation=LIMITS_ONLY, pasted=True)


def test_isolation_that_does_not_work_is_not_used_and_the_reason_is_told(monkeypatch):
    def refuse(program, limits, isolation, seconds):
        if isolation.separate:
            raise CohobateError("the machine says no")
        return run_once(program, limits, isolation, seconds)

    run_once = measuring.run_once
    monkeypatch.setattr(measuring, "run_once", refuse)
    monkeypatch.setattr(measuring, "_WORKS", set())
    assert strongest() == LIMITS_ONLY
    assert all(reason.endswith("does not work here: the machine says no") for reason in missing())
    assert run("# block: a\nx = 1\n").missing == missing()
    with pytest.raises(WrongUse, match="neither works here"):
        run("# block: a\nx = 1\n", pasted=True)
    with pytest.raises(CohobateError, match="the machine says no"):
        run("# block: a\nx = 1\n", isolation=Isolation("nobody" if ROOT else "mapped", namespaces=True))


def test_isolation_that_a_user_cannot_have_is_refused():
    with pytest.raises(WrongUse, match="only the administrator can hand a program to nobody"):
        run("# block: a\nx = 1\n", isolation=Isolation("mapped" if ROOT else "nobody", namespaces=True))


def test_isolation_that_cannot_be_set_up_means_that_nothing_is_run(monkeypatch, tmp_path):
    if ROOT and not strongest().separate:
        pytest.skip("nothing else can be set up either")
    monkeypatch.setattr("cohobate.practicum.fermi.running._nobody", lambda: (os.geteuid(), os.getegid()))
    asked = Isolation("nobody", namespaces=False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(CohobateError, match=r"could not be shut off as asked \(PermissionError: "):
        run("# block: a\nx = 1\n", isolation=asked, pasted=True)


def test_no_process_is_a_sentence(monkeypatch):
    program = shipped()["primes"]

    def none(*arguments, **options):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", none)
    with pytest.raises(CohobateError, match="the system says 'Resource temporarily unavailable'; see to that"):
        measure(program, isolation=LIMITS_ONLY)


@pytest.mark.parametrize(
    "wrong",
    [
        {"seconds": 0},
        {"seconds": math.nan},
        {"memory": 10**6},
        {"processes": 0},
        {"printed": 1.5},
        {"open_files": 2**20},
    ],
)
def test_limits_that_cannot_be_kept_are_refused(wrong):
    with pytest.raises(WrongUse, match=f"for {next(iter(wrong))}: it is a"):
        Limits(**wrong)


def test_a_program_is_run_at_least_once():
    with pytest.raises(WrongUse, match="0 repeats: a program is run at least once"):
        measure(shipped()["primes"], repeats=0)


messages = st.sampled_from(
    [
        *(b'{"begin": %d}' % number for number in (-1, 0, 1)),
        *(b'{"end": %d, "seconds": 0.25}' % number for number in (-1, 0, 1)),
        b'{"done": true}',
        b'{"memory": true, "line": 3}',
        b'{"error": "E", "message": "", "line": 3}',
        b'{"end": 0, "seconds": NaN}',
        b'{"end": 0, "seconds": 1e999}',
        b'{"end": 0, "seconds": -1.0}',
        b'{"end": 0, "seconds": true}',
        b"[" * 5000,
        b"1" * 5000,
        b'{"begin": [0]}',
        b"null",
    ]
)


@given(st.lists(messages | st.binary(max_size=20), max_size=12))
def test_only_a_report_as_the_child_writes_it_is_believed(lines):
    told = Told([*lines, b""], 2, wall=5.0)
    assert all(0 <= seconds <= 5 for seconds in told.times.values())
    assert list(told.times) == [-1, 0, 1][: len(told.times)]
    if told.last == {"done": True}:
        expected = [part for number in (-1, 0, 1) for part in (b'{"begin": %d}', b'{"end": %d, "seconds": 0.25}')]
        assert lines == [*(one % (index // 2 - 1) for index, one in enumerate(expected)), b'{"done": true}']


def test_more_time_than_has_passed_is_not_believed():
    lines = [b'{"begin": -1}', b'{"end": -1, "seconds": 9.0}', b'{"begin": 0}', b""]
    assert Told(lines, 1, wall=10.0).times == {-1: 9.0}
    assert not Told(lines, 1, wall=1.0).sound


# --- durations ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2 ms", 0.002),
        ("2ms", 0.002),
        ("1.5 s", 1.5),
        (".5s", 0.5),
        ("3 us", 3e-6),
        ("3 µs", 3e-6),
        ("3 μs", 3e-6),
        ("7 NS", 7e-9),
        ("2 min", 120.0),
        ("1 hour", 3600.0),
        ("2 milliseconds", 0.002),
        ("3e8", 0.3),
        ("1e6 cycles", 0.001),
        ("10^8 cycles", 0.1),
        ("10**8", 0.1),
        ("10⁸", 0.1),
        ("2*10^8", 0.2),
        ("2 x 10^8 cycles", 0.2),
        ("2.5 × 10⁸", 0.25),
        ("10^-3 s", 0.001),
        ("10⁻³ s", 0.001),
        ("2 million cycles", 0.002),
        ("2 million", 0.002),
        ("3 billion", 3.0),
        ("40 thousand ns", 4e-5),
        ("1,000,000 cycles", 0.001),
        ("1 000 000", 0.001),
        ("1\u202f000\u00a0", 1e-6),
        ("1'000'000", 0.001),
        ("1_000_000", 0.001),
        ("12,345.5 ms", 12.3455),
        ("~ 2 ms", 0.002),
        ("+2 ms", 0.002),
        ("  2   ms\n", 0.002),
        ("1 cycle", 1e-9),
    ],
)
def test_what_people_type_is_read(text, seconds):
    assert parse_duration(text) == pytest.approx(seconds, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no estimate that can be read; write it as 2 ms"),
        ("soon", "has the unit 'soon': the units are h, min, s, ms, µs, ns and cycles"),
        ("2 m", "has the unit 'm'"),
        ("2 thousand million", "has the unit 'million'"),
        ("ms", "no number that can be read"),
        ("2 3 ms", "no number that can be read"),
        ("1..5 s", "no number that can be read"),
        ("1,5 s", "decimals have a point and thousands a comma"),
        ("0,001 s", "decimals have a point"),
        ("1,00,000", "decimals have a point"),
        ("1,000 000", "decimals have a point"),
        ("+-2 ms", "no number"),
        ("2**10^8", "no number"),
        ("٣ ms", "no number"),
        ("0", "'0' is not more than nothing: every block takes some time"),
        ("0.0 s", "not more than nothing"),
        ("-3 ms", "'-3 ms' is not more than nothing"),
        ("−3 ms", "not more than nothing"),
        ("nan", "'nan' is no time that a program takes"),
        ("-inf s", "no time that a program takes"),
        ("∞", "no time that a program takes"),
        ("1e400 s", "beyond what can be reckoned with"),
        ("1e-400 s", "beyond what can be reckoned with"),
        ("10^999999", "beyond what can be reckoned with"),
        ("1e9999999 s", "no number"),
        ("9" * 101, "no estimate that can be read"),
        ("2 ms\0", "no number"),
    ],
)
def test_what_is_no_estimate_is_refused_with_the_remedy(text, sentence):
    with pytest.raises(WrongUse, match=re.escape(sentence)) as refused:
        parse_duration(text)
    assert str(refused.value).isprintable()


@given(st.floats(min_value=5e-324, allow_nan=False, allow_infinity=False))
def test_seconds_are_read_as_python_writes_them(seconds):
    assert parse_duration(f"{seconds!r} s") == seconds


@given(st.integers(1, 10**15))
def test_cycles_are_read_however_thousands_are_set_apart(count):
    for text in (f"{count}", f"{count:,} cycles", f"{count:_}", f"{count:,}".replace(",", " "), f"{count} × 10⁰"):
        assert parse_duration(text) == pytest.approx(to_seconds(count), rel=1e-15)
    assert to_cycles(to_seconds(count)) == pytest.approx(count)


@given(st.floats(1e-12, 1e12))
def test_what_is_said_reads_back_to_three_digits(seconds):
    assert parse_duration(say_duration(seconds)) == pytest.approx(seconds, rel=0.0051)


@given(st.text(max_size=30))
def test_any_text_is_a_time_or_a_sentence(text):
    try:
        seconds, said = parse_duration(text), ""
    except WrongUse as refused:
        seconds, said = 1.0, str(refused)
    assert 0 < seconds < math.inf
    assert "\n" not in said


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 ns"),
        (2e-9, "2 ns"),
        (9.996e-7, "1 µs"),
        (1.234e-3, "1.23 ms"),
        (0.9999, "1 s"),
        (90, "90 s"),
        (900, "15 min"),
        (1e7, "2,778 h"),
    ],
)
def test_times_are_said_to_three_digits(seconds, text):
    assert say_duration(seconds) == text


def test_no_time_is_below_nothing():
    with pytest.raises(WrongUse, match="a time is at least 0 and finite"):
        say_duration(-1.0)


# --- calibration ----------------------------------------------------------------------------------------------------


def test_somebody_who_says_a_third_is_told_so():
    found = calibration([(1.0, 3.0)] * 5 + [(1.0, 2.5)] * 3 + [(1.0, 4.0), (1.0, 40.0)])
    assert found.sentence == (
        "You tend to say a third of what it takes, and half of your 10 estimates are off by no more than a factor of 3."
    )
    assert (found.within_3.agree, found.within_10.agree, found.within_3.asked) == (8, 9, 10)
    assert 10**found.bias == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("pairs", "sentence"),
    [
        ([(1.0, 3.0)] * 4, "Too few estimates to say how you tend to be off (n = 4; 5 are needed)."),
        ([], "Too few estimates to say how you tend to be off (n = 0; 5 are needed)."),
        ([(1.0, 1.1)] * 6, "You tend to say about what it takes, and half"),
        ([(2.0, 1.0)] * 6, "You tend to say twice what it takes, and half"),
        ([(2.0, 3.0)] * 6, "You tend to say two thirds of what it takes, and half"),
        ([(1.0, 1000.0)] * 6, "You tend to say one part in 1,000 of what it takes, and half"),
        ([(500.0, 1.0)] * 6, "You tend to say 500 times what it takes, and half"),
        ([(1.0, 2.0)] * 5, "So far you tend to say half of what it takes, which may be chance;"),
        ([(1.0, 2.0)] * 4 + [(2.0, 1.0)] * 2, "So far you tend to say half of what it takes, which may be chance;"),
    ],
)
def test_the_sentence_says_what_there_is_to_say(pairs, sentence):
    assert calibration(pairs).sentence.startswith(sentence)


@given(pairs, st.floats(1e-3, 1e3))
def test_estimates_all_larger_by_a_factor_move_the_bias_by_it_and_leave_the_spread(pairs, factor):
    before, after = calibration(pairs), calibration([(estimated * factor, measured) for estimated, measured in pairs])
    assert after.n == before.n == len(pairs)
    if pairs:
        assert after.bias == pytest.approx(before.bias + math.log10(factor), abs=1e-9)
        assert after.spread == pytest.approx(before.spread, abs=1e-9)


@given(pairs)
def test_turned_round_the_bias_changes_its_sign_and_nothing_else(pairs):
    one, other = calibration(pairs), calibration([(measured, estimated) for estimated, measured in pairs])
    assert (one.within_3, one.within_10, one.off) == (other.within_3, other.within_10, other.off)
    if one.bias_interval:
        low, high = one.bias_interval
        assert low <= one.bias <= high
        assert other.bias_interval == (-high, -low)
    assert (one.bias_interval is None) == (len(pairs) < 6)


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95, 0.99])
@pytest.mark.parametrize("n", [1, 5, 6, 7, 8, 20, 41, 1100])
def test_the_interval_for_the_median_is_the_narrowest_of_its_kind_that_keeps_its_promise(n, confidence):
    def misses(k):
        return 2 * sum(math.comb(n, below) for below in range(k)) / 2**n

    found = calibration([(10.0 ** (rank / n), 1.0) for rank in range(n)], confidence).bias_interval
    if found is None:
        assert misses(1) > 1 - confidence
        return
    k = round(found[0] * n) + 1
    assert round(found[1] * n) + 1 == n + 1 - k
    assert misses(k) <= 1 - confidence
    assert misses(k + 1) > 1 - confidence or 2 * (k + 1) > n + 1


def test_a_factor_of_exactly_three_or_ten_is_within_it():
    found = calibration([(3.0, 1.0), (1.0, 3.0), (0.3, 0.9), (10.0, 1.0), (1e-9, 1e-8)])
    assert (found.within_3.agree, found.within_10.agree) == (3, 5)
    assert not found.within_3.too_few


@pytest.mark.parametrize("pair", [(0.0, 1.0), (1.0, -1.0), (math.nan, 1.0), (1.0, math.inf)])
def test_times_that_are_none_are_refused(pair):
    with pytest.raises(WrongUse, match="times are more than 0 and finite"):
        calibration([pair])


def test_a_confidence_is_between_0_and_1():
    with pytest.raises(WrongUse, match="strictly between 0 and 1"):
        calibration([], 1.0)


def test_sessions_are_told_in_order_with_how_many_estimates_each_had():
    found = over_sessions({"March": [(1.0, 10.0)] * 5, "April": [(2.0, 1.0), (1.0, 1.0), (1.0, 8.0)], "May": []})
    assert [(one.session, one.n, one.too_few) for one in found] == [
        ("March", 5, False),
        ("April", 3, True),
        ("May", 0, True),
    ]
    assert [one.off for one in found] == [1.0, pytest.approx(math.log10(2)), None]


# --- the picture ----------------------------------------------------------------------------------------------------

SVG = "{http://www.w3.org/2000/svg}"
SESSIONS = {"March <3 & more": [(1e-3, 5e-3), (1e-6, 2e-6)], "April": [(1.0, 0.5), (0.1, 0.1)]}


def drawn(sessions):
    root = ElementTree.fromstring(calibration_svg(sessions))
    return root, list(root.iter(f"{SVG}circle"))


def test_the_picture_has_a_title_a_description_and_a_role():
    root, _ = drawn(SESSIONS)
    assert root.get("role") == "img"
    described = [root.find(f"{SVG}{tag}") for tag in ("title", "desc")]
    assert root.get("aria-labelledby").split() == [one.get("id") for one in described]
    assert "March <3 & more: 2, April: 2." in described[1].text
    assert "Within a factor of 3: too few (n = 4)." in described[1].text


def test_the_picture_obeys_a_strict_content_policy_and_any_theme():
    text = calibration_svg(SESSIONS)
    root, _ = drawn(SESSIONS)
    for one in root.iter():
        assert one.tag.removeprefix(SVG) in {"svg", "title", "desc", "polygon", "line", "text", "circle"}
        assert not [key for key in one.attrib if key == "style" or key.startswith("on") or "href" in key]
        assert {one.get("fill"), one.get("stroke")} <= {None, "none", "currentColor"}
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_the_newest_points_are_filled_and_older_ones_lighter_rings():
    _, circles = drawn({"one": [(1.0, 1.0)], "two": [(1.0, 1.0)], "three": [(1.0, 1.0)]})
    assert [(one.get("class"), one.get("fill")) for one in circles] == [
        ("fermi-point fermi-new", "currentColor"),
        ("fermi-point fermi-old", "none"),
        ("fermi-point fermi-old", "none"),
    ]
    opacities = [float(one.get("opacity")) for one in circles]
    assert opacities == sorted(opacities, reverse=True)
    assert circles[0].find(f"{SVG}title").text == "three: said 1 s, took 1 s"


def test_a_point_on_the_line_is_as_far_right_as_up():
    _, circles = drawn({"one": [(1e-3, 1e-3), (1e-3, 1e-1)]})
    across, up = [[float(one.get(key)) for one in circles] for key in ("cx", "cy")]
    assert across[0] - 76 == pytest.approx(16 + 384 - up[0], abs=0.11)
    assert across[1] > across[0]
    assert up[0] == up[1]


def test_the_axes_are_in_plain_units():
    labels = {one.text for one in drawn(SESSIONS)[0].iter(f"{SVG}text")}
    assert {"1 µs", "1 ms", "1 s", "estimated", "measured"} <= labels


@settings(max_examples=50)
@given(
    st.dictionaries(st.text(max_size=5), st.lists(st.tuples(*[st.floats(5e-324, 1e308)] * 2), max_size=4), max_size=3)
)
def test_any_estimates_of_any_sessions_make_a_picture_with_every_point_in_its_frame(sessions):
    root, circles = drawn(sessions)
    assert len(circles) == sum(map(len, sessions.values()))
    for one in circles:
        assert 76 <= float(one.get("cx")) <= 76 + 384
        assert 16 <= float(one.get("cy")) <= 16 + 384
    assert calibration_svg(sessions) == calibration_svg(sessions)


def test_without_estimates_the_picture_says_so():
    root, circles = drawn({})
    assert not circles
    assert root.find(f"{SVG}desc").text.endswith("There are no estimates yet.")
    assert root.get("aria-labelledby") != drawn(SESSIONS)[0].get("aria-labelledby")
