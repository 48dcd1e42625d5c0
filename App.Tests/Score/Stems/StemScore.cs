using System.Diagnostics;
using Downbeat.Features.Stems;
using Downbeat.Features.Stems.Separation;

namespace Downbeat.Tests.Score.Stems;

/// <summary>How well one way split one song.</summary>
/// <param name="Song">The song.</param>
/// <param name="Way">What split it.</param>
/// <param name="Stems">Scores by the names of those stems of which the truth is known.</param>
/// <param name="OtherAloneDb">Plain SDR of the stem called other as it was split, where it is scored together with stems that the song does not have.</param>
/// <param name="ResidualDb">Sum of the stems less the song, against the song; null where stems are not meant to add up.</param>
/// <param name="WorkSeconds">Time that the splitting took.</param>
internal sealed record StemScore(string Song, string Way, IReadOnlyDictionary<string, OneStemScore> Stems, double? OtherAloneDb, double? ResidualDb, double? WorkSeconds)
{
    /// <summary>Scores the song itself as each of its stems.</summary>
    /// <param name="song">The song and its true stems.</param>
    /// <param name="metric">The metric, prepared for them in the order of their names there.</param>
    public static StemScore OfNothing(TrueStems song, BssEval metric)
    {
        var mix = song.ReadMix();
        return new(song.Name, "nothing", Of(song, metric, song.Stems.Keys.ToDictionary(name => name, _ => mix)), null, null, null);
    }

    /// <summary>Splits a song into four stems and scores them. What its truth does not have is part of other: a song without singing is drums, bass and the rest, whatever parts of the rest are called.</summary>
    /// <param name="song">The song and its true stems.</param>
    /// <param name="metric">The metric, prepared for them in the order of their names there.</param>
    /// <param name="engine">What splits it.</param>
    /// <param name="stop">Ends the work.</param>
    public static async Task<StemScore> OfAsync(TrueStems song, BssEval metric, ISeparationEngine engine, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        var stems = await WholeSplit.InMemoryAsync(engine, song.Mix, 4, song.Frames, stop);
        var work = clock.Elapsed.TotalSeconds;
        var residual = -Sdr(song.ReadMix(), Sum(stems));
        var named = StemNames.Of(4).Zip(stems).ToDictionary(stem => stem.First, stem => stem.Second);
        string[] unknown = [.. named.Keys.Where(name => name != StemNames.Other && !song.Stems.ContainsKey(name))];
        var other = unknown.Length > 0 && song.Stems.TryGetValue(StemNames.Other, out var truth) ? Sdr(truth, named[StemNames.Other]) : (double?)null;
        named[StemNames.Other] = Sum([named[StemNames.Other], .. unknown.Select(name => named[name])]);
        return new(song.Name, engine.Name, Of(song, metric, named), other, residual, work);
    }

    /// <summary>Plain SDR in dB: the energy of the stem against that of the difference, both channels and the whole song at once.</summary>
    public static double Sdr(StereoBlock truth, StereoBlock estimate) => BssRatios.Decibels(Energy(truth, null), Energy(truth, estimate));

    private static Dictionary<string, OneStemScore> Of(TrueStems song, BssEval metric, Dictionary<string, StereoBlock> estimates)
    {
        var windows = metric.Score([.. song.Stems.Keys.Select(name => estimates[name])]);
        return song.Stems.Select((stem, n) => (stem.Key, new OneStemScore(Sdr(stem.Value, estimates[stem.Key]), BssRatios.Median(windows[n])))).ToDictionary();
    }

    private static double Energy(StereoBlock sound, StereoBlock? less)
    {
        var sum = 0.0;
        for (var n = 0; n < sound.Frames; n++)
        {
            double left = sound.Left[n] - (less?.Left[n] ?? 0), right = sound.Right[n] - (less?.Right[n] ?? 0);
            sum += (left * left) + (right * right);
        }

        return sum;
    }

    private static StereoBlock Sum(StereoBlock[] stems)
    {
        var sum = new StereoBlock(stems[0].Frames);
        foreach (var stem in stems)
        {
            for (var n = 0; n < sum.Frames; n++)
            {
                sum.Left[n] += stem.Left[n];
                sum.Right[n] += stem.Right[n];
            }
        }

        return sum;
    }
}

/// <summary>How good one stem is.</summary>
/// <param name="SdrDb">Plain SDR over the whole song.</param>
/// <param name="Ratios">Medians of BSS Eval over its seconds.</param>
internal sealed record OneStemScore(double SdrDb, BssRatios Ratios);
