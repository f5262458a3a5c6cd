#!/usr/bin/python3
"""Tests of the test tools: the stories against stock tshark and against the second accounting,
the rewrapper against stock tshark, the second RTT method against times known by construction.

  python3 test_tools.py [-v]
"""

import argparse
import os
import tempfile
import unittest

import accounting
import capture_writer
import independent_rtt
import rewrap
import v0_sessions

FORMS = ["ethernet", "vlan", "qinq", "sll", "sll2", "raw", "null", "gre", "erspan", "vxlan",
         "ipip", "ip6ip", "fragments", "icmp_quote"]
DIRECTIONS = [("client", "client_to_server"), ("server", "server_to_client")]
SUBFLOW_KEYS = {"payload_bytes": "payload_bytes", "data_bytes": "unique_data_bytes",
                "retransmitted_bytes": "retransmitted_bytes",
                "reinjected_other_subflow_bytes": "reinjected_other_subflow_bytes",
                "reinjected_same_subflow_bytes": "reinjected_same_subflow_bytes"}


class InFolder(unittest.TestCase):
    """Gives each test a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def story(self, name):
        """Writes a story; gives the path of its capture and its expected document."""
        return v0_sessions.write(name, self.folder)


class Stories(InFolder):
    """Every story of v0_sessions."""

    def test_stock_tshark_agrees(self):
        for name in v0_sessions.STORIES:
            with self.subTest(name):
                self.assertEqual(v0_sessions.check(*self.story(name)), 0)

    def test_second_accounting_agrees(self):
        for name in v0_sessions.STORIES:
            with self.subTest(name):
                path, document = self.story(name)
                self.compare(accounting.account_for(path), document)

    def compare(self, rows, document):
        """Rows of accounting against the connections of a document."""
        self.assertEqual(len(rows), 2 * len(document["connections"]))
        pairs = [(connection, *pair) for connection in document["connections"]
                 for pair in DIRECTIONS]
        for row, (connection, side, name) in zip(rows, pairs):
            wanted = dict(connection[name])
            events = [{key: event[key] for key in ("frame", "first_frame", "bytes")}
                      for event in wanted.pop("reinjections")]
            self.assertEqual(row["reinjections"], events)
            self.assertEqual({key: row[key] for key in wanted}, wanted)
            self.assertEqual(row["sender_token"], connection[side]["token"])
            self.compare_subflows(row["subflows"], connection["subflows"], name)

    def compare_subflows(self, rows, wanted, name):
        """Subflow rows of accounting against those of a document, by tcp.stream."""
        rows = {row["tcp_stream"]: row for row in rows}
        self.assertEqual(set(rows), {one["tcp_stream"] for one in wanted})
        for one in wanted:
            row = rows[one["tcp_stream"]]
            self.assertEqual({key: row[other] for key, other in SUBFLOW_KEYS.items()},
                             {key: one[name][key] for key in SUBFLOW_KEYS})

    def test_same_bytes_every_time(self):
        first = v0_sessions.build("v0_reinjection")[0].capture()
        again = v0_sessions.build("v0_reinjection")[0].capture()
        self.assertEqual(first, again)


class Rewrapping(InFolder):
    """Every form of rewrap."""

    def wrapped(self, source, form, **options):
        """Rewraps a capture file; gives the path of the result."""
        arguments = argparse.Namespace(form=form, truncate=0, duplicate=None, fragment_size=64,
                                       every=10)
        vars(arguments).update(options)
        capture, left_out = rewrap.rewrap(capture_writer.read_capture(source), arguments)
        self.assertEqual(left_out, 0)
        path = os.path.join(self.folder, "%s.pcapng" % form)
        capture_writer.write_capture(path, capture)
        return path

    def test_every_form(self):
        for name, forms in (("v0_reinjection", FORMS), ("v0_ipv6", FORMS + ["ipv6_hopopts"])):
            source = self.story(name)[0]
            for form in forms:
                with self.subTest("%s as %s" % (name, form)):
                    self.assertTrue(rewrap.check(source, self.wrapped(source, form), 1))

    def test_truncated(self):
        source = self.story("v0_reinjection")[0]
        self.assertTrue(rewrap.check(source, self.wrapped(source, "vlan", truncate=120), 1))

    def test_captured_twice(self):
        source = self.story("v0_reinjection")[0]
        wanted = [row["payload_bytes"] for row in accounting.account_for(source)]
        for how in ("vlan", "interface"):
            with self.subTest(how):
                path = self.wrapped(source, "ethernet", duplicate=how)
                self.assertTrue(rewrap.check(source, path, 2))
                rows = accounting.account_for(path, drop_captured_twice=True)
                self.assertEqual([row["payload_bytes"] for row in rows], wanted)


class RoundTripTimes(InFolder):
    """independent_rtt: the model acknowledges 1 ms after sending."""

    def test_clean_session(self):
        client, server = independent_rtt.rtt_of(self.story("v0_two_subflows")[0])
        for row in client, server:
            self.assertEqual(row["data_rtt"]["count"], 10)
            self.assertEqual([one["subflow_rtt"]["count"] for one in row["subflows"]], [5, 5])
            for one in [row["data_rtt"]] + [sub["subflow_rtt"] for sub in row["subflows"]]:
                self.assertAlmostEqual(one["min"], 0.001)
                self.assertAlmostEqual(one["max"], 0.001)
        self.assertAlmostEqual(client["subflows"][0]["syn_to_third"], 0.002)

    def test_karn(self):
        client, server = independent_rtt.rtt_of(self.story("v0_reinjection")[0])[:2]
        # Sent once until its DATA_ACK: the segment before the needless reinjection, and the new
        # half of the overlapping one. Everything else was repeated by then.
        self.assertEqual(client["data_rtt"]["count"], 2)
        self.assertIsNone(server["data_rtt"])


if __name__ == "__main__":
    unittest.main()
