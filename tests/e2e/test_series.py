"""-z mptcp,series: each graph from the rows of segments, which test_segments.py checks."""

from collections import Counter, defaultdict

import pytest
from measured import EVERY, path_of
from streamed import (GRAPHS, cell, document, nanoseconds, opposite, place_of, rows, text, whole_of)
from tshark import report, tshark

BILLION = 10 ** 9
STEP, WINDOW = BILLION // 100, BILLION      # of rates, as docs/reports/series.md says
SOME = ["lossy_reinject/client", "many_short/server", "dsn_wrap32/client", "tfo_data/server",
        "fallback_strip_data/client", "reorder_dup/client", "v0/v0_reinjection", "tcp_only/client"]


def points(name, graph):
    """(frame, place, kind, value, end of the value) of each row."""
    return [(row["frame"], place_of(row), row["kind"], row["value"], row["value_end"])
            for row in rows(name, "series_" + graph)]


def sent(row, kind, value, end=""):
    return row["frame"], place_of(row), kind, value, end


def acknowledged(row, kind, value):
    return row["frame"], opposite(place_of(row)), kind, value, ""


def simple(*columns, made=sent, kinds=None):
    """A graph that has a point for each of these columns that has a value."""
    def points_of(segments):
        return [made(row, (kinds or {}).get(column, column), row[column]) for row in segments
                for column in columns if row[column] not in ("", None)]
    return points_of


def dsn_points(segments):
    acks, edges = {}, {}
    for row in segments:
        if row["dsn"]:
            reinjected = (int(row["reinjected_other_subflow_bytes"])
                          + int(row["reinjected_same_subflow_bytes"]))
            kind = ("reinjected" if reinjected
                    else "retransmitted" if row["retransmitted_bytes"] != "0" else "new")
            yield sent(row, kind, row["dsn"], row["dsn_end"])
        whole = whole_of(opposite(place_of(row)))
        if not row["data_ack"]:
            continue
        ack = int(row["data_ack"])
        if whole not in acks or ack > acks[whole]:
            acks[whole] = ack
            yield acknowledged(row, "data_ack", str(ack))
        edge = acks[whole] + int(row["window"] or 0)
        if row["window"] and (whole not in edges or edge > edges[whole]):
            edges[whole] = edge
            yield acknowledged(row, "window_edge", str(edge))


def flight_points(segments):
    for row in segments:
        yield from simple("flight", "subflow_flight")([row])
        yield from simple("window", made=acknowledged)([row])


def window_points(segments):
    for row in segments:
        yield from simple("window", made=acknowledged)([row])
        if row["window_limited"] == "true":
            yield sent(row, "window_limited", row["flight"])


def interarrival_points(segments):
    before = {}
    for row in segments:
        if row["new_bytes"] == "0":
            continue
        time, whole = nanoseconds(row["time"]), whole_of(place_of(row))
        if whole in before:
            yield sent(row, "interarrival", time - before[whole])
        before[whole] = time


def scheduler_points(segments):
    before = {}
    for row in segments:
        if row["new_bytes"] == "0":
            continue
        whole = whole_of(place_of(row))
        switches = before.setdefault(whole, row["subflow"]) != row["subflow"]
        yield sent(row, "switch" if switches else "stay", row["new_bytes"])
        before[whole] = row["subflow"]


def ack_points(segments):
    for row in segments:
        if row["newly_acked_bytes"] != "0":
            yield acknowledged(row, "newly_acked", row["newly_acked_bytes"])


BY_SEGMENT = {"dsn": dsn_points, "rtt": simple("data_rtt", "subflow_rtt", made=acknowledged),
              "flight": flight_points, "window": window_points, "acksize": ack_points,
              "interarrival": interarrival_points, "scheduler": scheduler_points}


@pytest.mark.parametrize("name", EVERY)
def test_points_are_those_of_the_segments(name):
    segments = rows(name, "segments")
    for graph, points_of in BY_SEGMENT.items():
        found = points(name, graph)
        if graph == "interarrival":
            found = [(*point[:3], signed_nanoseconds(point[3]), "") for point in found]
        assert found == list(points_of(segments)), graph


