using System.Text.Json.Nodes;
using Downbeat.Features.Stems.Separation;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Features.Stems.Models;

/// <summary>Songs split with networks that the tests write.</summary>
public sealed class StemModelTests : IDisposable
{
    private const int Chunk = 32768;
    private const int Overlap = 8192;
    private const int Spectra = 64;
    private const int SpectraOverlap = 16;
    private readonly ModelBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task A_waveform_model_gives_its_stems_and_the_last_is_what_the_others_leave()
    {
        // Its other is five times too loud; as the sum of the stems is the mix, that does not matter.
        bench.Put(ModelBench.Waveform(Chunk, Overlap, "drums", "bass", "other", "vocals"), ModelBench.Gains(Chunk, 0.25f, 0.125f, 5, 0.5f));
        var song = ModelSongs.Noise(100_000, 0.8);

        var stems = await bench.SplitAsync(4, song);

        AssertGains(song, stems, 0.5, 0.25, 0.125, 0.125);
        Assert.True(ModelSongs.Sdr(song, ModelSongs.Sum(stems)) > 100);
    }

    [Theory]
    [InlineData(2, 0.3, 0.7)]
    [InlineData(4, 0.3, 0.2, 0.1, 0.4)]
    [InlineData(5, 0.3, 0.2, 0.1, 0.05, 0.35)]
    public async Task Stems_that_were_not_asked_for_are_in_the_last(int count, params double[] gains)
    {
        bench.Put(
            ModelBench.Waveform(Chunk, Overlap, "drums", "bass", "other", "vocals", "guitar", "piano"), ModelBench.Gains(Chunk, 0.2f, 0.1f, 0.1f, 0.3f, 0.25f, 0.05f));
        var song = ModelSongs.Noise(50_000, 0.8);

        AssertGains(song, await bench.SplitAsync(count, song), gains);
    }

    [Fact]
    public async Task A_model_hears_the_song_normalised_and_its_stems_come_back_at_the_songs_level()
    {
        var manifest = ModelBench.Waveform(Chunk, Overlap, "vocals");
        manifest["normalise"] = "song";
        var graph = new OnnxGraph();
        // Whatever it hears, it gives the square of it: of a square wave the normalised square is 1 everywhere.
        var x = graph.Apply("Unsqueeze", [graph.Input("x", 1, 2, Chunk), graph.Whole(1)]);
        bench.Put(manifest, graph.Output("y", graph.Apply("Mul", [x, x]), 1, 1, 2, Chunk).ToBytes());
        var song = ModelSongs.Of(100_000, (n, _) => (n / 50 % 2 == 0 ? 0.1 : -0.1) + 0.25);

        var vocals = (await bench.SplitAsync(2, song))[0];

        Assert.All(vocals.Left, sample => Assert.Equal(0.1, sample, 3));
    }

    [Theory]
    [InlineData("rest", 0, 1)]
    [InlineData("average", 0.25, 0.25)]
    public async Task A_model_of_Spleeters_form_shares_out_the_bins_that_it_knows_and_the_others_as_told(string above, double vocalsAbove, double otherAbove)
    {
        // Four bands of 64 bins, one for each stem; of the 513 bins it knows 256, which end at 11 kHz.
        const int Bins = 256;
        string[] stems = ["vocals", "drums", "bass", "other"];
        var manifest = ModelBench.Mask(Spectra, SpectraOverlap, ["batch", "time", "frequency", "channel"], stems, stems);
        (manifest["bins"], manifest["above"]) = (Bins, above);
        var graph = new OnnxGraph();
        var x = graph.Input("x", 1, Spectra, Bins, 2);
        foreach (var (n, stem) in stems.Index())
        {
            graph.Output(stem, graph.Times(x, Band(Bins, n * 64, 64), 1, 1, Bins, 1), 1, Spectra, Bins, 2);
        }

        bench.Put(manifest, graph.ToBytes());
        var tones = new[] { 1400, 4100, 6900, 9600 }.Select(hertz => ModelSongs.Tone(80_000, hertz, 0.2)).ToArray();
        var results = await bench.SplitAsync(4, ModelSongs.Sum(tones));
        Assert.All(tones.Zip(results), pair => Assert.True(ModelSongs.Sdr(pair.First, pair.Second) > 25));

        var high = ModelSongs.Sum([.. tones.Select(tone => ModelSongs.Scaled(tone, 1)), ModelSongs.Tone(80_000, 16000, 0.2)]);
        results = await bench.SplitAsync(4, high);
        AssertHolds(results[0], tones[0], 16000, vocalsAbove);
        AssertHolds(results[3], tones[3], 16000, otherAbove);
        Assert.True(ModelSongs.Sdr(high, ModelSongs.Sum(results)) > 90);
    }

