async ([url, names, frames]) => {
  // The kept mix through the very graph that plays it, as fast as the computer can: what the export must be. Gives left and right in turn, as base 64.
  const { createGraph } = await import('/Features/Stems/Mixer/MixerDeck.graph.js');
  const { createSamples, rate } = await import('/Features/Stems/Mixer/MixerDeck.samples.js');
  const context = new OfflineAudioContext(2, frames, rate), graph = createGraph(context, names), samples = createSamples(`${url}/samples`, names.length + 1, frames, undefined);
  const { tracks } = await (await fetch(`${url}/mix`)).json();
  graph.set(names.map(name => tracks.find(track => track.name === name) ?? { name, gainDb: 0, pan: 0, muted: false, soloed: false, silences: [] }));
  for (let from = 0, end; from < frames; from = end) {
    end = Math.min(frames, samples.chunkEnd(from));
    graph.play({ from, frames: end - from, at: from / rate, seconds: (end - from) / rate }, await samples.read(from, end - from));
  }
  const sound = await context.startRendering(), sides = [sound.getChannelData(0), sound.getChannelData(1)];
  const reader = new FileReader(), blob = new Blob([Float32Array.from({ length: 2 * frames }, (_, n) => sides[n % 2][n >> 1])]);
  return new Promise(resolve => { reader.onload = () => resolve(reader.result.split(',')[1]); reader.readAsDataURL(blob); });
}
