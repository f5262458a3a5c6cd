#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The applications at both ends of a scenario's connections.

  traffic.py server SPEC.json RECORDS.json    prints READY, serves until standard input closes
  traffic.py client SPEC.json RECORDS.json    runs all connections of SPEC, then ends

A client's first line on each connection is its request, as JSON: the operation and its sizes in
bytes. Both ends sample the kernel's counters when the operation is done and before they close.

A connection of SPEC["connections"] holds dst, port, op and these, where they apply:
  download, upload          bytes server → client, client → server
  count, size, gap          pingpong: rounds, bytes, seconds between them; gap: server's pause
  start, linger, timeout    seconds: before connecting, before closing, of every socket call
  take                      bytes after which a download is abandoned
  abort                     close without lingering
  protocol                  IP protocol number, MPTCP if absent
  fastopen                  the request goes with the SYN once there is a cookie
  idsn_below_wrap           connect anew until the server's data sequence number is 100 kB to
                            this many bytes below a 32-bit wrap; then print "FOUND port PORT at
                            TIME ..." and wait for a line of input
"""
import json
import os
import socket
import struct
import sys
import threading
import time

import mptcp_info
from connection import Connection

TCP_FASTOPEN_CONNECT = 30
REQUEST_KEYS = ("op", "download", "upload", "count", "size", "gap")
NEAREST_TO_WRAP = 100_000
WRAP_SEARCH_S = 200

_connections = []


def record_connection(sock, role, spec, period_s):
    connection = Connection(sock, role, spec, period_s)
    _connections.append(connection)
    return connection


# -- operations, as the server sees them -----------------------------------------------------------
def serve_download(connection, request):
    connection.send_payload(request["download"])
    connection.wait_acknowledged()


def serve_upload(connection, request):
    connection.receive(request["upload"])
    connection.send_payload(request["download"])
    connection.wait_acknowledged()


def serve_both(connection, request):
    sender = threading.Thread(target=connection.send_payload, args=(request["download"],))
    sender.start()
    connection.receive(request["upload"])
    sender.join()
    connection.wait_acknowledged()


def serve_pingpong(connection, request):
    for _ in range(request["count"]):
        if not connection.receive(request["size"]):
            return
        connection.send_payload(request["size"])
    connection.wait_acknowledged()


def serve_half_close(connection, request):
    connection.receive_to_end()
    connection.sample("after-peer-shutdown")
    time.sleep(request["gap"])
    connection.send_payload(request["download"])
    connection.wait_acknowledged()


def serve_abort(connection, request):
    connection.send_payload(request["download"])
    time.sleep(request["gap"])


SERVER_OPERATIONS = {
    "download": serve_download,
    "upload": serve_upload,
    "both": serve_both,
    "pingpong": serve_pingpong,
    "half_close": serve_half_close,
    "server_abort": serve_abort,
    "server_close": serve_download,
}
SERVER_CLOSES_FIRST = ("half_close", "server_abort", "server_close")


# -- operations, as the client sees them -----------------------------------------------------------
def request_download(connection, spec):
    connection.receive(spec.get("take", spec["download"]))


def request_upload(connection, spec):
    connection.send_payload(spec["upload"])
    connection.receive(spec["download"])


def request_both(connection, spec):
    sender = threading.Thread(target=connection.send_payload, args=(spec["upload"],))
    sender.start()
    connection.receive(spec["download"])
    sender.join()
    connection.wait_acknowledged()


def request_pingpong(connection, spec):
    for _ in range(spec["count"]):
        connection.send_payload(spec["size"])
        connection.receive(spec["size"])
        time.sleep(spec["gap"])


def request_half_close(connection, spec):
    connection.send_payload(spec["upload"])
    connection.wait_acknowledged()
    connection.socket.shutdown(socket.SHUT_WR)
    connection.receive(spec["download"])


def request_then_wait_for_end(connection, spec):
    connection.receive(spec["download"])
    connection.sample("received")
    connection.receive_to_end()


CLIENT_OPERATIONS = {
    "download": request_download,
    "upload": request_upload,
    "both": request_both,
    "pingpong": request_pingpong,
    "half_close": request_half_close,
    "server_abort": request_then_wait_for_end,
    "server_close": request_then_wait_for_end,
}


# -- server ----------------------------------------------------------------------------------------
def serve_connection(sock, peer, spec):
    connection = record_connection(sock, "server", {}, spec["period_s"])
    connection.record["peer"] = list(peer[:2])
    sock.settimeout(spec.get("timeout", 120))
    operation = None
    try:
        request = connection.receive_json_line()
        connection.record["spec"] = request
        if request is None:
            connection.note("EOF before a request")
        else:
            operation = request["op"]
            SERVER_OPERATIONS[operation](connection, request)
        connection.sample("op-done")
        if operation not in SERVER_CLOSES_FIRST:
            connection.receive_to_end()
            connection.sample("at-eof")
    except OSError as error:                # a scenario may break its connection: a fact to record
        connection.note(f"{type(error).__name__}: {error}")
        connection.sample("error")
    connection.close(abort=operation == "server_abort")


def listen(spec):
    family = socket.AF_INET6 if spec.get("ipv6") else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM,
                             spec.get("protocol", mptcp_info.IPPROTO_MPTCP))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if spec.get("ipv6"):
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    if spec.get("fastopen"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 16)
    listener.bind(("::" if spec.get("ipv6") else "0.0.0.0", spec["port"]))
    listener.listen(1024)
    return listener


def accept_for_ever(listener, spec, served):
    while True:
        sock, peer = listener.accept()
        thread = threading.Thread(target=serve_connection, args=(sock, peer, spec), daemon=True)
        thread.start()
        served.append(thread)


def run_server(spec):
    listener = listen(spec)
    served = []
    threading.Thread(target=accept_for_ever, args=(listener, spec, served), daemon=True).start()
    print("READY", flush=True)
    sys.stdin.read()
    end = time.monotonic() + 10
    for thread in served:
        thread.join(max(0.0, end - time.monotonic()))


# -- client ----------------------------------------------------------------------------------------
def client_socket(spec):
    family = socket.AF_INET6 if ":" in spec["dst"] else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM,
                         spec.get("protocol", mptcp_info.IPPROTO_MPTCP))
    sock.settimeout(spec.get("timeout", 120))
    if spec.get("fastopen"):
        sock.setsockopt(socket.IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1)
    return sock


def connect_below_wrap(spec):
    """Connects until the server's first data sequence number lies just below a 32-bit wrap."""
    end = time.monotonic() + WRAP_SEARCH_S
    attempts = 0
    while time.monotonic() < end:
        start = time.time()
        sock = client_socket(spec)
        sock.connect((spec["dst"], spec["port"]))
        attempts += 1
        bytes_to_wrap = -mptcp_info.mptcp_info(sock)["rcv_nxt"] & 0xffffffff
        if NEAREST_TO_WRAP < bytes_to_wrap < spec["idsn_below_wrap"]:
            print(f"FOUND port {sock.getsockname()[1]} at {start:.6f} after {attempts} attempts, "
                  f"{bytes_to_wrap} bytes below the wrap", flush=True)
            sys.stdin.readline()            # the scenario goes on when it is ready
            return sock
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()
    raise TimeoutError(f"no suitable data sequence number in {attempts} connections")


