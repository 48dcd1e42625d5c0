// Paints the song. What does not move is painted once for each view, twice over: as it is, and as it is when played. A frame of playback copies the two and draws a line.
import { isHole } from './Waveform.times.js';

const barPitch = 3;
const barWidth = 2;
const fewestLetters = 3;
const bandHeight = 18;
const spanHeight = 20;
const gap = 6;
const tickHeight = 16;
const groups = 7;
const energyPitch = 12;

export const barsPerPixel = 1 / barPitch;

export function createPicture(root, canvas) {
  const context = canvas.getContext('2d');
  const still = document.createElement('canvas').getContext('2d'), played = document.createElement('canvas').getContext('2d');
  let width = 0, height = 0, ratio = 1, top = 0, colours = {}, view = null, song = null, gain = 0;

  function readColours() {
    const style = getComputedStyle(root);
    const value = name => style.getPropertyValue(name).trim();
    colours = {
      wave: value('--wave'), played: value('--wave-played'), text: value('--text-1'), quiet: value('--text-2'), accent: value('--accent'), ground: value('--surface'),
      groups: Array.from({ length: groups }, (_, i) => value(`--group-${i}`)), font: style.fontFamily,
    };
  }

  const x = seconds => (seconds - view.from) * view.scale;
  const isSeen = (start, end) => end >= view.from && start <= view.to;

  function paintBands() {
    still.font = `500 12px ${colours.font}`;
    still.textBaseline = 'middle';
    for (const band of song.bands) {
      if (isSeen(band.start, band.end)) {
        paintBand(x(band.start) + 1, x(band.end) - 1, band.label, colours.groups[band.group % groups]);
      }
    }
  }

  function paintBand(left, right, label, colour) {
    still.fillStyle = colour;
    still.globalAlpha = 0.28;
    still.beginPath();
    still.roundRect(left, 0, Math.max(1, right - left), bandHeight, 4);
    still.fill();
    still.globalAlpha = 1;
    still.fillRect(left, 0, 3, bandHeight);
    write(label, left, right, bandHeight / 2 + 1, colours.text);
  }

  function write(text, left, right, middle, colour) {
    const shownLeft = Math.max(left, 0), shown = fitted(text, Math.min(right, width) - shownLeft - 16);
    still.fillStyle = colour;
    still.fillText(shown, shownLeft + 9, middle);
  }

  // As much of the text as there is room for; nothing when that would tell nothing.
  function fitted(text, room) {
    const needed = still.measureText(text).width, letters = Math.floor(text.length * room / needed) - 1;
    return needed <= room ? text : letters < fewestLetters ? '' : `${text.slice(0, letters).trimEnd()}…`;
  }

  function paintSpans() {
    still.font = `400 12px ${colours.font}`;
    for (const span of song.spans) {
      if (isSeen(span.start, span.end)) {
        const left = x(span.start), right = x(span.end);
        still.fillStyle = colours.quiet;
        still.fillRect(left, bandHeight + gap + spanHeight - 3, Math.max(1, right - left - 2), 1);
        write(span.text, left - 8, Math.max(right, left + 1) + 8, bandHeight + gap + 8, colours.quiet);
      }
    }
  }

  function paintBeats() {
    const apart = times => times.length > 1 ? (times.at(-1) - times[0]) / (times.length - 1) * view.scale : 0;
    const areBeatsShown = apart(song.beats) >= 5;
    still.fillStyle = colours.quiet;
    if (areBeatsShown) {
      for (const beat of song.beats) {
        if (isSeen(beat, beat)) {
          still.fillRect(Math.round(x(beat)), height - 6, 1, 6);
        }
      }
    }
    const every = song.downbeats.length > 1 ? Math.max(1, 2 ** Math.ceil(Math.log2(6 / apart(song.downbeats)))) : 1;
    for (let i = 0; i < song.downbeats.length; i += every) {
      if (isSeen(song.downbeats[i], song.downbeats[i])) {
        const left = Math.round(x(song.downbeats[i]));
        still.fillRect(left, height - tickHeight + 4, 1, tickHeight - 4);
        still.globalAlpha = 0.16;
        still.fillRect(left, top, 1, areBeatsShown ? height - top - tickHeight : 0);
        still.globalAlpha = 1;
      }
    }
  }

  function paintPeaks(peaks) {
    const middle = (top + height - tickHeight) / 2, reach = ((height - tickHeight - top) / 2 - 4) * gain, step = barPitch / view.scale;
    still.fillStyle = colours.wave;
    played.fillStyle = colours.played;
    for (let bar = Math.floor(view.from / step); bar * step < Math.min(view.to, song.duration); bar++) {
      const [low, high] = peaks.extremes(bar * step, (bar + 1) * step);
      const upper = Math.min(Math.max(top, middle - high * reach), middle - 0.5), lower = Math.min(height - tickHeight, middle - low * reach);
      const box = [x(bar * step), upper, barWidth, Math.max(1, lower - upper)];
      still.fillRect(...box);
      played.fillRect(...box);
    }
  }

  // A line over both pictures, with a rim of the ground so that it stands out from the bars; from afar one point stands for several beats. Where the beat pauses nothing is known: no line.
  function paintEnergy(target) {
    const floor = height - tickHeight, reach = floor - top - 4, count = Math.min(song.beats.length, song.energy.length);
    const apart = count > 1 ? (song.beats[count - 1] - song.beats[0]) / (count - 1) * view.scale : energyPitch, beats = Math.max(1, Math.round(energyPitch / apart));
    target.beginPath();
    for (let i = 0, last; i < count; i = last + 1) {
      for (last = i; last + 1 < Math.min(count, i + beats) && !isHole(song.beats, last + 1);) {
        last++;
      }
      if (isSeen(song.beats[Math.max(0, i - beats)], song.beats[Math.min(count - 1, last + beats)])) {
        const energy = song.energy.slice(i, last + 1).reduce((sum, each) => sum + each, 0) / (last + 1 - i);
        const point = [(x(song.beats[i]) + x(song.beats[last])) / 2, floor - energy * reach];
        isHole(song.beats, i) ? target.moveTo(...point) : target.lineTo(...point);
      }
    }
    target.lineJoin = 'round';
    for (const [style, lineWidth] of [[colours.ground, 4], [colours.text, 1.25]]) {
      [target.strokeStyle, target.lineWidth] = [style, lineWidth];
      target.globalAlpha = 0.7;
      target.stroke();
      target.globalAlpha = 1;
    }
  }

  function shade(start, end) {
    const left = x(start), right = x(end);
    context.fillStyle = colours.accent;
    context.globalAlpha = 0.14;
    context.fillRect(left, top - 2, right - left, height - top + 2);
    context.globalAlpha = 1;
    context.fillRect(left - 0.5, top - 2, 1, height - top + 2);
    context.fillRect(right - 0.5, top - 2, 1, height - top + 2);
  }

  function line(seconds) {
    const at = x(seconds);
    context.fillStyle = colours.accent;
    context.fillRect(at - 0.75, top, 1.5, height - top);
    return at;
  }

  readColours();
  return {
    readColours,

    resize(newWidth, newHeight) {
      [width, height, ratio] = [newWidth, newHeight, devicePixelRatio || 1];
      for (const each of [context, still, played]) {
        [each.canvas.width, each.canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
        each.setTransform(ratio, 0, 0, ratio, 0, 0);
      }
      [canvas.style.width, canvas.style.height] = [`${width}px`, `${height}px`];
    },

    // view: seconds from and to, pixels a second. layers: names of those that are shown.
    paint(newView, newSong, peaks, layers) {
      [view, song] = [newView, newSong];
      const hasSpans = layers.has('lyrics') && song.spans.length > 0;
      top = bandHeight + gap + (hasSpans ? spanHeight : 0);
      still.clearRect(0, 0, width, height);
      played.clearRect(0, 0, width, height);
      paintBands();
      if (hasSpans) {
        paintSpans();
      }
      if (layers.has('beats')) {
        paintBeats();
      }
      if (peaks.isReady) {
        gain ||= Math.min(8, 1 / (peaks.loudest(Math.ceil(width * barsPerPixel)) || 1));
        paintPeaks(peaks);
      }
      if (layers.has('energy')) {
        paintEnergy(still);
        paintEnergy(played);
      }
    },

    // One frame: where the song is, what is looped, where a border is being taken.
    show(now, loop, ghost) {
      const at = x(now);
      context.clearRect(0, 0, width, height);
      context.drawImage(still.canvas, 0, 0, width, height);
      const done = Math.min(at, width);
      if (done > 0) {
        context.drawImage(played.canvas, 0, 0, done * ratio, height * ratio, 0, 0, done, height);
      }
      if (loop !== null) {
        shade(loop.start, loop.end);
      }
      if (ghost !== null) {
        line(ghost);
      }
      line(now);
      context.beginPath();
      context.arc(Math.min(width - 4, Math.max(4, at)), top + 2, 4, 0, 2 * Math.PI);
      context.fill();
    },
  };
}
