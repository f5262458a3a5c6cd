"""-z mptcp,events against what `ip mptcp monitor` printed on each host (truth.json, pm_events).

Every capture is compared with the logs of both hosts, connection by connection: the events that the
kernel reports when packets come (ORDERED) one by one in its order, with token, addresses, ports,
address IDs and backup flag; the ends of connections and subflows as sets. Set aside:

* of the kernel's lines: the listener's, which this iproute2 has no name for ("UNKNOWN 15"); the
  keys ifindex, error and flags, which no packet tells; connections that the capture does not hold;
  the end of attempts, whose token never left the host; what was before the capture began;
* of ours: events that only packets show (WIRE_ONLY), and echoes of ANNOUNCED;
* behind a middlebox that changed handshakes or took options away, the log of the host at its
  other side: that host saw other packets;
* unknown address IDs and tokens, where the capture does not hold the packet that tells them;
* CLOSED of a connection of which the capture does not show the end: the kernel reports it when the
  application closes its socket.

SF_REFUSED is the kernel's SF_CLOSED. The kernel reports no SF_CLOSED of subflows that end with the
connection, nor to a host that resets the subflow itself.
"""

import csv
import gzip
import re
from collections import Counter, defaultdict

import pytest
from measured import (CAPTURES, EVERY, FOLDER, Shelf, connections, folder_of, independent,
                      kept_json, key, path_of, summary_of, truth)
from tshark import fields, report, tshark

ORDERED = ("CREATED", "ESTABLISHED", "SF_ESTABLISHED", "ANNOUNCED", "REMOVED", "SF_PRIO")
WIRE_ONLY = {"FALLBACK", "INFINITE_MAP", "MP_FAIL", "FASTCLOSE", "TCPRST", "DATA_FIN",
             "DATA_FIN_ACKED", "OPTIONS_VANISHED"}
HOSTS = ("client", "server")
SMALLEST_WHOLE_HEADERS = 14 + 20 + 60       # Ethernet, IPv4, TCP with all its options
PLAIN = ("frame.number", "tcp.stream", "ip.src", "ipv6.src", "tcp.srcport", "ip.dst", "ipv6.dst",
         "tcp.dstport", "tcp.flags.syn", "tcp.flags.fin", "tcp.flags.reset",
         "tcp.options.mptcp.subtype", "tcp.options.mptcp.datafin.flag")
FASTCLOSE = "7"
ANSWERS = [(name, host) for name in CAPTURES for host in HOSTS]


def reported(name):
    return kept_json(folder_of("plugin") / ("events-" + key(name)),
                     lambda: report(path_of(name), "events"))


report_of = Shelf(reported)


def rows(name, host):
    return [row for row in report_of(name)["events"] if row["host"] == host]


# ------------------------------------------------------------------------ what plain tshark shows

class Packet:
    """One packet in stock fields."""

    def __init__(self, row):
        self.frame, self.stream = int(row["frame.number"]), row["tcp.stream"]
        self.source = (row["ip.src"] or row["ipv6.src"], row["tcp.srcport"])
        self.path = frozenset([self.source, (row["ip.dst"] or row["ipv6.dst"], row["tcp.dstport"])])
        self.is_syn, self.is_fin, self.is_reset = (
            row["tcp.flags." + flag] in ("1", "True") for flag in ("syn", "fin", "reset"))
        self.subtypes = row["tcp.options.mptcp.subtype"].split(",")
        self.speaks_mptcp = self.subtypes != [""]
        self.is_data_fin = any(flag in ("1", "True") for flag in
                               row["tcp.options.mptcp.datafin.flag"].split(","))


def dissected(name):
    return kept_json(folder_of("tools") / ("packets-" + key(name)),
                     lambda: fields(path_of(name), *PLAIN, display_filter="tcp",
                                    options=["--disable-protocol", "mptcp_analysis"]))


plain_of = Shelf(dissected)


class Plain:
    """The packets of a capture, and what the rules above ask of them."""

    def __init__(self, name):
        self.packets = [Packet(row) for row in plain_of(name)]
        self.paths = {packet.path for packet in self.packets}
        self.told = {(packet.source, packet.path) for packet in self.packets
                     if packet.is_syn and packet.speaks_mptcp}
        self.shown = {path for _, path in self.told}

    def of(self, paths):
        return [packet for packet in self.packets if packet.path in paths]

    def goodbyes(self, paths):
        """Frames with DATA_FIN or MP_FASTCLOSE."""
        return [packet.frame for packet in self.of(paths)
                if packet.is_data_fin or FASTCLOSE in packet.subtypes]

    def is_finished(self, paths, hosts):
        """`hosts`: for each endpoint, whose it is."""
        packets = self.of(paths)
        data_fins = {hosts[packet.source] for packet in packets if packet.is_data_fin}
        ended = {packet.path for packet in packets if packet.is_reset}
        fins = Counter(path for path, _ in {(packet.path, packet.source)
                                            for packet in packets if packet.is_fin})
        ended |= {path for path, count in fins.items() if count == 2}
        return (len(data_fins) == 2 or any(FASTCLOSE in packet.subtypes for packet in packets)
                or ended >= paths)


