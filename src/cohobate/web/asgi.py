"""The application that uvicorn runs: its names, static files, a limit on what is sent, and Django for all the rest.

Django keeps a thread for each request while it lasts. What lasts, such as an event stream, belongs in front of it.
"""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from wsgiref.headers import Headers

from django.conf import settings
from django.core import signals
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.http import HttpResponseBase
from django.http.request import split_domain_port, validate_host
from django.urls import set_script_prefix
from servestatic import ServeStaticASGI

# Its models have to wait until Django is set up, which `serving.configure` has done before this is imported.
from cohobate.web.rooms.stream import PATH, stream

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

ACT = re.compile(r"/rooms/[-\w]+/act/|/sources/new/")
"""Where the long texts of rooms come in, and files."""
DRAFT = re.compile(r"/works/[-\w]+/(?:edit|draft|aside)/")
"""Where drafts come in."""
DRAINED = 64_000_000
"""Bytes of a request that is too large that are read and thrown away, so that its sender gets to see the answer."""


NOT_OURS = "This server does not answer to that name. Use the address that you were sent; its owner sets it by --url.\n"


class Named:
    """Answers to the server's own names and to no other, whatever is asked for."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self.ours(scope):
            headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"x-content-type-options", b"nosniff")]
            await send({"type": "http.response.start", "status": 400, "headers": headers})
            await send({"type": "http.response.body", "body": NOT_OURS.encode()})
        else:
            await self.application(scope, receive, send)

    @staticmethod
    def ours(scope: Scope) -> bool:
        """Whether a request is for one of the names."""
        given = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        return len(given) == 1 and validate_host(split_domain_port(given[0])[0], settings.ALLOWED_HOSTS)


class Limited:
    """Passes requests on, those that are too large without their bodies, and with what would be the most in
    `cohobate.too_large`. `larger` has addresses that take more than `most` bytes."""

    def __init__(self, application: Application, most: int, larger: Mapping[re.Pattern[str], int]) -> None:
        self.application, self.most, self.larger = application, most, larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.application(scope, receive, send)
        most = next((most for place, most in self.larger.items() if place.fullmatch(scope["path"])), self.most)
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        body: list[bytes] = []
        size = 0
        # A body of at most a few megabytes fits into memory, and nothing begins before it is there.
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            chunk = message.get("body", b"")
            size += len(chunk)
            if size <= most:
                body.append(chunk)
            if not message.get("more_body", False) or size > DRAINED:
                break
        if size > most or (declared.isdigit() and int(declared[:20]) > most):
            scope["cohobate.too_large"] = most
            scope["headers"] = [one for one in scope["headers"] if one[0] not in (b"content-length", b"content-type")]
            body = []
        whole: list[Message] = [{"type": "http.request", "body": b"".join(body), "more_body": False}]

        async def given() -> Message:
            return whole.pop() if whole else await receive()

        await self.application(scope, given, send)
        return None


class Whole(ASGIHandler):
    """Django, with each request whole in one of a few threads that stay.

    As it comes, Django goes from the event loop to a new thread and back for every part of a request, and each time
    opens the database anew: that took most of an act's time. `Limited` has to stand in front, as it has read the body.
    """

    def __init__(self, threads: int) -> None:
        super().__init__()
        self.threads = ThreadPoolExecutor(threads, "request")

    def load_middleware(self, is_async: bool = False) -> None:
        """Loads all of it for threads, whatever the handler of a server like this one would ask for."""
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(f"nothing here speaks {scope['type']}")
        message = await receive()
        if message["type"] == "http.request":
            # Whoever left meanwhile has asked for it all the same.
            answer = asyncio.get_running_loop().run_in_executor(self.threads, self.answer, scope, message["body"])
            await self.send_response(await asyncio.shield(answer), send)

    def answer(self, scope: Scope, body: bytes) -> HttpResponseBase:
        """The answer to a request, complete."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=type(self), scope=scope)
        request, response = self.create_request(scope, io.BytesIO(body))
        response = response or self.get_response(request)
        response._handler_class = type(self)
        response.close()  # which lets go of the database; its content stays
        return response


class Streams:
    """Answers requests for event streams itself, and passes on the rest."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = PATH.fullmatch(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        if found is None:
            await self.application(scope, receive, send)
        else:
            await stream(scope, receive, send, found[1])


def _headers(headers: Headers, path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


def make() -> Application:
    """The whole of it. Django has to be set up."""
    files = ServeStaticASGI(
        Whole(settings.THREADS),
        allow_all_origins=False,
        add_headers_function=_headers,
        # The address of a static file holds a hash of all of them.
        immutable_file_test=lambda path, url: True,
    )
    for folder in settings.STATIC_FOLDERS:
        files.add_files(folder, prefix=settings.STATIC_URL)
    larger = {ACT: settings.LARGEST_ACT, DRAFT: settings.LARGEST_DRAFT}
    return Named(Streams(Limited(files, settings.LARGEST_REQUEST, larger)))


application = make()
