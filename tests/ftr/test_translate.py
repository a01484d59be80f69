"""XPath → rules: each construct that site configs use, and a reason for each that has no counterpart."""

from __future__ import annotations

import pytest

from scraper.document import selector_error
from scraper.ftr import translate

#: expression → rules
TRANSLATED = {
    "//div[@id='text']": ["div#text"],
    "id('text')/p | id( \"x-1\" )": ["#text > p, #x-1"],
    "//div[@class='a b']": ['div[class="a b"]'],
    "//div[contains(@class, 'a')]/p": ['div[class*="a"] > p'],
    "//*[starts-with(@id, 'x') and @role]": ['[id^="x"][role]'],
    "//a[contains(concat(' ', normalize-space(@class), ' '), ' next ')]": ["a.next"],
    "//a[contains(concat(' ', @class, ' '), ' next')]": ['a:is([class^="next"], [class*=" next"])'],
    "//div[not(@class) and not(@id='x')]": ["div:not([class]):not(#x)"],
    "//div[@id='a' or @id='b']//p": ["div:is(#a, #b) p"],
    "//p[not(ancestor::aside)]": ["p:not(aside *)"],
    "//p[a/img]": ["p:has(> a > img)"],
    "//p[.//img[@src]]": ["p:has(img[src])"],
    "//li[preceding-sibling::h3]": ["li:is(h3 ~ *)"],
    "//h3/following-sibling::p": ["h3 ~ p"],
    "//h3/following-sibling::*[1]": ["h3 + *"],
    "//h3[following-sibling::*[1][self::ul]]": ["h3:has(+ ul)"],
    "//div[@id='x']/preceding-sibling::h2": ["h2:has(~ div#x)"],
    "//img/parent::p": ["p:has(> img)"],
    "//figure/..": [":has(> figure)"],
    "//a[@href]/ancestor::div": ["div:has(a[href])"],
    "//main/*[self::p or self::h2]": ["main > :is(p, h2)"],
    "//p[1]": ["p:first-of-type"],
    "//ul/li[last()]": ["ul > li:last-of-type"],
    "//div[@class='x'][2]": ['div[class="x"]:nth-child(2 of :is(div[class="x"]))'],
    "//p[position()>2]": ["p:nth-of-type(n+3)"],
    "/html/body/article": ["html > body > article"],
    "//a | //b": ["a, b"],
    "//p[contains(text(), 'More')]": ['p:lexbor-contains("More")'],
    "//p[strong[contains(text(), 'More')]]": ['p:has(> strong:lexbor-contains("More"))'],
    # extensions: texts in predicates
    "//p[contains(., 'More')]": ['p | contains "More"'],
    "//p[contains(., 'A') or contains(., 'B')]": ['p | contains "A" "B"'],
    "//p[not(contains(., 'More'))]": ['p | lacks "More"'],
    "//p[.='More']": ['p | equals "More"'],
    "//p[text()='More']": ['p | own-equals "More"'],
    "//p[starts-with(normalize-space(.), 'More')]": ['p | starts "More"'],
    "//div[.//h3[contains(., 'More')]]": ['div | where "h3" contains "More"'],
    "//div[h2/strong='More']/p": ['div | where "> h2 > strong" equals "More" | find "> p"'],
    "//p[contains(., 'A') or @id='b']": ["p#b", 'p | contains "A"'],
    "//p[contains(., 'it\"s')]": ['p | contains "it\\"s"'],
    # nearest ancestor, nearest sibling, index
    "//a[text()='More']/ancestor::p[1]": ['a | own-equals "More" | up "p"'],
    "//a[contains(., 'More')]/ancestor::div": ['a | contains "More" | around "div"'],
    "//b[contains(., 'More')]/parent::p": ['b:is(p > *) | contains "More" | up "*"'],
    "//h3[.='More']/following-sibling::ul[1]": ['h3 | equals "More" | next "ul"'],
    "(//div[@id='x'])[1]": ["div#x | index 1"],
    "(//a | //b)[last()]": [":is(a, b) | index -1"],
    "(//div)[2]/p/a": ['div | index 2 | find "> p > a"'],
    # values
    "//meta[@name='author']/@content": ['meta[name="author"]@content'],
    "//@content": ["[content]@content"],
    "//time/@datetime | //b/@title": ["time@datetime", "b@title"],
    "//a[contains(., 'Next')]/@href": ['a | contains "Next" | @href'],
    "//h1/text()": ["h1 | own"],
    "//h1/text()[2]": ["h1 | own 2"],
    "//h1/text()[normalize-space()]": ["h1 | own"],
    "//h1//text()": ["h1"],
    "string(//h1)": ["h1 | index 1"],
    "substring-after(//p[@class='by'], 'By ')": ['p[class="by"] | index 1 | after "By "'],
    "substring-before(substring-after(//p, ': '), ' |')": ['p | index 1 | after ": " | before " |"'],
    "'Hanne Brückner'": ["text:Hanne Brückner"],
}
#: expression → a part of the reason
NOT_TRANSLATED = {
    "": "not XPath 1.0",
    "//div[@class='x'": "not XPath 1.0",
    "//div[@class=“x”]": "not XPath 1.0",
    "lower-case(//p)": "unknown function",
    "//fb:like": "prefix 'fb'",
    "''": "nothing",
    "5": "constant",
    "div": "root element",
    "/div": "root element",
    "//div[0]": "nothing",
    "//div[count(p) > 3]": "numbers",
    "//div[string-length(.) = 0]": "numbers",
    "//td[@*='x']": "attributes",
    "//div/@*": "attributes",
    "//p[following::hr]": "following",
    "//p/following::hr": "following",
    "//comment()": "text or nodes",
    "//div/node()": "no element of its own",
    "//b/following-sibling::text()[1]": "beside",
    "//p[id(@rel)]": "id()",
    "$x": "'$'",
    "//a[@href=//link/@href]": "numbers, or two things",
    "//a[//link]": "whole page",
    "concat(//h1, 'x')": "concat()",
    "translate(//h1, 'a', 'b')": "translate()",
    "//p[contains(., 'x')][1]": "text test found",
    "//p[not(contains(., 'x') and @id)]": "negates",
    "1 + 2": "calculation",
    "//p[position() < 1e400]": "counts",
    "//p[last() - 1e400]": "numbers",
    f"//p[{'9' * 1900}]": "",
    "(" * 900 + "//a" + ")" * 900: "nested too deep",
    "//a" + "[b" * 600 + "]" * 600: "nested too deep",
    "//a" * 500: "steps",
    "//a[" + " or ".join(f"contains(., '{n}') and @a{n}" for n in range(60)) + "]": "alternatives",
    "//a | " * 1000 + "//b": "characters",
    "x" * 100_000: "characters",
    "//div[.//div[.//div[.//b]]]": "quick",
    "//p[following-sibling::p[following-sibling::hr]]": "quick",
}


@pytest.mark.parametrize("expression", TRANSLATED)
def test_translated(expression: str) -> None:
    found = translate(expression)
    assert list(found.rules) == TRANSLATED[expression], found.why
    assert [selector_error(rule) for rule in found.rules] == [None] * len(found.rules)


@pytest.mark.parametrize("expression", NOT_TRANSLATED, ids=lambda text: text[:30])
def test_not_translated(expression: str) -> None:
    found = translate(expression)
    assert found.rules == ()
    assert NOT_TRANSLATED[expression] in found.why
    assert "\n" not in found.why
