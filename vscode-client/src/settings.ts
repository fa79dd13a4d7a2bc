/** The settings as the server gets them. */

/** A setting's values by where it was set, as VS Code's `inspect` gives them. */
export interface Layers {
  globalValue?: unknown;
  workspaceValue?: unknown;
  workspaceFolderValue?: unknown;
}

/**
 * Only what the user set: a default must not win over the project's pyproject.toml.
 *
 * `inspect` is asked for each key, without the prefix `flyteshift.`.
 */
export function explicit(keys: readonly string[], inspect: (key: string) => Layers | undefined): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const key of keys) {
    const layers = inspect(key);
    const value = layers?.workspaceFolderValue ?? layers?.workspaceValue ?? layers?.globalValue;
    if (value !== undefined && value !== null) {
      found[key] = value;
    }
  }
  return found;
}

/** The keys that package.json declares, without the prefix `flyteshift.`: the one list of them. */
export function declared(packageJson: { contributes: { configuration: { properties: object } } }): string[] {
  return Object.keys(packageJson.contributes.configuration.properties).map((key) => key.replace(/^flyteshift\./, ''));
}

/** Settings whose change needs a new server. */
export const NEEDS_RESTART = ['flyteshift.path', 'flyteshift.importStrategy', 'flyteshift.interpreter'] as const;

/** Settings that only the extension reads. */
export const ONLY_CLIENT: readonly string[] = ['path', 'importStrategy', 'trace.server'];
