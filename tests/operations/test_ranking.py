from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from atlas_sync.operations.ranking import BARE, load_ranking, train_ranking
from atlas_sync.store.judgements import Decision, Judgement

NOW = datetime(2026, 6, 15, 8, tzinfo=UTC)


def decision(number: int, decided: Decision, *, channel: str, score: float = 0.5) -> Judgement:
    seen = (f"score {score:.4f}", f"channel {channel}", "kind price", "side us")
    return Judgement("promise", f"pro_{number}", "quote", decided, "Ada", NOW, seen=seen)


def taught(count: int) -> list[Judgement]:
    """Give decisions in which calls hold promises and notes hold none, which the score does not know."""
    pairs: tuple[tuple[str, Decision], ...] = (("call", "confirmed"), ("note", "rejected"))
    return [decision(number, pairs[number % 2][1], channel=pairs[number % 2][0]) for number in range(count)]


def test_what_people_decide_here_moves_the_chance_and_is_kept(tmp_path: Path) -> None:
    done = train_ranking(tmp_path, taught(120))
    assert done.kept
    assert done.new_loss is not None
    assert done.old_loss is not None
    assert done.new_loss < done.old_loss
    ranking = load_ranking(tmp_path)
    call, note = taught(2)
    assert ranking.chance(call.seen) > 0.8
    assert ranking.chance(note.seen) < 0.2
    assert BARE.chance(call.seen) == 0.5


def test_a_ranking_that_does_no_better_on_what_was_held_back_is_not_kept(tmp_path: Path) -> None:
    train_ranking(tmp_path, taught(120))
    before = (tmp_path / "ranking.json").read_bytes()
    again = train_ranking(tmp_path, taught(120))
    assert not again.kept
    assert (tmp_path / "ranking.json").read_bytes() == before


def test_too_few_decisions_or_all_alike_teach_nothing(tmp_path: Path) -> None:
    assert not train_ranking(tmp_path, taught(20)).kept
    alike = [decision(number, "confirmed", channel="call") for number in range(200)]
    done = train_ranking(tmp_path, alike)
    assert (done.kept, done.new_loss) == (False, None)
    assert load_ranking(tmp_path) == BARE


def test_decisions_from_before_traits_were_kept_are_left_out(tmp_path: Path) -> None:
    old = [Judgement("promise", f"pro_{number}", "quote", "confirmed", "Ada", NOW) for number in range(200)]
    assert train_ranking(tmp_path, old).decisions == 0
