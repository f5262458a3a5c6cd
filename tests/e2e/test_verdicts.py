"""The verdict sentence names what was really done to a connection, on both sides.

What was done is in truth.json: the commands in its log, and the kernel's own counters. Frames that
a verdict names are looked up with stock tshark.
"""

import re

import pytest
from measured import connections, path_of, summary_of, truth
from tshark import fields

SIDES = ("client", "server")
JOINED = "the join from 10.1.1.1 was "
ONE_PATH = "stayed on one path: " + JOINED
# scenario: (regular expression of what the log says was done,
#            {(host, nstat counter without its prefix): its value},
#            {side: what the verdict has to say, in this order})
CASES = {
    "join_refused_limit": (
        "server: ip mptcp limits set subflows 0", {("server", "MPJoinRejected"): 1},
        {side: [ONE_PATH + "refused by the server (MP_TCPRST: administratively prohibited)"]
         for side in SIDES}),
    "join_wrong_token": (
        "rule 1 ab flip sub=1 syn=1 off=4", {("server", "MPJoinNoTokenFound"): 1},
        {"client": [ONE_PATH + "refused by the server", "did not know the token",
                    "the one captured here is right"]}),
    "join_bad_hmac_synack": (
        "rule 1 ba flip sub=1 syn=1 off=6",
        {("client", "MPJoinSynAckHMacFailure"): 1, ("client", "MPRstTx"): 1},
        {"client": [ONE_PATH + "given up by the client", "HMAC of the SYN/ACK", "is wrong"],
         "server": [ONE_PATH + "given up by the client (MP_TCPRST: MPTCP-specific error)"]}),
    "join_bad_hmac_ack": (
        "rule 1 ab flip sub=1 syn=0 off=8", {("server", "MPJoinAckHMacFailure"): 1},
        {"client": [ONE_PATH + "refused by the server (MP_TCPRST: MPTCP-specific error)"],
         "server": [ONE_PATH + "given up by the server", "HMAC of the third ACK", "is wrong"]}),
    "fallback_server_tcp": (
        "", {("client", "MPCapableFallbackSYNACK"): 1},
        {side: ["stayed plain TCP", "SYN/ACK came without MP_CAPABLE"] for side in SIDES}),
    "fallback_strip_syn": (
        "rule 0 ab strip syn=1", {("client", "MPCapableFallbackSYNACK"): 1,
                                  ("server", "MPCapableSYNRX"): 0},
        {"client": ["stayed plain TCP", "SYN/ACK came without MP_CAPABLE", "middlebox"]}),
    "fallback_strip_synack": (
        "rule 0 ba strip syn=1", {("client", "MPCapableFallbackSYNACK"): 1,
                                  ("server", "MPCapableFallbackACK"): 1},
        {"client": ["stayed plain TCP", "SYN/ACK came without MP_CAPABLE", "middlebox"],
         "server": ["stayed plain TCP", "SYN/ACK carried MP_CAPABLE",
                    "ACK that answers it did not"]}),
    "fallback_strip_data": (
        "rule 0 both strip syn=0", {("client", "MPCapableDataFallback"): 1,
                                    ("server", "MPCapableFallbackACK"): 1},
        {"client": ["fell back to TCP", "options vanished on the way to the client"],
         "server": ["stayed plain TCP", "SYN/ACK carried MP_CAPABLE",
                    "ACK that answers it did not"]}),
    "strip_mid_single": (
        "rule 0 ba strip syn=0 skip=100", {("client", "DSSCorruptionFallback"): 1},
        {"client": ["MPTCP options vanished on the way to the client"]}),
    "strip_mid_multi": (
        "rule 1 ba strip syn=0 skip=100", {("client", "MPRstTx"): 1, ("server", "MPRstRx"): 1},
        {"client": ["subflow 1 (10.1.1.1) was reset by the client",
                    "MP_TCPRST: middlebox interference",
                    "options vanished on the way to the client"],
         "server": ["subflow 1 (10.1.1.1) was reset by the client",
                    "MP_TCPRST: middlebox interference"]}),
    "mp_fail_single": (
        "rule 0 ba corrupt", {("client", "DataCsumErr"): 1, ("client", "MPFailTx"): 1,
                              ("server", "InfiniteMapTx"): 1},
        {side: ["fell back to TCP: the client found a wrong DSS checksum (MP_FAIL",
                "a middlebox changed the payload"] for side in SIDES}),
    "mp_fail_full": (
        "rule 0 ba corrupt", {("client", "DataCsumErr"): 1, ("client", "MPFailTx"): 1},
        {side: ["the client found a wrong DSS checksum on subflow 0 (MP_FAIL"] for side in SIDES}),
    "mp_fail_multi": (
        "rule 1 ba corrupt", {("client", "DataCsumErr"): 1, ("client", "MPFailTx"): 1,
                              ("client", "MPRstTx"): 1},
        {side: ["the client found a wrong DSS checksum on subflow 1 (MP_FAIL",
                "subflow 1 (10.1.1.1) was reset by the client"] for side in SIDES}),
    "mp_fail_multi_full": (
        "rule 1 ba corrupt", {("client", "DataCsumErr"): 1, ("client", "MPFailTx"): 1,
                              ("client", "MPRstTx"): 1},
        {side: ["the client found a wrong DSS checksum on subflow 1 (MP_FAIL",
                "subflow 1 (10.1.1.1) was reset by the client"] for side in SIDES}),
    "fastclose_client": (
        "", {("client", "MPFastcloseTx"): 2, ("server", "MPFastcloseRx"): 1},
        {side: ["aborted by the client (MP_FASTCLOSE"] for side in SIDES}),
    "fastclose_server": (
        "", {("server", "MPFastcloseTx"): 2, ("client", "MPFastcloseRx"): 1},
        {side: ["aborted by the server (MP_FASTCLOSE"] for side in SIDES}),
    "remove_addr": (
        "client: ip mptcp endpoint delete id 5", {("client", "RmAddrTx"): 1,
                                                  ("server", "RmAddr"): 1},
        {side: ["the client withdrew address ID 5 (10.1.1.1)", "(REMOVE_ADDR"]
         for side in SIDES}),
    "remove_addr_signal": (
        "server: ip mptcp endpoint delete id 9", {("server", "RmAddrTx"): 1,
                                                  ("client", "RmAddr"): 1},
        {side: ["the server withdrew address ID 9 (10.1.1.2)", "(REMOVE_ADDR"]
         for side in SIDES}),
    "backup_failover": (
        "set 0 both cut=1", {("server", "SubflowStale"): 1},
        {side: ["subflow 0 (10.1.0.1) ", "backup subflow 1 (10.1.1.1) carried the rest"]
         for side in SIDES}),
    "path_cut_fwd": (
        "set 1 both cut=1", {("server", "SubflowStale"): 1},
        {side: ["subflow 1 (10.1.1.1) ", "subflow 0 (10.1.0.1) carried the rest"]
         for side in SIDES}),
    "path_cut_initial": (
        "set 0 both cut=1", {("server", "SubflowStale"): 1},
        {side: ["subflow 0 (10.1.0.1) ", "subflow 1 (10.1.1.1) carried the rest"]
         for side in SIDES}),
    "path_linkdown": (
        "client: ip link set c0 down", {("client", "SubflowStale"): 1},
        {side: ["subflow 0 (10.1.0.1) ", "subflow 1 (10.1.1.1) carried the rest"]
         for side in SIDES}),
}
TESTED = [f"{scenario}/{side}" for scenario, case in CASES.items() for side in case[2]]
FALLEN_BACK = [name for name in TESTED if name.startswith("fallback_")]
SILENCED = [name for name in TESTED if name.split("/")[0] in (
    "backup_failover", "path_cut_fwd", "path_cut_initial", "path_linkdown")]
