" flyteshift for ALE: Flyte 1 findings, hover and migration in Python files.

call ale#linter#Define('python', {
\   'name': 'flyteshift',
\   'lsp': 'stdio',
\   'executable': 'flyteshift',
\   'command': '%e server',
\   'project_root': function('ale#python#FindProjectRoot'),
\})
