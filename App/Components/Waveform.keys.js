// What the keyboard does: on the waveform, in the panel around it, and on the page where nothing else has the focus.
import { countUpTo, stepAt } from './Waveform.times.js';

const stepSeconds = 5;
const leapSeconds = 30;
const fields = 'input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable]';

export function createKeys(root, stage, audio, song, listen, { seek, zoomBy, toggle, loops, taps }) {
  const nextIn = (times, direction) => {
    const now = audio.currentTime, passed = countUpTo(times, now);
    return direction > 0 ? passed : passed - (now - (times[passed - 1] ?? 0) > 0.12 ? 1 : 2);
  };

  // From beat to beat or from bar to bar; where there are none, some seconds.
  function step(times, direction) {
    const index = nextIn(times, direction), isNear = Math.abs(times[index] - audio.currentTime) <= Math.max(stepSeconds, 2 * stepAt(times, index));
    seek(isNear ? times[index] : audio.currentTime + direction * stepSeconds);
  }

  const leap = direction => seek(song.starts.length === 0 ? audio.currentTime + direction * leapSeconds : song.starts[nextIn(song.starts, direction)] ?? (direction > 0 ? song.duration : 0));

  const keys = {
    ' ': toggle,
    ArrowRight: event => step(event.shiftKey ? song.downbeats : song.beats, 1),
    ArrowLeft: event => step(event.shiftKey ? song.downbeats : song.beats, -1),
    PageDown: () => leap(1),
    PageUp: () => leap(-1),
    Home: () => seek(0),
    End: () => seek(song.duration),
    '+': () => zoomBy(2),
    '=': () => zoomBy(2),
    '-': () => zoomBy(0.5),
    '[': loops.start,
    ']': loops.end,
    l: loops.turn,
    c: () => root.querySelector('[data-clicks]').click(),
  };

  listen(stage, 'keydown', event => {
    if (keys[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      keys[event.key](event);
    }
  });
  // Keys for the panel around, and for the page where nothing else has the focus, unless they belong to a field: the space bar, the tap key, and whatever a button inside here names
  // as its own. Other panels have an Undo of their own.
  listen(document, 'keydown', event => {
    const target = event.target, isNowhere = target === document.body || target.matches?.('main, h1');
    if (event.defaultPrevented || target.matches?.(fields) || !(isNowhere || root.parentElement.contains(target))) {
      return;
    }
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (isPlain && taps.take(event)) {
      return;
    }
    if (isPlain && event.key === ' ' && isNowhere) {
      event.preventDefault();
      toggle();
    } else if (!isPlain && event.key.length === 1) {
      const combination = `${event.ctrlKey || event.metaKey ? 'Control+' : ''}${event.altKey ? 'Alt+' : ''}${event.shiftKey ? 'Shift+' : ''}${event.key.toUpperCase()}`;
      const button = root.querySelector(`[aria-keyshortcuts="${CSS.escape(combination)}"]`);
      if (button) {
        event.preventDefault();
        button.click();
      }
    }
  });
  // The space bar that tapped must not press the button as well.
  listen(root, 'keyup', event => { if (event.key === ' ' && event.target.closest('[data-tap]')) { event.preventDefault(); } });
}
