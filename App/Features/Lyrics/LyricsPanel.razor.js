// Undo and redo by keys for whoever works at the lyrics, and the pasted words.
const textFields = 'input:not([type=checkbox]), textarea';

export function attach(root) {
  const life = new AbortController();
  const listen = (type, handler) => document.addEventListener(type, handler, { signal: life.signal, capture: true });
  let isHere = false;

  // A button that goes, or can no longer be pressed, takes the focus with it: whoever was here last still means the lyrics.
  listen('focusin', event => isHere = root.contains(event.target));
  listen('pointerdown', event => isHere = root.contains(event.target));

  // Before the rest of the page, which has an undo of its own. So has a text field.
  listen('keydown', event => {
    const isOurs = root.contains(event.target) ? !event.target.matches(textFields) : isHere && event.target === document.body;
    if (isOurs && (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'z') {
      event.preventDefault();
      root.querySelector(`[aria-keyshortcuts="Control+${event.shiftKey ? 'Shift+' : ''}Z"]`)?.click();
    }
  });

  return {
    words: () => new TextEncoder().encode(root.querySelector('textarea').value),
    dispose: () => life.abort(),
  };
}
