"""Small pages of our own making, in the manner of real ones."""

from __future__ import annotations

from scraper.models import Article, BodyPart

STORY = (
    "Der Stadtrat hat am Dienstagabend nach fünfstündiger Debatte den Haushalt beschlossen, gegen "
    "die Stimmen der Opposition und mit einer Enthaltung aus den eigenen Reihen.",
    "Vorgesehen sind 14 Millionen Euro für die Sanierung der beiden Brücken im Norden, dazu Geld "
    "für drei Schulen und eine neue Buslinie, die das Gewerbegebiet mit dem Bahnhof verbindet.",
    "„Wir haben uns das nicht leicht gemacht“, sagte die Kämmerin nach der Sitzung. Wer jetzt "
    "spare, zahle in zehn Jahren das Doppelte, das habe das Gutachten vom Frühjahr gezeigt.",
    "Die Opposition kündigte an, den Beschluss prüfen zu lassen. Ihr Sprecher nannte die Annahmen "
    "über die Gewerbesteuer kühn; sie lägen ein Fünftel über dem Ergebnis des vergangenen Jahres.",
)
HEADLINE = "Stadtrat beschließt Haushalt nach langer Debatte"
LD_FREE = '{"@type": "NewsArticle", "headline": "x", "datePublished": "2026-03-04"}'
URL = "https://blatt.example/stadt/stadtrat-beschliesst-haushalt-nach-debatte-10234.html"


def article(*paragraphs: str, headline: str | None = HEADLINE, **fields: object) -> Article:
    """An article as the extractor would hand it over."""
    body = tuple(BodyPart(type="paragraph", text=p) for p in paragraphs)
    return Article(headline=headline, article_body="\n\n".join(paragraphs), body=body, **fields)  # type: ignore[arg-type]


def page(
    *paragraphs: str,
    after: str = "",
    head: str = "",
    ld: str = LD_FREE,
    title: str = HEADLINE,
    box: str = "article-body",
) -> str:
    """An article page: frame, text in a box, and what stands after the text."""
    text = "".join(f"<p>{p}</p>" for p in paragraphs)
    data = f'<script type="application/ld+json">{ld}</script>' if ld else ""
    return (
        f"<!doctype html><html><head><title>{title}</title>{head}{data}</head><body>"
        "<header><nav><a href=/>Start</a> <a href=/sport/>Sport</a></nav></header>"
        f'<main><article><h1>{title}</h1><div class="{box}">{text}{after}</div></article></main>'
        "<footer><p>Impressum Datenschutz AGB</p></footer></body></html>"
    )


def bare(title: str, body: str, head: str = "") -> str:
    """A page that is no article."""
    return f"<!doctype html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
