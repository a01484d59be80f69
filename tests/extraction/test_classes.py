"""Names of boxes: which of their words count."""

from __future__ import annotations

from scraper.extraction.classes import flag_bits, name_flags, name_words


def test_values_in_brackets_are_no_names() -> None:
    names = "scroll-mt-[calc(theme(spacing.sticky-header)+1rem)] px-4"
    assert "header" not in name_words(names)
    assert name_flags(names) == 0


def test_names_are_read_as_before() -> None:
    assert name_words("related-articles page-header") == ("related", "articles", "relatedarticles", "page", "header",
                                                          "pageheader")  # fmt: skip
    assert name_flags("page-header") & flag_bits()["header"]
