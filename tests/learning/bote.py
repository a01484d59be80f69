"""An invented news site in the manner of real ones: each page with its furniture, a story of its own, and its truth."""

from __future__ import annotations

from typing import NamedTuple

from scraper.document import Document, parse

_PLACES = ("Hafen", "Rathaus", "Markt", "Bahnhof", "Museum", "Stadion", "Theater", "Kraftwerk", "Freibad", "Friedhof",
           "Zoo", "Schloss", "Werft", "Flughafen")  # fmt: skip
_VERBS = ("geöffnet", "geschlossen", "umgebaut", "verkauft", "gesperrt", "saniert", "gefeiert", "geräumt", "vermessen",
          "bewacht", "verlegt", "gereinigt", "besetzt", "übergeben")  # fmt: skip
_WHO = ("die Stadträtin", "der Bürgermeister", "ein Sprecher", "die Polizei", "eine Anwohnerin", "der Verein",
        "die Gewerkschaft", "ein Gutachter", "die Opposition", "der Betreiber", "eine Lehrerin", "das Ministerium",
        "der Architekt", "eine Historikerin")  # fmt: skip


class Story(NamedTuple):
    """One article's page and what it says."""

    document: Document
    #: the article's own lines, subheads included
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n\n".join(self.lines)


def sentences(n: int, k: int) -> str:
    """Paragraph `k` of story `n`: no two are alike."""
    place, verb, who = _PLACES[n % 14], _VERBS[(n + k) % 14], _WHO[(n * 3 + k) % 14]
    return (
        f"Am Morgen wurde der Teil {k + 1} des Geländes am {place} nach langer Debatte {verb}, wie {who} bestätigte. "
        f"Die Arbeiten mit der Nummer {n}{k} sollen, so hieß es weiter, bis zum Ende des Monats dauern und deutlich "
        f"mehr kosten als die {n + 2} Millionen, die anfangs geplant waren."
    )


def story(n: int, *, before: str = "", after: str = "", opening: str = "", middle: str = "", tail: str = "") -> Story:
    """Story `n`; `before` and `after` are markup around its text, `middle` stands between its paragraphs."""
    paragraphs = [sentences(n, k) for k in range(5)]
    head = f"Was am {_PLACES[n % 14]} noch fehlt"
    lines = (*paragraphs[:2], head, *paragraphs[2:])
    html = f"""<!doctype html><html lang="de"><head><title>{_PLACES[n % 14]} {_VERBS[n % 14]} | Der Bote</title>
<meta property="og:type" content="article"></head><body>
<header class="page-head"><nav><a href="/">Start</a> <a href="/abo">Abo</a></nav></header>
<main><article class="post-{1000 + n} story category-{n}">
<h1 class="story__title">Der {_PLACES[n % 14]} wird {_VERBS[n % 14]}: Was die Stadt jetzt plant</h1>
<div class="story__body">{before}
<p>{opening}{paragraphs[0]}</p><p>{paragraphs[1]}</p>
{middle}
<h3>{head}</h3>
<p>{paragraphs[2]}</p><p>{paragraphs[3]}</p><p>{paragraphs[4]}</p>
{after}</div>{tail}</article></main>
<footer class="page-foot">Impressum Datenschutz</footer></body></html>"""
    return Story(parse(html, f"https://bote.example/lokal/artikel-{1000 + n}.html"), lines)
