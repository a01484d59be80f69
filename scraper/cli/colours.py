"""One colour a reason, for terminals and for pages."""

from __future__ import annotations

from scraper.models import Reason

#: reason → (rich style, CSS background, what it means)
REASONS: dict[Reason, tuple[str, str, str]] = {
    Reason.SITE_RULE: ("bright_red", "#f6c9c9", "the site's config removes it"),
    Reason.RECOMMENDATION: ("magenta", "#ecd0f2", "points to other stories"),
    Reason.PAYWALL: ("red", "#ffc9b8", "a wall, or an offer to subscribe"),
    Reason.NEWSLETTER: ("bright_magenta", "#f8cfe2", "offers a newsletter"),
    Reason.PROMOTION: ("bright_magenta", "#f8d8ec", "promotes an app, a podcast, the paper itself"),
    Reason.ADVERTISEMENT: ("bright_red", "#ffd6d6", "an advertisement"),
    Reason.NAVIGATION: ("blue", "#cfdcf7", "navigation"),
    Reason.SHARE: ("bright_blue", "#d3e8fb", "share, print, follow"),
    Reason.CAPTION: ("cyan", "#c9eef0", "a picture's caption or credit (kept under images)"),
    Reason.BYLINE: ("green", "#d0ecd0", "who wrote it (kept under authors)"),
    Reason.READING_TIME: ("bright_cyan", "#d2f1ea", "reading time"),
    Reason.DATE: ("green", "#dcefcf", "a date (kept under datePublished, dateModified)"),
    Reason.TAGS: ("bright_green", "#e0f2c8", "topics (kept under keywords)"),
    Reason.AUTHOR_BOX: ("green", "#cfe8dc", "about the author"),
    Reason.COMMENTS: ("yellow", "#f7eab8", "readers' comments"),
    Reason.CONSENT: ("bright_yellow", "#fbf0c0", "asks for consent"),
    Reason.PLACEHOLDER: ("bright_black", "#e2e2e2", "stands in for something else"),
    Reason.EMBED: ("bright_yellow", "#f9e3c3", "a foreign widget"),
    Reason.HEADLINE: ("bright_white", "#dfe6ee", "the headline (kept under headline)"),
    Reason.KICKER: ("bright_white", "#e6e6f2", "the kicker (kept under kicker)"),
    Reason.LEAD: ("bright_white", "#e9eee2", "the lead (kept under lead)"),
    Reason.LEGAL: ("bright_black", "#dcdcdc", "copyright, imprint, terms"),
    Reason.REPEATED: ("yellow", "#efe0c4", "stands there twice, or on every page"),
    Reason.OUTSIDE: ("bright_black", "#ececec", "outside the article"),
    Reason.MODEL: ("yellow", "#e9ddd0", "the classifier takes it for clutter"),
}


def style_of(reason: Reason | None) -> str:
    """The rich style of a reason."""
    return REASONS[reason][0] if reason in REASONS else "yellow"


def background_of(reason: Reason | None) -> str:
    """The CSS colour of a reason."""
    return REASONS[reason][1] if reason in REASONS else "#eeeeee"


def meaning_of(reason: Reason | None) -> str:
    """A reason in words."""
    return REASONS[reason][2] if reason in REASONS else ""