    [Fact]
    public async Task A_model_of_Open_Unmixs_form_has_a_file_for_each_stem()
    {
        const int Bins = 513;
        string[] stems = ["bass", "drums", "other", "vocals"];
        var manifest = ModelBench.Mask(Spectra, SpectraOverlap, ["batch", "channel", "frequency", "time"], ["y"], stems);
        manifest["files"] = new JsonArray([.. stems.Select((stem, n) =>
        {
            var graph = new OnnxGraph();
            // Batch and time may be left free in the file.
            var file = graph.Output("y", graph.Times(graph.Input("x", -1, 2, Bins, -1), Band(Bins, n * 64, n == 3 ? Bins : 64), 1, 1, Bins, 1), -1, 2, Bins, -1).ToBytes();
            return new JsonObject { ["file"] = $"{stem}.onnx", ["sha256"] = bench.Put($"{stem}.onnx", file).ToUpperInvariant(), ["stem"] = stem };
        })]);
        bench.PutManifest(manifest);
        var (bass, drums, other, vocals) = (ModelSongs.Tone(60_000, 1400, 0.2), ModelSongs.Tone(60_000, 4100, 0.2), ModelSongs.Tone(60_000, 6900, 0.2), ModelSongs.Tone(60_000, 15000, 0.2));
        var song = ModelSongs.Sum(bass, drums, other, vocals);

        StereoBlock[] four = [vocals, drums, bass, other];
        Assert.All(four.Zip(await bench.SplitAsync(4, song)), pair => Assert.True(ModelSongs.Sdr(pair.First, pair.Second) > 25));
        StereoBlock[] two = [vocals, ModelSongs.Sum(bass, drums, other)];
        Assert.All(two.Zip(await bench.SplitAsync(2, song)), pair => Assert.True(ModelSongs.Sdr(pair.First, pair.Second) > 25));
        Assert.False(bench.Separators.For(5).Any());
    }

    [Fact]
    public async Task A_model_of_masks_for_the_voice_alone_leaves_the_rest()
    {
        // One mask for both channels, which it hears together; 0.75 of everything.
        var manifest = ModelBench.Mask(Spectra, SpectraOverlap, ["frequency", "time"], ["y"], "vocals");
        (manifest["gives"], manifest["power"]) = ("mask", 1);
        var graph = new OnnxGraph();
        var nothing = graph.Times(graph.Input("x", 513, Spectra), [0], 1, 1);
        bench.Put(manifest, graph.Output("y", graph.Apply("Add", [nothing, graph.Constant([0.75f], 1, 1)]), 513, Spectra).ToBytes());
        var song = ModelSongs.Noise(60_000, 0.8);

        AssertGains(song, await bench.SplitAsync(2, song), 0.75, 0.25);
    }

