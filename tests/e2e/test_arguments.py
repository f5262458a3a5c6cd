"""What the user may write after -z mptcp, and what is said when it is wrong."""

import csv
import io
import json
import os
import shutil
import signal
import subprocess

import pytest
from measured import connections, path_of, summary_of
from tshark import stage, tshark

SMALL = path_of("add_addr_echo_lost/client")
MANY = path_of("simultaneous/client")

WRONG = {
    "report": ("mptcp,summry", "summary"),
    "report, with the tree in mind": ("mptcp,tre", "tree"),
    "no report": ("mptcp,", "summary"),
    "option": ("mptcp,summary,foo=1", "format="),
    "option of another case": ("mptcp,summary,Format=csv", "format="),
    "format": ("mptcp,summary,format=xml", "csv"),
    "empty format": ("mptcp,summary,format=", "csv"),
    "connection": ("mptcp,summary,connection=x", "number"),
    "negative connection": ("mptcp,summary,connection=-1", "number"),
    "huge connection": ("mptcp,summary,connection=99999999999999999999", "number"),
    "empty output": ("mptcp,summary,output=", "output="),
    "folder that is not there": ("mptcp,summary,output=/nonexistent/x", "/nonexistent/x"),
    "folder as output": ("mptcp,summary,output=/", "/"),
    "field": ("mptcp,summary,ip.adr==10.0.0.1", "ip.adr"),
    "syntax": ("mptcp,summary,tcp.port==", "tcp.port"),
    "filter after options": ("mptcp,summary,format=csv,connection=0,(", "("),
}


def summarize(*words, path=SMALL, **options):
    """tshark -q with one -z mptcp,summary… per word."""
    arguments = [argument for word in words for argument in ("-z", "mptcp,summary" + word)]
    return tshark("-q", "-r", path, *arguments, **options)


def assert_refused(result):
    """One line on standard error, status 1, nothing printed."""
    assert result.returncode == 1, result.stderr
    assert result.stdout == ""
    assert result.stderr.endswith("\n") and result.stderr.count("\n") == 1, result.stderr
    assert result.stderr.startswith("tshark: -z mptcp")


@pytest.mark.parametrize("argument, named", WRONG.values(), ids=WRONG)
def test_wrong_arguments(argument, named):
    result = tshark("-q", "-r", SMALL, "-z", argument, check=False)
    assert_refused(result)
    assert argument.rstrip(",") in result.stderr
    assert named in result.stderr


def test_bare_mptcp_lists_the_reports():
    result = tshark("-q", "-r", SMALL, "-z", "mptcp")
    assert result.stderr == ""
    assert "-z mptcp,<report>" in result.stdout
    assert any(line.split()[:1] == ["summary"] for line in result.stdout.splitlines())


def test_reports_print_in_the_order_of_the_command_line():
    first = summarize(",tcp.stream==0").stdout
    second = summarize(",connection=0").stdout
    assert first != second
    for words, texts in (([",tcp.stream==0", ",connection=0"], [first, second]),
                         ([",connection=0", ",tcp.stream==0"], [second, first])):
        together = summarize(*words).stdout
        places = [together.find(text.strip()) for text in texts]
        assert -1 < places[0] < places[1]


@pytest.mark.parametrize("words", [(",format=csv", ",format=json"), (",format=json", ""),
                                   ("", ",format=csv")])
def test_two_reports_with_a_machine_format_need_files(words):
    result = summarize(*words, check=False)
    assert_refused(result)
    assert "output=" in result.stderr


@pytest.mark.parametrize("words", [("mptcp,tree", "mptcp,summary,format=json"),
                                   ("mptcp,summary,format=csv", "mptcp,tree,tcp.stream == 0")])
def test_the_tree_and_a_machine_format_need_files(words):
    result = tshark("-q", "-r", SMALL, "-z", words[0], "-z", words[1], check=False)
    assert result.returncode == 1 and result.stderr.count("\n") == 1
    assert "output=" in result.stderr and "mptcp,tree" in result.stderr
    assert "schema" not in result.stdout and "verdict" not in result.stdout


def test_one_file_under_two_names_takes_one_report():
    folder = stage().writable_directory("names")
    target = folder / "out.txt"
    target.unlink(missing_ok=True)
    other = folder / ".." / folder.name / "out.txt"
    assert_refused(summarize(f",output={target}", f",output={other}", check=False))


def test_a_report_that_is_refused_creates_no_file():
    target = stage().writable_directory("refused") / "out.txt"
    assert_refused(summarize(f",output={target},ip.adr", check=False))
    assert not target.exists()


@pytest.mark.parametrize("word", ["", ",format=json"])
def test_a_reader_that_has_gone_is_no_failure(word):
    """SIGPIPE is left ignored, as by shells that were started so."""
    reader, writer = os.pipe()
    os.close(reader)
    result = stage().run(["tshark", "-q", "-r", MANY, "-z", "mptcp,segments" + word], stdout=writer,
                         stderr=subprocess.PIPE, restore_signals=False, check=False)
    os.close(writer)
    assert (result.returncode, result.stderr) == (0, b"")


