using System.Globalization;
using Downbeat.Features.Compositions.Planning;

namespace Downbeat.Features.Compositions;

/// <summary>A change of one wish after which there is a plan again.</summary>
/// <param name="Label">What it does, for a button.</param>
/// <param name="Settings">The wishes with the change.</param>
internal sealed record PlanRemedy(string Label, CompositionSettings Settings)
{
    private const double LeastShotSeconds = 0.1;

    /// <summary>What helps against a refusal; null where that is not one value.</summary>
    /// <param name="problem">The refusal.</param>
    /// <param name="settings">What was refused.</param>
    /// <param name="songSeconds">Length of the song.</param>
    public static PlanRemedy? For(StudioProblem problem, CompositionSettings settings, double songSeconds) => (problem.Code, problem.Errors?.Keys.FirstOrDefault()) switch
    {
        ("captions.no_lyrics", _) => new("Leave the words out", settings with { Captions = null }),
        ("watermark.not_found", _) => new("Leave the watermark out", settings with { Watermark = null }),
        ("music.no_stems" or "music.silent", _) => new("Take the song as it is", settings with { Music = null }),
        ("clip.not_found", _) => new("Use all clips", settings with { ClipIds = null }),
        (_, "start" or "end") => new("Take the whole song", settings with { Start = null, End = null }),
        (_, "minShotSeconds") when Half(settings, songSeconds) is var half => new($"Shots from {Text(half)} s", settings with { MinShotSeconds = half }),
        (_, "maxShotSeconds") when 2 * (settings.MinShotSeconds ?? 1) is var most => new($"Shots up to {Text(most)} s", settings with { MaxShotSeconds = most }),
        (_, "cutOn") => new("Cut on energy", settings with { CutOn = null }),
        ("cut.no_bass", _) => new("Leave effects on the bass out", Without(settings, EffectOn.Bass)),
        ("cut.no_voice", _) => new("Leave effects on the voice out", Without(settings, EffectOn.Vocals)),
        (_, "encoder") => new("Code it with x264", settings with { Encoder = null }),
        (_, "targetBitrateKbps") => new("Leave the bit rate out", settings with { TargetBitrateKbps = null }),
        (_, "fadeOutSeconds") => new("Leave the fades out", settings with { FadeInSeconds = null, FadeOutSeconds = null }),
        _ => null,
    };

    private static CompositionSettings Without(CompositionSettings settings, EffectOn on) =>
        settings with { Effects = settings.Effects?.Where(effect => !effect.Follows(on)).ToList() is { Count: > 0 } left ? left : null };

    // Two shots fit at least.
    private static double Half(CompositionSettings settings, double songSeconds) =>
        Math.Max(LeastShotSeconds, Math.Floor(((settings.End ?? songSeconds) - (settings.Start ?? 0)) * 5) / 10);

    private static string Text(double seconds) => seconds.ToString("0.##", CultureInfo.InvariantCulture);
}
