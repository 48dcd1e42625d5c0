using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Downbeat.Features.Stems;
using Downbeat.Features.Stems.Models;
using Downbeat.Features.Stems.Separation;
using Downbeat.Networks;
using Downbeat.Storage;
using Downbeat.Tests.Jobs;
using Downbeat.Tests.Networks;
using Downbeat.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Downbeat.Tests.Features.Stems.Models;

/// <summary>A models directory with the shelf, the manifests and the engines over it, and songs that are split with them.</summary>
internal sealed class ModelBench : IDisposable
{
    public const int Rate = StereoBlock.SampleRate;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("downbeat-stem-models-");
    private readonly HandClock clock = new();

    public ModelBench(params ISeparationEngine[] builtIn)
    {
        var (data, options) = (new DataDirectory(folder.FullName), Options.Create(new ModelOptions { Directory = "." }));
        Manifests = new(data, options, NullLogger<StemManifests>.Instance);
        Shelf = new(data, options, [], [Manifests], clock, NullLogger<ModelShelf>.Instance);
        Separators = new(builtIn, Manifests, Shelf, NullLogger<StemModel>.Instance);
    }

    public StemManifests Manifests { get; }

    public ModelShelf Shelf { get; }

    public Separators Separators { get; }

    /// <summary>Puts a file there.</summary>
    /// <returns>Its hash.</returns>
    public string Put(string name, byte[] bytes)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllBytes(path, bytes);
        // Two writes may fall into the same tick of the file system's clock.
        File.SetLastWriteTimeUtc(path, clock.GetUtcNow().UtcDateTime);
        clock.Advance(TimeSpan.FromSeconds(1));
        return TinyModel.Hash(bytes);
    }

    /// <summary>Changes a file and keeps others from reading it.</summary>
    public IDisposable Hold(string name)
    {
        var path = Path.Combine(folder.FullName, name);
        var held = File.Open(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        File.SetLastWriteTimeUtc(path, clock.GetUtcNow().UtcDateTime);
        return held;
    }

    public void Remove(string name) => File.Delete(Path.Combine(folder.FullName, name));

    /// <summary>Puts a model there, one file for all stems.</summary>
    public void Put(JsonObject manifest, byte[] network, string name = "model")
    {
        manifest["files"] = new JsonArray(new JsonObject { ["file"] = $"{name}.onnx", ["sha256"] = Put($"{name}.onnx", network) });
        PutManifest(manifest, name);
    }

    public void PutManifest(JsonNode manifest, string name = "model")
    {
        Put($"{name}.stems.json", JsonSerializer.SerializeToUtf8Bytes(manifest));
        Shelf.Look();
    }

    /// <summary>What the only network that is described says of itself.</summary>
    public NetworkState State => Assert.Single(Shelf.States);

    /// <summary>A manifest of a waveform model: input <c>x</c> [1, 2, chunk], output <c>y</c> [1, stems, 2, chunk].</summary>
    public static JsonObject Waveform(int chunk, int overlap, params string[] stems) => new()
    {
        ["format"] = 1,
        ["name"] = "Waves",
        ["kind"] = "waveform",
        ["sampleRate"] = Rate,
        ["stems"] = Names(stems),
        ["chunk"] = chunk,
        ["overlap"] = overlap,
        ["input"] = new JsonObject { ["name"] = "x", ["axes"] = Names("batch", "channel", "time") },
        ["output"] = new JsonObject { ["names"] = Names("y"), ["axes"] = Names("batch", "stem", "channel", "time") },
    };

    /// <summary>A manifest of a mask model with window 1024 and hop 256: input <c>x</c>, output as given, both with the same axes.</summary>
    public static JsonObject Mask(int chunk, int overlap, string[] axes, string[] outputs, params string[] stems) => new()
    {
        ["format"] = 1,
        ["name"] = "Masks",
        ["kind"] = "mask",
        ["sampleRate"] = Rate,
        ["window"] = 1024,
        ["hop"] = 256,
        ["stems"] = Names(stems),
        ["chunk"] = chunk,
        ["overlap"] = overlap,
        ["input"] = new JsonObject { ["name"] = "x", ["axes"] = Names(axes) },
        ["output"] = new JsonObject { ["names"] = Names(outputs), ["axes"] = Names(axes) },
    };

    public static JsonArray Names(params string[] names) => new([.. names.Select(name => JsonValue.Create(name))]);

    /// <summary>A network whose stems are the mix, each with its own gain.</summary>
    public static byte[] Gains(int chunk, params float[] gains)
    {
        var graph = new OnnxGraph();
        var mix = graph.Apply("Unsqueeze", [graph.Input("x", 1, 2, chunk), graph.Whole(1)]);
        return graph.Output("y", graph.Times(mix, gains, 1, gains.Length, 1, 1), 1, gains.Length, 2, chunk).ToBytes();
    }

    /// <summary>Splits a song with the best engine, block by block.</summary>
    /// <param name="stems">How many stems.</param>
    /// <param name="song">The song.</param>
    /// <param name="isBackwards">The last block first.</param>
    /// <returns>The stems, as long as the song.</returns>
    public async Task<StereoBlock[]> SplitAsync(int stems, StereoBlock song, bool isBackwards = false)
    {
        var samples = new float[2 * song.Frames];
        for (var n = 0; n < song.Frames; n++)
        {
            (samples[2 * n], samples[(2 * n) + 1]) = (song.Left[n], song.Right[n]);
        }

        Put("song.f32", MemoryMarshal.AsBytes(samples.AsSpan()).ToArray());
        using var mix = new MixFile(Path.Combine(folder.FullName, "song.f32"));
        using var separator = await Separators.Choose(stems).OpenAsync(stems, mix, _ => { }, TestContext.Current.CancellationToken);
        var results = StemNames.Of(stems).Select(_ => new StereoBlock(song.Frames)).ToArray();
        var starts = Enumerable.Range(0, (song.Frames + separator.BlockFrames - 1) / separator.BlockFrames).Select(block => block * separator.BlockFrames);
        foreach (var start in isBackwards ? starts.Reverse() : starts)
        {
            await SplitAsync(separator, mix, start, results);
        }

        return results;
    }

    public void Dispose()
    {
        Shelf.Dispose();
        folder.Delete(recursive: true);
    }

    /// <summary>Splits one block into its place in whole stems.</summary>
    private static async Task SplitAsync(ISeparator separator, MixFile mix, int start, StereoBlock[] results)
    {
        var block = new StereoBlock((2 * separator.ContextFrames) + separator.BlockFrames);
        mix.Read(start - separator.ContextFrames, block);
        var parts = results.Select(_ => new StereoBlock(separator.BlockFrames)).ToArray();
        await separator.SeparateAsync(start, block, parts, TestContext.Current.CancellationToken);
        foreach (var (part, whole) in parts.Zip(results))
        {
            var frames = Math.Min(separator.BlockFrames, whole.Frames - start);
            part.Left.AsSpan(0, frames).CopyTo(whole.Left.AsSpan(start));
            part.Right.AsSpan(0, frames).CopyTo(whole.Right.AsSpan(start));
        }
    }
}
