using Downbeat.Features.Analysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Http;

namespace Downbeat.Features.Compositions;

/// <summary>An effect as it is asked for.</summary>
public sealed record EffectWish
{
    private const int MostSections = 64;

    /// <summary>flash, colorBurst, zoomPulse, brightnessPulse, glitch, shake or strobe.</summary>
    public string? Kind { get; init; }

    /// <summary>beat, downbeat, strong, kick, snare, bass (its notes, once the song's stems were heard), vocals (the beginnings of phrases) or section; downbeat when null.</summary>
    public string? On { get; init; }

    /// <summary>Every which of them, 1 to 64; 1 when null.</summary>
    public int? Every { get; init; }

    /// <summary>0 to 1; 0.5 when null.</summary>
    public double? Strength { get; init; }

    /// <summary>How long one takes to die away, 0.02 to 2; 0.25 when null.</summary>
    public double? Seconds { get; init; }

    /// <summary>Names of the parts of the song that it is seen in, such as chorus, at most 64; all when null.</summary>
    public IReadOnlyList<string>? Sections { get; init; }

    /// <summary>What else was named; it is refused.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; init; }

    /// <summary>The planner's rule.</summary>
    /// <param name="field">Its place in the request.</param>
    /// <param name="parts">Names of the song's parts.</param>
    /// <exception cref="StudioProblem">400 <c>request.field</c>.</exception>
    internal EffectRule ToRule(string field, IReadOnlyCollection<string> parts)
    {
        CompositionSettings.RefuseUnknown(Unknown, $"{field}.");
        return new(
            Choices.Read<EffectKind>(Kind, $"{field}.kind") ?? throw StudioProblem.Field($"{field}.kind", $"{field}.kind says what is seen, for example flash or zoomPulse."),
            Choices.Read<EffectOn>(On, $"{field}.on") ?? EffectOn.Downbeat)
        {
            Every = Every is null or (>= 1 and <= 64) ? Every ?? 1 : throw StudioProblem.Field($"{field}.every", $"{field}.every lies between 1 and 64."),
            Strength = CompositionSettings.InRange(Strength ?? 0.5, 0, 1, $"{field}.strength"),
            Seconds = CompositionSettings.InRange(Seconds ?? 0.25, 0.02, 2, $"{field}.seconds"),
            Sections = ReadSections($"{field}.sections", parts),
        };
    }

    /// <summary>The wish without parts that the song no longer has; null when it has none of them, or nothing is known any more of what it follows.</summary>
    /// <param name="analysis">What is known of the song; null for nothing.</param>
    internal EffectWish? WhatIsLeft(SongAnalysis? analysis)
    {
        if ((Follows(EffectOn.Bass) && analysis?.Hits.Bass is not { Count: > 0 }) || (Follows(EffectOn.Vocals) && analysis?.Voice is not { Count: > 0 }))
        {
            return null;
        }

        var parts = analysis?.Sections.Select(section => section.Label).ToList() ?? [];
        var left = Sections?.Where(name => parts.Contains(name, StringComparer.OrdinalIgnoreCase)).ToList();
        return left?.Count == Sections?.Count ? this : left is { Count: > 0 } ? this with { Sections = left } : null;
    }

    /// <summary>Whether it is seen on these moments.</summary>
    internal bool Follows(EffectOn on) => string.Equals(On, on.ToString(), StringComparison.OrdinalIgnoreCase);

    private IReadOnlyList<string>? ReadSections(string field, IReadOnlyCollection<string> parts)
    {
        if (Sections is { Count: > MostSections })
        {
            throw StudioProblem.Field(field, $"{field} names at most {MostSections} parts.");
        }

        var unknown = Sections?.FirstOrDefault(name => !parts.Contains(name, StringComparer.OrdinalIgnoreCase));
        return unknown is null ? Sections : throw StudioProblem.Field(field, $"The song has no part named {unknown}; {(parts.Count == 0 ? "none were found in it" : "its parts are " + string.Join(", ", parts))}.");
    }
}
