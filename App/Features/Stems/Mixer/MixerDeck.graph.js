// What the sound goes through, for the loudspeaker and for the proof of the export alike: each stem through its silences, its level and its place, then together; beside them the original.
import { rate } from './MixerDeck.samples.js';
import { cornersOf, envelopeAt, levelOf } from './MixerDeck.levels.js';

const aheadSeconds = 0.02;
const bendSeconds = 0.015;
const glideSeconds = 0.008;
const joinSeconds = 0.005;

export function createGraph(context, names) {
  const master = new GainNode(context), mixed = new GainNode(context), original = new GainNode(context, { gain: 0 });
  let mix = null;
  const strips = names.map(() => {
    const strip = { silences: new GainNode(context), level: new GainNode(context), place: new StereoPannerNode(context) };
    strip.silences.connect(strip.level).connect(strip.place).connect(mixed);
    return strip;
  });
  mixed.connect(master);
  original.connect(master);
  master.connect(context.destination);

  function start(channels, target, at) {
    const buffer = new AudioBuffer({ numberOfChannels: 2, length: channels[0].length, sampleRate: rate });
    channels.forEach((samples, channel) => buffer.copyToChannel(samples, channel));
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(target);
    source.start(at);
    return source;
  }

  // A straight line between two corners stays one at any speed. Where a loop begins again, the line comes from where it was at the loop's end.
  function draw(param, silences, piece) {
    const begin = piece.from / rate, to = (piece.from + piece.frames) / rate, inside = silences.filter(each => each.start < to && each.end > begin);
    const timeOf = seconds => piece.at + (seconds - begin) / (to - begin) * piece.seconds, lineTo = seconds => param.linearRampToValueAtTime(envelopeAt(inside, seconds), timeOf(seconds));
    let from = begin;
    param.setValueAtTime(piece.after ? envelopeAt(silences, piece.after / rate - 1e-6) : envelopeAt(inside, begin), piece.at);
    if (piece.after) {
      from = Math.min(begin + joinSeconds, (begin + to) / 2);
      lineTo(from);
    }
    inside.flatMap(cornersOf).filter(corner => corner > from && corner < to).forEach(lineTo);
    if (inside.length > 0) {
      lineTo(to);
    }
  }

  // What is left of a piece from a moment on.
  function rest(piece, at) {
    const share = (at - piece.at) / piece.seconds;
    return { from: piece.from + share * piece.frames, frames: piece.frames * (1 - share), at, seconds: piece.seconds * (1 - share) };
  }

  // Until the change the old line is drawn to its end: what is cancelled takes the whole of a ramp away.
  function redraw(param, before, after, pieces) {
    const at = context.currentTime + aheadSeconds, now = pieces.find(piece => piece.at <= at && piece.at + piece.seconds > at + bendSeconds);
    param.cancelScheduledValues(at);
    if (now) {
      const then = rest(now, at + bendSeconds);
      param.linearRampToValueAtTime(envelopeAt(before, rest(now, at).from / rate), at);
      param.linearRampToValueAtTime(envelopeAt(after, then.from / rate), then.at);
      draw(param, after, then);
    }
    for (const piece of pieces.filter(piece => piece.at >= at)) {
      draw(param, after, piece);
    }
  }

  return {
    master: master.gain,

    // How it is mixed, at once; while pieces sound, without a click.
    set(next, pieces = null) {
      const glide = (param, value) => pieces === null ? param.value = value : param.setTargetAtTime(value, context.currentTime, glideSeconds);
      strips.forEach((strip, i) => {
        const track = next[i], before = mix?.[i];
        glide(strip.level.gain, levelOf(track, next));
        glide(strip.place.pan, track.pan);
        if (before && pieces?.length > 0 && JSON.stringify(before.silences) !== JSON.stringify(track.silences)) {
          redraw(strip.silences.gain, before.silences, track.silences, pieces);
        }
      });
      mix = next;
    },

    compare(isOriginal) {
      original.gain.setTargetAtTime(isOriginal ? 1 : 0, context.currentTime, glideSeconds);
      mixed.gain.setTargetAtTime(isOriginal ? 0 : 1, context.currentTime, glideSeconds);
    },

    // piece: which frames of the song sound from which time of the context on, and for how many seconds. sound: the stems in their order, then the original.
    play(piece, sound) {
      strips.forEach((strip, i) => draw(strip.silences.gain, mix[i].silences, piece));
      return sound.map((channels, i) => start(channels, i < strips.length ? strips[i].silences : original, piece.at));
    },

    // What was given ahead of its time is taken back.
    clear(sources, at) {
      sources.forEach(source => source.stop(at));
      strips.forEach(strip => strip.silences.gain.cancelScheduledValues(at));
    },
  };
}
