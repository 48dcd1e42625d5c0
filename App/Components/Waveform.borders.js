// Borders between parts, taken with the pointer or with the arrow keys. A border stands on a bar where there are bars; it is told once it is let go, and that it is too when
// the keys have come to rest, when the focus goes elsewhere and when somebody leaves the page. The tab key comes to one of them, the last that was used; from there one goes to the
// others.
import { clockOf, countUpTo, nearest, snap, stepAt } from './Waveform.times.js';

const leastSeconds = 0.25;
const freeStepSeconds = 1;
const restMs = 1000;

export function createBorders(track, song, listen, { pixelsPerSecond, redraw, seek, send, say }) {
  const handles = () => [...track.querySelectorAll('[data-border]')];
  const indexOf = handle => Number(handle.dataset.border);
  let held = null, ghost = null, takenFrom = 0, sent = null, grabbedAt = 0, restTimer = 0;

  const barOf = seconds => countUpTo(song.downbeats, seconds);

  function show(handle, seconds) {
    handle.style.left = `${seconds / song.duration * 100}%`;
    handle.setAttribute('aria-valuenow', seconds.toFixed(3));
    handle.setAttribute('aria-valuetext', `${barOf(seconds) > 0 ? `bar ${barOf(seconds)}, ` : ''}${clockOf(seconds)}`);
  }

  // What lies between the neighbours.
  function room(index) {
    const low = song.bands[index - 1].start + leastSeconds, high = song.bands[index].end - leastSeconds;
    return { low, high, bars: song.downbeats.filter(bar => bar >= low && bar <= high) };
  }

  function move(handle, seconds) {
    const { low, high, bars } = room(indexOf(handle));
    const wanted = Math.min(high, Math.max(low, seconds)), bar = snap(song.downbeats, wanted);
    const isFree = bar >= low && bar <= high;
    if (low > high || (!isFree && bars.length === 0)) {
      return;
    }
    takenFrom = held === handle ? takenFrom : song.bands[indexOf(handle)].start;
    held = handle;
    ghost = isFree ? bar : nearest(bars, wanted);
    show(handle, ghost);
    redraw();
  }

  function step(handle, direction) {
    const from = (held === handle ? ghost : null) ?? song.bands[indexOf(handle)].start, passed = countUpTo(song.downbeats, from);
    const index = direction > 0 ? passed : passed - (from - song.downbeats[passed - 1] <= 0.03 ? 2 : 1);
    const isNear = Math.abs(song.downbeats[index] - from) <= Math.max(freeStepSeconds, 2 * stepAt(song.downbeats, index));
    move(handle, isNear ? song.downbeats[index] : from + direction * freeStepSeconds);
    if (held === handle) {
      say('Moving, saved in a moment. Escape takes it back.');
      clearTimeout(restTimer);
      restTimer = setTimeout(rest, restMs);
    }
  }

  function go(handle, direction) {
    const all = handles();
    all[all.indexOf(handle) + direction]?.focus();
  }

  // Exactly one can be reached with the tab key.
  function stopAt(handle) {
    for (const other of handles()) {
      other.tabIndex = other === handle ? 0 : -1;
    }
  }

  function drop() {
    clearTimeout(restTimer);
    [held, ghost] = [null, null];
    redraw();
  }

  function takeBack() {
    drop();
    place();
    say('');
  }

  // Moved, and not told yet: who presses Enter and goes on lets go twice.
  const isPending = () => held !== null && !(sent?.handle === held && sent.seconds === ghost);

  async function letGo() {
    const handle = held, seconds = ghost, index = handle && indexOf(handle);
    clearTimeout(restTimer);
    if (!isPending()) {
      return;
    }
    const before = song.bands[index].start, isMoved = Math.abs(seconds - before) > 0.001;
    if (isMoved) {
      const mine = sent = { handle, seconds };
      say('Saving…');
      await send(index, seconds);
      sent = sent === mine ? null : sent;
    }
    // While it was being told somebody may have taken the border again.
    if (held === handle && ghost === seconds) {
      drop();
      say(isMoved && song.bands[index]?.start !== before ? 'Saved.' : '');
    }
    place();
  }

  // A border that is taken away loses the focus too: whether its move still counts is known when the parts come, or when the page goes.
  function rest() {
    if (held?.isConnected) {
      letGo();
    }
  }

  function place() {
    for (const handle of handles()) {
      const band = song.bands[indexOf(handle)];
      if (handle !== held && band) {
        show(handle, band.start);
      }
    }
    stopAt(handles().find(handle => handle.tabIndex === 0) ?? handles()[0]);
  }

  // Before the parts have come there is nothing to take hold of.
  const handleOf = event => song.bands.length > 0 ? event.target.closest?.('[data-border]') : null;
  listen(track, 'pointerdown', event => {
    const handle = handleOf(event);
    if (handle && event.button === 0) {
      if (held !== handle) {
        letGo();
      }
      handle.setPointerCapture(event.pointerId);
      clearTimeout(restTimer);
      grabbedAt = event.clientX;
    }
  });
  listen(track, 'pointermove', event => {
    const handle = handleOf(event);
    if (handle?.hasPointerCapture(event.pointerId) && (held === handle || Math.abs(event.clientX - grabbedAt) > 3)) {
      move(handle, (event.clientX - track.getBoundingClientRect().left) / pixelsPerSecond());
    }
  });
  listen(track, 'pointerup', letGo);
  listen(track, 'pointercancel', takeBack);
  listen(track, 'click', event => {
    if (handleOf(event) && Math.abs(event.clientX - grabbedAt) <= 3) {
      seek((event.clientX - track.getBoundingClientRect().left) / pixelsPerSecond());
    }
  });
  listen(track, 'focusin', event => { if (handleOf(event)) { stopAt(handleOf(event)); } });
  listen(track, 'focusout', event => { if (handleOf(event)) { queueMicrotask(rest); } });
  // The first comes while the old page still lives, the other where no page is asked before it goes.
  listen(window, 'beforeunload', letGo);
  listen(window, 'pagehide', letGo);
  listen(track, 'keydown', event => {
    const handle = handleOf(event), direction = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === 'z';
    if (handle && isPending() && (event.key === 'Escape' || isUndo)) {
      event.preventDefault();
      takeBack();
    } else if (!handle || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    } else if (direction) {
      event.preventDefault();
      step(handle, direction);
    } else if (event.key === 'PageDown' || event.key === 'PageUp') {
      event.preventDefault();
      go(handle, event.key === 'PageDown' ? 1 : -1);
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      letGo();
    }
  });

  // A move that waits was meant for the parts as they were. What was said of the last one is old news by now.
  function update() {
    if (isPending() && !(held.isConnected && song.bands[indexOf(held)]?.start === takenFrom)) {
      drop();
    }
    if (held === null) {
      say('');
    }
    place();
  }

  async function dispose() {
    await letGo();
    drop();
  }

  return { update, dispose, get ghost() { return ghost; } };
}
