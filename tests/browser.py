"""Headless Chromium, spoken to through pipes: what a page says, what it asks the network for, and how it looks."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--hide-scrollbars", "--remote-debugging-pipe",
)  # fmt: skip


class Page:
    """A page in a browser of its own.

    ``faults``: what was written to its console; ``asked``: every address that it asked for; ``confirmed``: what it had
    the learner confirm.
    """

    def __init__(self, said: int, heard: int) -> None:
        self.said, self.heard = said, heard
        self.count, self.loads, self.rest, self.session = 0, 0, b"", ""
        self.faults: list[str] = []
        self.asked: list[str] = []
        self.confirmed: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **told: Any) -> dict[str, Any]:
        """What the browser answers to a command; events that come before are noted."""
        self.count += 1
        message = {"id": self.count, "method": method, "params": told}
        os.write(
            self.said, json.dumps(message | ({"sessionId": self.session} if self.session else {})).encode() + b"\0"
        )
        wanted = self.count
        while True:
            found = self._next()
            if found.get("id") == wanted:
                assert "error" not in found, (method, found["error"])
                return dict(found["result"])
            self._note(found)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self.rest:
            more = os.read(self.heard, 1 << 16)
            assert more, "the browser has gone"
            self.rest += more
        message, _, self.rest = self.rest.partition(b"\0")
        return dict(json.loads(message))

    def _note(self, event: dict[str, Any]) -> None:
        told = event.get("params", {})
        match event.get("method"):
            case "Network.requestWillBeSent":
                self.asked.append(told["request"]["url"])
            case "Runtime.consoleAPICalled" | "Runtime.exceptionThrown":
                self.faults.append(json.dumps(told)[:500])
            case "Log.entryAdded":
                self.faults.append(told["entry"]["text"])
            case "Page.loadEventFired":
                self.loads += 1
            case "Page.javascriptDialogOpening":
                self.confirmed.append(told["message"])
                self.count += 1
                answer = {"id": self.count, "method": "Page.handleJavaScriptDialog", "params": {"accept": True}}
                os.write(self.said, json.dumps(answer | {"sessionId": self.session}).encode() + b"\0")

    def open(self, path: Path) -> None:
        with self.loading():
            self.call("Page.navigate", url=path.as_uri())

    def reload(self) -> None:
        with self.loading():
            self.call("Page.reload")

    @contextlib.contextmanager
    def loading(self) -> Iterator[None]:
        """What is done in it loads a page, and that is waited for."""
        before = self.loads
        yield
        while self.loads == before:
            self._note(self._next())

    def run(self, script: str) -> Any:
        """The value of an expression, awaited if it is a promise."""
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, (script[:200], found.get("exceptionDetails"))
        return found["result"].get("value")

    def press(self, key: str, code: int = 0, text: str = "") -> None:
        for kind in ("keyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code,
                **({"text": text} if text and kind == "keyDown" else {}),
            )  # fmt: skip

    def size(self, width: int, height: int = 900) -> None:
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def dark(self, on: bool = True) -> None:
        scheme = {"name": "prefers-color-scheme", "value": "dark" if on else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def shot(self, path: Path) -> None:
        found = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(found["data"]))

    def pdf(self) -> bytes:
        return base64.b64decode(self.call("Page.printToPDF", preferCSSPageSize=True)["data"])


@contextlib.contextmanager
def browser(where: Path) -> Iterator[Page]:
    """A page of Chromium that keeps its profile in a folder."""
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        pytest.fail("Chromium is needed to try the practice page")
    (reads, said), (heard, writes) = os.pipe(), os.pipe()
    command = ["bash", "-c", f'exec "$@" 3<&{reads} 4>&{writes}', "bash", program, *FLAGS, f"--user-data-dir={where}"]
    running = subprocess.Popen(command, pass_fds=(reads, writes), stderr=subprocess.DEVNULL)
    os.close(reads)
    os.close(writes)
    try:
        yield Page(said, heard)
    finally:
        running.terminate()
        running.wait(30)
        os.close(said)
        os.close(heard)
