using Downbeat.Components;

namespace Downbeat.Features.Compositions;

/// <summary>Sets of effects that go together, and the words of the page for their parts.</summary>
internal static class EffectStyles
{
    /// <summary>Name of a set that was put together by hand.</summary>
    public const string Own = "own";

    public static readonly ChoiceOption<string>[] All =
    [
        new("none", "None", "Only the cuts follow the music."),
        new("gentle", "Gentle", "The picture breathes with the bars."),
        new("punchy", "Punchy", "A push on every beat, a flash on every bar."),
        new("wild", "Wild", "Glitches on the snare, shakes on the kick, flashes on the bars."),
        new(Own, "My own", "Put together below."),
    ];

    public static readonly ChoiceOption<string>[] Kinds =
    [
        new("flash", "Flash"), new("colorBurst", "Colour burst"), new("zoomPulse", "Zoom"), new("brightnessPulse", "Light"), new("glitch", "Glitch"), new("shake", "Shake"), new("strobe", "Strobe"),
    ];

    public static readonly ChoiceOption<string>[] Moments =
    [
        new("beat", "Beats"), new("downbeat", "Bars"), new("strong", "Strong beats"), new("kick", "Kick drum"), new("snare", "Snare"), new("bass", "Bass notes"), new("vocals", "Phrases of the voice"),
        new("section", "Starts of parts"),
    ];

    public static readonly ChoiceOption<int>[] Steps = [new(1, "each"), new(2, "every 2nd"), new(3, "every 3rd"), new(4, "every 4th"), new(8, "every 8th")];

    /// <summary>The effects of a set; null for one that is put together by hand.</summary>
    public static IReadOnlyList<EffectWish>? Find(string style) => style switch
    {
        "none" => [],
        "gentle" => [Effect("zoomPulse", "downbeat", 0.3, 0.5), Effect("brightnessPulse", "section", 0.4, 0.6)],
        "punchy" => [Effect("zoomPulse", "beat", 0.4, 0.25), Effect("flash", "downbeat", 0.4, 0.2), Effect("shake", "section", 0.7, 0.5)],
        "wild" =>
        [
            Effect("zoomPulse", "beat", 0.6, 0.25), Effect("glitch", "snare", 0.8, 0.2), Effect("shake", "kick", 0.5, 0.2), Effect("flash", "downbeat", 0.6, 0.2), Effect("colorBurst", "section", 1, 1),
        ],
        _ => null,
    };

    /// <summary>The set that these effects are; <see cref="Own"/> when they are none.</summary>
    public static string Of(IReadOnlyList<EffectWish> effects) => All.FirstOrDefault(style => Find(style.Value)?.SequenceEqual(effects) == true)?.Value ?? Own;

    private static EffectWish Effect(string kind, string on, double strength, double seconds) => new() { Kind = kind, On = on, Every = 1, Strength = strength, Seconds = seconds };
}
