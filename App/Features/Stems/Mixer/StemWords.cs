using System.Globalization;
using Downbeat.Components;

namespace Downbeat.Features.Stems.Mixer;

/// <summary>Finished stems in words.</summary>
internal static class StemWords
{
    private const double EmptyDb = -70;
    private const double EmptyShare = 0.98;
    private const double NoDifferenceDb = -150;
    private const double ExactDb = -96;

    /// <summary>What a stem is called.</summary>
    public static string Title(string name) => name switch
    {
        StemNames.Vocals => "Vocals",
        StemNames.Accompaniment => "Accompaniment",
        StemNames.Drums => "Drums",
        StemNames.Bass => "Bass",
        StemNames.Piano => "Piano",
        StemNames.Other => "Other",
        _ => name,
    };

    /// <summary>What is in a stem: how loud it is and how much of the song it is silent.</summary>
    public static string Content(StemFileView stem) => stem switch
    {
        { LevelDb: <= EmptyDb } or { SilentShare: >= EmptyShare } => "hardly anything in it",
        { SilentShare: < 0.005 } => $"{Level(stem)}, sounds all the time",
        _ => string.Create(CultureInfo.InvariantCulture, $"{Level(stem)}, silent for {stem.SilentShare * 100:0} % of the song"),
    };

    /// <summary>How well the stems add up to the song, and that they cover all of it.</summary>
    public static string Proof(StemSetView set) => string.Create(
        CultureInfo.InvariantCulture,
        $"All of the song is there, 100 % of {Wording.Clock(set.CoveredSeconds ?? 0)}. Together the stems give back the song{Difference(set.ResidualDb ?? 0)}.");

    // Below half a step of a CD's 16 bits nothing is left to tell them apart by.
    private static string Difference(double residualDb) => residualDb switch
    {
        <= NoDifferenceDb => ", to the last bit",
        <= ExactDb => string.Create(CultureInfo.InvariantCulture, $" exactly (difference −{-residualDb:0} dB)"),
        _ => string.Create(CultureInfo.InvariantCulture, $" almost exactly (difference −{-residualDb:0} dB)"),
    };

    private static string Level(StemFileView stem) => string.Create(CultureInfo.InvariantCulture, $"−{Math.Abs(stem.LevelDb):0} dB on average");
}
