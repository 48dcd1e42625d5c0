using System.Globalization;
using Downbeat.Components;

namespace Downbeat.Features.Analysis;

/// <summary>What a correction did, in a sentence for the page.</summary>
internal static class CorrectionWords
{
    private const double Sure = 0.8;
    private const double FairlySure = 0.5;

    /// <summary>What changed from one analysis to the next by a correction.</summary>
    public static string Say(Correction correction, SongAnalysis before, SongAnalysis after) => correction switch
    {
        { TempoFactor: 2 } => $"Twice as many beats{Where(correction)}: {Tempo(after)}.",
        { TempoFactor: not null } => $"Half as many beats{Where(correction)}: {Tempo(after)}.",
        { ShiftBeats: not null } => $"Beats moved by half a beat{Where(correction)}.",
        { ShiftSeconds: { } seconds } => string.Create(CultureInfo.InvariantCulture, $"Beats moved {Math.Abs(seconds) * 1000:0} ms {(seconds > 0 ? "later" : "earlier")}{Where(correction)}."),
        { Beats.Count: 0 } => $"No beat{Where(correction)}.",
        { Beats: { } beats } => $"{Wording.Count(beats.Count, "beat")} set{Where(correction)}: {Tempo(after)}.",
        { Taps: { } taps } => $"{taps.Count} taps make a beat{Where(correction)}: {Tempo(after)}.",
        { TempoBpm: not null } => $"Tempo set{Where(correction)}: {Tempo(after)}.",
        { BeatsPerBar: { } beats } => $"{beats} beats in a bar{Where(correction)}.",
        { FirstDownbeatIndex: not null } => $"Bars are counted from here{Where(correction)}.",
        { Sections: not null } => Sections(before, after),
        { Key: not null } or { Mode: not null } => $"Key set: {after.Key} {after.Mode}.",
        { Genre: not null } when after.Genre.Name.Length == 0 => "Genre left open.",
        { Genre: not null } => $"Genre set: {after.Genre.Name}.",
        _ => "Mood set.",
    };

    /// <summary>Beats and bars in a sentence.</summary>
    public static string Grid(SongAnalysis analysis) =>
        analysis.Beats.Count == 0 ? "No steady beat." : $"{Tempo(analysis)}, {Wording.Count(analysis.BeatsPerBar, "beat")} in a bar, {Wording.Count(analysis.Sections.Count, "part")}.";

    /// <summary>How much a confidence from 0 to 1 is worth.</summary>
    public static string Trust(double confidence) => confidence switch { >= Sure => "sure", >= FairlySure => "fairly sure", _ => "not sure" };

    /// <summary>True when a person had better listen for themselves.</summary>
    public static bool IsDoubtful(double confidence) => confidence < FairlySure;

    private static string Tempo(SongAnalysis analysis) => analysis.Bpm > 0 ? string.Create(CultureInfo.InvariantCulture, $"{analysis.Bpm:0.0} BPM") : "no steady tempo";

    private static string Where(Correction correction) => correction.From is null ? "" : $" from {Wording.Clock(correction.From.Value)} to {Wording.Clock(correction.To ?? 0)}";

    private static string Sections(SongAnalysis before, SongAnalysis after)
    {
        if (before.Sections.Count != after.Sections.Count)
        {
            return $"{Wording.Count(after.Sections.Count, "part")} now.";
        }

        var changed = after.Sections.Zip(before.Sections).FirstOrDefault(pair => pair.First.Label != pair.Second.Label || Math.Abs(pair.First.Start - pair.Second.Start) > 0.001);
        return changed switch
        {
            (null, _) => "Parts are as they were.",
            var (now, then) when now.Label != then.Label => $"{then.Label} is now {now.Label}.",
            var (now, _) => $"{now.Label} starts at {Wording.Clock(now.Start)}.",
        };
    }
}
