"""The moment at which the server was asked to end, for whatever would otherwise go on."""

from __future__ import annotations

import asyncio

stopping = asyncio.Event()
"""Set in the server's loop when it is about to stop. An event stream waits for it, and ends."""
