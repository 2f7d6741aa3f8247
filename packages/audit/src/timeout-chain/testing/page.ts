/** The files a section of a page shows: a name in code, then its text. */
export function filesUnder(page: string, heading: string): Record<string, string> {
  const section = page.split(/^## /m).find((it) => it.startsWith(`${heading}\n`)) ?? '';
  return Object.fromEntries(
    [...section.matchAll(/^`([^`\n]+)`\n\n```\w+\n([\s\S]*?)```/gm)].map(([, name = '', text = '']) => [name, text]),
  );
}