ENDS = {"fastclose_client": "fastclose", "fastclose_server": "fastclose",
        "mp_fail_single": "open",
        # The kernel fell back (DSSCorruptionFallback), and only FINs ended it.
        "strip_mid_single": "fallback"}
# Since the last new data before a cut may have been sent, or still be on its way.
QUEUED = 0.25


def first_connection(name):
    return connections(summary_of(name))[0]


def verdict_of(name):
    return first_connection(name)["verdict"]


@pytest.mark.parametrize("scenario", CASES)
def test_the_kernel_knows_it_too(scenario):
    """What the case says was done, was done."""
    done, counters, _ = CASES[scenario]
    document = truth(scenario)
    assert any(done in entry["do"] for entry in document["log"])
    for (host, counter), value in counters.items():
        assert document[host]["nstat"]["MPTcpExt" + counter] == value, (host, counter)


@pytest.mark.parametrize("name", TESTED)
def test_verdict_names_the_cause(name):
    scenario, side = name.split("/")
    rest = verdict_of(name)
    for words in CASES[scenario][2][side]:
        assert words in rest, verdict_of(name)
        rest = rest[rest.index(words):]


@pytest.mark.parametrize("name", TESTED)
def test_other_causes_are_not_named(name):
    """No word of faults that this scenario did not have."""
    scenario = name.split("/")[0]
    verdict = verdict_of(name)
    for words, scenarios in (
            ("stayed on one path", "join_"), ("HMAC", "join_bad_hmac"), ("token", "join_wrong"),
            ("plain TCP", ("fallback_", "strip_mid_single")),
            ("fell back", ("fallback_strip_data", "mp_fail_single")),
            ("options vanished", ("strip_mid", "fallback_strip_data")),
            ("checksum", "mp_fail"), ("FASTCLOSE", "fastclose"), ("aborted", "fastclose"),
            ("withdrew", "remove_addr"), ("backup", "backup"),
            ("carried the rest", ("path_", "backup_")), ("fell silent", ("path_", "backup_"))):
        assert words not in verdict or scenario.startswith(scenarios), verdict


