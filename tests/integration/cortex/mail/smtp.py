# SPDX-License-Identifier: Apache-2.0
"""A mail server for tests: it speaks SMTP on a socket and does as it is told (RFC 5321)."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage


class SmtpServer:
    """Keeps what it took over; `answers` replace its words, `hangs_up_on` and `silent_on` end the talk."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.messages: list[EmailMessage] = []
        self.commands: list[str] = []
        self.answers: dict[str, str] = {}
        self.hangs_up_on = ""
        self.silent_on = ""
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                channel, _ = self._listener.accept()
                threading.Thread(target=self._talk, args=(channel,), daemon=True).start()

    def _talk(self, channel: socket.socket) -> None:
        with channel, channel.makefile("rb") as lines, suppress(OSError):
            channel.sendall(b"220 tests\r\n")
            for line in lines:
                verb = line[:4].strip().decode().upper()
                self.commands.append(line.decode().strip())
                if verb == self.silent_on:
                    threading.Event().wait(5)
                    return
                answer = self.answers.get(verb, {"DATA": "354 go", "QUIT": "221 bye"}.get(verb, "250 ok"))
                channel.sendall(f"{answer}\r\n".encode())
                if verb == "DATA" and answer.startswith("354") and not self._take_over(channel, lines):
                    return

    def _take_over(self, channel: socket.socket, lines: Iterator[bytes]) -> bool:
        """Keep the message; return whether the talk goes on."""
        stuffed = iter(lambda: next(lines), b".\r\n")
        content = b"".join(line.removeprefix(b".") if line.startswith(b"..") else line for line in stuffed)
        if self.hangs_up_on == "end of data":
            return False
        answer = self.answers.get("end of data", "250 taken")
        if answer.startswith("250"):
            self.messages.append(message_from_bytes(content, policy=policy.default))  # type: ignore[arg-type]
        channel.sendall(f"{answer}\r\n".encode())
        return True


@contextmanager
def smtp_server() -> Iterator[SmtpServer]:
    """Yield a server on a free port."""
    server = SmtpServer()
    try:
        yield server
    finally:
        server.close()
