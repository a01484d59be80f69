"""All that can be wrong with what comes in, end to end: one sentence, the right exit code, nothing lost."""

from __future__ import annotations

import gzip
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

Process = Callable[..., "subprocess.Popen[bytes]"]
Scraper = Callable[..., Any]
Full = Callable[[], None]
ROOT = Path(__file__).resolve().parents[2]
HOST = "http://bote.example"

PARAGRAPHS = (
    "Der Gemeinderat von Ödhausen hat am Montag über die Zukunft der Grundschule beraten und nichts beschlossen.",
    "Das Gebäude stammt aus dem Jahr 1958, die Fenster sind undicht, und im Winter heizt die Gemeinde für die Straße.",
    "„Wir können uns weder den Neubau noch das Warten leisten“, sagte Bürgermeister Jörg Änderle nach der Sitzung.",
)


def article(headline: str, *, head: str = "", extra: str = "") -> str:
    """A page in the manner of a small paper."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    return (
        f"<!DOCTYPE html><html lang=de><head>{head}<title>{headline}</title></head><body><article><h1>{headline}</h1>"
        f"{text}</article>{extra}</body></html>"
    )


class Reply(NamedTuple):
    body: bytes = b""
    type: str | None = "text/html; charset=utf-8"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


def moved(to: str) -> Reply:
    return Reply(status=302, headers=(("Location", to),))


GOOD = article("Gemeinderat vertagt die Grundschule")
CONSENT = """<html lang=de><head><title>Ihre Zustimmung</title></head><body><div id="consent-wall"><h1>Wir und unsere
Partner brauchen Ihre Zustimmung</h1><p>Um diese Seite zu lesen, stimmen Sie der Verwendung von Cookies zu.</p>
<button>Alle akzeptieren</button><a href="/abo">Oder werbefrei lesen mit dem Pur-Abo</a></div></body></html>"""

REPLIES: dict[str, Reply] = {
    "/robots.txt": Reply(b"User-agent: *\nDisallow: /intern/\n", "text/plain"),
    "/gut-1.html": Reply(GOOD.encode()),
    "/intern/geheim-2.html": Reply(GOOD.encode()),
    "/pdf-3.html": Reply(b"%PDF-1.7\n" + bytes(range(256)), "application/pdf"),
    "/pdf-als-html-4.html": Reply(b"%PDF-1.7\n" + bytes(range(256))),
    "/bild-5.html": Reply(b"\x89PNG\r\n\x1a\n" + bytes(99), "image/png"),
    "/bild-als-html-6.html": Reply(b"\xff\xd8\xff\xe0" + bytes(range(256))),
    "/seite-als-bild-7.html": Reply(GOOD.encode(), "image/jpeg"),
    "/leer-8.html": Reply(),
    "/riesig-9.html": Reply(b"<p>Wort</p>" * 4_600_000),
    "/bombe-10.html": Reply(gzip.compress(bytes(60_000_000)), headers=(("Content-Encoding", "gzip"),)),
    "/gzip-kaputt-11.html": Reply(gzip.compress(GOOD.encode())[:200], headers=(("Content-Encoding", "gzip"),)),
    "/weg-12.html": Reply(b"<h1>404</h1>", status=404),
    "/fort-13.html": Reply(b"<h1>410</h1>", status=410),
    "/recht-14.html": Reply(b"<h1>451</h1>", status=451),
    "/kaputt-15.html": Reply(b"<h1>500</h1>", status=500),
    "/privat-16.html": moved("http://169.254.169.254/latest/meta-data/"),
    "/heim-17.html": moved("http://192.168.0.1/"),
    "/kreis-18.html": moved("/kreis-18.html"),
    "/wohin-19.html": moved("mailto:redaktion@bote.example"),
    "/zustimmung-20.html": moved("/consent?to=/zustimmung-20.html"),
    "/consent": Reply(CONSENT.encode()),
    "/tief-21.html": Reply(("<div>" * 100_000 + article("Tief verschachtelt")).encode()),
}
#: path → how it must end
EXPECTED = {
    "/gut-1.html": "kept",
    "/intern/geheim-2.html": "robots",
    "/pdf-3.html": "notHtml",
    "/pdf-als-html-4.html": "notHtml",
    "/bild-5.html": "notHtml",
    "/bild-als-html-6.html": "notHtml",
    "/seite-als-bild-7.html": "notHtml",
    "/leer-8.html": "empty",
    "/riesig-9.html": "tooLarge",
    "/bombe-10.html": "tooLarge",
    "/gzip-kaputt-11.html": "encoding",
    "/weg-12.html": "http404",
    "/fort-13.html": "http410",
    "/recht-14.html": "http451",
    "/kaputt-15.html": "http500",
    "/privat-16.html": "privateAddress",
    "/heim-17.html": "privateAddress",
    "/kreis-18.html": "redirects",
    "/wohin-19.html": "badUrl",
    "/zustimmung-20.html": "consent",
    "/tief-21.html": "kept",
}


class Paper:
    """The server: what it says, and what it was asked."""

    def __init__(self) -> None:
        self.replies = dict(REPLIES)
        self.asked: list[str] = []
        self.seconds = 0.0
        paper = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                path = urlsplit(self.path).path
                paper.asked.append(path)
                if path != "/robots.txt":
                    time.sleep(paper.seconds)
                reply = paper.replies.get(path, Reply(status=404))
                self.send_response(reply.status)
                for name, value in reply.headers:
                    self.send_header(name, value)
                if reply.type:
                    self.send_header("Content-Type", reply.type)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                try:
                    self.wfile.write(reply.body)
                except OSError:
                    self.close_connection = True  # the client has seen enough

            def log_message(self, format: str, *args: object) -> None:
                """Nothing."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                """Nothing: a client that hangs up is what some of these tests want."""

        self.server = Server(("127.0.0.1", 0), Handler)
        here = f"bote.example=127.0.0.1:{self.server.server_address[1]}"
        self.options = ("--resolve", here, "--delay", "0", "--workers", "1")


@pytest.fixture
def paper() -> Iterator[Paper]:
    paper = Paper()
    thread = threading.Thread(target=paper.server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield paper
    paper.server.shutdown()
    paper.server.server_close()
    thread.join()


@pytest.fixture(scope="module", autouse=True)
def dead(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    """A run to a dead host, begun with the first test of this file: its retries take some seconds."""
    command = [
        sys.executable,
        "-m",
        "scraper",
        "get",
        "http://tot.example/artikel-1.html",
        "--resolve",
        "*=127.0.0.1:1",
    ]
    where = {"cwd": tmp_path_factory.mktemp("dead"), "env": os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"}}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **where) as child:  # type: ignore[call-overload]
        yield child
        child.kill()


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(name).read_bytes().splitlines()]


def test_each_bad_answer_has_its_reason_and_costs_nobody_else(scraper: Scraper, paper: Paper) -> None:
    Path("urls.txt").write_text("\n".join(HOST + path for path in EXPECTED))
    result = scraper("get", "-i", "urls.txt", "-o", "out.jsonl", "--report", "r.json", *paper.options)
    report = json.loads(Path("r.json").read_text())
    ends = {record["url"]: "kept" for record in lines("out.jsonl")}
    ends |= {named["url"]: named["reason"] for named in report["refused"] + report["failed"]}
    assert result.code == 1
    assert ends == {HOST + path: reason for path, reason in EXPECTED.items()}
    assert "/intern/geheim-2.html" not in paper.asked
    for named in report["refused"] + report["failed"]:
        assert 20 < len(named["detail"]) < 300, named
        assert "\n" not in named["detail"]
    assert "Traceback" not in result.err
    for record in lines("out.jsonl"):
        assert all(paragraph in record["articleBody"] for paragraph in PARAGRAPHS)


@pytest.mark.parametrize(
    ("encode", "header", "meta"),
    [
        ("iso-8859-1", None, ""),
        ("windows-1252", "text/html; charset=utf-8", "windows-1252"),
        ("utf-8", "text/html; charset=iso-8859-1", "utf-8"),
        ("windows-1252", "text/html; charset=iso-8859-1", ""),
        ("utf-8", None, ""),
        ("utf-16", "text/html", ""),
    ],
)
def test_a_wrong_or_missing_charset(scraper: Scraper, paper: Paper, encode: str, header: str | None, meta: str) -> None:
    html = article("Gemeinderat vertagt", head=f"<meta charset='{meta}'>" * bool(meta))
    if encode == "iso-8859-1":
        html = html.replace("„", '"').replace("“", '"')
    paper.replies["/charset-1.html"] = Reply(html.encode(encode), header)
    (record,) = scraper("get", f"{HOST}/charset-1.html", *paper.options).records
    assert PARAGRAPHS[0] in record["articleBody"]
    assert "Bürgermeister Jörg Änderle" in record["articleBody"]


def test_a_list_that_is_all_wrong_still_gives_what_is_right(scraper: Scraper, paper: Paper) -> None:
    bad = ["mailto:a@bote.example", "ftp://bote.example/1", "javascript:alert(1)", "tel:+49", "file:///etc/passwd"]
    bad += ["http://", "https:///pfad", "bote.example/gut-1.html", "\x7fELF\x02", "http://[::1", "http://a b/"]
    Path("urls.txt").write_bytes(
        b"\xef\xbb\xbf# list\r\n\r\n   \r\n" + f"{HOST}/gut-1.html\r\n{HOST}/gut-1.html#top\r\n".encode()
        + "\n".join(bad).encode() + b"\nx" + os.urandom(1_000_000).replace(b"\n", b"x").replace(b"\r", b"x") + b"\n"
    )  # fmt: skip
    result = scraper("get", "-i", "urls.txt", "-o", "out.jsonl", "--report", "r.json", *paper.options)
    report = json.loads(Path("r.json").read_text())
    assert result.code == 0  # refused is not failed
    assert report["total"]["kept"] == 1
    assert report["total"]["refused"] == {"badUrl": len(bad) + 1, "duplicate": 1}
    assert all("urls.txt:" in named["detail"] for named in report["refused"] if named["reason"] == "badUrl")
    assert paper.asked == ["/robots.txt", "/gut-1.html"]


def test_two_configs_for_one_host(scraper: Scraper, paper: Paper) -> None:
    Path("configs/a.toml").write_text('domain = "bote.example"\n')
    Path("configs/b.toml").write_text('domain = "bote.example"\n')
    result = scraper("get", f"{HOST}/gut-1.html", "--configs", "configs", *paper.options)
    assert result.code == 2
    assert "a.toml" in result.err
    assert "b.toml" in result.err
    assert "bote.example" in result.err
    assert len(result.err.splitlines()) == 1
    assert paper.asked == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('domain = "bote.example"\n[fetch]\ndelai = 1\n', ("[fetch]", "delai", "did you mean 'delay'")),
        ('domain = "bote.example"\n[fetch]\ndelay = "fast"\n', ("[fetch]", "delay", "a number")),
        ('domain = "bote.example"\nfeeds = "x"\n', ("feeds",)),
        ('domain = "bote.example"\nfamily = "dumond"\n', ("dumond",)),
        ('domain = "bote.example"\n[[layouts]]\nbody = ["div["]\n', ("div[",)),
        ('domain = bote.example\n', ("line 1",)),
        ("\x00\x01", ("x.toml",)),
    ],
)  # fmt: skip
def test_a_wrong_config_is_one_sentence(scraper: Scraper, paper: Paper, text: str, words: tuple[str, ...]) -> None:
    Path("configs/x.toml").write_text(text)
    result = scraper("get", f"{HOST}/gut-1.html", "--configs", "configs", *paper.options)
    assert result.code == 2
    assert len(result.err.splitlines()) == 1, result.err
    for word in ("x.toml", *words):
        assert word in result.err
    assert paper.asked == []


# --- where it goes -------------------------------------------------------------------------------------------------


def test_an_output_that_cannot_be_written_is_said_before_the_first_request(scraper: Scraper, paper: Paper) -> None:
    Path("file").write_text("")
    for output in ("file/out.jsonl", "/proc/out.jsonl", "out.pdf", "x" * 300 + ".jsonl"):
        result = scraper("get", f"{HOST}/gut-1.html", "-o", output, *paper.options)
        assert result.code == 2, output
        assert len(result.err.splitlines()) == 1, result.err
    for output in ("file", "/proc/x"):
        result = scraper("run", f"{HOST}/", "-o", output, *paper.options)
        assert result.code == 2, output
        assert len(result.err.splitlines()) == 1, result.err
    assert paper.asked == []


def test_a_disk_that_fills_up_keeps_what_was_written_whole(process: Scraper, paper: Paper, full: Full) -> None:
    for number in range(10):
        long = "".join(
            f"<p>{i}. {text} Das war die Antwort auf Frage {i}.</p>" for i in range(20) for text in PARAGRAPHS
        )
        html = article(f"Gemeinderat vertagt Nummer {number}").replace("</article>", long + "</article>")
        paper.replies[f"/voll-{number}.html"] = Reply(html.encode())
    urls = [f"{HOST}/voll-{number}.html" for number in range(10)]
    child = process("get", *urls, "-o", "out.jsonl", *paper.options, preexec_fn=full)
    _, err = child.communicate(timeout=60)
    assert child.returncode == 1
    assert b"Traceback" not in err
    assert b"out.jsonl" in err
    kept = lines("out.jsonl")  # no torn line
    assert 0 < len(kept) < 10
    child = process("get", *urls, "-o", "out.jsonl", *paper.options)
    child.communicate(timeout=60)
    assert child.returncode == 0
    assert sorted(record["url"] for record in lines("out.jsonl")) == sorted(urls)


def test_ctrl_c_keeps_every_record_and_goes_on_later(process: Scraper, paper: Paper) -> None:
    paper.seconds = 0.3
    urls = [f"{HOST}/unterbrochen-{number}.html" for number in range(12)]
    for number, url in enumerate(urls):
        paper.replies[urlsplit(url).path] = Reply(article(f"Gemeinderat vertagt Nummer {number}").encode())
    child = process("get", *urls, "-o", "out.jsonl", "--per-host", "2", *paper.options)
    while len(paper.asked) < 4:
        time.sleep(0.02)
        assert child.poll() is None
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=30)
    assert child.returncode == 130
    assert b"Traceback" not in err
    asked = [path for path in paper.asked if path != "/robots.txt"]
    assert sorted(urlsplit(record["url"]).path for record in lines("out.jsonl")) == sorted(asked)
    paper.seconds = 0
    child = process("get", *urls, "-o", "out.jsonl", *paper.options)
    child.communicate(timeout=30)
    assert sorted(record["url"] for record in lines("out.jsonl")) == sorted(urls)


# --- files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [("get",), ("get", "-i"), ("clean",), ("explain",)])
@pytest.mark.parametrize("what", ["folder", "closed", "missing", "no/such/folder/x", "nul\x00byte"])
def test_a_file_that_cannot_be_read(scraper: Scraper, command: tuple[str, ...], what: str) -> None:
    Path("folder").mkdir()
    Path("closed").write_text("x")
    Path("closed").chmod(0)
    if what == "closed" and os.access("closed", os.R_OK):
        pytest.skip("root reads everything")
    result = scraper(*command, what)
    assert result.code == 2
    assert len(result.err.splitlines()) == 1, result.err
    assert what in result.err


@pytest.mark.parametrize(
    "data", [b"\x7fELF" + bytes(range(256)) * 99, b"%PDF-1.7\n" + bytes(range(256)), b"PK\x03\x04" + bytes(999)]
)
def test_a_binary_is_not_text(scraper: Scraper, data: bytes) -> None:
    Path("a.bin").write_bytes(data)
    for command in ("clean", "explain"):
        result = scraper(command, "a.bin")
        assert result.code == 2
        assert len(result.err.splitlines()) == 1, result.err
        assert "a.bin" in result.err
        assert "neither text nor HTML" in result.err
    result = scraper("get", "a.bin")
    assert "notHtml" in result.err
    assert result.records == []


def test_nothing_at_all_is_cleaned_to_nothing(scraper: Scraper) -> None:
    Path("empty.txt").write_text("")
    result = scraper("clean", "empty.txt")
    assert (result.code, result.out.strip()) == (0, "")


def test_configs_that_may_not_be_read_are_not_taken_for_none(process: Process, mortal: Callable[[], None]) -> None:
    """Every page was read the generic way, and nobody was told."""
    Path("page.html").write_text(article("Eine Schule"))
    Path("configs").chmod(0)
    out, err = (child := process("get", "page.html", preexec_fn=mortal)).communicate(timeout=60)
    Path("configs").chmod(0o755)
    sentence = b"scraper: configs: the configs in it cannot be read (Permission denied)\n"
    assert (child.returncode, out, err) == (2, b"", sentence)


@pytest.mark.parametrize("command", ["clean", "explain"])
def test_an_input_without_an_end_is_refused(process: Process, command: str) -> None:
    """It took all the memory of the machine; here 2 GB are all there is."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000, 2_000_000_000))

    out, err = (child := process(command, "/dev/zero", preexec_fn=limit)).communicate(timeout=60)
    told = b"scraper: /dev/zero: it is larger than 100,000,000 bytes, or has no end; give one page or text at a time\n"
    assert (child.returncode, out, err) == (2, b"", told)


def test_a_dead_host(dead: subprocess.Popen[str]) -> None:
    out, err = dead.communicate(timeout=60)
    assert (dead.returncode, out) == (1, "")
    assert "1 failed: connect" in err
    assert "http://tot.example/artikel-1.html  connect: " in err
    assert "no connection to the host" in err
    assert "Traceback" not in err
