// The sound of all tracks, in chunks that are fetched when they are wanted; the longest unused are forgotten, so that a song of any length needs the same memory.
export const rate = 44100;
const chunkFrames = 2 * rate;
const chunksKept = 6;

// url answers `start` and `frames` with the tracks one after the other, 16 bits, left and right in turn. frames: length of the song.
export function createSamples(url, tracks, frames, signal) {
  const chunks = new Map();

  async function load(index) {
    const start = index * chunkFrames;
    const answer = await fetch(`${url}?start=${start}&frames=${Math.min(chunkFrames, frames - start)}&original=true`, { signal });
    if (!answer.ok) {
      throw new Error((await answer.json().catch(() => ({}))).detail ?? `The stems could not be read (${answer.status}).`);
    }
    return new Int16Array(await answer.arrayBuffer());
  }

  function chunk(index) {
    const wanted = chunks.get(index) ?? load(index);
    chunks.delete(index);
    chunks.set(index, wanted);
    wanted.catch(() => chunks.delete(index));
    for (const old of [...chunks.keys()].slice(0, -chunksKept)) {
      chunks.delete(old);
    }
    return wanted;
  }

  function indexes(start, count) {
    const first = Math.max(0, Math.floor(start / chunkFrames)), end = Math.ceil(Math.min(frames, start + count) / chunkFrames);
    return Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
  }

  // Puts what a chunk knows of the stretch that begins at start into the channels of all tracks.
  function copy(data, chunkStart, start, sound) {
    const length = data.length / 2 / tracks, from = Math.max(start, chunkStart), to = Math.min(start + sound[0][0].length, chunkStart + length);
    sound.forEach(([left, right], track) => {
      for (let frame = from, at = 2 * (track * length + from - chunkStart); frame < to; frame++, at += 2) {
        left[frame - start] = data[at] / 32768;
        right[frame - start] = data[at + 1] / 32768;
      }
    });
  }

  return {
    // For each track its left and right channel; silence outside the song.
    async read(start, count) {
      const sound = Array.from({ length: tracks }, () => [new Float32Array(count), new Float32Array(count)]);
      const wanted = indexes(start, count);
      (await Promise.all(wanted.map(chunk))).forEach((data, i) => copy(data, wanted[i] * chunkFrames, start, sound));
      return sound;
    },

    // Begins to fetch what will be read soon. Who reads it then is told if it failed.
    prepare(start, count) {
      indexes(start, count).forEach(index => chunk(index).catch(() => {}));
    },

    chunkEnd: frame => (Math.floor(frame / chunkFrames) + 1) * chunkFrames,
  };
}
