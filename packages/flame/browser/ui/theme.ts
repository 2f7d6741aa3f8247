/** Light to dark and back; before the first time, the system decides. Not kept: a file has no place of its own to keep it. */
export function toggleTheme(): void {
  const root = document.documentElement;
  const isDark = root.dataset.theme
    ? root.dataset.theme === 'dark'
    : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = isDark ? 'light' : 'dark';
  root.dispatchEvent(new Event('themechange'));
}