@pytest.mark.parametrize("name", TESTED)
def test_ends(name):
    scenario = name.split("/")[0]
    connection = first_connection(name)
    wanted = ENDS.get(scenario, "fallback" if scenario.startswith("fallback_") else "data_fin")
    assert connection["end"] == wanted
    assert ("closed by DATA_FIN" in connection["verdict"]) == (wanted == "data_fin")


@pytest.mark.parametrize("name", FALLEN_BACK)
def test_fallen_back_data_is_no_mptcp_data(name):
    connection = first_connection(name)
    down = connection["server_to_client"]
    assert down["data_bytes"] == 0
    assert down["fallback_bytes"] == down["payload_bytes"] - down["retransmitted_bytes"] == 300000
    assert (connection["kind"] == "attempt") == (name != "fallback_strip_data/client")
    assert bool(connection["fallback"]) == (name == "fallback_strip_data/client")


def test_where_the_syn_was_stripped_the_server_saw_no_mptcp():
    assert connections(summary_of("fallback_strip_syn/server")) == []


def test_a_join_with_an_unknown_token_stands_alone_at_the_server():
    both = connections(summary_of("join_wrong_token/server"))
    assert len(both) == 2
    assert both[1]["server"]["token"] != both[0]["server"]["token"]
    assert both[1]["handshake"] == "not_captured"
    assert "refused by the server" in both[1]["verdict"]
    assert "does not know the token" in both[1]["verdict"]


@pytest.mark.parametrize("name", TESTED)
def test_refused_joins_carry_nothing(name):
    refused = [one for one in first_connection(name)["subflows"] if one["end"] == "refused"]
    assert bool(refused) == (name.startswith("join_"))
    for one in refused:
        for direction in ("client_to_server", "server_to_client"):
            assert one[direction]["payload_bytes"] == 0


