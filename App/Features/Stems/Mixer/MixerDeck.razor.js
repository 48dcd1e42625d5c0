// The mixer. What is heard and what moves stays in the browser; the circuit is told how the stems are mixed, so that it is kept.
import { clockOf, countUpTo, nearest } from '../../../Components/Waveform.times.js';
import { isSilent } from './MixerDeck.levels.js';
import { createKeys } from './MixerDeck.keys.js';
import { createPlayer } from './MixerDeck.player.js';
import { createStrips } from './MixerDeck.strips.js';
import { createView } from './MixerDeck.view.js';

const dragPixels = 5;
const snapPixels = 7;
const leastSeconds = 0.05;
const tellMs = 100;
const keptWithinMs = 5000;
const selectFirst = 'Select a stretch first: drag over a waveform, or press Start here and End here while it plays.';

// song: where its stems are, their names, length in frames, beats, bars. mix: how they are mixed.
export function create(root, component, song, mix) {
  const part = name => root.querySelector(`[data-${name}]`);
  const life = new AbortController();
  const listen = (target, type, handler, options) => target.addEventListener(type, handler, { signal: life.signal, ...options });
  let selection = null, isLooping = false, frame = 0, drag = null, tellTimer = 0, untold = null, changedAt = -Infinity;

  const write = (element, text) => { if (element.textContent !== text) { element.textContent = text; } };
  const say = text => write(part('said'), text);
  function failed(error) {
    if (error.name !== 'AbortError') {
      part('problem').textContent = error.message;
      part('problem').hidden = false;
    }
  }
  const guarded = work => Promise.resolve(work).catch(failed);

  const player = createPlayer(`${song.url}/samples`, song.names, song.frames, life.signal, { changed: showPlaying, failed: error => { failed(error); showPlaying(); } });
  const strips = createStrips(root, song.names, mix, listen, { changed: take, forgot: before => guarded(component.invokeMethodAsync('Forgot', before)), say });
  const view = createView(root, song, `${song.url}/peaks`, listen, life.signal, { tracks: () => strips.tracks, failed });
  player.mix = strips.tracks;

  function take(tracks) {
    player.mix = tracks;
    view.repaint();
    showSelection();
    untold = strips.saved;
    changedAt = performance.now();
    tellTimer ||= setTimeout(() => guarded(tell()), tellMs);
  }

  async function tell() {
    clearTimeout(tellTimer);
    tellTimer = 0;
    if (untold !== null) {
      const told = untold;
      untold = null;
      await component.invokeMethodAsync('Take', told);
    }
  }

  function showPlaying() {
    root.classList.toggle('playing', player.isPlaying);
    part('play').setAttribute('aria-label', player.isPlaying ? 'Pause' : 'Play');
    part('problem').hidden ||= player.isPlaying;
    redraw();
  }

  function redraw() {
    frame ||= requestAnimationFrame(run);
  }

  function run() {
    frame = 0;
    const now = player.seconds;
    write(part('clock'), `${clockOf(now)}.${Math.floor(now * 10) % 10}`);
    write(part('place'), placeOf(now));
    root.classList.toggle('waiting', player.isWaiting);
    view.place(now, selection, player.isPlaying);
    const ruler = part('ruler');
    if (ruler.getAttribute('aria-valuenow') !== `${Math.floor(now)}`) {
      ruler.setAttribute('aria-valuenow', Math.floor(now));
      ruler.setAttribute('aria-valuetext', `${clockOf(now)} of ${clockOf(song.duration)}`);
    }
    if (player.isPlaying) {
      redraw();
    }
  }

  function placeOf(now) {
    const bar = countUpTo(song.downbeats, now);
    return bar === 0 ? '' : `bar ${bar} · beat ${countUpTo(song.beats, now) - countUpTo(song.beats, song.downbeats[bar - 1]) + 1}`;
  }

  function select(range) {
    selection = range && range.end - range.start >= leastSeconds ? { start: Math.max(0, range.start), end: Math.min(song.duration, range.end) } : null;
    showSelection();
    redraw();
  }

  const tenths = seconds => `${clockOf(seconds)}.${Math.floor(seconds * 10) % 10}`;

  function showSelection() {
    const where = selection && `from ${tenths(selection.start)} to ${tenths(selection.end)}`;
    write(part('range'), selection ? `${tenths(selection.start)} – ${tenths(selection.end)}` : selectFirst);
    root.classList.toggle('selected', selection !== null);
    part('clear').disabled = selection === null;
    root.querySelectorAll('[data-hush]').forEach((button, i) => {
      const isMuted = selection !== null && isSilent(strips.tracks[i].silences, selection);
      button.disabled = selection === null;
      button.title = selection === null ? selectFirst : `${isMuted ? 'Hear' : 'Mute'} ${strips.title(i)} ${isMuted ? 'again ' : ''}${where} (X: the chosen stem)`;
      button.setAttribute('aria-pressed', isMuted);
    });
  }

  // The loop is what is selected; with nothing selected the whole song goes round.
  function showLoop() {
    const range = isLooping ? selection ?? { start: 0, end: song.duration } : null;
    if (JSON.stringify(range) !== JSON.stringify(player.loop)) {
      player.loop = range;
    }
    part('loop').setAttribute('aria-pressed', isLooping);
    root.classList.toggle('looping', isLooping);
  }

  const onBeat = seconds => {
    const beat = nearest(song.beats, seconds);
    return Math.abs(beat - seconds) <= view.secondsOf(snapPixels) ? beat : seconds;
  };

  function settle(range) {
    select(range);
    showLoop();
    say(selection ? `Selected ${clockOf(selection.start)} to ${clockOf(selection.end)}.` : 'Nothing selected.');
  }

  function hear(isOriginal) {
    player.isOriginal = isOriginal;
    root.querySelectorAll('[data-hear]').forEach(button => button.setAttribute('aria-pressed', (button.dataset.hear === 'original') === isOriginal));
    root.classList.toggle('original', isOriginal);
    say(isOriginal ? 'Hearing the original.' : 'Hearing your mix.');
  }

  const actions = {
    toggle: () => guarded(player.toggle()),
    seek: seconds => player.seek(seconds),
    zoomBy: view.zoomBy,
    compare: () => hear(!player.isOriginal),
    loop() { isLooping = !isLooping; showLoop(); say(isLooping ? `Looping ${selection ? 'the selection' : 'the song'}.` : 'No loop.'); },
    start: () => { const now = player.seconds; settle({ start: now, end: selection?.end > now ? selection.end : song.duration }); },
    end: () => { const now = player.seconds; settle({ start: selection?.start < now ? selection.start : 0, end: now }); },
    clear: () => settle(null),
    hush: index => selection ? strips.hush(index, selection) : say(selectFirst),
    help: () => part('help').click(),
  };
  createKeys(root, song, player, strips, listen, actions);

  // A press goes there; a drag over a lane selects, one along the ruler plays with the place.
  listen(part('lanes'), 'pointerdown', event => {
    const isRuler = event.target.closest('[data-ruler]') !== null;
    if (event.button === 0 && (isRuler || event.target.closest('[data-stage]')) && !event.target.closest('button')) {
      drag = { x: event.clientX, from: view.secondsAt(event.clientX), isRuler, isRange: false, target: event.target.closest('[data-ruler], [data-stage]') };
    }
  });
  listen(part('lanes'), 'pointermove', event => {
    if (drag !== null && (drag.isRange || Math.abs(event.clientX - drag.x) > dragPixels)) {
      const to = view.secondsAt(event.clientX);
      drag.isRange = true;
      drag.target.setPointerCapture(event.pointerId);
      drag.isRuler ? actions.seek(to) : select({ start: onBeat(Math.min(drag.from, to)), end: onBeat(Math.max(drag.from, to)) });
    }
  });
  listen(part('lanes'), 'pointerup', event => {
    if (drag !== null && !drag.isRange) {
      actions.seek(view.secondsAt(event.clientX));
    } else if (drag !== null && !drag.isRuler) {
      settle(selection);
    }
    drag = null;
  });
  listen(part('lanes'), 'pointercancel', () => drag = null);

  // The file is made from what is kept: what was changed a moment ago has to be there first. Should it fail, one stays here.
  async function takeAlong(link) {
    say('Making the file…');
    let words = '';
    try {
      guarded(tell());
      if (await component.invokeMethodAsync('Keep')) {
        const answer = await fetch(link.href, { headers: { Range: 'bytes=0-0' }, signal: life.signal });
        if (!answer.ok) {
          throw new Error((await answer.json().catch(() => ({}))).detail ?? `The file could not be made (${answer.status}).`);
        }
        link.cloneNode().click();
        words = 'The file is ready.';
      }
    } finally {
      say(words);
    }
  }

  const presses = {
    play: actions.toggle,
    hear: button => hear(button.dataset.hear === 'original'),
    zoom: button => view.zoomBy(button.dataset.zoom === 'in' ? 2 : 0.5),
    loop: actions.loop,
    clear: actions.clear,
    from: actions.start,
    to: actions.end,
    hush: button => actions.hush(Number(button.dataset.hush)),
  };
  listen(root, 'click', event => {
    const button = event.target.closest('button');
    for (const name in presses) {
      if (button?.dataset[name] !== undefined) {
        presses[name](button);
      }
    }
  });
  listen(part('speed'), 'change', event => player.speed = Number(event.target.value));
  listen(root, 'click', event => {
    const link = event.target.closest('a[data-export]');
    if (link) {
      event.preventDefault();
      guarded(takeAlong(link));
    }
  });

  // A page that goes away hears nothing from the circuit any more: what may not have been kept yet is sent by itself.
  listen(window, 'pagehide', () => {
    if (performance.now() - changedAt < keptWithinMs) {
      guarded(fetch(`${song.url}/mix`, { method: 'PUT', keepalive: true, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(strips.saved) }));
    }
  });
  showSelection();
  redraw();

  return {
    restore: strips.restore,
    async dispose() {
      await guarded(tell());
      life.abort();
      cancelAnimationFrame(frame);
      await player.dispose();
    },
  };
}
