# SPDX-License-Identifier: GPL-2.0-or-later
"""What the kernel counts for one socket: SOL_MPTCP and TCP_INFO answers as dictionaries.

Layouts are those of include/uapi/linux/mptcp.h and tcp.h of Linux 6.18. An older kernel answers
with fewer bytes and a newer one with more: only fields that lie wholly inside the bytes which the
kernel says it wrote are returned, under the kernel's names without their prefix.
"""
import ctypes
import os
import socket
import struct
import time

IPPROTO_MPTCP = 262
SOL_MPTCP = 284
MPTCP_INFO = 1
MPTCP_FULL_INFO = 4
MAX_SUBFLOWS = 16

_libc = ctypes.CDLL(None, use_errno=True)
_u8, _u16, _u32, _u64 = ctypes.c_uint8, ctypes.c_uint16, ctypes.c_uint32, ctypes.c_uint64


def _fields(*groups):
    return [(name, kind) for kind, names in groups for name in names.split()]


class MptcpInfo(ctypes.Structure):
    """struct mptcp_info: counters are bytes, last_* are milliseconds."""
    _fields_ = _fields(
        (_u8, "subflows add_addr_signal add_addr_accepted subflows_max "
              "add_addr_signal_max add_addr_accepted_max"),
        (_u32, "flags token"),
        (_u64, "write_seq snd_una rcv_nxt"),
        (_u8, "local_addr_used local_addr_max csum_enabled"),
        (_u32, "retransmits"),
        (_u64, "bytes_retrans bytes_sent bytes_received bytes_acked"),
        (_u8, "subflows_total endp_laminar_max endp_fullmesh_max _reserved"),
        (_u32, "last_data_sent last_data_recv last_ack_recv"))


class TcpInfo(ctypes.Structure):
    """struct tcp_info: rtt, rttvar and min_rtt are microseconds."""
    _fields_ = _fields(
        (_u8, "state ca_state retransmits probes backoff options wscale app_limited"),
        (_u32, "rto ato snd_mss rcv_mss unacked sacked lost retrans fackets "
               "last_data_sent last_ack_sent last_data_recv last_ack_recv "
               "pmtu rcv_ssthresh rtt rttvar snd_ssthresh snd_cwnd advmss "
               "reordering rcv_rtt rcv_space total_retrans"),
        (_u64, "pacing_rate max_pacing_rate bytes_acked bytes_received"),
        (_u32, "segs_out segs_in notsent_bytes min_rtt data_segs_in data_segs_out"),
        (_u64, "delivery_rate busy_time rwnd_limited sndbuf_limited"),
        (_u32, "delivered delivered_ce"),
        (_u64, "bytes_sent bytes_retrans"),
        (_u32, "dsack_dups reord_seen rcv_ooopack snd_wnd rcv_wnd rehash"),
        (_u16, "total_rto total_rto_recoveries"),
        (_u32, "total_rto_time received_ce delivered_e1_bytes delivered_e0_bytes "
               "delivered_ce_bytes received_e1_bytes received_e0_bytes received_ce_bytes"),
        (_u16, "accecn_fail_mode accecn_opt_seen"))


class _SubflowInfo(ctypes.Structure):
    _fields_ = [("id", _u32), ("_padding", _u32), ("local", _u8 * 128), ("remote", _u8 * 128)]


class _FullInfo(ctypes.Structure):
    _fields_ = [("size_tcpinfo_kernel", _u32), ("size_tcpinfo_user", _u32),
                ("size_sfinfo_kernel", _u32), ("size_sfinfo_user", _u32),
                ("num_subflows", _u32), ("size_arrays_user", _u32),
                ("subflow_info", _u64), ("tcp_info", _u64), ("mptcp_info", MptcpInfo)]


def _to_dict(structure, written_bytes):
    result = {}
    for name, _ in structure._fields_:
        field = getattr(type(structure), name)
        if field.offset + field.size <= written_bytes and not name.startswith("_"):
            result[name] = getattr(structure, name)
    return result


def _address(raw):
    """[address, port] of a sockaddr_storage; None if it is unset."""
    data = bytes(raw)
    family, = struct.unpack_from("=H", data)
    port, = struct.unpack_from("!H", data, 2)
    if family == socket.AF_INET:
        return [socket.inet_ntop(family, data[4:8]), port]
    if family == socket.AF_INET6:
        return [socket.inet_ntop(family, data[8:24]), port]
    return None


def _getsockopt(sock, level, option, buffer):
    """Fills `buffer`; returns how many bytes the kernel wrote."""
    size = ctypes.c_uint32(ctypes.sizeof(buffer))
    if _libc.getsockopt(sock.fileno(), level, option, ctypes.byref(buffer),
                        ctypes.byref(size)) < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return size.value


def mptcp_info(sock):
    """MPTCP_INFO; raises OSError on a plain TCP socket or after a fallback."""
    info = MptcpInfo()
    return _to_dict(info, _getsockopt(sock, SOL_MPTCP, MPTCP_INFO, info))


def full_info(sock):
    """MPTCP_FULL_INFO: {"mptcp": {...}, "subflows": [{"id", "local", "remote", "tcp": {...}}]}."""
    subflows = (_SubflowInfo * MAX_SUBFLOWS)()
    tcp = (TcpInfo * MAX_SUBFLOWS)()
    full = _FullInfo(size_tcpinfo_user=ctypes.sizeof(TcpInfo),
                     size_sfinfo_user=ctypes.sizeof(_SubflowInfo),
                     size_arrays_user=MAX_SUBFLOWS,
                     subflow_info=ctypes.addressof(subflows),
                     tcp_info=ctypes.addressof(tcp))
    written = _getsockopt(sock, SOL_MPTCP, MPTCP_FULL_INFO, full)
    tcp_written = min(ctypes.sizeof(TcpInfo), full.size_tcpinfo_kernel)
    return {
        "mptcp": _to_dict(full.mptcp_info, written - _FullInfo.mptcp_info.offset),
        "size_tcpinfo_kernel": full.size_tcpinfo_kernel,
        "num_subflows": full.num_subflows,
        "subflows": [{"id": subflows[i].id,
                      "local": _address(subflows[i].local),
                      "remote": _address(subflows[i].remote),
                      "tcp": _to_dict(tcp[i], tcp_written)}
                     for i in range(min(full.num_subflows, MAX_SUBFLOWS))],
    }


def tcp_info(sock):
    info = TcpInfo()
    return _to_dict(info, _getsockopt(sock, socket.IPPROTO_TCP, socket.TCP_INFO, info))


def sample(sock, tag):
    """Everything the kernel tells about this socket now; what it refuses is noted, not raised."""
    result = {"tag": tag, "t": time.time()}
    try:
        result.update(full_info(sock))
        return result
    except OSError as error:               # plain TCP, fallen back, or closed
        result["full_info_errno"] = error.errno
        result["full_info_error"] = str(error)
    try:
        result["mptcp"] = mptcp_info(sock)
    except OSError as error:
        result["mptcp_info_errno"] = error.errno
    try:
        result["tcp"] = tcp_info(sock)
        result["local"] = list(sock.getsockname()[:2])
        result["remote"] = list(sock.getpeername()[:2])
    except OSError as error:
        result["tcp_error"] = str(error)
    return result
