// Plays all stems and the original on the one clock of the sound card. The song is given to it piece by piece, some seconds ahead; each piece says which frames of the song sound from which
// moment on, so that where the song is can be told at any time, in loops and at any speed.
import { createGraph } from './MixerDeck.graph.js';
import { createSamples, rate } from './MixerDeck.samples.js';
import { createStretch } from './MixerDeck.stretch.js';

const aheadSeconds = 4;
const fetchedSeconds = 4;
const leadSeconds = 0.05;
const fadeSeconds = 0.012;
const pieceWindows = 40;
const joinFrames = Math.round(0.005 * rate);
const leastLoopSeconds = 0.1;

const wait = seconds => new Promise(resolve => setTimeout(resolve, 1000 * seconds));

export function createPlayer(url, names, frames, signal, { changed, failed }) {
  const samples = createSamples(url, names.length + 1, frames, signal);
  let context = null, graph = null, mix = null, run = null, place = 0, speed = 1, loop = null, isOriginal = false;

  async function open() {
    if (context === null) {
      context = new AudioContext({ sampleRate: rate, latencyHint: 'interactive' });
      graph = createGraph(context, names);
      graph.set(mix);
      graph.compare(isOriginal);
    }
    await context.resume();
  }

  // The moment of the context's clock that is leaving the loudspeaker now.
  function heard() {
    const { contextTime, performanceTime } = context.getOutputTimestamp();
    return contextTime > 0 ? Math.min(context.currentTime, contextTime + (performance.now() - performanceTime) / 1000) : context.currentTime - (context.outputLatency || 0);
  }

  function placeAt(time) {
    const piece = run?.pieces.findLast(each => each.at <= time) ?? run?.pieces[0];
    return piece === undefined ? place : piece.from + Math.min(1, Math.max(0, (time - piece.at) / piece.seconds)) * piece.frames;
  }

  const soon = () => Math.ceil((context.currentTime + leadSeconds) * rate);
  const endFor = cursor => loop !== null && cursor < loop.end ? loop.end : frames;

  // The end of the loop fades over into what stands before its beginning: so its length stays what it is to the sample, and what begins with it begins as in the song.
  async function join(sound) {
    const length = Math.min(joinFrames, sound[0][0].length), before = await samples.read(loop.start - length, length);
    sound.forEach((channels, track) => channels.forEach((out, side) => {
      const last = out.subarray(out.length - length);
      before[track][side].forEach((sample, i) => last[i] += (i + 1) / (length + 1) * (sample - last[i]));
    }));
  }

  // The next frames and how long they sound: up to the end of a chunk, of the loop or of the song. No end of a loop is cut off so short that it could not fade.
  async function read(mine) {
    const from = mine.cursor, end = endFor(from), isRound = end === loop?.end;
    if (speed === 1) {
      const whole = samples.chunkEnd(from), to = whole + joinFrames < end ? whole : end, sound = await samples.read(from, to - from);
      if (isRound && to === end) {
        await join(sound);
      }
      return { piece: { from, frames: to - from, seconds: (to - from) / rate, after: mine.after }, sound };
    }
    mine.stretch ??= createStretch(samples, names.length + 1, from, speed);
    const length = Math.max(1, Math.round((end - from) / speed)), { hop } = mine.stretch, windows = length <= pieceWindows * hop + joinFrames ? Math.ceil(length / hop) : pieceWindows, count = Math.min(length, windows * hop);
    const sound = (await mine.stretch.next(windows)).map(channels => channels.map(channel => channel.subarray(0, count)));
    if (isRound && count === length) {
      await join(sound);
    }
    return { piece: { from, frames: count === length ? end - from : count * speed, seconds: count / rate, after: mine.after }, sound };
  }

  function give(mine, piece, sound) {
    mine.at = Math.max(mine.at, soon());
    piece.at = mine.at / rate;
    mine.at += Math.round(piece.seconds * rate);
    if (mine.pieces.length === 0) {
      graph.master.setValueAtTime(0, piece.at);
      graph.master.linearRampToValueAtTime(1, piece.at + fadeSeconds);
    }
    const sources = graph.play(piece, sound);
    mine.pieces = [...mine.pieces.filter(each => each.at + each.seconds > context.currentTime - 1), piece];
    mine.sources = new Set([...mine.sources, ...sources]);
    sources.forEach(source => source.onended = () => mine.sources.delete(source));
    const end = piece.from + piece.frames, isRound = loop !== null && piece.from < loop.end && end >= loop.end;
    mine.cursor = isRound ? loop.start : end;
    mine.after = isRound ? loop.end : null;
    mine.stretch = isRound ? null : mine.stretch;
    if (mine.cursor >= frames) {
      sources.at(-1).onended = () => { if (run === mine) { halt(); place = frames; changed(); } };
    }
  }

  async function pump(mine) {
    while (run === mine && mine.cursor < frames) {
      const ahead = mine.at / rate - context.currentTime;
      if (ahead > aheadSeconds) {
        await wait(ahead - aheadSeconds + 0.1);
        continue;
      }
      const { piece, sound } = await read(mine);
      if (run === mine) {
        give(mine, piece, sound);
        samples.prepare(Math.floor(mine.cursor), fetchedSeconds * rate);
      }
    }
  }

  function begin() {
    const mine = run = { pieces: [], sources: new Set(), cursor: place, after: null, at: 0, stretch: null };
    pump(mine).catch(error => {
      if (run === mine) {
        halt();
        failed(error);
      }
    });
  }

  // Ends without a click what was given to the sound card.
  function halt() {
    const at = context.currentTime + fadeSeconds;
    place = Math.round(placeAt(context.currentTime));
    graph.master.cancelScheduledValues(0);
    graph.master.setTargetAtTime(0, context.currentTime, fadeSeconds / 5);
    graph.clear(run.sources, at);
    run = null;
  }

  function again(change) {
    const isRunning = run !== null;
    if (isRunning) {
      halt();
    }
    change();
    if (isRunning) {
      begin();
    }
    changed();
  }

  async function play() {
    await open();
    if (run === null) {
      place = place >= frames - 1 ? loop?.start ?? 0 : place;
      begin();
      changed();
    }
  }

  function pause() {
    if (run !== null) {
      halt();
      changed();
    }
  }

  return {
    play,
    pause,
    toggle: () => run === null ? play() : pause(),
    seek: seconds => again(() => place = Math.min(frames, Math.max(0, Math.round(seconds * rate)))),
    get isPlaying() { return run !== null; },
    get isWaiting() { return run !== null && (run.pieces.length === 0 || run.pieces.at(-1).at + run.pieces.at(-1).seconds < context.currentTime); },
    get seconds() { return (run === null ? place : placeAt(heard())) / rate; },
    get speed() { return speed; },
    set speed(value) { again(() => speed = value); },
    get loop() { return loop && { start: loop.start / rate, end: loop.end / rate }; },
    // What has passed a loop by then goes back to its beginning; who goes behind it later plays on.
    set loop(range) {
      again(() => {
        loop = range && range.end - range.start >= leastLoopSeconds ? { start: Math.round(range.start * rate), end: Math.min(frames, Math.round(range.end * rate)) } : null;
        place = loop !== null && place >= loop.end ? loop.start : place;
      });
    },
    set mix(next) {
      mix = next;
      graph?.set(mix, run?.pieces ?? []);
    },
    get isOriginal() { return isOriginal; },
    set isOriginal(value) {
      isOriginal = value;
      graph?.compare(value);
    },
    dispose() {
      if (run !== null) {
        halt();
      }
      return context?.close();
    },
  };
}
