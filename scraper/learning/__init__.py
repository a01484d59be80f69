"""pages of one site → rules for its config: what the generic way cannot know from one page."""

from __future__ import annotations

from scraper.learning.learn import learn
from scraper.learning.model import Effect, Learned, RuleNote, Sample

__all__ = ["Effect", "Learned", "RuleNote", "Sample", "learn"]
