// Draws a song and plays it. Everything that moves stays in the browser; nothing here asks the circuit for anything.
const barPitch = 3;
const barWidth = 2;
const bandHeight = 24;
const tickHeight = 16;
const maxPixelsPerSecond = 240;
const pointsPerBar = 8;
const overviewPoints = 6000;

export function create(root, peaksUrl, duration) {
  const part = name => root.querySelector(`[data-${name}]`);
  const [scroll, stage, canvas, audio, clock, place, problem, play] = ['scroll', 'stage', 'canvas', 'audio', 'clock', 'place', 'problem', 'play'].map(part);
  const context = canvas.getContext('2d');
  const life = new AbortController();
  const listen = (target, type, handler, options) => target.addEventListener(type, handler, { signal: life.signal, ...options });
  let beats = [], downbeats = [], bands = [];
  let overview = null, detail = null, detailTimer = 0;
  let zoom = 1, gain = 1, width = 0, height = 0, colours = {}, frame = 0;

  const pixelsPerSecond = () => width * zoom / duration;
  const visibleStart = () => scroll.scrollLeft / pixelsPerSecond();
  const clockOf = seconds => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

  function readColours() {
    const style = getComputedStyle(root);
    const value = name => style.getPropertyValue(name).trim();
    colours = {
      wave: value('--wave'), played: value('--wave-played'), text: value('--text-1'), quiet: value('--text-2'), accent: value('--accent'),
      groups: Array.from({ length: 7 }, (_, i) => value(`--group-${i}`)),
    };
  }

  async function load(points, start, end) {
    const range = start === undefined ? '' : `&start=${start.toFixed(3)}&end=${end.toFixed(3)}`;
    const answer = await fetch(`${peaksUrl}?points=${points}${range}`, { signal: life.signal });
    if (!answer.ok) {
      throw new Error((await answer.json().catch(() => ({}))).detail ?? `The waveform could not be read (${answer.status}).`);
    }
    const peaks = await answer.json();
    return { start: start ?? 0, end: end ?? duration, min: peaks.min, max: peaks.max };
  }

  const guarded = work => work.catch(error => {
    if (error.name !== 'AbortError') {
      show(error.message);
    }
  });

  function show(message) {
    problem.textContent = message;
    problem.hidden = false;
  }

  // Zoomed in, the overview is too coarse: fetch the visible stretch, with a margin, once the movement has come to rest.
  function wantDetail() {
    clearTimeout(detailTimer);
    if (overview === null || width * zoom / barPitch <= overview.min.length / pointsPerBar * 2) {
      detail = null;
      return;
    }
    const span = width / pixelsPerSecond();
    const start = Math.max(0, visibleStart() - span / 2), end = Math.min(duration, visibleStart() + span * 1.5);
    if (detail?.zoom === zoom && detail.start <= visibleStart() && detail.end >= Math.min(duration, visibleStart() + span)) {
      return;
    }
    detailTimer = setTimeout(() => guarded(load(Math.ceil((end - start) * pixelsPerSecond() / barPitch) * pointsPerBar, start, end)
      .then(peaks => { detail = { ...peaks, zoom }; draw(); })), 150);
  }

  // The mean of the peaks in a bar, not their extreme: a loud master has a full-scale sample in nearly every bar and would be one block.
  function extremes(peaks, from, to) {
    const perSecond = peaks.min.length / (peaks.end - peaks.start);
    const first = Math.min(peaks.min.length - 1, Math.max(0, Math.floor((from - peaks.start) * perSecond)));
    const last = Math.min(peaks.min.length - 1, Math.max(first, Math.ceil((to - peaks.start) * perSecond) - 1));
    let low = 0, high = 0;
    for (let i = first; i <= last; i++) {
      low += peaks.min[i];
      high += peaks.max[i];
    }
    return [low / (last - first + 1), high / (last - first + 1)];
  }

  function draw() {
    if (width === 0) {
      return;
    }
    const scale = pixelsPerSecond(), from = visibleStart(), to = from + width / scale;
    const x = seconds => (seconds - from) * scale;
    context.clearRect(0, 0, width, height);
    drawBands(x, from, to);
    drawBeats(x, from, to, scale);
    drawPeaks(x, from, to, scale);
    const at = x(audio.currentTime);
    context.fillStyle = colours.accent;
    context.fillRect(at - 0.75, bandHeight, 1.5, height - bandHeight);
    context.beginPath();
    context.arc(Math.min(width - 4, Math.max(4, at)), bandHeight + 2, 4, 0, 2 * Math.PI);
    context.fill();
  }

  function drawBands(x, from, to) {
    context.font = `500 12px ${getComputedStyle(root).fontFamily}`;
    context.textBaseline = 'middle';
    for (const band of bands) {
      if (band.end < from || band.start > to) {
        continue;
      }
      const left = x(band.start) + 1, right = x(band.end) - 1, shownLeft = Math.max(left, 0);
      context.fillStyle = colours.groups[band.group % 7];
      context.globalAlpha = 0.28;
      context.beginPath();
      context.roundRect(left, 0, Math.max(1, right - left), bandHeight - 6, 4);
      context.fill();
      context.globalAlpha = 1;
      context.fillRect(left, 0, 3, bandHeight - 6);
      const room = Math.min(right, width) - shownLeft - 16;
      if (context.measureText(band.label).width <= room) {
        context.fillStyle = colours.text;
        context.fillText(band.label, shownLeft + 9, (bandHeight - 6) / 2 + 1);
      }
    }
  }

  function drawBeats(x, from, to, scale) {
    const seconds = beats.length > 1 ? (beats.at(-1) - beats[0]) / (beats.length - 1) : 0;
    context.fillStyle = colours.quiet;
    if (seconds * scale >= 5) {
      for (const beat of beats) {
        if (beat >= from && beat <= to) {
          context.fillRect(Math.round(x(beat)), height - 6, 1, 6);
        }
      }
    }
    const every = downbeats.length > 1 ? Math.max(1, 2 ** Math.ceil(Math.log2(6 / ((downbeats.at(-1) - downbeats[0]) / (downbeats.length - 1) * scale)))) : 1;
    for (let i = 0; i < downbeats.length; i += every) {
      if (downbeats[i] >= from && downbeats[i] <= to) {
        context.fillRect(Math.round(x(downbeats[i])), height - tickHeight + 4, 1, tickHeight - 4);
        if (scale * seconds >= 5) {
          context.globalAlpha = 0.16;
          context.fillRect(Math.round(x(downbeats[i])), bandHeight, 1, height - bandHeight - tickHeight);
          context.globalAlpha = 1;
        }
      }
    }
  }

  function drawPeaks(x, from, to, scale) {
    const peaks = detail?.zoom === zoom && detail.start <= from + 0.01 && detail.end >= Math.min(to, duration) - 0.01 ? detail : overview;
    if (peaks === null) {
      return;
    }
    const middle = (bandHeight + height - tickHeight) / 2, reach = ((height - tickHeight - bandHeight) / 2 - 4) * gain, step = barPitch / scale;
    for (let time = Math.floor(from / step) * step; time < Math.min(to, duration); time += step) {
      const [low, high] = extremes(peaks, time, time + step);
      const top = Math.max(bandHeight, middle - high * reach), bottom = Math.min(height - tickHeight, middle - low * reach);
      context.fillStyle = time + step / 2 <= audio.currentTime ? colours.played : colours.wave;
      context.fillRect(x(time), Math.min(top, middle - 0.5), barWidth, Math.max(1, bottom - top));
    }
  }

  function resize() {
    const ratio = devicePixelRatio || 1;
    [width, height] = [scroll.clientWidth, scroll.clientHeight];
    [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    [canvas.style.width, canvas.style.height] = [`${width}px`, `${height}px`];
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    stage.style.width = `${width * zoom}px`;
    wantDetail();
    draw();
  }

  function setZoom(wanted, anchorSeconds = audio.currentTime, anchorPixels = width / 2) {
    zoom = Math.min(Math.max(1, wanted), Math.max(1, maxPixelsPerSecond * duration / width));
    stage.style.width = `${width * zoom}px`;
    scroll.scrollLeft = anchorSeconds * pixelsPerSecond() - anchorPixels;
    wantDetail();
    draw();
  }

  function tell() {
    const now = audio.currentTime;
    clock.textContent = `${clockOf(now)}.${Math.floor(now * 10) % 10}`;
    place.textContent = placeOf(now);
    if (Math.floor(now) !== Number(stage.getAttribute('aria-valuenow'))) {
      stage.setAttribute('aria-valuenow', Math.floor(now));
      const band = bands.find(b => now >= b.start && now < b.end);
      stage.setAttribute('aria-valuetext', `${clockOf(now)} of ${clockOf(duration)}${band ? `, ${band.label}` : ''}`);
    }
  }

  function placeOf(now) {
    const bar = countUpTo(downbeats, now);
    return bar === 0 ? '' : `bar ${bar} · beat ${countUpTo(beats, now) - countUpTo(beats, downbeats[bar - 1]) + 1}`;
  }

  // How many of the rising times lie at or before this one (30 ms of grace: a beat and its downbeat may differ by rounding).
  function countUpTo(times, now) {
    let low = 0, high = times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[middle] <= now + 0.03) { low = middle + 1; } else { high = middle; }
    }
    return low;
  }

  function seek(seconds) {
    audio.currentTime = Math.min(Math.max(0, seconds), Math.max(0, duration - 0.01));
    keepInSight();
    tell();
    draw();
  }

  function keepInSight() {
    const at = audio.currentTime * pixelsPerSecond() - scroll.scrollLeft;
    if (zoom > 1 && (at < 0 || at > width * 0.9)) {
      scroll.scrollLeft += at - width * 0.1;
    }
  }

  function run() {
    keepInSight();
    tell();
    draw();
    frame = audio.paused ? 0 : requestAnimationFrame(run);
  }

  function stepIn(times, direction, fallback) {
    const now = audio.currentTime, index = countUpTo(times, now);
    if (times.length === 0) {
      return now + direction * fallback;
    }
    return direction > 0 ? times[index] ?? duration : times[index - (now - (times[index - 1] ?? 0) > 0.12 ? 1 : 2)] ?? 0;
  }

  const toggle = () => audio.paused ? guarded(audio.play()) : audio.pause();
  const keys = {
    ' ': toggle,
    ArrowRight: event => seek(stepIn(event.shiftKey ? downbeats : beats, 1, 5)),
    ArrowLeft: event => seek(stepIn(event.shiftKey ? downbeats : beats, -1, 5)),
    PageDown: () => seek(stepIn(bands.map(b => b.start), 1, 30)),
    PageUp: () => seek(stepIn(bands.map(b => b.start), -1, 30)),
    Home: () => seek(0),
    End: () => seek(duration),
    '+': () => setZoom(zoom * 2),
    '=': () => setZoom(zoom * 2),
    '-': () => setZoom(zoom / 2),
  };

  listen(stage, 'keydown', event => {
    if (keys[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      keys[event.key](event);
    }
  });
  listen(document, 'keydown', event => {
    if (event.key === ' ' && !event.defaultPrevented && (event.target === document.body || event.target.matches?.('main, h1'))) {
      event.preventDefault();
      toggle();
    }
  });
  listen(stage, 'click', event => seek((event.clientX - stage.getBoundingClientRect().left) / pixelsPerSecond()));
  listen(scroll, 'wheel', event => {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      const pixels = event.clientX - scroll.getBoundingClientRect().left;
      setZoom(zoom * 2 ** (-event.deltaY / 200), (scroll.scrollLeft + pixels) / pixelsPerSecond(), pixels);
    }
  }, { passive: false });
  listen(scroll, 'scroll', () => { wantDetail(); draw(); });
  listen(root, 'click', event => {
    const button = event.target.closest('button');
    if (button?.dataset.seek) {
      seek(Number(button.dataset.seek));
    } else if (button?.dataset.zoom) {
      setZoom(button.dataset.zoom === 'in' ? zoom * 2 : zoom / 2);
    } else if (button === play) {
      toggle();
    }
  });
  listen(audio, 'play', () => { root.classList.add('playing'); play.setAttribute('aria-label', 'Pause'); frame ||= requestAnimationFrame(run); });
  listen(audio, 'pause', () => { root.classList.remove('playing'); play.setAttribute('aria-label', 'Play'); });
  listen(audio, 'error', () => show('The song cannot be played: this browser does not know the format, or the file is gone.'));
  listen(document, 'themechange', () => { readColours(); draw(); });
  const observer = new ResizeObserver(resize);
  observer.observe(scroll);
  readColours();
  resize();
  guarded(load(overviewPoints).then(peaks => {
    overview = peaks;
    // A quiet song fills the height too; what counts to the eye is its own loud and soft.
    const seconds = duration * barPitch / Math.max(1, width);
    let loudest = 0;
    for (let time = 0; time < duration; time += seconds) {
      const [low, high] = extremes(peaks, time, time + seconds);
      loudest = Math.max(loudest, high, -low);
    }
    gain = loudest > 0 ? Math.min(8, 1 / loudest) : 1;
    root.dataset.ready = 'true';
    draw();
  }));

  return {
    update(newBeats, newDownbeats, newBands) {
      [beats, downbeats, bands] = [newBeats, newDownbeats, newBands];
      tell();
      draw();
    },
    dispose() {
      life.abort();
      observer.disconnect();
      clearTimeout(detailTimer);
      cancelAnimationFrame(frame);
      audio.pause();
    },
  };
}