@pytest.mark.parametrize("name", EVERY)
def test_delays_are_those_of_the_reinjections(name):
    wanted = [(row["frame"], row["time"], place_of(row), row["first_subflow"], row["outcome"],
               row["delay"], "") for row in rows(name, "reinjections")]
    found = [(row["frame"], row["time"], place_of(row), row["previous_subflow"], row["kind"],
              row["value"], row["value_end"]) for row in rows(name, "series_delay")]
    assert found == wanted


def signed_nanoseconds(seconds):
    return -nanoseconds(seconds[1:]) if seconds.startswith("-") else nanoseconds(seconds)


@pytest.mark.parametrize("name", SOME)
def test_times_are_those_of_the_segments(name):
    times = {row["frame"]: row["time"] for row in rows(name, "segments")}
    starts = {}
    for row in rows(name, "segments"):
        starts.setdefault(row["connection"], nanoseconds(row["time"]))
    for graph in GRAPHS:
        for row in rows(name, "series_" + graph):
            assert graph in BY_STEP or row["time"] == times[row["frame"]]
            assert (nanoseconds(row["elapsed"])
                    == nanoseconds(row["time"]) - starts[row["connection"]])


@pytest.mark.parametrize("graph, before_the_first", [("interarrival", []), ("scheduler", [""])])
def test_the_subflow_of_the_data_before(graph, before_the_first):
    name = "lossy_reinject/server"
    found = rows(name, "series_" + graph)
    carriers = [row for row in rows(name, "segments") if row["new_bytes"] != "0"]
    for direction in {row["direction"] for row in found}:
        subflows = [row["subflow"] for row in carriers if row["direction"] == direction]
        assert ([row["previous_subflow"] for row in found if row["direction"] == direction]
                == before_the_first + subflows[:-1])
    assert any(row["previous_subflow"] not in ("", row["subflow"]) for row in found)


# -------------------------------------------------------------------------------------------- rates

def payload(row, _):
    return int(row["payload_bytes"])


def good(row, place):
    return int(row["new_bytes"]) if place[1] else 0


def new_of_subflow(row, place):
    return int(row["new_bytes"]) if place[1] else 0


RATES = {"throughput": payload, "goodput": good}
SHARES = {"share": new_of_subflow}
BY_STEP = RATES | SHARES


def carried(name, graph):
    """By place: the number of the step of each segment, and its bytes."""
    starts, found = {}, defaultdict(Counter)
    for row in rows(name, "segments"):
        time = nanoseconds(row["time"])
        number = (time - starts.setdefault(row["connection"], time)) // STEP
        for place in (place_of(row), whole_of(place_of(row))):
            found[place][number] += BY_STEP[graph](row, place)
        if graph == "goodput":
            found[whole_of(opposite(place_of(row)))][number] += int(row["newly_acked_bytes"])
    return found


@pytest.mark.parametrize("graph", RATES)
@pytest.mark.parametrize("name", ["lossy_reinject/client", "three_paths_loss/server",
                                  "path_cut_fwd/client", "bidirectional/server"])
def test_rates_are_those_of_the_second_before(name, graph):
    found = defaultdict(dict)
    for row in rows(name, "series_" + graph):
        number, rest = divmod(nanoseconds(row["elapsed"]), STEP)
        assert rest == 0 and row["kind"] == graph and row["frame"] == ""
        found[place_of(row)][number] = float(row["value"])
    steps = WINDOW // STEP
    for place, by_step in carried(name, graph).items():
        total = sum(by_step.values())
        assert (total > 0) == (place in found)
        # A point of step n is the end of the steps before it.
        for number, value in found[place].items():
            wanted = sum(by_step[n] for n in range(number - steps, number))
            assert value == pytest.approx(wanted * 8 * BILLION / WINDOW), (place, number)
        if total:
            first = min(n for n, count in by_step.items() if count)
            assert found[place][first] == 0 and found[place][first + 1] > 0
            assert {n + 1 for n, count in by_step.items() if count} <= set(found[place])


@pytest.mark.parametrize("graph", RATES)
@pytest.mark.parametrize("name", ["remove_addr/client", "fastclose_client/server",
                                  "path_cut_fwd/client"])
