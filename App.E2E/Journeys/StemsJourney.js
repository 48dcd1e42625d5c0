// A stretch of a mix through the very graph that plays it, as fast as the computer can: what the export must be.
import { createGraph } from '/Features/Stems/Mixer/MixerDeck.graph.js';
import { createSamples, rate } from '/Features/Stems/Mixer/MixerDeck.samples.js';

// url: the stems' address. names: the stems in their order. tracks: how each is mixed. frames: length of the song. Gives left and right in turn.
window.renderMix = async ({ url, names, tracks, frames }) => {
  const context = new OfflineAudioContext(2, frames, rate), graph = createGraph(context, names);
  const samples = createSamples(`${url}/samples`, names.length + 1, frames, undefined);
  graph.set(tracks);
  for (let from = 0, end; from < frames; from = end) {
    end = Math.min(frames, samples.chunkEnd(from));
    graph.play({ from, frames: end - from, at: from / rate, seconds: (end - from) / rate }, await samples.read(from, end - from));
  }
  const sound = await context.startRendering(), sides = [sound.getChannelData(0), sound.getChannelData(1)];
  return Float32Array.from({ length: 2 * frames }, (_, n) => sides[n % 2][n >> 1]);
};
