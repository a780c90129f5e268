"""People at browsers of their own, and what their consoles said."""

import re

PATIENCE = 20_000
"""Milliseconds that something on a page may take. It usually takes a few hundred; busy machines take more."""

WIDE = {"width": 1280, "height": 900}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}

WATCH = """
window.heard = [];
window.EventSource = class extends EventSource {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", (event) => window.heard.push(event.data));
  }
};
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI}`);
});
"""


class Visitor:
    """A context with one page. `allow` takes what its console may say: patterns."""

    def __init__(self, browser, url, *, allow=(), **options):
        self.url = url
        self.allowed = list(allow)
        self.said = []
        self.context = browser.new_context(**{"viewport": WIDE, "base_url": url, **options})
        self.context.set_default_timeout(PATIENCE)
        self.context.add_init_script(WATCH)
        self.context.on("console", self._console)
        self.context.on("weberror", lambda error: self.said.append(f"error: {error.error}"))
        self.page = self.context.new_page()

    def _console(self, message):
        if message.type in ("error", "warning"):
            self.said.append(f"{message.type}: {message.text}")

    def allow(self, *patterns):
        """From now on the console may say these."""
        self.allowed += patterns

    @property
    def troubles(self):
        """What the console said and may not say."""
        return [line for line in self.said if not any(re.search(one, line) for one in self.allowed)]

    def go(self, address):
        """Opens a page and gives the status."""
        return self.page.goto(address).status

    def button(self, name, within=None):
        """A button by what it begins with."""
        return (within or self.page).get_by_role("button", name=re.compile(f"^{re.escape(name)}"))

    def fetch(self, address):
        """What the server answers this person, outside any page."""
        answer = self.context.request.get(address)
        assert answer.ok, answer
        return answer

    def listen(self):
        """From now on everything that the server sends to the page is noted."""
        self.answers = []
        self.page.evaluate("window.heard.length = 0")
        self.page.on("response", lambda answer: self.answers.append(answer))

    def received(self):
        """What the server has sent since, as texts: answers, and messages of streams."""
        # The text of a stream is there only when it has ended.
        kinds = [(answer, answer.headers.get("content-type", "")) for answer in self.answers]
        whole = [answer.text() for answer, kind in kinds if "event-stream" not in kind]
        return [*whole, *self.page.evaluate("window.heard")]

    def close(self):
        """Closes the browser of this person."""
        self.context.close()


UNREACHABLE = r"net::ERR_|Failed to load resource|ERR_CONNECTION"
"""What Chromium notes by itself when a server cannot be reached."""
