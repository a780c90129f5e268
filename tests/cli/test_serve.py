"""`cohobate serve` as a process of its own, and people who reach it over HTTP."""

import contextlib
import http.client
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

import pytest

from cohobate.practicum.forms import LONG
from cohobate.web.backup import write

LINK = re.compile(r"owner link: (http://127\.0\.0\.1:(\d+)|https://rooms\.example\.org)(/me/[\w.-]+)\n")


class Server:
    """A server that listens."""

    def __init__(self, started, data, public):
        self.started, self.data = started, data
        self.line = started.stdout.readline()
        found = LINK.fullmatch(self.line)
        assert found, (self.line, started.stderr.read() if not self.line else "")
        assert (found[2] is None) == public
        self.url, self.port, self.path = found[1], int(found[2] or 0), found[3]

    def end(self, how=signal.SIGTERM):
        """Its status, and whatever else it printed."""
        self.started.send_signal(how)
        out, err = self.started.communicate(timeout=30)
        return self.started.returncode, out, err


@contextlib.contextmanager
def serving(data, *options, **environment):
    path = os.pathsep.join(path for path in sys.path if path)
    code = "import sys; from cohobate.cli import main; sys.exit(main())"
    arguments = ("serve", "--data", str(data), "--port", "0", "--no-browser", *options)
    started = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={key: value for key, value in os.environ.items() if not key.startswith(("COHOBATE_", "DJANGO_"))}
        | {"PYTHONPATH": path, "DATABASE_URL": "", **environment},
    )
    try:
        yield Server(started, data, "--url" in options)
    finally:
        if started.poll() is None:
            started.kill()
        started.communicate()


class Browser:
    """A browser with cookies that sends forms as browsers do."""

    def __init__(self, server):
        self.server, self.cookies = server, CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path, **headers):
        request = urllib.request.Request(urllib.parse.urljoin(self.server.url, path), headers=headers)
        return answer(self.opener, request)

    def post(self, path, body=None, **fields):
        page = self.get(path)[2]
        fields["csrfmiddlewaretoken"] = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        data = urllib.parse.urlencode(fields).encode() if body is None else body
        url = urllib.parse.urljoin(self.server.url, path)
        return answer(self.opener, urllib.request.Request(url, data, {"Origin": self.server.url}))


def answer(opener, request):
    """Status, headers and text."""
    try:
        with opener.open(request, timeout=20) as response:
            return response.status, response.headers, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read().decode()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("server") / "data") as one:
        yield one


# --- as anybody would start it --------------------------------------------------------------------------------------


def test_it_prints_one_line_with_a_link_that_lets_the_owner_in(server):
    browser = Browser(server)
    status, _, page = browser.get(server.path)
    assert (status, "This server is yours." in page) == (200, True)
    status, _, page = browser.post(server.path, name="Oda")
    assert (status, "Your rooms" in page) == (200, True)


def test_the_data_are_for_nobody_but_whoever_started_it(server):
    def mode(path):
        return stat.S_IMODE(path.stat().st_mode)

    assert mode(server.data) == 0o700
    assert mode(server.data / "secret") == 0o600
    assert {path.name for path in server.data.iterdir()} >= {"secret", "lock", "cohobate.sqlite3"}


