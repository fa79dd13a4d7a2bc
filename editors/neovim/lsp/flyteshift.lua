---@brief
---
--- https://github.com/flyteshift/flyteshift
---
--- flyteshift moves Flyte 1 (`flytekit`) code to Flyte 2 (`flyte`): it marks Flyte 1 usage, explains it on hover, and
--- offers code actions that migrate a module, a workflow or the whole workspace.
---
--- Install it with `pip install flyteshift` or `uv tool install flyteshift`.

---@type vim.lsp.Config
return {
  cmd = { 'flyteshift', 'server' },
  filetypes = { 'python' },
  root_markers = { 'pyproject.toml', 'setup.py', 'setup.cfg', '.git' },
  settings = { flyteshift = {} },
  on_attach = function(client, bufnr)
    vim.api.nvim_buf_create_user_command(bufnr, 'FlyteshiftMigrateWorkspace', function()
      client:exec_cmd({ title = 'Migrate the workspace to Flyte 2', command = 'flyteshift.migrateWorkspace' }, { bufnr = bufnr })
    end, { desc = 'Migrate every file that can be to Flyte 2' })
  end,
}