    [Fact]
    public async Task Chunks_lie_where_the_song_has_them_and_fade_over_into_each_other()
    {
        // Its gain rises from 0 to 1 over each chunk.
        bench.Put(ModelBench.Waveform(Chunk, Overlap, "vocals"), Rising(Chunk));
        var song = ModelSongs.Of(12 * ModelBench.Rate, (n, channel) => channel == 0 ? 0.5 : 0.25 * Math.Sin(n * 0.05));

        var vocals = (await bench.SplitAsync(2, song))[0];

        var expected = ModelSongs.Of(song.Frames, (n, channel) => song.Channels[channel][n] * GainAt(n));
        Assert.True(ModelSongs.Sdr(expected, vocals) > 80);
        Assert.True(vocals.Left.Zip(vocals.Left.Skip(1), (a, b) => Math.Abs(a - b)).Max() < 1.0 / Overlap);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stems_do_not_depend_on_where_the_work_begins(bool isOfMasks)
    {
        if (isOfMasks)
        {
            var graph = new OnnxGraph();
            var masks = graph.Times(graph.Input("x", 2, 513, Spectra), [.. Enumerable.Range(0, Spectra).Select(n => (float)n / Spectra)], 1, 1, Spectra);
            bench.Put(ModelBench.Mask(Spectra, SpectraOverlap, ["channel", "frequency", "time"], ["y"], "vocals"), graph.Output("y", masks, 2, 513, Spectra).ToBytes());
        }
        else
        {
            bench.Put(ModelBench.Waveform(Chunk, Overlap, "vocals"), Rising(Chunk));
        }

        var song = ModelSongs.Noise(12 * ModelBench.Rate, 0.5);

        var (forwards, backwards) = (await bench.SplitAsync(2, song), await bench.SplitAsync(2, song, isBackwards: true));

        Assert.All(forwards.Zip(backwards), pair => Assert.True(ModelSongs.Sdr(pair.First, pair.Second) > 60));
        Assert.All(forwards, stem => Assert.True(ModelSongs.Sdr(stem, song) < 20));
    }

    [Fact]
    public async Task A_song_shorter_than_a_window_and_one_of_silence_are_split_too()
    {
        bench.Put(ModelBench.Waveform(Chunk, Overlap, "vocals"), Rising(Chunk));
        foreach (var song in new[] { ModelSongs.Noise(300, 0.5), new StereoBlock(20_000), new StereoBlock(0) })
        {
            var stems = await bench.SplitAsync(2, song);

            Assert.All(ModelSongs.Sum(stems).Left.Zip(song.Left), pair => Assert.Equal(pair.Second, pair.First, 5));
        }
    }

    [Fact]
    public async Task A_small_network_that_learns_here_splits_tones_from_bursts()
    {
        const int Frames = 2 * ModelBench.Rate;
        var manifest = ModelBench.Mask(Spectra, SpectraOverlap, ["channel", "batch", "frequency", "time"], ["y"], "vocals");
        (manifest["gives"], manifest["power"]) = ("mask", 1);
        var learner = new MaskLearner();
        learner.Learn(ModelSongs.Tones(Frames, 1).Left, ModelSongs.Bursts(Frames, 1).Left);
        bench.Put(manifest, learner.Network(Spectra));
        var (tones, bursts) = (ModelSongs.Tones(Frames, 5), ModelSongs.Bursts(Frames, 5));
        var song = ModelSongs.Sum(tones, bursts);

        var stems = await bench.SplitAsync(2, song);

        Assert.InRange(ModelSongs.Sdr(tones, stems[0]) - ModelSongs.Sdr(tones, song), 6, 40);
        Assert.InRange(ModelSongs.Sdr(bursts, stems[1]) - ModelSongs.Sdr(bursts, song), 10, 40);
    }

    private static void AssertGains(StereoBlock song, StereoBlock[] stems, params double[] gains) =>
        Assert.All(gains.Zip(stems), pair => Assert.True(ModelSongs.Sdr(ModelSongs.Scaled(song, pair.First), pair.Second) > 60, $"{pair.First}"));

    /// <summary>That what a stem holds besides its own part is the given share of a tone.</summary>
    private static void AssertHolds(StereoBlock stem, StereoBlock own, double hertz, double share)
    {
        var expected = ModelSongs.Sum(own, ModelSongs.Scaled(ModelSongs.Tone(own.Frames, hertz, 0.2), share));
        Assert.True(ModelSongs.Sdr(expected, stem) > 20, $"{ModelSongs.Sdr(expected, stem)}");
    }

    private static float[] Band(int bins, int from, int count) => [.. Enumerable.Range(0, bins).Select(bin => bin >= from && bin < from + count ? 1f : 0)];

    private static byte[] Rising(int chunk)
    {
        var graph = new OnnxGraph();
        var mix = graph.Apply("Unsqueeze", [graph.Input("x", 1, 2, chunk), graph.Whole(1)]);
        return graph.Output("y", graph.Times(mix, [.. Enumerable.Range(0, chunk).Select(n => (float)n / chunk)], 1, 1, 1, chunk), 1, 1, 2, chunk).ToBytes();
    }

    /// <summary>What <see cref="Rising"/> makes of a sample when the first chunk begins an overlap before the song, and each a stride after the one before.</summary>
    private static double GainAt(int n)
    {
        const int Stride = Chunk - Overlap;
        var inStride = n % Stride;
        var own = (double)(inStride + Overlap) / Chunk;
        var into = inStride - (Stride - Overlap);
        var weight = Math.Clamp((into + 0.5) / Overlap, 0, 1);
        return into < 0 ? own : ((1 - weight) * own) + (weight * into / Chunk);
    }
}
