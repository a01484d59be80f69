"""A small newspaper on loopback that is redesigned: two templates in the manner of real ones, texts made from words."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from loopback import Loopback

from scraper.document import parse
from scraper.learning import Sample, learn
from scraper.learning.write import config_text, write_config

SITE = "anzeiger.example"
HOST = f"www.{SITE}"
WHO = (
    "Der Rat",
    "Die Gemeinde",
    "Das Theater",
    "Die Feuerwehr",
    "Ein Landwirt",
    "Die Schule",
    "Der Verein",
    "Das Museum",
)
WHEN = (
    "am Montag",
    "seit dem Frühjahr",
    "nach langer Debatte",
    "trotz der Kälte",
    "im dritten Anlauf",
    "ohne Aufsehen",
)
WHAT = ("eine Brücke", "den alten Bahnhof", "drei Anträge", "das neue Dach", "die Pläne", "einen Garten", "den Vertrag")
DID = ("geprüft", "gebaut", "abgelehnt", "verschoben", "gefunden", "verkauft", "gelobt", "vermessen", "geöffnet")
WHY = ("weil das Geld fehlt", "da niemand widersprach", "obwohl es regnete", "damit es schneller geht", "wie es heißt")
#: what the paper puts at the end of every story, in a paragraph like all others
CLOSING = (
    "Dieser Text stand zuerst in der gedruckten Ausgabe des Anzeigers, die jeden Morgen an vielen Orten zu haben ist."
)


def sentence(dice: random.Random) -> str:
    who, when, what, did, why = (dice.choice(words) for words in (WHO, WHEN, WHAT, DID, WHY))
    return f"{who} hat {when} {what} mit {dice.randint(2, 980)} Stimmen {did}, {why}, sagte {dice.choice(WHO)} dazu."


def paragraphs(number: int) -> list[str]:
    """The story's own words."""
    dice = random.Random(number)
    return [" ".join(sentence(dice) for _ in range(3)) for _ in range(5)]


def path_of(number: int) -> str:
    return f"/lokales/bericht-aus-der-gemeinde-{1000 + number}.html"


def url(number: int) -> str:
    return f"http://{HOST}{path_of(number)}"


def published(number: int) -> datetime:
    return datetime(2026, 10, 1, 6, tzinfo=UTC) + timedelta(hours=6 * number)


def _head(number: int) -> str:
    title, when = f"Bericht aus der Gemeinde, Teil {number}", published(number).isoformat()
    return (
        f'<head><meta charset="utf-8"><title>{title} - Anzeiger</title><meta property="og:type" content="article">'
        f'<meta property="og:title" content="{title}"><link rel="canonical" href="{url(number)}">'
        f'<meta property="article:published_time" content="{when}"></head>'
    )


def before(number: int) -> str:
    """The layout until the redesign."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs(number))
    return f"""<html lang="de">{_head(number)}<body>
<header class="site-head"><nav><a href="/">Start</a> <a href="/lokales/">Lokales</a></nav></header>
<div class="page"><article class="story"><h1>Bericht aus der Gemeinde, Teil {number}</h1>
<div class="story-text">{text}<p>{CLOSING}</p>
<aside class="story-more"><h3>Mehr zum Thema</h3><p><a href="/x-{number}">Was sonst noch geschah</a></p></aside>
</div></article></div><footer class="site-foot">Impressum Datenschutz</footer></body></html>"""


def after(number: int) -> str:
    """The layout since."""
    text = "".join(f'<p class="c-copy">{paragraph}</p>' for paragraph in paragraphs(number))
    return f"""<html lang="de">{_head(number)}<body>
<div class="o-header"><ul><li><a href="/">Start</a></li><li><a href="/lokales/">Lokales</a></li></ul></div>
<main class="o-main"><div class="c-headline"><h1>Bericht aus der Gemeinde, Teil {number}</h1></div>
<section class="c-body">{text}<p class="c-copy">{CLOSING}</p></section>
<div class="c-teasers"><h2>Das könnte Sie auch interessieren</h2><p><a href="/y-{number}">Noch ein Bericht</a></p></div>
</main><div class="o-footer">Impressum Datenschutz</div></body></html>"""


def first_config(folder: Path = Path("configs")) -> Path:
    """A config learned from articles of the first layout."""
    samples = [Sample(parse(before(n), url(n))) for n in range(100, 106)]
    text = config_text(learn(samples), domain=SITE, existing=None, today=date(2026, 9, 30), source="a few articles")
    feed = f'feeds = ["http://{HOST}/feed.xml"]\narticle_url = ["/lokales/.+-[0-9]+[.]html$"]\n'
    path = folder / f"{SITE}.toml"
    write_config(path, text.replace("\n[[layouts]]", f"{feed}\n[[layouts]]"))
    return path


class Paper(Loopback):
    """`with Paper() as paper`: a feed of the newest articles, and the articles; `redesigned` says from which on."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.redesigned = 10_000
        #: whether the new layout has the line at the end of every story too
        self.closing = True

    @property
    def hook(self) -> str:
        return f"http://{self.address}/hook"

    @property
    def there(self) -> tuple[str, ...]:
        """Options that lead to it, without waiting."""
        return ("--resolve", f"{HOST}={self.address}", "--delay", "0", "--workers", "1")

    def page(self, number: int) -> str:
        text = after(number) if number >= self.redesigned else before(number)
        return text if self.closing or number < self.redesigned else text.replace(CLOSING, "")

    def body(self, path: str) -> str | None:
        numbers = range(self.count)
        if path == "/feed.xml":
            items = "".join(f"<item><title>Bericht {n}</title><link>{url(n)}</link></item>" for n in numbers)
            return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Anzeiger</title>{items}</channel></rss>'
        return next((self.page(n) for n in numbers if path_of(n) == path), None)