@pytest.mark.parametrize("name", SILENCED)
def test_the_time_of_the_silence_is_that_of_the_cut(name):
    scenario = name.split("/")[0]
    cut = next(entry["t"] for entry in truth(name)["log"] if CASES[scenario][0] in entry["do"])
    found = re.search(r"(?:fell silent|carried nothing new) after ([0-9.]+) (ms|s)\b",
                      verdict_of(name))
    assert found, verdict_of(name)
    after = float(found.group(1)) * {"ms": 1e-3, "s": 1}[found.group(2)]
    assert abs(first_connection(name)["start"] + after - cut) <= QUEUED


def test_copies_are_judged_where_they_were_sent():
    """The server sends; at the client, only copies that were not needed look like such."""
    assert re.search(r"sent again on another subflow, .*some use", verdict_of(
        "backup_failover/server"))
    at_client = verdict_of("backup_failover/client")
    assert "came again on another subflow (captured at the receiver" in at_client
    assert "needlessly" not in at_client


@pytest.mark.parametrize("name", [one for one in TESTED if one.startswith("remove_addr")])
def test_the_time_of_a_removal_is_that_of_the_command(name):
    command = CASES[name.split("/")[0]][0]
    done = next(entry["t"] for entry in truth(name)["log"] if command in entry["do"])
    found = re.search(r"withdrew .*? after ([0-9.]+) ms", verdict_of(name))
    at = first_connection(name)["start"] + float(found.group(1)) / 1000
    assert 0 <= at - done <= 0.1


# ---------------------------------------------------------------------- frames that verdicts name

FRAME_FIELDS = ("frame.number", "ip.src", "ip.dst", "tcp.seq", "tcp.len",
                "tcp.options.mptcp.subtype", "tcp.options.mptcp.subflowseqno",
                "tcp.options.mptcp.datalvllen")
SUBTYPES = {"MP_FAIL": "6", "MP_FASTCLOSE": "7", "REMOVE_ADDR": "4"}


@pytest.mark.parametrize("name", TESTED)
def test_frames_named_hold_what_is_said(name):
    verdict = verdict_of(name)
    named = re.findall(r"\((\w+), frame (\d+)\)", verdict)
    vanished = re.findall(r"vanished on the way to the (\w+) from frame (\d+)", verdict)
    hmacs = re.findall(r"HMAC of the (SYN/ACK|third ACK) \((?:first in )?frame (\d+)\)", verdict)
    if not (named or vanished or hmacs):
        assert "frame" not in verdict
        return
    rows = {row["frame.number"]: row for row in fields(path_of(name), *FRAME_FIELDS)}
    for option, frame in named:
        assert SUBTYPES[option] in rows[frame]["tcp.options.mptcp.subtype"].split(",")
        earlier = [row for row in rows.values() if int(row["frame.number"]) < int(frame)]
        assert not any(SUBTYPES[option] in row["tcp.options.mptcp.subtype"].split(",")
                       for row in earlier)
    for _, frame in hmacs:
        assert rows[frame]["tcp.options.mptcp.subtype"].split(",")[0] == "1"
    for _, frame in vanished:
        path = rows[frame]["ip.src"], rows[frame]["ip.dst"]
        sent = [row for row in rows.values() if (row["ip.src"], row["ip.dst"]) == path]
        assert first_unmapped(sent) == frame


def first_unmapped(rows):
    """The first frame with data, without option, that the mappings announced before do not reach.

    Relative sequence numbers of stock tshark equal SSNs: both are 0 at the SYN.
    """
    reach = 1
    for row in rows:
        ssn, length = row["tcp.options.mptcp.subflowseqno"], row["tcp.options.mptcp.datalvllen"]
        if ssn and length:
            reach = max(reach, int(ssn) + int(length))
        bare = not row["tcp.options.mptcp.subtype"] and int(row["tcp.len"]) > 0
        if bare and int(row["tcp.seq"]) + int(row["tcp.len"]) > reach:
            return row["frame.number"]
    return None
