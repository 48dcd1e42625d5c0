// The stems to look at: one stretch of the song for all lanes, which can be zoomed and moved. What is painted changes with the view and with the mix; what moves is placed by the style sheet.
import { clockOf } from '../../../Components/Waveform.times.js';
import { gainOf, isAudible } from './MixerDeck.levels.js';
import { createPeaks } from './MixerDeck.peaks.js';

const barPitch = 3;
const barWidth = 2;
const quiet = 0.2;
const maxPixelsPerSecond = 300;
const restMs = 150;
const labelPixels = 72;
const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800];

export function createView(root, song, peaksUrl, listen, signal, { tracks, failed }) {
  const lanes = root.querySelector('[data-lanes]'), ruler = root.querySelector('[data-ruler]'), scroll = root.querySelector('[data-scroll]'), stages = [...root.querySelectorAll('[data-stage]')];
  let from = 0, zoom = 1, width = 0, isStale = false, restTimer = 0, marks = { now: 0, selection: null };

  const scale = () => width * zoom / song.duration;
  const x = seconds => (seconds - from) * scale();
  const peaks = createPeaks(peaksUrl, song.duration, signal, () => { root.dataset.ready = 'true'; sayHeights(); repaint(); }, failed);

  function size(canvas, height) {
    const ratio = devicePixelRatio || 1, context = canvas.getContext('2d');
    [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    [canvas.style.width, canvas.style.height] = [`${width}px`, `${height}px`];
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return context;
  }

  function paintLane(stage, index) {
    const height = stage.clientHeight, context = size(stage.querySelector('canvas'), height), track = tracks()[index], seconds = barPitch / scale();
    const reach = (height / 2 - 6) * peaks.scale * peaks.timesOf(index) * gainOf(track.gainDb), strength = isAudible(track, tracks()) ? 1 : quiet;
    context.fillStyle = getComputedStyle(stage).getPropertyValue('--stem');
    for (let bar = Math.floor(from / seconds); bar * seconds < Math.min(song.duration, from + width / scale()); bar++) {
      const [low, high] = peaks.extremes(index, bar * seconds, (bar + 1) * seconds), middle = (bar + 0.5) * seconds;
      const up = Math.min(height / 2 - 2, high * reach), down = Math.min(height / 2 - 2, -low * reach);
      context.globalAlpha = track.silences.some(silence => silence.start <= middle && silence.end > middle) ? quiet : strength;
      context.fillRect(x(bar * seconds), height / 2 - Math.max(0.5, up), barWidth, Math.max(1, up + down));
    }
  }

  // Nobody shall take a quiet stem for a loud one.
  function sayHeights() {
    stages.forEach((stage, i) => {
      const times = peaks.timesOf(i), label = stage.querySelector('[data-height]');
      label.textContent = times > 1 ? `×${times}` : '';
      label.title = times > 1 ? `A quiet stem: drawn ${times} times as tall` : '';
      stage.querySelector('[data-height-words]').textContent = times > 1 ? `its waveform is drawn ${times} times as tall` : '';
    });
  }

  function paintRuler() {
    const height = ruler.clientHeight, context = size(ruler.querySelector('canvas'), height), style = getComputedStyle(root);
    const step = steps.find(each => each * scale() >= labelPixels) ?? steps.at(-1), bars = song.downbeats.filter(time => x(time) >= 0 && x(time) <= width);
    context.font = `500 11px ${style.fontFamily}`;
    context.textBaseline = 'middle';
    context.fillStyle = style.getPropertyValue('--text-2');
    for (let mark = Math.ceil(from / step); mark * step <= Math.min(song.duration, from + width / scale()); mark++) {
      if (x(mark * step) < width - labelPixels / 2) {
        context.fillText(`${clockOf(mark * step + 1e-6)}${step < 1 ? `.${Math.round(mark * step * 10) % 10}` : ''}`, x(mark * step) + 4, height / 2);
      }
      context.fillRect(x(mark * step), 4, 1, height - 8);
    }
    context.globalAlpha = 0.5;
    for (const bar of bars.length * 6 < width ? bars : []) {
      context.fillRect(x(bar), height - 5, 1, 5);
    }
  }

  function paint() {
    isStale = false;
    if (width > 0) {
      paintRuler();
      stages.forEach(peaks.isReady ? paintLane : stage => size(stage.querySelector('canvas'), stage.clientHeight));
      stages.forEach(placeSilences);
    }
  }

  // Each silence is a thing of its own, with a button that takes it away; the first in each lane is the model that the others are made from.
  function placeSilences(stage, index) {
    const model = stage.querySelector('[data-silence]'), all = [...stage.querySelectorAll('[data-silence]')].slice(1), wanted = tracks()[index].silences;
    wanted.forEach((silence, i) => {
      const element = all[i] ?? stage.insertBefore(model.cloneNode(true), stage.querySelector('.playhead'));
      element.dataset.silence = i;
      element.hidden = x(silence.end) < 0 || x(silence.start) > width;
      [element.style.left, element.style.width] = [`${x(silence.start)}px`, `${x(silence.end) - x(silence.start)}px`];
      element.querySelector('button').setAttribute('aria-label', `Hear ${song.names[index]} again from ${clockOf(silence.start)} to ${clockOf(silence.end)}`);
    });
    all.slice(wanted.length).forEach(element => element.remove());
  }

  function repaint() {
    if (!isStale) {
      isStale = true;
      requestAnimationFrame(() => { paint(); placeMarks(); });
    }
  }

  function placeMarks() {
    const { now, selection } = marks, start = selection ? x(selection.start) : -9, end = selection ? x(selection.end) : -9;
    lanes.style.setProperty('--at', `${x(now).toFixed(2)}px`);
    lanes.style.setProperty('--from', `${start.toFixed(1)}px`);
    lanes.style.setProperty('--length', `${Math.max(0, end - start).toFixed(1)}px`);
  }

  function rest() {
    clearTimeout(restTimer);
    restTimer = setTimeout(() => peaks.want(from, Math.min(song.duration, from + width / scale()), Math.ceil(width / barPitch)), restMs);
  }

  function move(seconds) {
    from = Math.max(0, Math.min(seconds, song.duration - width / scale()));
    scroll.firstElementChild.style.width = `${width * zoom}px`;
    scroll.scrollLeft = from * scale();
    rest();
    repaint();
  }

  function setZoom(wanted, anchor = marks.now) {
    const held = Math.min(width, Math.max(0, x(anchor)));
    zoom = Math.min(Math.max(1, wanted), Math.max(1, maxPixelsPerSecond * song.duration / width));
    move(anchor - held / scale());
  }

  // A page that is not drawn just now has no width; what was seen stays.
  const observer = new ResizeObserver(() => {
    if (ruler.clientWidth > 0) {
      width = ruler.clientWidth;
      move(from);
    }
  });
  observer.observe(ruler);
  signal.addEventListener('abort', () => { observer.disconnect(); clearTimeout(restTimer); });
  listen(scroll, 'scroll', () => { if (Math.abs(scroll.scrollLeft - from * scale()) > 1) { move(scroll.scrollLeft / scale()); } });
  listen(document, 'themechange', repaint);
  const secondsAt = clientX => from + (clientX - ruler.getBoundingClientRect().left) / scale();
  listen(lanes, 'wheel', event => {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      setZoom(zoom * 2 ** (-event.deltaY / 200), secondsAt(event.clientX));
    } else if (zoom > 1 && event.deltaX !== 0) {
      event.preventDefault();
      move(from + event.deltaX / scale());
    }
  }, { passive: false });

  return {
    repaint,
    zoomBy: factor => setZoom(zoom * factor),
    secondsAt: clientX => Math.min(song.duration, Math.max(0, secondsAt(clientX))),
    secondsOf: pixels => pixels / scale(),
    place(now, selection, follows) {
      marks = { now, selection };
      if (follows && zoom > 1 && (x(now) < 0 || x(now) > width * 0.95)) {
        move(now - width * 0.1 / scale());
      }
      placeMarks();
    },
  };
}
