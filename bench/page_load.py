"""The clients of the page bench: each keeps one connection and asks again as soon as it is answered.

Called as page_load.py PORT PATH CLIENTS SECONDS with the cookie on standard input; prints the milliseconds as JSON.
"""

import json
import socket
import sys
import threading
import time

HOST = "127.0.0.1"


def clients(port: int, path: str, cookie: str, number: int, seconds: float) -> list[float]:
    """Milliseconds of every request of so many clients at once."""
    found: list[list[float]] = [[] for _ in range(number)]

    def client(place: int) -> None:
        found[place] = requests(port, path, cookie, seconds)

    threads = [threading.Thread(target=client, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [milliseconds for part in found for milliseconds in part]


def requests(port: int, path: str, cookie: str, seconds: float) -> list[float]:
    """Request after request over one connection; milliseconds of each. Raises AssertionError unless all answer 200."""
    request = (
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nAccept: text/html,application/json\r\n\r\n"
    ).encode()
    times = []
    end = time.perf_counter() + seconds
    with socket.create_connection((HOST, port), timeout=30) as connection:
        while True:
            begin = time.perf_counter()
            if begin > end:
                return times
            connection.sendall(request)
            answer = connection.recv(1 << 16)
            while (head := answer.find(b"\r\n\r\n")) < 0:
                answer += connection.recv(1 << 16)
            assert answer.startswith(b"HTTP/1.1 200"), f"{path}: {answer[:200]!r}"
            headers = answer[:head].lower()
            begin_length = headers.index(b"content-length:") + 15
            length = int(headers[begin_length:].split(b"\r\n", 1)[0])
            missing = length - (len(answer) - head - 4)
            while missing > 0:
                missing -= len(connection.recv(1 << 16))
            times.append((time.perf_counter() - begin) * 1000)


if __name__ == "__main__":
    _program, to_port, to_path, count, duration = sys.argv
    print(json.dumps(clients(int(to_port), to_path, sys.stdin.read().strip(), int(count), float(duration))))
