// Runs before the first paint. Without a stored choice the system's preference counts, and goes on counting when it changes.
(() => {
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: light)');
  const stored = () => { try { return localStorage.getItem('theme'); } catch { return null; } };

  function apply() {
    const theme = stored() ?? (system.matches ? 'light' : 'dark');
    root.dataset.theme = theme;
    root.style.colorScheme = theme;
    document.querySelector('meta[name=theme-color]').content = theme === 'light' ? '#F7F4F0' : '#111013';
  }

  apply();
  system.addEventListener('change', apply);
  addEventListener('storage', apply);
  document.addEventListener('click', event => {
    if (event.target.closest?.('[data-theme-toggle]')) {
      try { localStorage.setItem('theme', root.dataset.theme === 'light' ? 'dark' : 'light'); } catch { /* private window: the choice lasts for this page */ }
      stored() ? apply() : root.dataset.theme = root.dataset.theme === 'light' ? 'dark' : 'light';
      document.dispatchEvent(new Event('themechange'));
    }
  });
  system.addEventListener('change', () => document.dispatchEvent(new Event('themechange')));
})();