def test_rates_of_a_subflow_go_on_after_its_end(name, graph):
    """As long as the connection does: then the rates of subflows add up to those of all payload."""
    starts, ends = {}, {}
    for row in rows(name, "segments"):
        time = nanoseconds(row["time"])
        start = starts.setdefault(row["connection"], time)
        ends[row["connection"]] = (time - start) // STEP + 1
    last = {place_of(row): (nanoseconds(row["elapsed"]) // STEP, float(row["value"]))
            for row in rows(name, "series_" + graph)}
    for place, counts in carried(name, graph).items():
        if not sum(counts.values()):
            continue
        latest = max(number for number, count in counts.items() if count)
        zero = latest + 1 + WINDOW // STEP
        if zero <= ends[place[0]]:
            assert last[place] == (zero, 0), place
        else:
            assert last[place][0] == ends[place[0]] and last[place][1] > 0, place


@pytest.mark.parametrize("name", ["lossy_reinject/client", "three_paths_loss/server",
                                  "path_cut_fwd/client", "bidirectional/server"])
def test_shares_are_those_of_the_second_before(name):
    found = defaultdict(dict)
    for row in rows(name, "series_share"):
        number, rest = divmod(nanoseconds(row["elapsed"]), STEP)
        assert rest == 0 and row["kind"] == "share" and row["frame"] == ""
        assert number not in found[place_of(row)]
        found[place_of(row)][number] = float(row["value"])
    by_step = carried(name, "share")

    def second_before(place, number):
        return sum(by_step[place][n] for n in range(number - WINDOW // STEP, number))

    with_data = {place for place, counts in by_step.items() if sum(counts.values())}
    assert with_data == set(found)
    for place, shares in found.items():
        together = [one for one in with_data if whole_of(one) == whole_of(place)]
        for number, share in shares.items():
            total = sum(second_before(one, number) for one in together)
            assert share == pytest.approx(second_before(place, number) / total), (place, number)
        assert {n + 1 for n, count in by_step[place].items() if count} <= set(shares)


# ------------------------------------------------------------------------------------------- xplot

COLOURS = {"white", "green", "red", "blue", "yellow", "purple", "orange", "magenta", "pink"}
# Command: how many coordinates; whether a line of text follows.
MARKS = {"line": (4, False), "uarrow": (2, False), "dot": (2, False), "diamond": (2, False),
         "atext": (2, True)}


def plotters(document_text):
    """Reads the language of xplot: of each plotter its title and its marks."""
    lines = iter(document_text.split("\n"))
    found = []
    assert next(lines) == "timeval double"
    found.append({"marks": []})
    for line in lines:
        command, *words = line.split(" ")
        if command == "new_plotter":
            assert next(lines) == "timeval double"
            found.append({"marks": []})
        elif command == "go":
            assert list(lines) == [""]
        elif command in ("title", "xlabel", "ylabel"):
            assert command not in found[-1] and not words
            found[-1][command] = next(lines)
        else:
            count, has_text = MARKS[command]
            *coordinates, colour = words
            assert len(coordinates) == count and colour in COLOURS
            for time in coordinates[::2]:
                assert len(time.split(".")[1]) == 6 and int(time.split(".")[0]) > 0
            found[-1]["marks"].append((command, *coordinates, colour,
                                       next(lines) if has_text else ""))
            float(coordinates[1])
    return found


@pytest.mark.parametrize("name", SOME)
@pytest.mark.parametrize("graph", GRAPHS)
def test_xplot_has_a_plotter_for_each_direction(name, graph):
    found = plotters(text(name, f"series_{graph}.xpl"))
    wanted = list(dict.fromkeys((row["connection"], row["direction"].replace("_", " "))
                                for row in rows(name, "series_" + graph)))
    if not wanted:
        assert [one["title"] for one in found] == ["Nothing to draw"]
        return
    for plotter, (connection, direction) in zip(found, wanted, strict=True):
        assert f", connection {connection}, {direction}: " in plotter["title"]
        assert plotter["xlabel"] == "time" and plotter["ylabel"]
        assert plotter["marks"]
        colours = Counter(mark[-2] for mark in plotter["marks"])
        assert all(colour in plotter["title"] for colour in colours)


@pytest.mark.parametrize("name", EVERY)
def test_xplot_marks_what_was_sent_again(name):
    found = plotters(text(name, "series_dsn.xpl"))
    labels = Counter(mark[-1] for plotter in found for mark in plotter["marks"]
                     if mark[0] == "atext")
    kinds = Counter(row["kind"] for row in rows(name, "series_dsn"))
    assert labels == +Counter({"R": kinds["reinjected"], "T": kinds["retransmitted"]})
    arrows = sum(mark[0] == "uarrow" for plotter in found for mark in plotter["marks"])
    assert arrows == kinds["new"] + kinds["reinjected"] + kinds["retransmitted"]


@pytest.mark.parametrize("name", SOME)
def test_xplot_draws_the_data_acks_as_stairs(name):
    found = plotters(text(name, "series_dsn.xpl"))
    by_plotter = defaultdict(list)
    for row in rows(name, "series_dsn"):
        if row["kind"] == "data_ack":
            by_plotter[row["connection"], row["direction"]].append(row)
    for plotter in found:
        acks = next((acks for (connection, direction), acks in by_plotter.items()
                     if f"connection {connection}, {direction.replace('_', ' ')}:"
                     in plotter["title"]), [])
        corners = [(f"{row['time'][:-3]}", row["value"]) for row in acks]
        stairs = []
        for (x, y), (right, top) in zip(corners, corners[1:]):
            stairs += [("line", x, y, right, y, "green", ""), ("line", right, y, right, top,
                                                               "green", "")]
        assert [mark for mark in plotter["marks"]
                if mark[0] == "line" and mark[-2] == "green"] == stairs


# ------------------------------------------------------------------------------------ the report

def test_csv_and_json_say_the_same():
    name = "lossy_reinject/client"
    for graph in GRAPHS:
        printed = document(name, f"series,graph={graph}")
        assert printed["schema"] == "mptcp/series/1"
        assert ([{key: cell(value) for key, value in row.items()} for row in printed["points"]]
                == rows(name, "series_" + graph))


def test_csv_of_data_sequence_numbers_is_the_default():
    name = "tfo_data/client"
    printed = tshark("-q", "-r", path_of(name), "-z", "mptcp,series", text=False).stdout
    assert printed == (tshark("-q", "-r", path_of(name), "-z", "mptcp,series,graph=dsn,format=csv",
                              text=False).stdout)
    assert printed.count(b"\r\n") == len(rows(name, "series_dsn")) + 1


@pytest.mark.parametrize("reports, named", [
    (["mptcp,series,format=text"], "csv, json, xpl"),
    (["mptcp,series,format=xpl", "mptcp,series,graph=rtt,format=xpl"], "xpl"),
    (["mptcp,series,graph=cwnd"], "dsn, rtt, flight"),
    (["mptcp,segments,format=xpl"], "text, csv, json"),
])
def test_what_is_not_allowed(reports, named):
    arguments = [word for one in reports for word in ("-z", one)]
    result = tshark("-q", "-r", path_of("tfo_data/client"), *arguments, check=False)
    assert result.returncode == 1 and result.stdout == ""
    assert result.stderr.count("\n") == 1 and named in result.stderr


def test_only_what_was_asked_for():
    name = "simultaneous/client"
    some = report(path_of(name), "series", "graph=rtt", "connection=2", "tcp.stream == 2")["points"]
    assert some and {row["connection"] for row in some} == {2}
    frames = {row["frame"] for row in rows(name, "segments") if row["tcp_stream"] == "2"}
    assert ([str(row["frame"]) for row in some]
            == [row["frame"] for row in rows(name, "series_rtt")
                if row["connection"] == "2" and row["frame"] in frames])


@pytest.mark.parametrize("form", ["csv", "json", "xpl"])
def test_no_mptcp(form):
    printed = tshark("-q", "-r", path_of("tcp_only/client"), "-z",
                     f"mptcp,series,format={form}").stdout
    if form == "csv":
        assert printed.count("\n") == 1
    elif form == "json":
        assert report(path_of("tcp_only/client"), "series") == {"schema": "mptcp/series/1",
                                                                "points": []}
    else:
        assert plotters(printed)[0]["title"] == "Nothing to draw"
