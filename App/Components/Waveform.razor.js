// Shows a song and plays it. Everything that moves stays in the browser; the circuit is told what somebody wants to be otherwise, and nothing else.
import { createBorders } from './Waveform.borders.js';
import { createClicks } from './Waveform.clicks.js';
import { createPeaks } from './Waveform.peaks.js';
import { barsPerPixel, createPicture } from './Waveform.picture.js';
import { createTaps } from './Waveform.taps.js';
import { clockOf, countUpTo, snap, stepAt } from './Waveform.times.js';

const maxPixelsPerSecond = 240;
const restMs = 150;
const endGraceSeconds = 0.1;
const dragPixels = 5;
const stepSeconds = 5;
const leapSeconds = 30;
const fields = 'input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable]';

export function create(root, component, peaksUrl, duration) {
  const part = name => root.querySelector(`[data-${name}]`);
  const [scroll, track, stage, canvas, audio, clock, place, range, problem, play, speed] =
    ['scroll', 'track', 'stage', 'canvas', 'audio', 'clock', 'place', 'range', 'problem', 'play', 'speed'].map(part);
  const life = new AbortController();
  const listen = (target, type, handler, options) => target.addEventListener(type, handler, { signal: life.signal, ...options });
  const song = { duration, beats: [], downbeats: [], areDownbeats: [], bands: [], starts: [], energy: [], spans: [], chords: [] };
  const layers = new Set(['beats', 'energy', 'lyrics']);
  let zoom = 1, width = 0, height = 0, scrolled = 0, loop = null, wasInLoop = false, follows = true, frame = 0, isStale = true, restTimer = 0, drag = null;

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
  const borders = createBorders(track, song, listen, { pixelsPerSecond, redraw, seek, send: (index, seconds) => tell('MoveBorder', index, seconds) });

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
      turnBack();
      keepInSight();
    }
    report();
    if (width > 0) {
      if (isStale) {
        const from = scrolled / pixelsPerSecond();
        picture.paint({ from, to: from + width / pixelsPerSecond(), scale: pixelsPerSecond() }, song, peaks, layers);
        isStale = false;
      }
      picture.show(audio.currentTime, loop, borders.ghost);
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

  // Only a song that runs into the end of the loop goes back; one that was put elsewhere by hand plays on.
  function turnBack() {
    const now = audio.currentTime;
    if (loop !== null && wasInLoop && now >= loop.end) {
      audio.currentTime = loop.start;
    }
    wasInLoop = loop !== null && now >= loop.start - 0.05 && now < loop.end;
  }

  function setLoop(start, end) {
    loop = start === null || end - start < 0.1 ? null : { start: Math.max(0, start), end: Math.min(duration, end) };
    wasInLoop = false;
    write(range, loop === null ? '' : `${clockOf(loop.start)}–${clockOf(loop.end)}`);
    root.querySelector('[data-loop=off]').hidden = loop === null;
    root.classList.toggle('looping', loop !== null);
    redraw();
  }

  const onBeat = seconds => snap(song.beats, seconds);
  const loops = {
    start: () => setLoop(onBeat(audio.currentTime), loop?.end > onBeat(audio.currentTime) ? loop.end : duration),
    end: () => setLoop(loop !== null && loop.start < onBeat(audio.currentTime) ? loop.start : 0, onBeat(audio.currentTime)),
    part() {
      const band = song.bands[Math.max(0, countUpTo(song.starts, audio.currentTime) - 1)];
      band ? setLoop(band.start, band.end) : setLoop(0, duration);
    },
    off: () => setLoop(null),
  };

  const nextIn = (times, direction) => {
    const now = audio.currentTime, passed = countUpTo(times, now);
    return direction > 0 ? passed : passed - (now - (times[passed - 1] ?? 0) > 0.12 ? 1 : 2);
  };

  // From beat to beat or from bar to bar; where there are none, some seconds.
  function step(times, direction) {
    const index = nextIn(times, direction), isNear = Math.abs(times[index] - audio.currentTime) <= Math.max(stepSeconds, 2 * stepAt(times, index));
    seek(isNear ? times[index] : audio.currentTime + direction * stepSeconds);
  }

  const leap = direction => seek(song.starts.length === 0 ? audio.currentTime + direction * leapSeconds : song.starts[nextIn(song.starts, direction)] ?? (direction > 0 ? duration : 0));

  const press = button => {
    const isPressed = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', isPressed);
    return isPressed;
  };
  const toggle = () => audio.paused ? guarded(audio.play()) : audio.pause();
  const keys = {
    ' ': toggle,
    ArrowRight: event => step(event.shiftKey ? song.downbeats : song.beats, 1),
    ArrowLeft: event => step(event.shiftKey ? song.downbeats : song.beats, -1),
    PageDown: () => leap(1),
    PageUp: () => leap(-1),
    Home: () => seek(0),
    End: () => seek(duration),
    '+': () => setZoom(zoom * 2),
    '=': () => setZoom(zoom * 2),
    '-': () => setZoom(zoom / 2),
    '[': loops.start,
    ']': loops.end,
    l: () => loop === null ? loops.part() : loops.off(),
    c: () => part('clicks').click(),
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

  // A mouse draws a range to loop; a finger scrolls there.
  listen(stage, 'pointerdown', event => { drag = event.button === 0 && event.pointerType !== 'touch' ? { x: event.clientX, from: secondsAt(event.clientX), isRange: false } : null; });
  listen(stage, 'pointermove', event => {
    if (drag !== null && event.buttons === 1 && (drag.isRange || Math.abs(event.clientX - drag.x) > dragPixels)) {
      drag.isRange = true;
      stage.setPointerCapture(event.pointerId);
      const ends = [onBeat(drag.from), onBeat(Math.min(duration, Math.max(0, secondsAt(event.clientX))))].sort((a, b) => a - b);
      setLoop(...ends);
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
    zoom: button => setZoom(button.dataset.zoom === 'in' ? zoom * 2 : zoom / 2),
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
  // A loop that ends with the song, or hardly before: the browser stops there.
  listen(audio, 'ended', () => {
    if (loop !== null && loop.end >= audio.currentTime - endGraceSeconds) {
      audio.currentTime = loop.start;
      guarded(audio.play());
    }
  });
  // In a hidden tab no frame is drawn, but the loop goes on.
  listen(audio, 'timeupdate', () => { if (document.hidden) { turnBack(); } });
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
      borders.place();
      clicks.restart();
      repaint();
    },
    where: () => ({ seconds: audio.currentTime, loopStart: loop?.start ?? null, loopEnd: loop?.end ?? null }),
    dispose() {
      life.abort();
      observer.disconnect();
      clearTimeout(restTimer);
      cancelAnimationFrame(frame);
      taps.dispose();
      audio.pause();
      clicks.dispose();
    },
  };
}
