"""Windows: read the parts of one stream at the same time, and hand their pages on one by one as they arrive."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from queue import Empty, Full, Queue
from threading import Event

from atlas_sync.connectors.protocol import Page, ReadRequest
from atlas_sync.errors import AtlasError, ContractError, RecordError, StoreError
from atlas_sync.store.landing import Reach

__all__ = ["as_error", "guarded", "proof_of", "read_windows"]

_POLL_S = 0.1
_Sent = tuple[int, Page | AtlasError | None]


def read_windows(
    read: Callable[[ReadRequest], Iterator[Page]], requests: Sequence[ReadRequest], *, at_once: int
) -> Generator[tuple[int, Page | AtlasError], None, None]:
    """Yield the pages of all windows as they arrive, each with the place of its window in `requests`.

    An error is yielded where it ends a window; windows that are being read go on, and no other one is begun. Pages that
    wait are few: whoever reads is held up by whoever lands. Whoever does not read to the end closes this.
    """
    if at_once == 1 or len(requests) == 1:
        for place, request in enumerate(requests):
            for page in _pages(read, request):
                yield place, page
                if isinstance(page, AtlasError):
                    return
        return
    yield from _at_once(read, requests, at_once)


def _at_once(
    read: Callable[[ReadRequest], Iterator[Page]], requests: Sequence[ReadRequest], at_once: int
) -> Generator[tuple[int, Page | AtlasError], None, None]:
    arrived: Queue[_Sent] = Queue(maxsize=2 * at_once)
    no_more, abandoned = Event(), Event()

    def send(sent: _Sent) -> bool:
        while not abandoned.is_set():
            with suppress(Full):
                arrived.put(sent, timeout=_POLL_S)
                return True
        return False

    def work(place: int) -> None:
        for page in _pages(read, requests[place]) if not no_more.is_set() else ():
            if isinstance(page, AtlasError):
                no_more.set()
            if not send((place, page)):
                return
        send((place, None))

    with ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="window") as pool:
        try:
            for place in range(len(requests)):
                pool.submit(work, place)
            ended = 0
            while ended < len(requests):
                with suppress(Empty):
                    place, page = arrived.get(timeout=_POLL_S)
                    if page is None:
                        ended += 1
                    else:
                        yield place, page
        finally:
            no_more.set()
            abandoned.set()


def _pages(read: Callable[[ReadRequest], Iterator[Page]], request: ReadRequest) -> Iterator[Page | AtlasError]:
    """Yield a window's pages, and what ended it early; a position that is no good any more is tried from the start."""
    for number, page in enumerate(guarded(lambda: read(request))):
        if request.position and number == 0 and isinstance(page, ContractError | RecordError):
            yield from guarded(lambda: read(replace(request, position="")))
            return
        yield page


def proof_of(reaches: Sequence[Reach]) -> str:
    """Say how the end of every window was known."""
    proofs = list(dict.fromkeys(reach.proof for reach in reaches))
    said = "; ".join(proofs[:3]) + (f"; and {len(proofs) - 3} others" if len(proofs) > 3 else "")  # noqa: PLR2004 - a few examples
    return said if len(reaches) == 1 else f"{len(reaches)} windows: {said}"


def guarded(pages: Callable[[], Iterator[Page]]) -> Iterator[Page | AtlasError]:
    """Yield what a connector yields and, last, the error that ended it, be it a bug of the connector."""
    try:
        yield from pages()
    except Exception as error:  # noqa: BLE001 - the boundary to code that others write
        yield as_error(error)


def as_error(error: Exception) -> AtlasError:
    """Give what a connector raised as an error of ours.

    A connector is a plug-in: a bug in one ends its stream and must not end the run for the others.

    Raises:
        StoreError: it was ours after all, and the run stops.
    """
    if isinstance(error, StoreError):
        raise error
    if isinstance(error, AtlasError):
        return error
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__} in {Path(frame.filename).name}, line {frame.lineno}"
    return ContractError(f"the connector broke ({place}).", advice="Report it to the connector's authors.")
