"""Doubts: what speaks against two records being one though they share a key, in words for whoever is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atlas_sync.canonical.given_names import given_names_differ
from atlas_sync.canonical.likeness import alike_companies, alike_people
from atlas_sync.canonical.normalize import legal_forms

if TYPE_CHECKING:
    from atlas_sync.canonical.resolution import Keyed

__all__ = [
    "kept_as_two",
    "kept_as_two_clients",
    "kept_as_two_people",
    "kept_under_two_names",
    "noted_by_two_clients",
    "noted_by_two_people",
    "other_address",
    "other_company",
    "other_domain",
    "other_person",
]


def other_company(one: Keyed, other: Keyed) -> str | None:
    """Doubt one domain where the names are not alike."""
    is_alike = alike_companies(one.name_key, other.name_key)
    return None if is_alike else f"the names differ: {one.name} and {other.name}"


def kept_as_two(one: Keyed, other: Keyed) -> str | None:
    """Doubt one domain where one system has two names for it: it keeps subsidiaries as two on purpose, however alike."""
    differs = one.system == other.system and one.name_key and other.name_key and one.name_key != other.name_key
    return f"the same system keeps {one.name} and {other.name} as two" if differs else None


def kept_as_two_clients(one: Keyed, other: Keyed) -> str | None:
    """Doubt that two whom one system holds apart are one client where names, legal forms or domains differ.

    A form within another is none that differs: who writes `Ltd` here may write `Co. Ltd` there.
    """
    differs = _are_kept(one, other) and (
        kept_as_two(one, other) or _are_other_forms(one, other) or other_domain(one, other)
    )
    return f"the same system keeps {one.name} and {other.name} as two" if differs else None


def _are_other_forms(one: Keyed, other: Keyed) -> bool:
    if not one.name_key or not other.name_key:
        return False
    ours, theirs = legal_forms(one.name), legal_forms(other.name)
    return not ours <= theirs and not theirs <= ours


def noted_by_two_clients(one: Keyed, other: Keyed) -> str | None:
    """Doubt one noted id where one system has it of two clients whose names and domains differ: it was copied."""
    differs = _are_kept(one, other) and other_company(one, other) and other_domain(one, other)
    return f"the same system keeps {one.name} and {other.name} as two" if differs else None


def other_domain(one: Keyed, other: Keyed) -> str | None:
    """Doubt one name of companies where the domains differ."""
    differs = one.domain and other.domain and one.domain != other.domain
    return f"the domains differ: {one.domain} and {other.domain}" if differs else None


def other_person(one: Keyed, other: Keyed) -> str | None:
    """Doubt one address where the names are not alike."""
    is_alike = alike_people(one.name_key, other.name_key)
    return None if is_alike else f"the names differ: {one.name} and {other.name}"


def kept_under_two_names(one: Keyed, other: Keyed) -> str | None:
    """Doubt that two whom one system holds apart are one human where given names differ, unless it merged them itself."""
    differs = _are_kept(one, other) and given_names_differ(one.name_key, other.name_key)
    return f"the same system keeps {one.name} and {other.name} as two" if differs else None


def kept_as_two_people(one: Keyed, other: Keyed) -> str | None:
    """Doubt that two whom one system holds apart are one human where given names differ, or one name has two addresses."""
    if doubt := kept_under_two_names(one, other):
        return doubt
    is_namesake = one.origin == other.origin and one.name_key and one.name_key == other.name_key
    return other_address(one, other) if is_namesake and _are_kept(one, other) else None


def noted_by_two_people(one: Keyed, other: Keyed) -> str | None:
    """Doubt one noted id where one system has it of two whose given names, or names and addresses, differ: it was copied."""
    if doubt := kept_under_two_names(one, other):
        return doubt
    differs = _are_kept(one, other) and other_person(one, other) and other_address(one, other)
    return f"the same system keeps {one.name} and {other.name} as two" if differs else None


def other_address(one: Keyed, other: Keyed) -> str | None:
    """Doubt one name at one client, or among our own, where one system has two addresses for it: there may be two of it."""
    differs = one.system == other.system and one.address and other.address and one.address != other.address
    return "the same system has two addresses for them" if differs else None


def _are_kept(one: Keyed, other: Keyed) -> bool:
    """Tell if one system has both, and merged neither."""
    return one.system == other.system and not one.is_merged and not other.is_merged
