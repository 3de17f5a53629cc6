"""Pairs that were read together are remembered with their engagement, since reading them takes longest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from atlas_sync.coverage.decision import Match
from atlas_sync.operations.matcher import LearnedMatcher
from atlas_sync.store.tables import CachedPairs

__all__ = ["Remembering"]


class Remembering:
    """A matcher for one engagement, which knows the pairs that were read when it was compared last."""

    def __init__(self, matcher: LearnedMatcher, known: CachedPairs | None) -> None:
        self.bounds = matcher.bounds
        self._matcher = matcher
        self._known = known.pairs if known and known.reads == matcher.reads else {}
        self._pairs: dict[str, Match] = {}

    def matches(self, texts: Sequence[str], passages: Sequence[str]) -> list[list[Match]]:
        """Give what the matcher does."""
        return self._matcher.matches(texts, passages, read_together=self._read_together)

    def pairs_of(self, engagement: str) -> CachedPairs:
        """Give what to know the next time: the pairs that were asked for, and no others."""
        return CachedPairs(engagement_id=engagement, reads=self._matcher.reads, pairs=self._pairs)

    def _read_together(self, said: str, planned: str) -> Match:
        key = hashlib.sha256(json.dumps([said, planned]).encode()).hexdigest()[:16]
        found = self._known.get(key)
        self._pairs[key] = Match(*found) if found else self._matcher.read_together(said, planned)
        return self._pairs[key]
