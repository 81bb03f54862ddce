"""A headless Chromium, spoken to over a pipe in its own protocol: opens a page from disk and tells what happened."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--remote-debugging-pipe",
)  # fmt: skip
PATIENCE_SECONDS = 60
READY = "document.documentElement?.dataset.ready === 'true'"
# The browser reads commands from descriptor 3 and answers on 4.
ON_THREE_AND_FOUR = """
import fcntl, os, sys
commands, answers = (fcntl.fcntl(int(fd), fcntl.F_DUPFD, 10) for fd in sys.argv[1:3])
os.dup2(commands, 3)
os.dup2(answers, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
KEYS = {
    "Enter": ("Enter", 13, "\r"),
    "Tab": ("Tab", 9, ""),
    "Escape": ("Escape", 27, ""),
    "ArrowDown": ("ArrowDown", 40, ""),
}


class Page:
    """One open page. ``requests`` are the addresses it asked for, ``complaints`` what its console said."""

    def __init__(self, to_browser: int, from_browser: int) -> None:
        self._to, self._from = to_browser, from_browser
        self._unread = b""
        self._last_id = 0
        self._session: str | None = None
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._is_loaded = False

    def open(self, path: Path, width: int = 1440, height: int = 900) -> None:
        """Open a file in a new tab of ``width`` and wait until it is loaded."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        self.requests.clear()
        self._load("Page.navigate", url=path.as_uri())

    def reload(self) -> None:
        """Load the page anew, and wait until its script has drawn everything."""
        self._load("Page.reload")
        self.until(READY)

    def _load(self, method: str, **parameters: Any) -> None:
        """Asks nothing of the page before it is there: while one page goes, Chromium has none to answer for."""
        self._is_loaded = False
        self.call(method, **parameters)
        while not self._is_loaded:
            self._take_in(self._read())

    def value(self, expression: str) -> Any:
        """What a JavaScript expression is on the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def until(self, expression: str) -> None:
        """Wait until a JavaScript expression is true on the page."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.value(expression):
            assert time.monotonic() < deadline, f"never true: {expression}; {self.complaints}"
            time.sleep(0.02)

    def open_ready(self, path: Path, width: int = 1440, height: int = 900) -> None:
        """As ``open``, and wait until the page's script has drawn everything."""
        self.open(path, width, height)
        self.until(READY)

    def press(self, key: str) -> None:
        """Press a key where the focus is."""
        name, code, text = KEYS[key]
        for kind in ("keyDown", "keyUp"):
            event = {"type": kind, "key": name, "code": name, "windowsVirtualKeyCode": code}
            self.call("Input.dispatchKeyEvent", **event | ({"text": text} if text and kind == "keyDown" else {}))

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command of the protocol and its answer."""
        self._last_id += 1
        command = {"id": self._last_id, "method": method, "params": parameters}
        if self._session:
            command["sessionId"] = self._session
        os.write(self._to, json.dumps(command).encode() + b"\0")
        while True:
            message = self._read()
            if message.get("id") == self._last_id:
                assert "error" not in message, message
                return message["result"]
            self._take_in(message)

    def _take_in(self, event: dict[str, Any]) -> None:
        match event.get("method"):
            case "Page.loadEventFired":
                self._is_loaded = True
            case "Network.requestWillBeSent":
                self.requests.append(event["params"]["request"]["url"])
            case "Log.entryAdded":
                self.complaints.append(event["params"]["entry"]["text"])
            case "Runtime.exceptionThrown" | "Runtime.consoleAPICalled":
                self.complaints.append(json.dumps(event["params"]))

    def _read(self) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while b"\0" not in self._unread:
            assert time.monotonic() < deadline, "the browser does not answer"
            held = os.read(self._from, 1 << 16)
            assert held, "the browser has gone"
            self._unread += held
        message, self._unread = self._unread.split(b"\0", 1)
        return json.loads(message)


@contextmanager
def browser(chromium: str) -> Iterator[Page]:
    """A browser with a profile of its own that is gone afterwards."""
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        home = f"--user-data-dir={profile}"
        process = subprocess.Popen(
            [sys.executable, "-c", ON_THREE_AND_FOUR, str(theirs_in), str(theirs_out), chromium, *FLAGS, home],
            pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        try:
            yield Page(ours_out, ours_in)
        finally:
            os.close(ours_out)
            process.terminate()
            process.wait(timeout=PATIENCE_SECONDS)
            os.close(ours_in)