def connect(spec):
    if "idsn_below_wrap" in spec:
        return connect_below_wrap(spec)
    sock = client_socket(spec)
    sock.connect((spec["dst"], spec["port"]))
    return sock


def run_connection(index, spec, period_s):
    time.sleep(spec.get("start", 0))
    request = {key: spec[key] for key in REQUEST_KEYS if key in spec}
    connection = None
    try:
        connection = record_connection(connect(spec), "client", spec, period_s)
        if not spec.get("fastopen"):        # it is not yet connected then: nothing to sample
            connection.sample("connected")
        connection.send(json.dumps(request).encode() + b"\n")
        CLIENT_OPERATIONS[spec["op"]](connection, spec)
        connection.sample("op-done")
        time.sleep(spec.get("linger", 0.3))
        connection.sample("before-close")
    except OSError as error:                # a scenario may break its connection: a fact to record
        if connection is None:
            connection = record_connection(client_socket(spec), "client", spec, 0)
        connection.note(f"{type(error).__name__}: {error}")
        connection.sample("error")
    connection.record["index"] = index
    connection.close(abort=bool(spec.get("abort")))


def run_client(spec):
    threads = [threading.Thread(target=run_connection, args=(index, one, spec["period_s"]))
               for index, one in enumerate(spec["connections"])]
    for thread in threads:
        thread.start()
        if spec["serial"]:
            thread.join()
    for thread in threads:
        thread.join()


def main():
    role, spec_path, records_path = sys.argv[1:]
    with open(spec_path, encoding="utf-8") as file:
        spec = json.load(file)
    {"server": run_server, "client": run_client}[role](spec)
    with open(records_path, "w", encoding="utf-8") as file:
        json.dump([connection.complete_record() for connection in _connections], file)
    sys.stdout.flush()
    os._exit(0)                             # threads may still hang in a call on a dead path


if __name__ == "__main__":
    main()
