// Borders between parts, taken with the pointer or with the arrow keys. A border stands on a bar where there are bars; it is told once it is let go.
import { clockOf, countUpTo, nearest } from './Waveform.times.js';

const leastSeconds = 0.25;
const freeStepSeconds = 1;

export function createBorders(track, song, listen, { pixelsPerSecond, redraw, seek, send }) {
  const handles = () => [...track.querySelectorAll('[data-border]')];
  const indexOf = handle => Number(handle.dataset.border);
  let held = null, ghost = null, grabbedAt = 0;

  const barOf = seconds => countUpTo(song.downbeats, seconds);

  function show(handle, seconds) {
    handle.style.left = `${seconds / song.duration * 100}%`;
    handle.setAttribute('aria-valuenow', seconds.toFixed(3));
    handle.setAttribute('aria-valuetext', `${barOf(seconds) > 0 ? `bar ${barOf(seconds)}, ` : ''}${clockOf(seconds)}`);
  }

  // Bars between the neighbours; without bars any moment there.
  function room(index) {
    const low = song.bands[index - 1].start + leastSeconds, high = song.bands[index].end - leastSeconds;
    return { low, high, bars: song.downbeats.filter(bar => bar >= low && bar <= high) };
  }

  function move(handle, seconds) {
    const { low, high, bars } = room(indexOf(handle));
    if (low > high || (song.downbeats.length > 0 && bars.length === 0)) {
      return;
    }
    held = handle;
    ghost = bars.length > 0 ? nearest(bars, seconds) : Math.min(high, Math.max(low, seconds));
    show(handle, ghost);
    redraw();
  }

  function step(handle, direction) {
    const from = ghost ?? song.bands[indexOf(handle)].start, { bars } = room(indexOf(handle));
    const index = countUpTo(bars, from);
    move(handle, bars.length === 0 ? from + direction * freeStepSeconds
      : direction > 0 ? bars[index] ?? from : bars[index - (from - (bars[index - 1] ?? -1) <= 0.03 ? 2 : 1)] ?? bars[0]);
  }

  function drop() {
    [held, ghost] = [null, null];
    redraw();
  }

  async function letGo() {
    const handle = held, seconds = ghost, index = handle && indexOf(handle);
    if (handle === null) {
      return;
    }
    if (Math.abs(seconds - song.bands[index].start) > 0.001) {
      await send(index, seconds);
    }
    // While it was being told somebody may have taken the border again.
    if (held === handle && ghost === seconds) {
      drop();
    }
    place();
  }

  function place() {
    for (const handle of handles()) {
      const band = song.bands[indexOf(handle)];
      if (handle !== held && band) {
        show(handle, band.start);
      }
    }
  }

  const handleOf = event => event.target.closest?.('[data-border]');
  listen(track, 'pointerdown', event => {
    const handle = handleOf(event);
    if (handle && event.button === 0) {
      handle.setPointerCapture(event.pointerId);
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
  listen(track, 'pointercancel', () => { drop(); place(); });
  listen(track, 'click', event => {
    if (handleOf(event) && Math.abs(event.clientX - grabbedAt) <= 3) {
      seek((event.clientX - track.getBoundingClientRect().left) / pixelsPerSecond());
    }
  });
  listen(track, 'focusout', event => { if (handleOf(event)) { letGo(); } });
  listen(track, 'keydown', event => {
    const handle = handleOf(event), direction = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (!handle || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (direction) {
      event.preventDefault();
      step(handle, direction);
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      letGo();
    } else if (event.key === 'Escape' && held !== null) {
      event.preventDefault();
      drop();
      place();
    }
  });

  return { place, get ghost() { return ghost; } };
}
