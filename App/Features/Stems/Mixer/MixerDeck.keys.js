// What the keyboard does in the mixer, and on the page where nothing else has the focus.
import { countUpTo, stepAt } from '../../../Components/Waveform.times.js';

const fields = 'input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable]';
const stepSeconds = 5;
const gainStepDb = 1;
const panStep = 0.1;

export function createKeys(root, song, player, strips, listen, actions) {
  // From beat to beat or from bar to bar; where there are none, some seconds.
  function step(times, direction) {
    const now = player.seconds, passed = countUpTo(times, now);
    const index = direction > 0 ? passed : passed - (now - (times[passed - 1] ?? 0) > 0.12 ? 1 : 2);
    const isNear = Math.abs(times[index] - now) <= Math.max(stepSeconds, 2 * stepAt(times, index));
    actions.seek(isNear ? times[index] : now + direction * stepSeconds);
  }

  const chosen = () => strips.chosen;
  const louder = change => strips.gain(chosen(), strips.tracks[chosen()].gainDb + change);
  const aside = change => strips.pan(chosen(), strips.tracks[chosen()].pan + change);
  const keys = {
    ' ': actions.toggle,
    ArrowRight: () => step(song.beats, 1),
    ArrowLeft: () => step(song.beats, -1),
    'Shift+ArrowRight': () => step(song.downbeats, 1),
    'Shift+ArrowLeft': () => step(song.downbeats, -1),
    ArrowUp: () => louder(gainStepDb),
    ArrowDown: () => louder(-gainStepDb),
    'Control+ArrowRight': () => aside(panStep),
    'Control+ArrowLeft': () => aside(-panStep),
    Home: () => actions.seek(0),
    End: () => actions.seek(song.duration),
    m: () => strips.mute(chosen()),
    s: () => strips.solo(chosen()),
    x: () => actions.hush(chosen()),
    o: actions.compare,
    l: actions.loop,
    '[': actions.start,
    ']': actions.end,
    Escape: actions.clear,
    '+': () => actions.zoomBy(2),
    '=': () => actions.zoomBy(2),
    '-': () => actions.zoomBy(0.5),
    '?': actions.help,
    'Control+z': strips.undo,
    'Control+Shift+z': strips.redo,
    'Control+y': strips.redo,
  };

  // What an element does with a key itself is not taken from it.
  const isOwn = (target, key) =>
    (target.matches('input[type=range]') && /Arrow|Home|End|Page/.test(key)) || (target.matches('input[type=radio]') && /Arrow| /.test(key))
    || (target.matches('button, a, summary') && (key === ' ' || key === 'Enter')) || target.closest('dialog') !== null;

  // Who clicks with a pointer has not chosen that button for the space bar, which plays and pauses.
  listen(root, 'click', event => event.detail > 0 && event.target.closest('button')?.blur());

  listen(document, 'keydown', event => {
    const { target, key } = event, isNowhere = target === document.body || target.matches('main, h1, [tabindex="-1"]');
    if (event.defaultPrevented || (event.altKey && key.length > 1) || target.matches(fields) || !(isNowhere || root.contains(target)) || isOwn(target, key)) {
      return;
    }
    const isArrow = key.startsWith('Arrow'), control = (event.ctrlKey || event.metaKey) && !event.getModifierState('AltGraph');
    const name = isArrow || control ? `${control ? 'Control+' : ''}${event.shiftKey ? 'Shift+' : ''}${key.length === 1 ? key.toLowerCase() : key}` : key.length === 1 ? key.toLowerCase() : key;
    if (/^[1-9]$/.test(name)) {
      strips.choose(Number(name) - 1);
    } else if (keys[name]) {
      event.preventDefault();
      keys[name]();
    }
  });
}
