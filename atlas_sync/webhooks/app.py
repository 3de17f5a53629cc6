"""Takes webhooks at `/<connection>` and answers at once; who sent one and what it means is the connector's to say."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from atlas_sync.errors import AtlasError, AuthError, ConfigError, ContractError
from atlas_sync.operations.nudges import receive_webhook
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.ledger import Ledger

__all__ = ["make_app"]

_LARGEST = 2 * 1024 * 1024
_STATUSES: tuple[tuple[type[AtlasError], int], ...] = (
    (AuthError, 401),
    (ConfigError, 404),
    (ContractError, 400),
    (AtlasError, 503),
)


def make_app(workspace: Workspace, ledger: Ledger, *, public_url: str, tell: Callable[[str], None]) -> Starlette:
    """Make the application. `public_url` is its address as the vendors know it, which is part of what some of them sign.

    Nothing of a request is answered, logged or kept but the ids of the records it speaks of. Why one is refused is told to
    whoever runs this, each reason once.
    """
    told: set[str] = set()

    async def take(request: Request) -> Response:
        try:
            body = await _body_of(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return Response(status_code=413)
        query = f"?{request.url.query}" if request.url.query else ""
        try:
            await run_in_threadpool(
                receive_webhook,
                workspace,
                ledger,
                request.path_params["connection"],
                method=request.method,
                url=f"{public_url.rstrip('/')}{request.url.path}{query}",
                headers=dict(request.headers),
                body=body,
            )
        except AtlasError as error:
            name = request.path_params["connection"]
            reason = f"{name}: {error}" if name in workspace.connections else str(error)
            if reason not in told:
                told.add(reason)
                tell(reason)
            return Response(status_code=next(status for kind, status in _STATUSES if isinstance(error, kind)))
        return Response(status_code=204)

    return Starlette(routes=[Route("/{connection}", take, methods=["POST"])])


async def _body_of(request: Request) -> bytes | None:
    """Read a body, whether or not its length was told before; nothing where it is larger than any vendor's."""
    if int(request.headers.get("content-length") or 0) > _LARGEST:
        return None
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST:
            return None
    return bytes(body)