# ----------------------------------------------------------------------------- the kernel's lines

class Line:
    """A line of `ip mptcp monitor`."""

    def __init__(self, text):
        found = re.fullmatch(r"\[ *(?P<event>\w+)\](?P<keys>.*)", text)
        assert found, text
        self.event = found["event"]
        self.keys = dict(word.split("=") for word in found["keys"].split())
        self.token = "0x" + self.keys["token"]

    def address(self, which):
        # Sockets of both families name IPv4 addresses as IPv6 ones.
        return (self.keys.get(which + "addr4") or self.keys.get(which + "addr6", "")).removeprefix(
            "::ffff:") or None

    def endpoint(self, which):
        return (self.address(which), self.keys.get(which + "port"))

    @property
    def path(self):
        return frozenset([self.endpoint("s"), self.endpoint("d")])


def log_of(name, host):
    """{token: lines}, the listener's left out."""
    lines = [Line(text) for text in truth(name)[host]["pm_events"]
             if not text.startswith("[UNKNOWN")]
    if lines and lines[0].event == "ESTABLISHED":
        # The monitor was started late: the line before, of the same moment, is missing.
        created = Line(truth(name)[host]["pm_events"][0].replace("[   ESTABLISHED]", "[CREATED]"))
        lines.insert(0, created)
    log = defaultdict(list)
    for line in lines:
        log[line.token].append(line)
    return log


class Comparison:
    """The log of one host beside what one capture says of that host."""

    def __init__(self, name, host):
        self.name, self.host = name, host
        self.plain = Plain(name)
        self.tokens = {row["sender_token"] for row in independent(name)["rows"]}
        self.rows = defaultdict(list)
        for row in rows(name, host):
            self.rows[row["connection"]].append(row)
        self.paths, self.hosts = defaultdict(set), {}
        for connection in connections(summary_of(name)):
            for subflow in connection["subflows"]:
                ends = {side: (subflow[side + "_address"], str(subflow[side + "_port"]))
                        for side in HOSTS}
                self.paths[connection["connection"]].add(frozenset(ends.values()))
                self.hosts.update({end: side for side, end in ends.items()})

    def sessions(self):
        """(our connection, the kernel's lines of it) for those that the capture holds."""
        numbers = {path: number for number, paths in self.paths.items() for path in paths}
        for token, lines in log_of(self.name, self.host).items():
            if lines[0].event != "CREATED":
                assert [line.event for line in lines] == ["CLOSED"], token
            elif lines[0].path in self.plain.paths:
                yield numbers[lines[0].path], lines

    def wanted(self, line):
        """What our row has to say."""
        said = {"event": line.event, "saddr": line.address("s"), "sport": line.keys.get("sport"),
                "daddr": line.address("d"), "dport": line.keys.get("dport"),
                "token": line.token if line.token in self.tokens else None,
                "loc_id": line.keys.get("locid"), "rem_id": line.keys.get("remid"),
                "backup": line.keys.get("backup"),
                "reset_reason": line.keys.get("reset_reason")}
        if line.address("s"):
            for which, field in (("s", "loc_id"), ("d", "rem_id")):
                if (line.endpoint(which), line.path) not in self.plain.told:
                    said[field] = None
        return said

    @staticmethod
    def said(row):
        words = ("sport", "dport", "loc_id", "rem_id", "backup", "reset_reason")
        return {"event": row["event"].replace("SF_REFUSED", "SF_CLOSED"),
                **{field: row[field] for field in ("saddr", "daddr", "token")},
                **{field: None if row[field] is None else str(int(row[field]))
                   for field in words}}

    def is_before_the_capture(self, line):
        return (line.event in ("CREATED", "ESTABLISHED", "SF_ESTABLISHED")
                and line.path not in self.plain.shown)

    def ordered(self, lines):
        return [self.wanted(line) for line in lines
                if line.event in ORDERED and not self.is_before_the_capture(line)]

    def ours(self, number, *events):
        return [self.said(row) for row in self.rows[number]
                if row["event"] in events and not row["echo"]]


def saw_other_packets(name, host):
    """A middlebox changed handshakes, or took options away, between this capture and this host."""
    path = FOLDER / name.partition("/")[0] / "events.csv.gz"
    if name.endswith("/" + host) or not path.exists():
        return False
    with gzip.open(path, "rt") as file:
        return any(row["event"] in ("strip", "flip") for row in csv.DictReader(file))


def options_are_cut(name):
    return truth(name)["snaplen"] < SMALLEST_WHOLE_HEADERS


def comparison(name, host):
    if saw_other_packets(name, host):
        pytest.skip("a middlebox: this host saw other packets than the capture")
    if options_are_cut(name):
        pytest.skip("options are cut: test_nothing_is_made_up has what can be said")
    return Comparison(name, host)


# ----------------------------------------------------------------------------------------- tests

@pytest.mark.parametrize("name, host", ANSWERS)
def test_events_come_in_the_kernels_order(name, host):
    both = comparison(name, host)
    compared = set()
    for number, lines in both.sessions():
        assert both.ours(number, *ORDERED) == both.ordered(lines), lines[0].token
        compared.add(number)
    for number in set(both.rows) - compared:
        assert not both.ours(number, *ORDERED), f"connection {number} is in no log"


