// Plays the preview of what the pointer or the focus is on. Nothing is fetched before that, and nothing at all for those who want no motion.
export function letPreview(root) {
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  let playing = null;
  const previewAt = element => element?.closest?.('[data-footage]')?.querySelector('video[data-preview]') ?? null;
  const focused = () => (root.contains(document.activeElement) ? previewAt(document.activeElement) : null);
  const play = wanted => {
    const video = calm.matches ? null : wanted;
    if (video === playing) {
      return;
    }
    if (playing) {
      playing.pause();
      playing.removeAttribute('src');
      playing.load();
    }
    playing = video;
    if (playing) {
      playing.muted = true;
      playing.src = playing.dataset.preview;
      // Whoever moves on before it plays breaks it off.
      playing.play().catch(() => {});
    }
  };

  root.addEventListener('pointerover', event => play(previewAt(event.target) ?? focused()));
  root.addEventListener('pointerleave', () => play(focused()));
  root.addEventListener('focusin', event => play(previewAt(event.target)));
  root.addEventListener('focusout', event => play(previewAt(event.relatedTarget)));
}
