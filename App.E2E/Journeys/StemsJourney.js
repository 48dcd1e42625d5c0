// A stretch of a mix through the very graph that plays it, as fast as the computer can: what the export must be.
import { createGraph } from './MixerDeck.graph.js';
import { createSamples, rate } from './MixerDeck.samples.js';

// names: the stems in their order. tracks: how each is mixed. start: first frame of the stretch. Gives left and right.
export async function render({ url, names, tracks, songFrames, start, frames }) {
  const context = new OfflineAudioContext(2, frames, rate), graph = createGraph(context, names);
  const samples = createSamples(url, names.length + 1, songFrames, undefined);
  graph.set(tracks);
  for (let from = start, end; from < start + frames; from = end) {
    end = Math.min(start + frames, samples.chunkEnd(from));
    graph.play({ from, frames: end - from, at: (from - start) / rate, seconds: (end - from) / rate }, await samples.read(from, end - from));
  }
  const sound = await context.startRendering();
  return [sound.getChannelData(0), sound.getChannelData(1)];
}
