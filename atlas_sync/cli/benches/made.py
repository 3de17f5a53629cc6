"""Made records: pages as HubSpot and Salesforce send them, of any number, the same ones each time.

Half are HubSpot's (100 a page), half Salesforce's (2000 a page); one in six is a deal, the others are notes, mails and tasks
with one to two thousand characters of invented text. No word of it is anybody's.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate

import msgspec

__all__ = ["made_pages"]

_START = datetime(2024, 1, 1, tzinfo=UTC)
_SYLLABLES = (
    "ba",
    "ko",
    "ri",
    "ten",
    "lo",
    "sa",
    "mi",
    "ver",
    "du",
    "pel",
    "na",
    "sto",
    "qui",
    "ar",
    "fen",
    "gol",
    "hi",
    "tra",
)
_BREAKS = (" ", " ", " ", "\r\n", "\r\n\r\n", "<br>", '</p><p class="x">')


def made_pages(records: int, *, changed_share: float = 0.0) -> Iterator[tuple[str, bytes]]:
    """Yield the stream and body of each page. A part of the records can be said to have changed since."""
    maker = _Maker()
    for vendor, size, build in (("hubspot", 100, maker.hubspot), ("salesforce", 2000, maker.salesforce)):
        for kind, number in (("deals", records // 12), ("activities", records // 2 - records // 12)):
            for start in range(0, number, size):
                numbers = range(start, min(number, start + size))
                bodies = [build(kind, one, is_changed=maker.turn(changed_share)) for one in numbers]
                yield f"{vendor}_{kind}", _page(vendor, bodies, is_last=numbers.stop >= number)


def _page(vendor: str, records: list[dict[str, object]], *, is_last: bool) -> bytes:
    if vendor == "hubspot":
        paging = {} if is_last else {"paging": {"next": {"after": records[-1]["id"]}}}
        return msgspec.json.encode({"results": records, **paging})
    more = {} if is_last else {"nextRecordsUrl": "/services/data/v62.0/query/01gx-2000"}
    return msgspec.json.encode({"totalSize": len(records), "done": is_last, **more, "records": records})


class _Maker:
    def __init__(self) -> None:
        self._random = random.Random(7)  # noqa: S311 - test data, not a secret
        words = ["".join(self._random.choices(_SYLLABLES, k=self._random.randint(1, 4))) for _ in range(20_000)]
        weights = list(accumulate(1 / (place + 1) for place in range(len(words))))
        self._sentences = [
            " ".join(self._random.choices(words, cum_weights=weights, k=self._random.randint(6, 20))).capitalize() + "."
            for _ in range(40_000)
        ]

    def turn(self, share: float) -> bool:
        return share > 0 and self._random.random() < share

    def _text(self) -> str:
        chosen = self._random.choices(self._sentences, k=self._random.randint(11, 19))
        breaks = self._random.choices(_BREAKS, k=len(chosen))
        return "".join(f"{sentence}{space}" for sentence, space in zip(chosen, breaks, strict=True))

    def _title(self) -> str:
        return self._random.choice(self._sentences)[:60]

    def _stamp(self, number: int) -> str:
        return (_START + timedelta(seconds=37 * number)).strftime("%Y-%m-%dT%H:%M:%S.000Z")

    def hubspot(self, kind: str, number: int, *, is_changed: bool) -> dict[str, object]:
        stamp = self._stamp(number)
        if kind == "deals":
            properties: dict[str, object] = {
                "amount": f"{1000 + number % 90_000}.00",
                "closedate": stamp,
                "createdate": stamp,
                "deal_currency_code": "EUR",
                "dealname": self._title(),
                "dealstage": "closedwon" if number % 3 == 0 else "qualifiedtobuy",
                "description": self._title(),
                "hs_is_closed": "true" if number % 3 == 0 else "false",
                "hs_is_closed_won": "true" if number % 3 == 0 else "false",
                "hs_merged_object_ids": None,
                "hs_next_step": None,
                "pipeline": "default",
            }
        else:
            properties = {
                "hs_createdate": stamp,
                "hs_note_body": f"<p>{self._text()}</p>",
                "hs_timestamp": stamp,
            }
        properties |= {
            "hs_lastmodifieddate": self._stamp(number + 1),
            "hs_object_id": str(number),
            "hubspot_owner_id": str(70_000 + number % 40) if not is_changed else "1",
        }
        return {"id": str(number), "properties": properties, "createdAt": stamp, "updatedAt": stamp, "archived": False}

    def salesforce(self, kind: str, number: int, *, is_changed: bool) -> dict[str, object]:
        stamp = self._stamp(number).replace("Z", "+0000")
        prefix, thing = ("006", "Opportunity") if kind == "deals" else ("00T", "Task")
        remote_id = f"{prefix}5e{number:013}"
        record: dict[str, object] = {
            "attributes": {"type": thing, "url": f"/services/data/v62.0/sobjects/{thing}/{remote_id}"},
            "Id": remote_id,
            "CreatedDate": stamp,
            "SystemModstamp": stamp,
            "LastModifiedDate": stamp,
            "IsDeleted": False,
            "OwnerId": f"0055e{number % 40:013}" if not is_changed else "0055e9999999999999",
        }
        if kind == "deals":
            amount = 1000.0 + number % 90_000
            flags = {"IsClosed": number % 3 == 0, "IsWon": number % 3 == 0}
            names = {"Name": self._title(), "StageName": "Closed Won", "Description": self._title(), "NextStep": None}
            return record | names | flags | {"Amount": amount, "CloseDate": stamp[:10], "ContractId": None}
        ids = {"WhatId": f"0065e{number % 100_000:013}", "WhoId": f"0035e{number % 90_000:013}", "IsArchived": False}
        texts = {"Subject": self._title(), "Description": self._text(), "Status": "Completed", "TaskSubtype": "Call"}
        return record | ids | texts | {"ActivityDate": stamp[:10], "Priority": "Normal", "IsClosed": True}
