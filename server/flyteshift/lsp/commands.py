"""Commands that the client may have us run."""

from __future__ import annotations

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from flyteshift.lsp import actions, everywhere, lenses, workspace
from flyteshift.lsp.manners import Raw
from flyteshift.lsp.server import APPLY, FIX_RULE, MIGRATE_WORKFLOW, MIGRATE_WORKSPACE, REINDEX, SHOW_WORKFLOW, Server


def register(server: Server) -> None:
    """Take on the request."""
    server.feature(types.WORKSPACE_EXECUTE_COMMAND)(execute)


async def execute(ls: Server, params: types.ExecuteCommandParams) -> Raw | None:
    """Run a command. Raises JsonRpcInvalidParams where it is not known or lacks its argument."""
    argument = params.arguments[0] if params.arguments else None
    if params.command == MIGRATE_WORKSPACE:
        return await workspace.migrate(ls, params.arguments)
    if argument is not None and params.command == MIGRATE_WORKFLOW:
        return await workspace.migrate_workflow(ls, argument)
    if params.command == REINDEX:
        ls.indexes.rebuild()
    elif argument is not None and params.command == SHOW_WORKFLOW:
        await lenses.show(ls, argument)
    elif argument is not None and params.command == FIX_RULE:
        await everywhere.fix_rule(ls, argument)
    elif argument is not None and params.command == APPLY and not ls.client.action_literals:
        actions.apply(ls, argument)
    else:
        raise JsonRpcInvalidParams(f"unknown command: {params.command}")
    return None
