"""What a page is, if it is not simply the article."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from scraper.document import parse
from scraper.models import Access, Quality
from scraper.quality import judge_quality, judged

# test files stand alone (import-mode=importlib), so what they share is run, not imported
pages = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "pages.py")))

STORY, URL, article, bare, page = pages.STORY, pages.URL, pages.article, pages.bare, pages.page

ASK = (
    "Mit Ihrer Zustimmung verwenden wir und unsere 143 Partner Cookies, um Informationen auf einem "
    "Gerät zu speichern und personenbezogene Daten zu verarbeiten."
)
PARTNERS = "We and our 143 partners store and access information on a device."
NO_HUMAN = "blatt.example needs to review the security of your connection before proceeding."
CONSENT = {
    "partners": (
        bare("Einwilligung", f"<h1>Wir und unsere Partner</h1><p>{ASK}</p><a>Alle akzeptieren</a>"),
        "https://blatt.example/consent?to=%2Fa",
        (ASK,),
    ),
    "pur": (
        bare(
            "Das Blatt",
            f"<h2>Mit Werbung weiterlesen</h2><p>{ASK}</p><button>Zustimmen und weiter</button>"
            "<h2>Pur-Abo</h2><p>Werbefrei lesen für 2,99 Euro im Monat</p>",
        ),
        URL,
        (ASK,),
    ),
    "before you continue": (
        bare("Before you continue", f"<h1>Before you continue</h1><p>{PARTNERS}</p><b>Accept all</b>"),
        "https://consent.portal.example/m?continue=x",
        (),
    ),
    "french": (
        bare(
            "Avant de continuer",
            "<h1>Votre vie privée</h1><p>Avec votre consentement, nous et nos partenaires prenons "
            "des cookies et des données personnelles.</p><button>Tout accepter</button>"
            "<button>Continuer sans accepter</button>",
        ),
        URL,
        (),
    ),
}
BLOCKED = {
    "challenge": bare(
        "Just a moment...",
        f"<h1>blatt.example</h1><p>{NO_HUMAN}</p><noscript>Enable JavaScript and cookies to "
        "continue</noscript><script src=/cdn-cgi/challenge-platform/h/b/x.js></script>",
    ),
    "javascript": bare("blatt.example", "<p>Enable JavaScript and cookies to continue</p><p>Ray ID: 1</p>"),
    "denied": bare(
        "Access Denied",
        "<h1>Access Denied</h1>You don't have permission to access this page on this server.<p>Reference #18.a",
    ),
    "hold": bare(
        "Access to this page has been denied",
        "<h1>Press & Hold to confirm you are a human.</h1><div id=px-captcha></div>",
    ),
    "datadome": bare("blatt.example", "<script src=https://ct.captcha-delivery.com/c.js></script>"),
    "robot": bare("Are you a robot?", "<h1>Are you a robot?</h1><p>We detected unusual activity.</p>"),
    "german": bare("Einen Moment, bitte", "<p>Bestätigen Sie, dass Sie ein Mensch sind</p>"),
    "login": bare("Anmelden", "<h1>Anmelden</h1><form><input name=u><input type=password></form>"),
}
ERRORS = {
    "german": bare("Seite nicht gefunden - Das Blatt", "<h1>Seite nicht gefunden</h1><p>Zur Startseite</p>"),
    "english": bare("The Sheet", "<h1>Page not found</h1><p>We looked everywhere.</p>"),
    "number": bare("404 | The Sheet", "<p>Sorry.</p>"),
    "french": bare("Page introuvable", "<p>Retour à l'accueil</p>"),
    "polish": bare("Nie znaleziono strony", "<p>Wróć</p>"),
}


def quality(html: str, *paragraphs: str, url: str = URL, **known: int) -> Quality:
    headline = parse(html).tree.css_first("h1")
    title = headline.text() if headline else None
    return judge_quality(parse(html, url), article(*paragraphs, headline=title), **known)


@pytest.mark.parametrize("name", CONSENT)
def test_consent_walls(name: str) -> None:
    html, url, body = CONSENT[name]
    found = quality(html, *body, url=url)
    assert found.status == "consent"
    assert found.reasons


@pytest.mark.parametrize("name", BLOCKED)
def test_bot_checks_and_logins(name: str) -> None:
    found = quality(BLOCKED[name])
    assert found.status == "blocked"
    assert found.reasons


@pytest.mark.parametrize("name", ERRORS)
def test_error_pages_with_status_200(name: str) -> None:
    assert quality(ERRORS[name], "Zur Startseite").status == "notArticle"


def test_a_banner_does_not_make_a_consent_page() -> None:
    banner = f"<div id=cmp><p>{ASK}</p><p>{PARTNERS}</p><button>Alle akzeptieren</button></div>"
    for ld in ("", pages.LD_FREE):
        html = page(*STORY, ld=ld).replace("<body>", f"<body>{banner}")
        assert quality(html, *STORY).status == "ok"


@pytest.mark.parametrize(
    ("title", "line"),
    [
        ("Cloudflare: Just a moment that broke the internet", "Users saw “Verify you are human”."),
        ("Access denied: the fight over records", "“You have been blocked”, the page said."),
        (
            "Warum die Einwilligung ein Ärgernis ist",
            "Wir und unsere Partner, steht da, mit Ihrer Zustimmung.",
        ),
        ("404 Tage im Amt", "„Seite nicht gefunden“, hieß es im Rathaus."),
        ("Not found: the lost paintings", "They were declared gone."),
    ],
)
def test_an_article_about_walls_is_an_article(title: str, line: str) -> None:
    html = page(*STORY, line, title=title, ld="")
    assert quality(html, *STORY, line).status == "ok"


TEASERS = tuple(s[:120] for s in STORY) * 3
LIST = "".join(
    f"<li><h2><a href=/a{i}>Der Stadtrat und die Folge Nummer {i}</a></h2><p>{t}</p></li>"
    for i, t in enumerate(TEASERS)
)
WEBSITE = "<meta property=og:type content=website>"


@pytest.mark.parametrize(
    ("url", "head"),
    [
        ("https://blatt.example/", ""),
        ("https://blatt.example/index.html", ""),
        ("https://blatt.example/sport/", WEBSITE),
        ("https://blatt.example/thema/haushalt", WEBSITE),
        ("https://blatt.example/autor/erika-muster", WEBSITE),
        (
            "https://blatt.example/lokales-und-mehr",
            WEBSITE + "<script type=application/ld+json>{'@type': 'CollectionPage'}</script>".replace("'", '"'),
        ),
    ],
)
def test_lists_are_no_articles(url: str, head: str) -> None:
    html = bare("Das Blatt", f"<main><h1>Sport</h1><ul>{LIST}</ul></main>", head)
    assert quality(html, *TEASERS, url=url).status == "notArticle"


@pytest.mark.parametrize("url", ["", "story.html", "https://blatt.example/?p=123", "https://b.example/news/x-y"])
def test_an_article_at_an_odd_address_is_one(url: str) -> None:
    assert quality(page(*STORY, ld=""), *STORY, url=url).status == "ok"


def test_empty_pages() -> None:
    assert quality("", url="").status == "empty"
    assert quality(page(), url=URL).status == "empty"


def test_teaser_and_doubt_come_from_access() -> None:
    document = parse(page(*STORY), URL)
    cut = article(*STORY, access=Access(complete=False, evidence=("phrase:x",)))
    assert judge_quality(document, cut) == Quality(status="teaser", reasons=("phrase:x",))
    doubt = article(*STORY, access=Access(declared="paywalled", complete=None))
    assert judge_quality(document, doubt).status == "partial"


def test_judged_fills_in_both() -> None:
    wall = "<div class=paywall><p>Jetzt weiterlesen mit dem Abo</p><p>Schon Abonnent?</p></div>"
    found = judged(parse(page(STORY[0], after=wall), URL), article(STORY[0]))
    assert found.access.complete is False
    assert found.quality.status == "teaser"
    assert found.article_body == STORY[0]


def test_an_error_status_counts() -> None:
    assert quality(page("Kurz."), "Kurz und knapp, aber immerhin ein Satz.", status=404).status != "ok"
    assert quality(bare("x", "<p>no"), status=403).status in ("blocked", "notArticle", "empty")
