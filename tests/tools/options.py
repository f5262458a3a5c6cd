"""Reads what tshark has no field for from the options of a TCP header."""

MPTCP, CAPABLE, DSS = 30, 0, 2
END, NO_OPERATION = 0, 1


def options_of(text):
    """(kind, content behind the length) for each option in the hexadecimal text of tcp.options."""
    data = bytes.fromhex(text.replace(":", ""))
    while data and data[0] != END:
        if data[0] == NO_OPERATION:
            data = data[1:]
            continue
        yield data[0], data[2:data[1]]
        data = data[data[1]:]


def dss_length(flags):
    """Octets of a DSS without checksum, kind and length left out (RFC 8684 section 3.3)."""
    ack = (8 if flags & 2 else 4) if flags & 1 else 0
    return 2 + ack + ((8 if flags & 8 else 4) + 6 if flags & 4 else 0)


def checksum_of(text):
    """The checksum of a DSS, or of an MP_CAPABLE with data; None if there is none."""
    for kind, content in options_of(text):
        if kind != MPTCP:
            continue
        subtype = content[0] >> 4
        if (subtype == DSS and content[1] & 4 and len(content) > dss_length(content[1])
                or subtype == CAPABLE and len(content) == 22):
            return int.from_bytes(content[-2:], "big")
    return None