@pytest.mark.parametrize("name, host", ANSWERS)
def test_closed_connections_are_the_kernels(name, host):
    both = comparison(name, host)
    for number, lines in both.sessions():
        closed = [both.wanted(line) for line in lines if line.event == "CLOSED"]
        if not both.plain.is_finished(both.paths[number], both.hosts):
            closed = []
        assert both.ours(number, "CLOSED") == closed, lines[0].token


@pytest.mark.parametrize("name, host", ANSWERS)
def test_closed_subflows_are_the_kernels(name, host):
    both = comparison(name, host)
    for number, lines in both.sessions():
        kernels = [both.wanted(line) for line in lines if line.event == "SF_CLOSED"]
        ours = {row["subflow"]: row for row in both.rows[number]
                if row["event"] in ("SF_CLOSED", "SF_REFUSED")}
        for closed in kernels:
            like = [subflow for subflow, row in ours.items() if fits(both.said(row), closed)]
            assert len(like) == 1, closed
            del ours[like[0]]
        last = max((row["frame"] for row in both.rows[number]), default=0)
        end = min(both.plain.goodbyes(both.paths[number]), default=last)
        resets = {packet.frame for packet in both.plain.packets
                  if packet.is_reset and both.hosts.get(packet.source) == host}
        for row in ours.values():
            assert row["frame"] >= end or row["frame"] in resets, row


def fits(said, line):
    """The kernel has a reset reason only where an MP_TCPRST told it one."""
    return all(said[field] == line[field] for field in line
               if field != "reset_reason" or line[field] is not None)


@pytest.mark.parametrize("name, host",
                         [(name, host) for name, host in ANSWERS if options_are_cut(name)])
def test_nothing_is_made_up(name, host):
    """With cut options, what is told is in the kernel's log, in that order, as far as told."""
    log = [line for lines in log_of(name, host).values() for line in lines]
    for row in rows(name, host):
        if row["event"] not in ORDERED:
            continue
        while log and not (log[0].event == row["event"]
                           and log[0].endpoint("s") == (row["saddr"], str(row["sport"]))
                           and log[0].endpoint("d") == (row["daddr"], str(row["dport"]))):
            log.pop(0)
        assert log, row
        line = log.pop(0)
        for field, name_in_line in (("loc_id", "locid"), ("rem_id", "remid")):
            assert row[field] is None or str(row[field]) == line.keys[name_in_line]


def test_the_logs_hold_what_was_compared():
    """Each kind of event is in some log, so that none of the comparisons is empty."""
    seen = Counter()
    for name, host in ANSWERS:
        if not saw_other_packets(name, host) and not options_are_cut(name):
            seen.update(line.event for _, lines in Comparison(name, host).sessions()
                        for line in lines)
    assert set(seen) == {*ORDERED, "CLOSED", "SF_CLOSED"}
    assert seen["CREATED"] > 500 and seen["SF_ESTABLISHED"] > 1500


@pytest.mark.parametrize("name", EVERY)
def test_rows_are_in_the_order_of_the_capture_and_named_as_promised(name):
    events = report_of(name)["events"]
    assert [row["frame"] for row in events] == sorted(row["frame"] for row in events)
    for row in events:
        assert row["event"] in {*ORDERED, *WIRE_ONLY, "CLOSED", "SF_CLOSED", "SF_REFUSED"}
        assert (row["echo"] is None) == (row["event"] != "ANNOUNCED")
        assert (row["cause"] is None) == (row["event"] != "FALLBACK")
        assert (row["transient"] is None) == (row["reset_reason"] is None)


def test_attempts_tell_why_they_are_none():
    wanted = {"fallback_server_tcp/client": "no_mp_capable_in_synack",
              "fallback_strip_synack/server": "no_mp_capable_in_ack"}
    for name, cause in wanted.items():
        causes = [row["cause"] for row in report_of(name)["events"] if row["event"] == "FALLBACK"]
        assert causes == [cause]


def test_text_is_laid_out_as_the_monitors():
    """The lines of one capture word for word, but for what no packet tells."""
    name = "add_addr/client"
    text = tshark("-q", "-r", path_of(name), "-z", "mptcp,events").stdout.splitlines()
    for host in HOSTS:
        for line in truth(name)[host]["pm_events"]:
            if line.startswith("[UNKNOWN"):
                continue
            line = re.sub(r" (flags|ifindex|error)=\S+", "", line)
            assert [one for one in text if f" {host}  " in one and one.endswith(line)], line


def test_a_filter_lets_through_the_events_of_the_frames_that_match():
    name = "remove_addr/server"
    some = report(path_of(name), "events", "tcp.flags.reset == 1 || tcp.options.mptcp.subtype == 4")
    events = report_of(name)["events"]
    assert 0 < len(some["events"]) < len(events)
    assert {row["event"] for row in some["events"]} >= {"REMOVED", "SF_CLOSED"}
    assert all(row in events for row in some["events"])
