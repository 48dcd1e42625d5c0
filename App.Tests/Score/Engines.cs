using System.Diagnostics;
using Downbeat.Features.Analysis.Dsp;
using Downbeat.Features.Analysis.Networks;
using Downbeat.Media;
using Downbeat.Networks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Downbeat.Tests.Score;

/// <summary>What an engine found in a recording; null for what it never looks for.</summary>
/// <param name="DurationSeconds">Length of the recording.</param>
/// <param name="TempoBpm">Tempo; 0 for none.</param>
/// <param name="Confidence">Trust in the tempo, 0 to 1.</param>
/// <param name="Beats">Times in seconds, rising.</param>
/// <param name="Downbeats">First beats of bars in seconds, rising.</param>
/// <param name="Parts">The form; equal labels for parts that repeat each other.</param>
/// <param name="Keys">The key; empty for none.</param>
/// <param name="WorkSeconds">Time that it took, decoding left out where it can be.</param>
internal sealed record Found(
    double DurationSeconds,
    double TempoBpm,
    double? Confidence,
    double[] Beats,
    double[]? Downbeats,
    IReadOnlyList<Stretch>? Parts,
    IReadOnlyList<MusicKey>? Keys,
    double WorkSeconds);

/// <summary>Something that listens to a recording, given as the files whose sum it is.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="ListenAsync">Listens.</param>
internal sealed record Engine(string Name, Func<IReadOnlyList<string>, CancellationToken, Task<Found>> ListenAsync);

/// <summary>The engines that are compared.</summary>
internal static class Engines
{
    /// <summary>Longest recording that is listened to.</summary>
    private const double MostSeconds = 3600;

    /// <summary>The studio's own engine without any file beside it.</summary>
    public static Engine Dsp { get; } = new("DSP", (files, stop) => ListenAsync(files, null, stop));

    /// <summary>The studio's own engine with the beat networks of a shelf beside it.</summary>
    public static Engine WithNetworks(ModelShelf shelf) => new("networks", (files, stop) => ListenAsync(files, shelf, stop));

    /// <summary>ffmpeg as the studio starts it.</summary>
    public static Ffmpeg Ffmpeg { get; } = new(Options.Create(new MediaOptions()), NullLogger<Ffmpeg>.Instance);

    /// <summary>Decodes files as the studio does and adds them up.</summary>
    /// <returns>Samples at <see cref="Listening.SampleRateHz"/>.</returns>
    public static async Task<float[]> DecodeAsync(IReadOnlyList<string> files, CancellationToken stop)
    {
        var decoder = new AudioDecoder(Ffmpeg);
        float[] sum = [];
        foreach (var file in files)
        {
            var samples = await decoder.DecodeAsync(file, Listening.SampleRateHz, MostSeconds, stop);
            var (longer, shorter) = samples.Length > sum.Length ? (samples, sum) : (sum, samples);
            for (var n = 0; n < shorter.Length; n++)
            {
                longer[n] += shorter[n];
            }

            sum = longer;
        }

        return sum;
    }

    /// <summary>What the networks of a shelf hear, as the studio asks them.</summary>
    /// <exception cref="FileNotFoundException">One of them cannot be used.</exception>
    public static async Task<NetworkFindings> AskAsync(ModelShelf shelf, float[] mono, CancellationToken stop)
    {
        if (shelf.States.FirstOrDefault(state => state.State is NetworkStanding.Missing or NetworkStanding.Refused) is { } unusable)
        {
            throw new FileNotFoundException(unusable.Sentence);
        }

        return await new EarNetworks(shelf, NullLogger<EarNetworks>.Instance).ListenAsync(mono, stop);
    }

    private static async Task<Found> ListenAsync(IReadOnlyList<string> files, ModelShelf? shelf, CancellationToken stop)
    {
        var mono = await DecodeAsync(files, stop);
        var clock = Stopwatch.StartNew();
        var findings = shelf is null ? NetworkFindings.None : await AskAsync(shelf, mono, stop);
        var heard = Listening.Listen(mono, findings.Beats, null, stop);
        return new(
            heard.DurationSeconds,
            heard.TempoBpm,
            heard.TempoConfidence,
            heard.BeatSeconds,
            [.. heard.DownbeatIndexes.Select(index => heard.BeatSeconds[index])],
            [.. heard.Sections.Select(section => new Stretch(section.StartSeconds, section.EndSeconds, $"{section.Group}"))],
            [.. KeyScore.Parse($"{heard.Key.Tonic} {heard.Key.Mode}")],
            clock.Elapsed.TotalSeconds);
    }
}
