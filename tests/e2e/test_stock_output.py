"""The plugin changes nothing of what Wireshark prints without it, whatever TCP is wrapped in."""

import re
from itertools import dropwhile

import pytest
from tshark import capture, rewrap, tshark

FORMS = ["ethernet", "vlan", "sll", "sll2", "raw", "gre", "erspan", "vxlan", "ipip", "ip6ip",
         "fragments", "icmp_quote"]
PACKETS = "150"
OUR_ITEM = re.compile(r"^\[Multipath TCP Analysis[,\]]")


def without_our_items(details):
    """tshark -V's text without our items and the lines below them."""
    kept = []
    lines = iter(details.splitlines())
    for line in lines:
        while line is not None and OUR_ITEM.match(line):
            line = next(dropwhile(lambda below: below.startswith(" "), lines), None)
        if line is not None:
            kept.append(line)
    return "\n".join(kept)


def wrapped(form):
    if form == "ipv6_hopopts":
        return rewrap(capture("add_addr_v6/client"), form)
    return rewrap(capture("lossy_reinject/client"), form)


OUTPUTS = {
    "details": ("-V", "-c", PACKETS),
    "protocols": ("-T", "fields", "-e", "frame.number", "-e", "frame.protocols", "-e",
                  "tcp.stream"),
    "details_two_pass": ("-2", "-V", "-c", PACKETS),
    "conversations": ("-q", "-z", "conv,tcp"),
    "summary_lines": ("-c", PACKETS),
}


@pytest.mark.parametrize("form", FORMS + ["ipv6_hopopts"])
@pytest.mark.parametrize("output", OUTPUTS)
def test_output_is_stocks(form, output):
    path = wrapped(form)
    arguments = ("-r", path, *OUTPUTS[output])
    stock = tshark(*arguments, plugin=False)
    assert stock.stdout
    loaded = tshark(*arguments)
    disabled = tshark(*arguments, "--disable-protocol", "mptcp_analysis")
    assert without_our_items(loaded.stdout) == "\n".join(stock.stdout.splitlines())
    assert disabled.stdout == stock.stdout
    assert loaded.stderr == disabled.stderr == stock.stderr
    assert (loaded.stdout == stock.stdout) == ("-V" not in arguments)


@pytest.mark.parametrize("form", ["ethernet", "gre", "vxlan", "ipip", "fragments", "ipv6_hopopts"])
def test_tcp_disabled_is_stocks(form):
    arguments = ("-r", wrapped(form), "-c", PACKETS, "-V", "--disable-protocol", "tcp")
    assert tshark(*arguments).stdout == tshark(*arguments, plugin=False).stdout


def test_a_capture_without_mptcp_shows_nothing_of_ours():
    arguments = ("-r", capture("tcp_only/client"), "-V", "-c", PACKETS)
    assert tshark(*arguments).stdout == tshark(*arguments, plugin=False).stdout
