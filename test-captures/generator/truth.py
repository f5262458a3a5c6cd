# SPDX-License-Identifier: GPL-2.0-or-later
"""truth.json: what the kernel and the applications know of a capture. README.md names its keys."""
import os

from lab import HOSTS

MANY_CONNECTIONS = 20
FEW_EVENTS, MANY_EVENTS = 60, 1000
FINAL_TCP_KEYS = ("state", "bytes_sent", "bytes_retrans", "bytes_acked", "bytes_received", "rtt",
                  "min_rtt", "data_segs_out", "data_segs_in", "total_retrans")


def collect(lab, name, description):
    """The truth of a lab whose traffic has stopped."""
    settings = lab.settings
    truth = {
        "scenario": name,
        "description": description,
        "kernel": os.uname().release,
        "tool": "test-captures/generator/generate.py",
        "paths": [{"link": path, "client_if": lab.device("client", path),
                   "server_if": lab.device("server", path), "emulation": emulation}
                  for path, emulation in enumerate(settings.paths)],
        "snaplen": settings.snaplen,
        "gso": settings.gso,
        "congestion_control": "reno",
        "capture_drops": {host: one.dropped for host, one in lab.captures.items()},
        "log": lab.log,
    }
    for host in HOSTS:
        truth[host] = collect_host(lab, host)
    truth["forwarder"] = lab.path_counters()
    truth["derived"] = [derive(host, record)
                        for host in HOSTS for record in truth[host]["connections"]]
    if settings.one_payload:
        truth["application_sha256"] = application_sha256(truth)
    return truth


def collect_host(lab, host):
    records = lab.records(host)
    if lab.capture_filter:                  # connections that carried nothing are left out
        records = [record for record in records if record["app_sent"] or record["app_received"]]
    records.sort(key=lambda record: record.get("index", 0) if host == "client"
                 else record["closed_at"])
    many = len(records) > MANY_CONNECTIONS
    if many:
        for record in records:
            keep_final_counters_only(record)
    return {
        "nstat": lab.counters(host),
        "pm_events": lab.path_manager_events(host)[-(MANY_EVENTS if many else FEW_EVENTS):],
        "ss": lab.socket_statistics[host],
        "connections": records,
    }


def keep_final_counters_only(record):
    record["finals"] = record["finals"][-1:]
    for final in record["finals"]:
        for subflow in final.get("subflows", ()):
            subflow["tcp"] = {key: subflow["tcp"][key] for key in FINAL_TCP_KEYS}
    for subflow in record["subflows_last_seen"].values():
        subflow["tcp"] = {key: subflow["tcp"][key] for key in ("bytes_sent", "bytes_retrans")}


def derive(host, record):
    """What an analyser should find for the data that one end of a connection sent."""
    complete = [final for final in record["finals"] if "subflows" in final]
    if not complete:
        return {"role": host, "mptcp": False, "app_sent": record["app_sent"]}
    mptcp = complete[-1]["mptcp"]
    tcp = [subflow["tcp"] for subflow in record["subflows_last_seen"].values()]
    sent = sum(one["bytes_sent"] for one in tcp)
    retransmitted = sum(one["bytes_retrans"] for one in tcp)
    return {
        "role": host,
        "mptcp": True,
        "index": record.get("index"),
        "token": f"0x{mptcp['token']:08x}",
        "write_seq": mptcp["write_seq"],
        "rcv_nxt": mptcp["rcv_nxt"],
        "app_sent": record["app_sent"],
        "msk_bytes_sent": mptcp.get("bytes_sent"),
        "msk_bytes_retrans": mptcp.get("bytes_retrans"),
        "sum_subflow_unique_sent": sent - retransmitted,
        "reinjected_by_difference": sent - retransmitted - (mptcp.get("bytes_sent") or 0),
        "sum_subflow_bytes_sent": sent,
        "sum_subflow_bytes_retrans": retransmitted,
        "n_subflows_seen": len(tcp),
    }


def application_sha256(truth):
    """SHA-256 of all bytes that each application wrote to the one connection."""
    return {host: truth[host]["connections"][0]["app_sent_sha256"] for host in HOSTS}
