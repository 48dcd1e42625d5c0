// Undo and redo by keys for whoever works at the lyrics, and the pasted words.
const textFields = 'input:not([type=checkbox]), textarea';

// What is typed into these is a change to the lyrics once they are left.
const savedFields = '.time, .text';

export function attach(root) {
  const life = new AbortController();
  const listen = (type, handler) => document.addEventListener(type, handler, { signal: life.signal, capture: true });
  let isHere = false;
  let typing = null;

  // A button that goes, or can no longer be pressed, takes the focus with it: whoever was here last still means the lyrics.
  listen('focusin', event => isHere = root.contains(event.target));
  listen('pointerdown', event => isHere = root.contains(event.target));

  // The browser takes back what was typed since the last change; behind that its own undo knows nothing, since the page has written into the field.
  listen('beforeinput', event => typing = typing?.field === event.target ? typing : { field: event.target, before: event.target.value });
  listen('change', () => typing = null);
  const isTyping = field => typing?.field === field && field.value !== typing.before;
  const isOurs = field => root.contains(field)
    ? !field.matches(textFields) || (field.matches(savedFields) && !isTyping(field))
    : isHere && field === document.body;

  // Before the rest of the page, which has an undo of its own.
  listen('keydown', event => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'z' && isOurs(event.target)) {
      event.preventDefault();
      root.querySelector(`[aria-keyshortcuts="Control+${event.shiftKey ? 'Shift+' : ''}Z"]`)?.click();
    }
  });

  return {
    words: () => new TextEncoder().encode(root.querySelector('textarea').value),
    dispose: () => life.abort(),
  };
}
