/** Which texts hold Flyte code. The server decides what is in them; this only decides whether it is needed. */

const IMPORTS = /^[ \t]*(?:from[ \t]+(?:flytekit\w*|flyteidl|flyteplugins|flyte|union)\b|import[ \t][^#\n]*\b(?:flytekit\w*|flyteidl|flyteplugins|flyte|union)\b)/m;

/** True where a text imports Flyte 1 or Flyte 2, however it is indented. */
export function usesFlyte(text: string): boolean {
  return IMPORTS.test(text);
}

/** Reads files until one uses Flyte; those that cannot be read do not. */
export async function anyUsesFlyte<T>(files: readonly T[], read: (file: T) => Promise<string>, atOnce = 32): Promise<boolean> {
  for (let start = 0; start < files.length; start += atOnce) {
    const found = await Promise.all(
      files.slice(start, start + atOnce).map(async (file) => usesFlyte(await read(file).catch(() => ''))),
    );
    if (found.includes(true)) {
      return true;
    }
  }
  return false;
}
