"""Figures of frames that a display filter lets through: complementary filters add up."""

import json

import pytest
from measured import CLASSES, DIRECTIONS, connections, path_of, summary_of
from tshark import stage, tshark

ADDITIVE = ("payload_bytes", *CLASSES, "duplicate_segments", "segments", "option_bytes",
            "out_of_order_segments")
REINJECTIONS = [key + what for key in ("useful", "redundant", "unneeded", "unknown")
                for what in ("", "_bytes")] + ["count"]
# Losses, many subflows, fallback, options lost on the way, TFO, duplicates, cut options, IPv6,
# several connections, no handshake, and mappings that come after their bytes.
NAMES = ["lossy_reinject/server", "three_paths_loss/client", "fallback_strip_data/client",
         "fallback_server_tcp/server", "strip_mid_multi/client", "strip_mid_single/server",
         "mp_fail_multi/server", "tfo/client", "tfo_data/server", "any_twice/client",
         "snaplen80/client", "mixed_v4_v6/server", "simultaneous/client", "midstream/server",
         "late_capture_join/client", "remove_addr/client", "v0/v0_copy_before_mapping",
         "v0/v0_reinjection", "v0/v0_join_before_capable", "v0/v0_options_vanish"]
COMPLEMENTS = {
    "half": ("frame.number <= {half}", "frame.number > {half}"),
    "stream": ("tcp.stream == 0", "!(tcp.stream == 0)"),
    "sender": ("tcp.srcport < tcp.dstport", "!(tcp.srcport < tcp.dstport)"),
    "options": ("tcp.options.mptcp.subtype", "!tcp.options.mptcp.subtype"),
    "all": ("frame", "!frame"),
    "thirds": ("frame.number <= {third}", "frame.number > {third} && frame.number <= {half}",
               "frame.number > {half}"),
}


@pytest.fixture(scope="module", name="filtered")
def all_filtered():
    """By capture: the summaries of all filters, made in one run."""
    folder = stage().writable_directory("filtered")
    known = {}

    def of(name):
        if name not in known:
            frames = segments_of(name)
            texts = {text for group in COMPLEMENTS.values() for text in group}
            outputs = {text: folder / f"{len(known)}-{number}.json"
                       for number, text in enumerate(sorted(texts))}
            arguments = ["-q", "-r", path_of(name)]
            for text, output in outputs.items():
                words = text.format(half=frames // 2, third=frames // 3)
                arguments += ["-z", f"mptcp,summary,format=json,output={output},{words}"]
            result = tshark(*arguments)
            assert result.stdout == result.stderr == ""
            known[name] = {text: json.loads(output.read_text(encoding="utf-8"))
                           for text, output in outputs.items()}
        return known[name]
    return of


def segments_of(name):
    """How many segments a capture holds: about as many as frames."""
    return sum(one[direction]["segments"] for one in connections(summary_of(name))
               for direction in DIRECTIONS)


def figures(document):
    """The additive figures of a summary by connection, subflow and direction."""
    found = {}
    for connection in connections(document):
        for direction in DIRECTIONS:
            number = connection["connection"]
            whole = connection[direction]
            for key in ADDITIVE:
                found[number, None, direction, key] = whole[key]
            for key in REINJECTIONS:
                found[number, None, direction, "reinjections", key] = whole["reinjections"][key]
            for subflow in connection["subflows"]:
                for key in ADDITIVE:
                    found[number, subflow["subflow"], direction, key] = subflow[direction][key]
    return found


@pytest.mark.parametrize("complement", COMPLEMENTS)
@pytest.mark.parametrize("name", NAMES)
def test_complementary_filters_add_up(name, complement, filtered):
    parts = [figures(filtered(name)[text]) for text in COMPLEMENTS[complement]]
    whole = figures(summary_of(name))
    assert whole
    total = {key: sum(part.get(key, 0) for part in parts) for key in whole}
    assert total == whole
    assert all(part.keys() <= whole.keys() for part in parts)


@pytest.mark.parametrize("name", NAMES)
def test_classes_add_up_within_a_filter(name, filtered):
    for document in filtered(name).values():
        for connection in connections(document):
            for direction in DIRECTIONS:
                parts = [one[direction] for one in connection["subflows"]]
                for part in [connection[direction]] + parts:
                    assert part["payload_bytes"] == sum(part[key] for key in CLASSES)
                for key in ADDITIVE:
                    assert connection[direction][key] == sum(part[key] for part in parts)


@pytest.mark.parametrize("name", NAMES)
def test_a_filter_that_lets_all_through_changes_nothing(name, filtered):
    document = dict(filtered(name)["frame"])
    assert document.pop("filter") == "frame"
    assert without_goodput(document) == without_goodput(summary_of(name))


def without_goodput(value):
    """With a filter goodput comes from the data bytes seen, not from DATA_ACKs; and where no
    handshake tells which number is acknowledged first, DATA_ACKs count from when two subflows are
    known as one.
    """
    if isinstance(value, list):
        return [without_goodput(one) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {key: without_goodput(one) for key, one in value.items()
            if not key.startswith("goodput")}
    if value.get("association") == "inferred":
        for direction in DIRECTIONS:
            kept[direction].pop("data_acked_bytes")
    return kept


@pytest.mark.parametrize("name", NAMES)
def test_a_filter_that_lets_nothing_through_leaves_no_bytes(name, filtered):
    assert not any(figures(filtered(name)["!frame"]).values())


def test_our_own_fields_filter():
    name = "lossy_reinject/server"
    document = json.loads(tshark("-q", "-r", path_of(name), "-z", "mptcp,summary,format=json,"
                                 "mptcp_analysis.reinjected_other_subflow_bytes > 0").stdout)
    ours = connections(document)[0]["server_to_client"]
    whole = connections(summary_of(name))[0]["server_to_client"]
    key = "reinjected_other_subflow_bytes"
    assert ours[key] == whole[key] > 0
    assert ours["reinjections"]["count"] == whole["reinjections"]["count"]
    assert ours["payload_bytes"] == sum(ours[one] for one in CLASSES) < whole["payload_bytes"]
