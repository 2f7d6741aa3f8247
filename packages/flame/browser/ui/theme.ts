const SYSTEM = '(prefers-color-scheme: dark)';
const CHANGE = 'themechange';

/** The page always says which theme it has, in one attribute: its colours stand once in page.css. */
function setTheme(isDarkNow: boolean): void {
  const root = document.documentElement;
  root.dataset.theme = isDarkNow ? 'dark' : 'light';
  root.dispatchEvent(new Event(CHANGE));
}

export function isDark(): boolean {
  return document.documentElement.dataset.theme === 'dark';
}

/** As the system has it, until somebody chooses; light on paper. */
export function followSystemTheme(): void {
  const system = matchMedia(SYSTEM);
  setTheme(system.matches);
  system.addEventListener('change', () => setTheme(system.matches));
  let before = isDark();
  addEventListener('beforeprint', () => {
    before = isDark();
    setTheme(false);
  });
  addEventListener('afterprint', () => setTheme(before));
}

/** Light to dark and back. Not kept: a file has no place of its own to keep it. */
export function toggleTheme(): void {
  setTheme(!isDark());
}

export function onThemeChange(react: () => void): void {
  document.documentElement.addEventListener(CHANGE, react);
}
