"""Chromium without a screen, over the pipe of its DevTools protocol (https://chromedevtools.github.io/devtools-protocol).

The pipe is messages of JSON that end with a NUL: the browser reads file descriptor 3 and writes file descriptor 4.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

_OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
_WAIT = 120


class Browser:
    """A browser with one page. `events` are those that came, in order, since a page was last opened."""

    def __init__(self, to_browser: int, from_browser: int) -> None:
        self.events: list[dict[str, Any]] = []
        self._out, self._in = to_browser, from_browser
        self._buffer = b""
        self._number = 0
        self._session = ""
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The result of a command."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._out, data) :]
        while True:
            answer = self._receive()
            if answer.get("id") == self._number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                result = answer["result"]
                assert isinstance(result, dict)
                return result

    def open(self, page: Path, *, width: int = 1280, height: int = 900, is_dark: bool = False) -> None:
        """Opens a file in a window of a size, in light or dark, and waits until it is loaded."""
        self.resize(width, height)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
        self.send("Emulation.setEmulatedMedia", features=[scheme])
        self.events.clear()
        self.send("Page.navigate", url=page.as_uri())
        self._wait_for("Page.loadEventFired")

    def resize(self, width: int, height: int) -> None:
        """Gives the window a size in pixels."""
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression, which the policy of the page does not concern."""
        done = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    def type_into(self, selector: str, text: str) -> None:
        """Types into a field as a user does: a click, then text."""
        self.click(selector)
        self.send("Input.insertText", text=text)

    def press(self, key: str, code: int) -> None:
        """Presses a key by its name and its code."""
        for kind in ("keyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    def click(self, selector: str) -> None:
        """Clicks into the middle of an element."""
        x, y = self._middle(selector)
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def choose(self, selector: str, value: str) -> None:
        """Chooses an option of a list by its value, as a user's choice is told to the page."""
        self.evaluate(
            f"(() => {{const list = document.querySelector({json.dumps(selector)}); list.value = {json.dumps(value)};"
            "list.dispatchEvent(new Event('input', {bubbles: true}))})()"
        )

    def point_at(self, selector: str) -> None:
        """Moves the mouse to the middle of an element."""
        x, y = self._middle(selector)
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def _middle(self, selector: str) -> tuple[float, float]:
        place = self.evaluate(
            f"(() => {{const element = document.querySelector({json.dumps(selector)});"
            "element.scrollIntoView({block: 'center'}); const box = element.getBoundingClientRect();"
            "return [box.x + box.width / 2, box.y + box.height / 2]})()"
        )
        return place[0], place[1]

    def picture(self, path: Path) -> None:
        """Writes a PNG of the window."""
        path.write_bytes(b64decode(self.send("Page.captureScreenshot", format="png")["data"]))

    def requests(self) -> list[str]:
        """The addresses that were asked for since a page was last opened, that of the page first."""
        sent = [event["params"] for event in self.events if event["method"] == "Network.requestWillBeSent"]
        return [parameters["request"]["url"] for parameters in sent]

    def complaints(self) -> list[dict[str, Any]]:
        """What the console got since a page was last opened, errors of scripts, violations of its policy, dialogs."""
        self.evaluate("new Promise(done => setTimeout(done, 50))")  # what was on its way
        kinds = (
            "Runtime.consoleAPICalled",
            "Runtime.exceptionThrown",
            "Log.entryAdded",
            "Page.javascriptDialogOpening",
        )
        return [event for event in self.events if event["method"] in kinds]

    def _wait_for(self, method: str) -> None:
        while not any(event["method"] == method for event in self.events):
            self._receive()

    def _receive(self) -> dict[str, Any]:
        """The next message; an event is kept, and a dialog is dismissed so that the page goes on."""
        end = monotonic() + _WAIT
        while b"\0" not in self._buffer:
            assert select.select([self._in], [], [], max(0.0, end - monotonic()))[0], "the browser does not answer"
            data = os.read(self._in, 1 << 16)
            assert data, "the browser is gone"
            self._buffer += data
        whole, _, self._buffer = self._buffer.partition(b"\0")
        message = json.loads(whole)
        assert isinstance(message, dict)
        if "method" in message:
            self.events.append(message)
        return message


@contextmanager
def browser(command: str, folder: Path, env: dict[str, str]) -> Iterator[Browser]:
    """A browser with a new profile in an empty folder, which ends with the block."""
    browser_reads, we_write = os.pipe()
    we_read, browser_writes = os.pipe()
    # The shell gives the pipes the numbers that the browser expects.
    script = f'exec "$0" "$@" 3<&{browser_reads} 4>&{browser_writes}'
    arguments = ["bash", "-c", script, command, *_OPTIONS, f"--user-data-dir={folder}"]
    with (folder / "errors.txt").open("w") as errors:
        process = subprocess.Popen(
            arguments,
            env=env,
            pass_fds=(browser_reads, browser_writes),
            stdin=subprocess.DEVNULL,
            stdout=errors,
            stderr=errors,
        )
    os.close(browser_reads)
    os.close(browser_writes)
    try:
        yield Browser(we_write, we_read)
    finally:
        os.close(we_write)  # the end of its pipe ends the browser
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        os.close(we_read)
