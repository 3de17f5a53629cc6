"""What the matcher found is remembered with its engagement, since reading texts and pairs of them takes longest."""

from __future__ import annotations

import hashlib
import json
import math
from array import array
from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from atlas_sync.coverage.decision import Match
from atlas_sync.operations.matcher import LearnedMatcher
from atlas_sync.store.tables import CachedPairs

__all__ = ["Remembering"]

_FLOATS = "f"


class Remembering:
    """A matcher for one engagement, which knows what was found when it was compared last: it reads what is new."""

    def __init__(self, matcher: LearnedMatcher, known: CachedPairs | None) -> None:
        self.bounds = matcher.bounds
        self._matcher = matcher
        known = known if known and known.reads == matcher.reads else None
        self._known_pairs = known.pairs if known else {}
        self._known_alone = _alone_of(known) if known else {}
        self._pairs: dict[str, Match] = {}
        self._alone: dict[str, dict[str, float]] = defaultdict(dict)
        self._key = cache(_key)

    def matches(self, texts: Sequence[str], passages: Sequence[str]) -> list[list[Match]]:
        """Give what the matcher does."""
        return self._matcher.matches(texts, passages, read_alone=self._read_alone, read_together=self._read_together)

    def pairs_of(self, engagement: str) -> CachedPairs:
        """Give what to know the next time: what was asked for, and nothing else."""
        texts = tuple(sorted({text for scores in self._alone.values() for text in scores}))
        rows = {
            passage: array(_FLOATS, [scores.get(text, math.nan) for text in texts])
            for passage, scores in self._alone.items()
        }
        return CachedPairs(
            engagement_id=engagement,
            reads=self._matcher.reads,
            pairs=self._pairs,
            texts=texts,
            alone={passage: b64encode(row).decode() for passage, row in rows.items()},
        )

    def _read_alone(self, said: str, planned: str) -> float:
        text, passage = self._key(said), self._key(planned)
        found = self._known_alone.get(passage, {}).get(text, math.nan)
        score = self._matcher.read_alone(said, planned) if math.isnan(found) else found
        self._alone[passage][text] = score
        return score

    def _read_together(self, said: str, planned: str) -> Match:
        key = _key(json.dumps([said, planned]))
        found = self._known_pairs.get(key)
        self._pairs[key] = Match(*found) if found else self._matcher.read_together(said, planned)
        return self._pairs[key]


def _alone_of(known: CachedPairs) -> dict[str, dict[str, float]]:
    rows = {passage: array(_FLOATS, b64decode(row)) for passage, row in known.alone.items()}
    return {passage: dict(zip(known.texts, row, strict=True)) for passage, row in rows.items()}


def _key(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]
