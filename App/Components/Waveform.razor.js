// Shows a song and plays it. Everything that moves stays in the browser; the circuit is told what somebody wants to be otherwise, and nothing else.
import { createBorders } from './Waveform.borders.js';
import { createClicks } from './Waveform.clicks.js';
import { createKeys } from './Waveform.keys.js';
import { createLoop } from './Waveform.loop.js';
import { createPeaks } from './Waveform.peaks.js';
import { barsPerPixel, createPicture } from './Waveform.picture.js';
import { createTaps } from './Waveform.taps.js';
import { clockOf, countUpTo } from './Waveform.times.js';

const maxPixelsPerSecond = 240;
const restMs = 150;
const dragPixels = 5;

export function create(root, component, peaksUrl, duration) {
  const part = name => root.querySelector(`[data-${name}]`);
  const [scroll, track, stage, canvas, audio, clock, place, moving, problem, play, speed] =
    ['scroll', 'track', 'stage', 'canvas', 'audio', 'clock', 'place', 'moving', 'problem', 'play', 'speed'].map(part);
  const life = new AbortController();
  const listen = (target, type, handler, options) => target.addEventListener(type, handler, { signal: life.signal, ...options });
  const song = { duration, beats: [], downbeats: [], areDownbeats: [], bands: [], starts: [], energy: [], spans: [], chords: [] };
  const layers = new Set(['beats', 'energy', 'lyrics']);
  let zoom = 1, width = 0, height = 0, scrolled = 0, follows = true, frame = 0, isStale = true, restTimer = 0, drag = null;

  const pixelsPerSecond = () => width * zoom / duration;
  const secondsAt = clientX => (clientX - track.getBoundingClientRect().left) / pixelsPerSecond();
  const guarded = work => Promise.resolve(work).catch(error => {
    if (error.name !== 'AbortError') {
      show(error.message);
    }
  });

  function show(message) {
    problem.textContent = message;
    problem.hidden = false;
  }

  const tell = (method, ...args) => guarded(component.invokeMethodAsync(method, ...args));
  const picture = createPicture(root, canvas);
  const peaks = createPeaks(peaksUrl, duration, life.signal, () => { root.dataset.ready = 'true'; repaint(); rest(); }, error => guarded(Promise.reject(error)));
  const clicks = createClicks(audio, song, listen);
  const taps = createTaps(root, audio, listen, times => tell('Tap', times));
  const loops = createLoop(root, audio, song, listen, { redraw, restart: () => guarded(audio.play()) });
  const borders = createBorders(track, song, listen, {
    pixelsPerSecond, redraw, seek, send: (index, seconds) => tell('MoveBorder', index, seconds), say: text => write(moving, text),
  });

  function redraw() {
    frame ||= requestAnimationFrame(run);
  }

  function repaint() {
    isStale = true;
    redraw();
  }

  function run() {
    frame = 0;
    if (!audio.paused) {
      loops.turnBack();
      keepInSight();
    }
    report();
    if (width > 0) {
      if (isStale) {
        const from = scrolled / pixelsPerSecond();
        picture.paint({ from, to: from + width / pixelsPerSecond(), scale: pixelsPerSecond() }, song, peaks, layers);
        isStale = false;
      }
      picture.show(audio.currentTime, loops.range, borders.ghost);
    }
    if (!audio.paused) {
      redraw();
    }
  }

  // Zoomed in, the overview is too coarse: the visible stretch and the next are fetched once the movement has come to rest.
  function rest() {
    clearTimeout(restTimer);
    restTimer = setTimeout(() => {
      const from = scrolled / pixelsPerSecond(), span = width / pixelsPerSecond();
      peaks.want(from, from + 2 * span, pixelsPerSecond() * barsPerPixel);
    }, restMs);
  }

  // What is seen stays: zooming alone can make a scroll bar come, and that is a resize.
  function resize() {
    const left = width > 0 ? scrolled / pixelsPerSecond() : 0;
    [width, height] = [scroll.clientWidth, stage.clientHeight];
    picture.resize(width, height);
    setZoom(zoom, left, 0);
  }

  function setZoom(wanted, anchorSeconds = audio.currentTime, anchorPixels = width / 2) {
    zoom = Math.min(Math.max(1, wanted), Math.max(1, maxPixelsPerSecond * duration / width));
    track.style.width = `${width * zoom}px`;
    scrollTo(anchorSeconds * pixelsPerSecond() - anchorPixels);
  }

  const zoomBy = factor => setZoom(zoom * factor);

  function scrollTo(pixels) {
    scroll.scrollLeft = pixels;
    scrolled = scroll.scrollLeft;
    rest();
    repaint();
  }

  function keepInSight() {
    const at = audio.currentTime * pixelsPerSecond() - scrolled;
    if (follows && zoom > 1 && (at < 0 || at > width * 0.9)) {
      scrollTo(scrolled + at - width * 0.1);
    }
  }

  function write(element, text) {
    if (element.textContent !== text) {
      element.textContent = text;
    }
  }

  function report() {
    const now = audio.currentTime;
    write(clock, `${clockOf(now)}.${Math.floor(now * 10) % 10}`);
    write(place, placeOf(now));
    if (stage.getAttribute('aria-valuenow') !== `${Math.floor(now)}`) {
      const band = song.bands[countUpTo(song.starts, now) - 1];
      stage.setAttribute('aria-valuenow', Math.floor(now));
      stage.setAttribute('aria-valuetext', `${clockOf(now)} of ${clockOf(duration)}${band ? `, ${band.label}` : ''}`);
    }
  }

  function placeOf(now) {
    const bar = countUpTo(song.downbeats, now);
    const chord = song.chords.findLast(chord => chord.start <= now && chord.end > now);
    return [
      bar > 0 && `bar ${bar} · beat ${countUpTo(song.beats, now) - countUpTo(song.beats, song.downbeats[bar - 1]) + 1}`,
      chord?.text,
    ].filter(Boolean).join(' · ');
  }

  function seek(seconds) {
    audio.currentTime = Math.min(Math.max(0, seconds), Math.max(0, duration - 0.01));
    keepInSight();
    report();
    redraw();
  }

  const press = button => {
    const isPressed = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', isPressed);
    return isPressed;
  };
  const toggle = () => audio.paused ? guarded(audio.play()) : audio.pause();
  createKeys(root, stage, audio, song, listen, { seek, zoomBy, toggle, loops, taps });

  // A mouse draws a range to loop; a finger scrolls there.
  listen(stage, 'pointerdown', event => { drag = event.button === 0 && event.pointerType !== 'touch' ? { x: event.clientX, from: secondsAt(event.clientX), isRange: false } : null; });
  listen(stage, 'pointermove', event => {
    if (drag !== null && event.buttons === 1 && (drag.isRange || Math.abs(event.clientX - drag.x) > dragPixels)) {
      drag.isRange = true;
      stage.setPointerCapture(event.pointerId);
      loops.between(drag.from, secondsAt(event.clientX));
    }
  });
  listen(stage, 'click', event => {
    if (!drag?.isRange) {
      seek(secondsAt(event.clientX));
    }
    drag = null;
  });
  listen(scroll, 'wheel', event => {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      setZoom(zoom * 2 ** (-event.deltaY / 200), secondsAt(event.clientX), event.clientX - scroll.getBoundingClientRect().left);
    }
  }, { passive: false });
  listen(scroll, 'scroll', () => {
    if (scroll.scrollLeft !== scrolled) {
      scrolled = scroll.scrollLeft;
      rest();
      repaint();
    }
  });

  const presses = {
    play: toggle,
    seek: button => seek(Number(button.dataset.seek)),
    zoom: button => zoomBy(button.dataset.zoom === 'in' ? 2 : 0.5),
    loop: button => loops[button.dataset.loop](),
    clicks: button => guarded(clicks.turn(press(button))),
    follow: button => { follows = press(button); redraw(); },
    layer: button => { press(button) ? layers.add(button.dataset.layer) : layers.delete(button.dataset.layer); repaint(); },
  };
  listen(root, 'click', event => {
    const button = event.target.closest('button');
    for (const name in presses) {
      if (button?.dataset[name] !== undefined) {
        presses[name](button);
      }
    }
  });
  listen(speed, 'change', () => audio.playbackRate = Number(speed.value));
  listen(part('volume'), 'input', event => clicks.volume = Number(event.target.value));
  listen(audio, 'play', () => { root.classList.add('playing'); play.setAttribute('aria-label', 'Pause'); redraw(); });
  listen(audio, 'pause', () => { root.classList.remove('playing'); play.setAttribute('aria-label', 'Play'); });
  listen(audio, 'seeked', redraw);
  listen(audio, 'error', () => show('The song cannot be played: this browser does not know the format, or the file is gone.'));
  listen(document, 'themechange', () => { picture.readColours(); repaint(); });
  audio.preservesPitch = true;
  const observer = new ResizeObserver(resize);
  observer.observe(scroll);
  resize();

  return {
    update(heard) {
      Object.assign(song, heard, { starts: heard.bands.map(band => band.start) });
      const downbeats = new Set(heard.downbeats.map(time => countUpTo(heard.beats, time) - 1));
      song.areDownbeats = heard.beats.map((_, i) => downbeats.has(i));
      borders.update();
      clicks.restart();
      repaint();
    },
    where: () => ({ seconds: audio.currentTime, loopStart: loops.range?.start ?? null, loopEnd: loops.range?.end ?? null }),
    async dispose() {
      life.abort();
      observer.disconnect();
      clearTimeout(restTimer);
      taps.dispose();
      audio.pause();
      clicks.dispose();
      await borders.dispose();
      cancelAnimationFrame(frame);
    },
  };
}