def test_output_goes_to_the_file():
    folder = stage().writable_directory("outputs")
    files = {form: folder / f"summary.{form}" for form in ("text", "csv", "json")}
    words = [f",format={form},output={path}" for form, path in files.items()]
    result = summarize(*words, "")
    assert result.stderr == ""
    assert result.stdout == summarize("").stdout == files["text"].read_text(encoding="utf-8")
    assert (json.loads(files["json"].read_text(encoding="utf-8"))
            == summary_of("add_addr_echo_lost/client"))
    assert files["csv"].read_text(encoding="utf-8") == summarize(",format=csv").stdout


def test_output_replaces_a_file():
    folder = stage().writable_directory("replaced")
    target = folder / "out.json"
    summarize(f",format=json,output={target}", path=MANY)
    summarize(f",format=json,output={target}")
    assert (json.loads(target.read_text(encoding="utf-8"))
            == summary_of("add_addr_echo_lost/client"))


def test_output_may_be_a_named_pipe():
    pipe = stage().writable_directory("pipe") / "pipe"
    os.mkfifo(pipe)
    pipe.chmod(0o666)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE, text=True) as reader:
        try:
            result = summarize(f",output={pipe}")
            assert reader.communicate(timeout=60)[0] == summarize("").stdout
        finally:
            reader.kill()
    assert result.stdout == result.stderr == ""


def test_output_may_be_the_standard_output_in_a_file():
    target = stage().writable_directory("stdout") / "out.txt"
    with open(target, "wb") as file:
        target.chmod(0o666)
        result = stage().run(["tshark", "-q", "-r", SMALL, "-z", "mptcp,summary,output=/dev/stdout"],
                             stdout=file, stderr=subprocess.PIPE, check=False)
    assert (result.returncode, result.stderr) == (0, b"")
    assert target.read_text(encoding="utf-8") == summarize("").stdout


@pytest.mark.parametrize("words", ["", ",bulk"])
def test_the_capture_is_not_overwritten(words):
    own = stage().writable_directory("own" + words.strip(",")) / "own.pcapng.gz"
    shutil.copyfile(SMALL, own)
    own.chmod(0o666)
    result = summarize(f"{words},output={own}", path=own, check=False)
    assert_refused(result)
    assert "capture that is read" in result.stderr
    assert own.read_bytes() == SMALL.read_bytes()


def writing(**options):
    """A tshark that has begun to write a report, and does not come to its end as long as nobody
    reads on."""
    running = subprocess.Popen(stage().command(["tshark", "-q", "-r", MANY, "-z", "mptcp,segments"]),
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
                               env=stage().environment(), **stage().identity(), **options)
    assert running.stdout.read(1)
    return running


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_report_can_be_interrupted(number):
    with writing() as running:
        running.send_signal(number)
        assert running.wait(timeout=60) == -number


def test_a_report_outlives_its_terminal_if_it_is_to():
    """As with nohup."""
    with writing(preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)) as running:
        running.send_signal(signal.SIGHUP)
        rest = running.communicate(timeout=60)[0]
        assert running.returncode == 0
    whole = tshark("-q", "-r", MANY, "-z", "mptcp,segments", text=False).stdout
    assert whole[1:] == rest


def test_connection_may_be_given_several_times():
    whole = connections(summary_of("simultaneous/client"))
    assert len(whole) == 6
    some = json.loads(summarize(",format=json,connection=4,connection=1", path=MANY).stdout)
    assert connections(some) == [one for one in whole if one["connection"] in (1, 4)]


def test_a_connection_that_is_not_there():
    result = summarize(",connection=99")
    assert result.stdout and result.stderr == ""
    assert connections(json.loads(summarize(",format=json,connection=99").stdout)) == []


@pytest.mark.parametrize("text", ["tcp.stream in {0,1}", "tcp.port==5201 && tcp.stream in {0, 1}",
                                  "max(tcp.stream,1) == 1"])
def test_filters_may_hold_commas(text):
    result = json.loads(summarize(f",format=json,{text}", path=MANY).stdout)
    counted = {subflow["tcp_stream"] for one in connections(result) for subflow in one["subflows"]
               if subflow["client_to_server"]["segments"]}
    assert counted == {0, 1}


def test_csv_has_one_row_per_subflow():
    text = summarize(",format=csv", path=MANY).stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    whole = connections(summary_of("simultaneous/client"))
    subflows = [(one, subflow) for one in whole for subflow in one["subflows"]]
    assert len(rows) == len(subflows)
    for row, (connection, subflow) in zip(rows, subflows):
        assert None not in row and None not in row.values()
        assert row["connection"] == str(connection["connection"])
        assert row["connection_verdict"] == connection["verdict"]
        assert row["subflow"] == str(subflow["subflow"])
        down = "server_to_client"
        assert row[f"{down}_payload_bytes"] == str(subflow[down]["payload_bytes"])
        assert (row["connection_server_to_client_data_bytes"]
                == str(connection[down]["data_bytes"]))


def test_json_is_printed_alone_beside_the_packets():
    """Without -q the packets come first, as with every other tap."""
    result = tshark("-r", SMALL, "-c", "5", "-z", "mptcp,summary,format=json")
    lines = result.stdout.splitlines()
    assert json.loads("\n".join(lines[lines.index("{"):]))["schema"] == "mptcp/summary/1"
