#!/usr/bin/python3
"""All that the independent tools say of an MPTCP capture, with packets captured twice left out.

  second_opinion.py CAPTURE

Prints one JSON object:

  rows            those of accounting.py, each with its `order` from independent_order.py
  rtt             those of independent_rtt.py
  segments        those of independent_segments.py
  lengths         TCP payload by tcp.stream and sender
  second_sights   how many packets were left out
"""

import json
import sys

import accounting
import independent_order
import independent_rtt
import independent_segments


def opinion_of(path):
    rows = list(accounting.fields_of(path))
    first_sights = list(accounting.without_second_sights(rows))
    capture = accounting.Capture([accounting.packet_of(row) for row in first_sights])
    capture.account()
    lengths = {}
    for packet in capture.packets:
        by_sender = lengths.setdefault(str(packet.stream), {})
        sender = accounting.address_text(packet.source)
        by_sender[sender] = by_sender.get(sender, 0) + packet.length
    return {"rows": [{**one.row(), "order": independent_order.order_row(capture, connection, one)}
                     for connection in capture.connections for one in connection.directions],
            "rtt": [independent_rtt.direction_row(capture, connection, side, False)
                    for connection in capture.connections for side in (0, 1)],
            "segments": independent_segments.rows_of(capture),
            "lengths": lengths, "second_sights": len(rows) - len(first_sights)}


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    json.dump(opinion_of(sys.argv[1]), sys.stdout)
