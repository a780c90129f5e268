"""Django's settings, from a few environment variables that `serving.configure` sets.

COHOBATE_DATA   the data folder, with its key in it
COHOBATE_URL    where people reach the server, as in https://rooms.example.org
COHOBATE_HOSTS  the names under which it answers, with commas
COHOBATE_PASTED_PROGRAMS  "yes" if rooms may run programs that people paste
DATABASE_URL    a PostgreSQL database, instead of SQLite in the data folder
COHOBATE_READ_ONLY  "yes" for who only looks at the data
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_htmx

from cohobate.errors import WrongUse
from cohobate.web.folder import DataFolder

FOLDER = DataFolder(os.environ.get("COHOBATE_DATA", "cohobate-data"))
SITE_URL = os.environ.get("COHOBATE_URL", "http://localhost:8000").rstrip("/")
SECRET_KEY = FOLDER.key()
DEBUG = False
HTTPS = urlsplit(SITE_URL).scheme == "https"
ALLOWED_HOSTS = [host for host in os.environ.get("COHOBATE_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if host]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

HERE = Path(__file__).parent
ROOT_URLCONF = "cohobate.web.urls"
INSTALLED_APPS = [
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "cohobate.web.people",
    "cohobate.web.rooms",
    "cohobate.web.sources",
    "cohobate.web.works",
    "cohobate.web.readings",
    "cohobate.web.library",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cohobate.web.edge.Edge",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "cohobate.web.people.access.Access",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "cohobate.web.edge.everywhere",
            ],
            "builtins": ["django.templatetags.static", "cohobate.web.words"],
        },
    }
]

# --- where the data are ---------------------------------------------------------------------------------------------

THREADS = 8
"""Requests that are answered at the same time; more of them wait."""
STREAM_THREADS = 4
"""Streams that are given what they missed at the same time."""
CONNECTIONS = THREADS + STREAM_THREADS + 4
"""To PostgreSQL, at most. Each of those threads can have one, and then there are some left: a thread that holds a
room's lock never waits for a connection that is held by one that waits for this lock."""

READ_ONLY = os.environ.get("COHOBATE_READ_ONLY") == "yes"
SQLITE: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": FOLDER.database,
    "CONN_MAX_AGE": None,
    "OPTIONS": {
        # Readers never wait for a writer, a writer takes its turn from the start, what was acknowledged survives a
        # power cut, and words that were taken out do not stay behind in unused parts of the file.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
    },
}
if READ_ONLY:
    # To read beside a server SQLite has to write into the folder, an index of the log. Where it may not, there has to
    # be no log.
    log = FOLDER.database.with_name(f"{FOLDER.database.name}-wal")
    alone = not os.access(FOLDER.path, os.W_OK) and not (log.exists() and log.stat().st_size)
    SQLITE |= {
        "NAME": f"{FOLDER.database.as_uri()}?mode=ro{'&immutable=1' if alone else ''}",
        "OPTIONS": {"uri": True, "timeout": 20},
    }


def database(url: str) -> dict[str, Any]:
    """The database's settings. Raises WrongUse for an address that is not PostgreSQL's; "" means SQLite."""
    if not url:
        return SQLITE
    import dj_database_url

    remedy = "write postgresql://USER:PASSWORD@HOST/NAME, or unset it to use SQLite"
    try:
        found: dict[str, Any] = {**dj_database_url.parse(url, conn_max_age=0, conn_health_checks=True)}
    except (ValueError, KeyError):
        raise WrongUse(f"DATABASE_URL does not read; {remedy}") from None
    if found["ENGINE"] != "django.db.backends.postgresql":
        raise WrongUse(f"DATABASE_URL is not PostgreSQL's; {remedy}")
    options = found.setdefault("OPTIONS", {})
    options.setdefault("connect_timeout", 10)
    if not READ_ONLY:
        options["pool"] = {"min_size": 1, "max_size": CONNECTIONS, "timeout": 20}
    else:
        options["options"] = f"{options.get('options', '')} -c default_transaction_read_only=on".strip()
    return found


DATABASES = {"default": database(os.environ.get("DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
USE_I18N = False

# --- what browsers are told -----------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Addresses hold the links that let people in, so no other site may learn them. Under https Django's protection of
# forms reads the referrer where a browser sends no origin, so it cannot be left out altogether.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CSRF_COOKIE_NAME = "cohobate-form"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "cohobate.web.edge.form_too_old"

MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
# Messages travel in a cookie, which takes its attributes from the settings of sessions; there are no sessions.
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"

PASTED_PROGRAMS = os.environ.get("COHOBATE_PASTED_PROGRAMS") == "yes"
"""Whether rooms may run programs that people paste. The owner decides, when the server is started."""

LARGEST_REQUEST = 1_000_000
"""Bytes in a request, at most; see `asgi`."""
LARGEST_ACT = 4_000_000
"""The same of an act in a room: the longest text that there may be has up to twelve bytes a character in a form."""
LARGEST_DRAFT = 10_000_000
"""The same of a draft: up to four bytes a character, and it comes in parts that take no more than they hold."""
DATA_UPLOAD_MAX_MEMORY_SIZE = LARGEST_DRAFT
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

# --- static files ---------------------------------------------------------------------------------------------------

STATIC_FOLDERS = [HERE / "static", Path(django_htmx.__file__).parent / "static"]
STATICFILES_DIRS = [HERE / "static"]


def _version(folders: list[Path]) -> str:
    """A hash of all static files, so that their addresses change when they do and browsers may keep them for good."""
    found = hashlib.sha256()
    for path in sorted(path for folder in folders for path in folder.rglob("*.*")):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()[:12]


STATIC_URL = f"/static/{_version(STATIC_FOLDERS)}/"

# --- what is logged -------------------------------------------------------------------------------------------------

LOGGING = {
    # Errors go to the server's error stream. Requests are not logged: their addresses hold links that let people in.
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(message)s"}},
    "handlers": {"stream": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stream"], "level": "WARNING"},
    "loggers": {
        "django.request": {"level": "CRITICAL"},
        "django.security": {"level": "CRITICAL"},
        "cohobate.web": {"level": "INFO"},
    },
}
