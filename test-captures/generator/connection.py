# SPDX-License-Identifier: GPL-2.0-or-later
"""A socket that records what the application did on it and what the kernel counted."""
import fcntl
import functools
import hashlib
import json
import socket
import struct
import termios
import threading
import time

import mptcp_info

RECEIVE_BYTES = 262144
SEND_BYTES = 65536
LINE_BYTES = 64
BLOCK_BYTES = 1 << 20

PERIODIC_MPTCP = ("subflows", "write_seq", "snd_una", "rcv_nxt", "retransmits", "bytes_sent",
                  "bytes_retrans", "bytes_received", "bytes_acked")
PERIODIC_TCP = ("state", "bytes_sent", "bytes_retrans", "bytes_acked", "bytes_received", "rtt",
                "snd_cwnd", "unacked", "notsent_bytes", "total_retrans")


@functools.lru_cache
def payload_block(sender):
    """1 MiB of application data: lines of 64 bytes that name the sender and their own position.

    It compresses well, and a byte at a wrong place or from the wrong side is seen to be so.
    """
    def line(position):
        return f"{sender} byte {position:08d} ".ljust(LINE_BYTES - 1, ".").encode() + b"\n"
    return b"".join(line(position) for position in range(0, BLOCK_BYTES, LINE_BYTES))


class Connection:
    """One end of a connection: sends, receives and samples, and keeps a record of it all.

    complete_record() gives what truth.json holds under connections.
    """

    def __init__(self, sock, role, spec, period_s):
        self.socket = sock
        self.record = {"role": role, "spec": spec, "app_sent": 0, "app_received": 0,
                       "finals": [], "samples": [], "subflows_last_seen": {}, "notes": []}
        self._block = memoryview(payload_block(role))
        self._payload_sent = 0
        self._sent_hash, self._received_hash = hashlib.sha256(), hashlib.sha256()
        self._sample_lock = threading.Lock()
        self._closing = threading.Event()
        self._sampler = None
        if period_s:
            self._sampler = threading.Thread(target=self._sample_periodically, args=(period_s,),
                                             daemon=True)
            self._sampler.start()

    # -- data ------------------------------------------------------------------------------------
    def _send_some(self, data):
        sent = self.socket.send(data)
        self._sent_hash.update(data[:sent])
        self.record["app_sent"] += sent
        return sent

    def _receive_some(self, limit):
        data = self.socket.recv(limit)
        self._received_hash.update(data)
        self.record["app_received"] += len(data)
        return data

    def send(self, data):
        while data:
            data = data[self._send_some(data):]

    def send_payload(self, size):
        """Sends `size` bytes of payload_block(), going on where the last call stopped."""
        end = self._payload_sent + size
        while self._payload_sent < end:
            at = self._payload_sent % BLOCK_BYTES
            length = min(end - self._payload_sent, SEND_BYTES, BLOCK_BYTES - at)
            self._payload_sent += self._send_some(self._block[at:at + length])

    def receive(self, size):
        """Receives `size` bytes; False if the peer's data ends before."""
        while size:
            data = self._receive_some(min(size, RECEIVE_BYTES))
            if not data:
                self.note(f"EOF with {size} bytes missing")
                return False
            size -= len(data)
        return True

    def receive_json_line(self):
        """The peer's next line, decoded; None if there is none."""
        line = b""
        while not line.endswith(b"\n"):
            byte = self._receive_some(1)
            if not byte:
                return None
            line += byte
        return json.loads(line)

    def receive_to_end(self, timeout_s=60):
        self.socket.settimeout(timeout_s)
        try:
            while self._receive_some(RECEIVE_BYTES):
                pass
        except OSError as error:
            self.note(f"eof: {error}")

    def wait_acknowledged(self, timeout_s=10):
        """Waits until the peer has acknowledged all that was sent (at data level, for MPTCP)."""
        unacknowledged = bytearray(4)
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            fcntl.ioctl(self.socket.fileno(), termios.TIOCOUTQ, unacknowledged)
            if struct.unpack("=i", unacknowledged)[0] == 0:
                return
            time.sleep(0.01)
        self.note(f"not all acked after {timeout_s} s")

    # -- records ---------------------------------------------------------------------------------
    def note(self, text):
        self.record["notes"].append(text)

    def sample(self, tag):
        """Adds a full sample of the kernel's counters to `finals`."""
        self.record["finals"].append(self._take_sample(tag))

    def _take_sample(self, tag):
        with self._sample_lock:
            taken = mptcp_info.sample(self.socket, tag)
            for subflow in taken.get("subflows", ()):
                self._remember_subflow(taken["t"], subflow)
            return taken

    def _remember_subflow(self, now, subflow):
        """Keeps a subflow's highest counters: they vanish with the subflow."""
        local, remote = subflow["local"], subflow["remote"]
        if not local or not remote or not remote[1]:
            return                          # disconnected: its address and counters are wiped
        last_seen = self.record["subflows_last_seen"]
        key = f"{local[0]}:{local[1]}-{remote[0]}:{remote[1]}"
        old = last_seen.get(key)
        if not old or old["tcp"]["bytes_sent"] <= subflow["tcp"]["bytes_sent"]:
            last_seen[key] = {"t": now, "id": subflow["id"], "tcp": subflow["tcp"]}

    def _sample_periodically(self, period_s):
        while not self._closing.wait(period_s):
            taken = self._take_sample("periodic")
            if "mptcp" in taken:
                self.record["samples"].append({
                    "t": taken["t"],
                    "mptcp": {key: taken["mptcp"].get(key) for key in PERIODIC_MPTCP},
                    "subflows": [{"id": subflow["id"], "local": subflow["local"],
                                  "remote": subflow["remote"],
                                  **{key: subflow["tcp"].get(key) for key in PERIODIC_TCP}}
                                 for subflow in taken.get("subflows", ())]})

    def complete_record(self):
        if "closed_at" not in self.record:
            self.note("still open when the traffic ended")
            self.record["closed_at"] = time.time()
        self.record["app_sent_sha256"] = self._sent_hash.hexdigest()
        self.record["app_received_sha256"] = self._received_hash.hexdigest()
        return self.record

    def close(self, abort=False):
        """Closes the socket; with `abort`, without lingering (MP_FASTCLOSE or RST)."""
        self._closing.set()
        if self._sampler:
            self._sampler.join()
        if abort:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.record["closed_at"] = time.time()
        self.socket.close()
