using System.Text.Json.Nodes;
using Downbeat.Features.Stems.Separation;
using Downbeat.Networks;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Features.Stems.Models;

/// <summary>Models that break down at work, and files that are others than their manifests say.</summary>
public sealed class StemModelFailureTests : IDisposable
{
    private const int Chunk = 8192;
    private readonly ModelBench bench = new(new BuiltIn());

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task A_model_that_gives_no_numbers_fails_the_song_by_name_and_makes_way_for_another_engine()
    {
        var failure = await FailAsync(graph => graph.Apply("Log", [graph.Apply("Neg", [graph.Apply("Abs", [Mix(graph)])])]));

        Assert.Contains("Waves", failure.Message, StringComparison.Ordinal);
        Assert.Contains("it gave values that are no numbers", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_breaks_down_fails_the_song_by_name()
    {
        // It looks for a seventh song in a batch of one.
        var failure = await FailAsync(graph => graph.Apply("Gather", [Mix(graph), Loudest(graph)]));

        Assert.Contains("Waves", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_gives_another_shape_than_it_says_fails_the_song_by_name()
    {
        var failure = await FailAsync(graph => graph.Apply("Slice", [Mix(graph), graph.Whole(0), Loudest(graph), graph.Whole(3)]));

        Assert.Contains($"it gave y[1,1,2,6] instead of y[1,1,2,{Chunk}]", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_whose_sound_is_far_louder_than_the_song_fails_it()
    {
        var failure = await FailAsync(graph => graph.Times(Mix(graph), [1e9f], 1, 1, 1, 1));

        Assert.Contains("far louder than the song", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_another_content_is_refused_until_it_is_the_right_one()
    {
        var manifest = ModelBench.Waveform(Chunk, 2048, "vocals");
        bench.Put(manifest, ModelBench.Gains(Chunk, 0.5f));
        bench.Put("model.onnx", ModelBench.Gains(Chunk, 0.6f));
        bench.Shelf.Look();

        Assert.Equal(NetworkStanding.Refused, bench.State.State);
        Assert.Contains("model.onnx has other content than expected", bench.State.Sentence, StringComparison.Ordinal);
        Assert.Equal(BuiltIn.Called, bench.Separators.Choose(2).Name);

        bench.Put("model.onnx", ModelBench.Gains(Chunk, 0.5f));
        bench.Shelf.Look();
        Assert.StartsWith("Waves ", bench.Separators.Choose(2).Name, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_missing_and_weights_beside_it_are_files_too()
    {
        var manifest = ModelBench.Waveform(Chunk, 2048, "vocals");
        bench.Put(manifest, ModelBench.Gains(Chunk, 0.5f));
        manifest["files"]![0]!["weights"] = new JsonArray(new JsonObject { ["file"] = "model.onnx.data", ["sha256"] = new string('0', 64) });
        bench.PutManifest(manifest);

        Assert.Equal(NetworkStanding.Missing, bench.State.State);
        Assert.Contains("get model.onnx.data from", bench.State.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Chunk + 1)]
    [InlineData(Chunk / 2)]
    public async Task A_file_with_other_tensors_is_refused_and_the_song_that_asked_for_it_fails(int chunk)
    {
        var manifest = ModelBench.Waveform(chunk, 2048, "vocals");
        bench.Put(manifest, ModelBench.Gains(Chunk, 0.5f));

        var failure = await Assert.ThrowsAsync<StudioProblem>(() => bench.SplitAsync(2, ModelSongs.Noise(5000, 0.5)));

        Assert.Equal("stems.model", failure.Code);
        Assert.Contains($"x[1,2,{Chunk}]", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"instead of x[1,2,{chunk}]", failure.Message, StringComparison.Ordinal);
        Assert.Equal(NetworkStanding.Refused, bench.State.State);
        Assert.Equal(BuiltIn.Called, bench.Separators.Choose(2).Name);
    }

    [Fact]
    public async Task A_song_is_split_to_its_end_although_the_models_are_released_meanwhile()
    {
        bench.Put(ModelBench.Waveform(Chunk, 2048, "vocals"), ModelBench.Gains(Chunk, 0.5f));
        using var lent = bench.Shelf.Lend(bench.Manifests.Find()[0]);
        bench.Shelf.Release();

        var stems = await bench.SplitAsync(2, ModelSongs.Noise(20_000, 0.5));
        Assert.Equal(2, stems.Length);
        Assert.Equal((NetworkStanding.Loaded, "CPU"), (bench.State.State, bench.State.Device));
        Assert.True(bench.State.LoadSeconds > 0);

        lent!.Dispose();
        bench.Shelf.Release();
        Assert.Equal((NetworkStanding.Ready, null), (bench.State.State, bench.State.Device));
    }

    [Fact]
    public async Task A_run_ends_when_the_work_is_cancelled()
    {
        bench.Put(ModelBench.Waveform(Chunk, 2048, "vocals"), ModelBench.Gains(Chunk, 0.5f));
        using var lent = bench.Shelf.Lend(bench.Manifests.Find()[0])!;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lent.RunAsync([new(new float[2 * Chunk], 1, 2, Chunk)], new(true)));
        Assert.Equal(NetworkStanding.Loaded, bench.State.State);
    }

    /// <summary>The highest sample that it hears, as a place; of the song below it is 6.</summary>
    private static string Loudest(OnnxGraph graph)
    {
        var loudest = graph.Apply("ReduceMax", ["x"], ("axes", [0, 1, 2]));
        return graph.Rounded(graph.Apply("Reshape", [loudest, graph.Whole(1)]));
    }

    private static string Mix(OnnxGraph graph) => graph.Apply("Unsqueeze", ["x", graph.Whole(1)]);

    /// <summary>Splits a song with a model whose <c>y</c> is anything.</summary>
    private async Task<StudioProblem> FailAsync(Func<OnnxGraph, string> stems)
    {
        var graph = new OnnxGraph();
        graph.Input("x", 1, 2, Chunk);
        bench.Put(ModelBench.Waveform(Chunk, 2048, "vocals"), graph.Output("y", stems(graph), -1, -1, -1, -1).ToBytes());
        Assert.StartsWith("Waves ", bench.Separators.Choose(2).Name, StringComparison.Ordinal);

        var failure = await Assert.ThrowsAsync<StudioProblem>(() => bench.SplitAsync(2, ModelSongs.Of(20_000, (n, _) => n % 7)));

        Assert.Equal((502, "stems.model_failed"), (failure.Status, failure.Code));
        Assert.Equal(NetworkStanding.Refused, bench.State.State);
        Assert.Equal(0, bench.State.Users);
        Assert.Equal(BuiltIn.Called, bench.Separators.Choose(2).Name);
        return failure;
    }

    /// <summary>Stands for Downbeat's own engine.</summary>
    private sealed class BuiltIn : ISeparationEngine
    {
        public const string Called = "Built in";

        public string Name => Called;

        public bool Splits(int stems) => true;

        public Task<ISeparator> OpenAsync(int stems, MixFile mix, Action<double> progress, CancellationToken stop) => throw new InvalidOperationException("Nobody is to split with it.");
    }
}
