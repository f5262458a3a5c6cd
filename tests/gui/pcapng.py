"""Parts of pcapng files."""

import gzip
import struct

PACKET_BLOCKS = (3, 6)      # simple and enhanced


def content(path):
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rb") as file:
        return file.read()


def end_of_packets(data, count):
    """Where the block of the packet of this number ends."""
    offset = seen = 0
    while seen < count:
        kind, length = struct.unpack_from("<II", data, offset)
        offset += length
        seen += kind in PACKET_BLOCKS
    return offset
