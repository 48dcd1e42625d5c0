// Another speed at the same pitch: waveform-similarity overlap-add (Verhelst and Roelands, ICASSP 1993). Windows of the song are laid over each other at another pace, each moved by up to some
// milliseconds to where the sound goes on most like the one before it. Where that is, is found once, on the song as a whole, and holds for every track: they stay together to the sample
// and still add up.
const hop = 1024;
const reach = 600;
const coarse = 4;
const margin = reach + 4 * coarse;

const rising = Float32Array.from({ length: hop }, (_, i) => 0.5 - 0.5 * Math.cos(Math.PI * (i + 0.5) / hop));

// Similarity of what begins at two places, against the loudness of the second.
function likeness(sound, one, other, length) {
  let product = 0, energy = 1e-9;
  for (let i = 0; i < length; i++) {
    product += sound[one + i] * sound[other + i];
    energy += sound[other + i] * sound[other + i];
  }
  return product / Math.sqrt(energy);
}

// Where all is alike, as in silence, the middle.
function best(sound, wanted, from, to, length) {
  let found = (from + to) >> 1, most = likeness(sound, wanted, found, length);
  for (let at = from; at <= to; at++) {
    const like = likeness(sound, wanted, at, length);
    if (like > most) {
      [found, most] = [at, like];
    }
  }
  return found;
}

function thinned(sound) {
  return Float32Array.from({ length: Math.floor(sound.length / coarse) }, (_, i) => sound[coarse * i] + sound[coarse * i + 1] + sound[coarse * i + 2] + sound[coarse * i + 3]);
}

export function createStretch(samples, tracks, from, speed) {
  const step = hop * speed;
  let windows = 0, last = Math.round(from) - hop;
  // The middle of each window lies where the song is at that moment.
  const placeOf = window => from + (window + 1) * step - hop;

  // First roughly, on a quarter of the samples, then exactly.
  function choose(sum, few, wanted, place) {
    const rough = coarse * best(few, Math.round(wanted / coarse), Math.round((place - reach) / coarse), Math.round((place + reach) / coarse), 2 * hop / coarse);
    return best(sum, wanted, rough - coarse, rough + coarse, 2 * hop);
  }

  function lay(sound, out, at, before, chosen) {
    sound.forEach((channels, track) => channels.forEach((samples, side) => {
      for (let i = 0; i < hop; i++) {
        out[track][side][at + i] = (1 - rising[i]) * samples[before + hop + i] + rising[i] * samples[chosen + i];
      }
    }));
  }

  return {
    // The next windows, hop frames of each.
    async next(count) {
      const low = Math.floor(Math.min(last, placeOf(windows))) - 2 * margin, high = Math.ceil(placeOf(windows + count)) + 4 * hop + 2 * margin;
      const sound = await samples.read(low, high - low), [left, right] = sound.at(-1);
      const sum = left.map((sample, i) => sample + right[i]), few = thinned(sum);
      const out = Array.from({ length: tracks }, () => [new Float32Array(count * hop), new Float32Array(count * hop)]);
      for (let window = 0; window < count; window++, windows++) {
        const chosen = choose(sum, few, last + hop - low, Math.round(placeOf(windows)) - low) + low;
        lay(sound, out, window * hop, last - low, chosen - low);
        last = chosen;
      }
      return out;
    },
    hop,
  };
}