def test_static_files_are_served_for_good_and_nothing_else_of_the_disk(server):
    browser = Browser(server)
    page = browser.get("/")[2]
    found = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    assert len(found) == 5
    for path in found:
        status, headers, text = browser.get(path)
        assert status == 200
        assert text
        assert "immutable" in headers["Cache-Control"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Access-Control-Allow-Origin"] is None
    root = found[0].rpartition("/")[0]
    for path in (f"{root}/../../settings.py", f"{root}/..%2f..%2fsettings.py", f"{root}/%00", "/secret", "/static/"):
        assert browser.get(path)[0] == 404


def test_every_page_has_strict_headers(server):
    for path in ("/", "/about/", "/nowhere/", "/i/x", server.path):
        headers = Browser(server).get(path)[1]
        policy = headers["Content-Security-Policy"]
        assert set(policy.split("; ")) == {
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        }
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "server" not in headers


def test_it_answers_to_no_foreign_name(server):
    static = re.search(r'"(/static/[^"]+\.css)"', Browser(server).get("/about/")[2])[1]
    for path in ("/", "/about/", static, "/rooms/nosuchroom/stream/"):
        status, _, page = Browser(server).get(path, Host="elsewhere.example")
        assert (status, "does not answer to that name" in page) == (400, True), path
    assert Browser(server).get(static)[0] == 200
    assert Browser(server).get("/", Host=f"localhost:{server.port}")[0] == 200


# --- what is too large ----------------------------------------------------------------------------------------------


def test_more_than_a_megabyte_is_refused_with_a_sentence(server):
    status, _, page = Browser(server).post(server.path, body=b"name=" + b"x" * 1_500_000)
    assert (status, "This is more than the server takes at once here: 1 MB." in page) == (413, True)


def test_what_is_written_in_a_room_may_be_longer_as_a_long_text_takes_twelve_bytes_a_character(server):
    owner = Browser(server)
    owner.post(server.path, name="Oda")
    act = "/rooms/nosuchroom/act/"
    longest = b"text=" + urllib.parse.quote("\U00020000" * LONG).encode()
    assert len(longest) > 2_000_000
    for body, status, sentence in (
        (longest, 403, "could not be checked"),  # it has no token
        (b"text=" + b"x" * 4_500_000, 413, "This is more than the server takes at once here: 4 MB."),
    ):
        request = urllib.request.Request(urllib.parse.urljoin(server.url, act), body, {"Origin": server.url})
        found, _, page = answer(owner.opener, request)
        assert (found, sentence in page) == (status, True)


def test_so_is_a_body_that_does_not_say_how_long_it_is(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall(b"POST /about/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(20):
            line.sendall(b"%x\r\n%s\r\n" % (100_000, b"x" * 100_000))
        line.sendall(b"0\r\n\r\n")
        assert line.recv(100).startswith(b"HTTP/1.1 413")


def test_a_megabyte_less_a_bit_is_read(server):
    status, _, page = Browser(server).post(server.path, body=b"name=" + b"x" * 900_000)
    assert (status, "could not be checked" in page) == (403, True)  # it has no token


# --- many at once ---------------------------------------------------------------------------------------------------


def test_twenty_people_look_at_once(server):
    statuses = []

    def look():
        statuses.append(Browser(server).get("/about/")[0])

    people = [threading.Thread(target=look) for _ in range(20)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert statuses == [200] * 20


def test_a_backup_is_made_while_it_runs(server, tmp_path):
    assert set(write(server.data, tmp_path / "backup.tar.gz")["files"]) == {"cohobate.sqlite3", "secret"}


# --- starting and ending --------------------------------------------------------------------------------------------


def test_a_folder_that_is_served_is_refused_to_a_second_server(cohobate, server):
    refused = cohobate("serve", "--data", server.data, "--port", 0, "--no-browser")
    assert refused.status == 2
    sentence = f"{server.data} is in use by process {server.started.pid}; wait for it to end, or end it"
    assert refused.refusal == sentence
    assert refused.out == ""


def test_a_port_in_use_is_refused(cohobate, server, tmp_path):
    refused = cohobate("serve", "--data", tmp_path / "data", "--port", server.port, "--no-browser")
    assert refused.status == 2
    assert f"port {server.port} of 127.0.0.1 is in use by another program" in refused.refusal


def test_it_ends_quietly_and_its_link_stays_the_same(tmp_path):
    data = tmp_path / "data"
    with serving(data) as first:
        assert first.end(signal.SIGTERM) == (0, "", "")
    with serving(data) as second:
        assert second.path == first.path
        assert second.end(signal.SIGINT) == (130, "", "")


def test_it_ends_soon_although_somebody_still_listens(tmp_path):
    with serving(tmp_path / "data") as one, socket.create_connection(("127.0.0.1", one.port)) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf")
        assert one.end() == (0, "", "")


def test_links_are_of_the_address_that_it_was_told_and_cookies_are_secure_under_https(tmp_path):
    path = os.pathsep.join(path for path in sys.path if path)
    code = (
        "import sys; sys.path[:0] = sys.argv[1].split(':')\n"
        "from cohobate.web.folder import DataFolder\n"
        "from cohobate.web.serving import configure, names_of, owner_link, prepare\n"
        "folder = DataFolder(sys.argv[2]); folder.make()\n"
        "url = 'https://rooms.example.org'\n"
        "configure(folder, url, names_of('127.0.0.1', url)); prepare()\n"
        "print(owner_link())\n"
        "from django.test import Client\n"
        "from django.conf import settings\n"
        "browser = Client(headers={'host': 'rooms.example.org'})\n"
        "link = owner_link().removeprefix(url)\n"
        "browser.get(link)\n"
        "browser.post(link, {'name': 'Oda'})\n"
        "print([bool(one['secure']) for one in browser.cookies.values()], settings.CSRF_TRUSTED_ORIGINS)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, path, str(tmp_path / "data")],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"DATABASE_URL": ""},
    )
    link, cookies = ended.stdout.splitlines()
    assert link.startswith("https://rooms.example.org/me/")
    assert cookies == "[True, True] ['https://rooms.example.org']"


PROXIED = {"Host": "rooms.example.org", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}


@pytest.fixture(scope="module")
def proxied(tmp_path_factory):
    """A server behind a proxy that does https."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ("--url", "https://rooms.example.org", "--port", str(port))
    with serving(tmp_path_factory.mktemp("proxied") / "data", *options) as one:
        one.port = port
        yield one


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (PROXIED | {"Origin": "https://rooms.example.org"}, 302),
        (PROXIED | {"Referer": "https://rooms.example.org/me/x"}, 302),
        (PROXIED, 403),  # neither: under https that is suspicious
        (PROXIED | {"Origin": "https://elsewhere.example"}, 403),
        (PROXIED | {"Referer": "https://elsewhere.example/"}, 403),
        # A proxy that does not say what it does, and passes on no name.
        ({"Host": "localhost", "Origin": "https://rooms.example.org"}, 302),
        (PROXIED | {"Host": "elsewhere.example", "Origin": "https://rooms.example.org"}, 400),
    ],
)
def test_behind_a_proxy_forms_count_from_the_public_address_only(proxied, headers, status):
    _, found, page = send(proxied, "GET", proxied.path, PROXIED)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    cookie = found["Set-Cookie"]
    assert "Secure" in cookie
    body = urllib.parse.urlencode({"name": "Oda", "csrfmiddlewaretoken": token})
    form = {"Cookie": cookie.partition(";")[0], "Content-Type": "application/x-www-form-urlencoded"}
    got, found, _ = send(proxied, "POST", proxied.path, headers | form, body)
    assert got == status
    if status == 302:
        assert "Secure" in found["Set-Cookie"]


def send(server, method, path, headers, body=None):
    """A request, followed nowhere: status, headers and text."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)) as line:
        line.request(method, path, body, headers)
        response = line.getresponse()
        return response.status, response.headers, response.read().decode()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--url", "rooms.example.org"), "'rooms.example.org' is no address of a server"),
        (("--url", "ftp://rooms.example.org"), "is no address of a server"),
        (("--url", "https://example.org/rooms"), "without a path"),
        (("--url", "https://example.org:port"), "is no address of a server"),
        (("--host", "no.such.host.invalid"), "'no.such.host.invalid' is no host that is known here"),
        (("--host", "192.0.2.7"), "192.0.2.7 cannot be served on"),
    ],
)
def test_an_address_that_cannot_be_is_refused(cohobate, tmp_path, options, sentence):
    refused = cohobate("serve", "--data", tmp_path / "data", "--port", 0, "--no-browser", *options)
    assert refused.status == 2
    assert sentence in refused.refusal


def test_a_folder_of_something_else_is_refused_and_left_alone(cohobate, tmp_path):
    (tmp_path / "thesis.tex").write_text("hello")
    refused = cohobate("serve", "--data", tmp_path, "--port", 0, "--no-browser")
    assert (refused.status, "is no data folder (it holds thesis.tex)" in refused.refusal) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]
    refused = cohobate("serve", "--data", tmp_path / "thesis.tex", "--port", 0, "--no-browser")
    assert (refused.status, "is a file" in refused.refusal) == (2, True)
    refused = cohobate("serve", "--data", tmp_path / "thesis.tex" / "data", "--port", 0, "--no-browser")
    assert (refused.status, "is a file" in refused.refusal) == (2, True)


def test_a_key_that_was_cut_short_is_refused(cohobate, tmp_path):
    (tmp_path / "secret").write_text("short\n")
    refused = cohobate("serve", "--data", tmp_path, "--port", 0, "--no-browser")
    assert (refused.status, "secret is damaged" in refused.refusal) == (2, True)


def test_a_database_address_that_is_not_postgresqls_is_refused_without_its_password(tmp_path):
    for url in ("mysql://someone:hush@localhost/rooms", "nonsense://hush", "hush"):
        ended = served_with(tmp_path, DATABASE_URL=url)
        assert ended.returncode == 2
        assert ended.stderr.startswith("cohobate: DATABASE_URL ")
        assert "hush" not in ended.stderr
        assert ended.stderr.count("\n") == 1


def test_a_database_that_cannot_be_reached_is_one_sentence(tmp_path):
    ended = served_with(tmp_path, DATABASE_URL="postgresql://someone:hush@127.0.0.1:1/rooms?connect_timeout=2")
    assert ended.returncode == 2
    assert "the database cannot be used" in ended.stderr
    assert "hush" not in ended.stderr


def served_with(tmp_path, **environment):
    path = os.pathsep.join(path for path in sys.path if path)
    code = "import sys; from cohobate.cli import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", code, "serve", "--data", str(tmp_path / "data"), "--port", "0", "--no-browser"],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": path} | environment,
        timeout=90,
    )


@pytest.mark.parametrize("module", ["django", "uvicorn", "servestatic"])
def test_a_server_without_its_extra_says_what_to_install(cohobate, tmp_path, monkeypatch, module):
    monkeypatch.delitem(sys.modules, "cohobate.web.serving", raising=False)
    for name in [one for one in sys.modules if one.partition(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    refused = cohobate("serve", "--data", tmp_path / "data", "--port", 0, "--no-browser")
    assert (refused.status, refused.refusal) == (
        2,
        f"this needs {module}, which is not installed; pip install 'cohobate[web]'",
    )
    assert not (tmp_path / "data").exists()
