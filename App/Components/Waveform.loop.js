// A range of the song that goes round.
import { clockOf, countUpTo, snap } from './Waveform.times.js';

const endGraceSeconds = 0.1;
const leastSeconds = 0.1;

export function createLoop(root, audio, song, listen, { redraw, restart }) {
  const range = root.querySelector('[data-range]'), off = root.querySelector('[data-loop=off]');
  let loop = null, wasInside = false;

  const onBeat = seconds => snap(song.beats, seconds);
  const here = () => onBeat(audio.currentTime);

  function set(start, end) {
    loop = start === null || end - start < leastSeconds ? null : { start: Math.max(0, start), end: Math.min(song.duration, end) };
    wasInside = false;
    range.textContent = loop === null ? '' : `${clockOf(loop.start)}–${clockOf(loop.end)}`;
    off.hidden = loop === null;
    root.classList.toggle('looping', loop !== null);
    redraw();
  }

  // Only a song that runs into the end of the loop goes back; one that was put elsewhere by hand plays on.
  function turnBack() {
    const now = audio.currentTime;
    if (loop !== null && wasInside && now >= loop.end) {
      audio.currentTime = loop.start;
    }
    wasInside = loop !== null && now >= loop.start - 0.05 && now < loop.end;
  }

  const loops = {
    start: () => set(here(), loop?.end > here() ? loop.end : song.duration),
    end: () => set(loop !== null && loop.start < here() ? loop.start : 0, here()),
    part() {
      const band = song.bands[Math.max(0, countUpTo(song.starts, audio.currentTime) - 1)];
      band ? set(band.start, band.end) : set(0, song.duration);
    },
    off: () => set(null),
    turn: () => loop === null ? loops.part() : loops.off(),
    between: (one, other) => set(...[onBeat(one), onBeat(Math.min(song.duration, Math.max(0, other)))].sort((a, b) => a - b)),
    turnBack,
    get range() { return loop; },
  };

  // A loop that ends with the song, or hardly before: the browser stops there.
  listen(audio, 'ended', () => {
    if (loop !== null && loop.end >= audio.currentTime - endGraceSeconds) {
      audio.currentTime = loop.start;
      restart();
    }
  });
  // In a hidden tab no frame is drawn, but the loop goes on.
  listen(audio, 'timeupdate', () => { if (document.hidden) { turnBack(); } });
  return loops;
}
