using System.Globalization;
using Downbeat.Components;

namespace Downbeat.Features.Analysis;

/// <summary>What was heard in the stems, in words for the page.</summary>
internal static class StemsHeardWords
{
    /// <summary>What using the stems changes: <c>kick 231 instead of 227, snare 118, voice in 12 phrases</c>.</summary>
    public static string Compare(StemsHeard offered, SongAnalysis present) => Join(
    [
        Strokes("kick", offered.Kick, present.Hits.Kick.Count),
        Strokes("snare", offered.Snare, present.Hits.Snare.Count),
        Strokes("hats", offered.Hats, present.Hits.Hats.Count),
        Strokes("bass notes", offered.Bass, present.Hits.Bass.Count),
        Voice(offered, present.Stems is null ? null : present.Voice.Count),
    ]);

    /// <summary>What is in use.</summary>
    public static string Used(StemsHeard used)
    {
        var parts = Join([used.Kick is null ? null : "drums", used.Bass is null ? null : "bass", used.Phrases is null ? null : "voice"], " and ");
        return $"{parts[..1].ToUpperInvariant()}{parts[1..]} as heard in the stems ({used.Engine})";
    }

    /// <summary>What was done with them.</summary>
    public static string Say(SongAnalysis after) => after switch
    {
        { Stems: { Phrases: { } phrases } used } => $"{Used(used)}; {(phrases == 0 ? "nobody sings" : $"voice in {Wording.Count(phrases, "phrase")}")}.",
        { Stems: { } used } => $"{Used(used)}.",
        _ => "Everything as heard in the whole song.",
    };

    private static string? Strokes(string name, int? now, int before) => now is not { } count
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"{name} {count}{(count == before || before == 0 ? "" : $" instead of {before}")}");

    private static string? Voice(StemsHeard offered, int? before) => offered.Phrases switch
    {
        null => null,
        0 => "nobody sings",
        { } phrases => $"voice in {Wording.Count(phrases, "phrase")}{(before is null || before == phrases ? "" : string.Create(CultureInfo.InvariantCulture, $" instead of {before}"))}",
    };

    private static string Join(IEnumerable<string?> parts, string last = ", ")
    {
        string[] said = [.. parts.OfType<string>()];
        return said.Length < 2 ? string.Concat(said.DefaultIfEmpty("nothing new")) : string.Join(", ", said[..^1]) + last + said[^1];
    }
}
