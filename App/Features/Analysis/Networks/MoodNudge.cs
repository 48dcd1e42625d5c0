using Downbeat.Features.Analysis.Dsp;

namespace Downbeat.Features.Analysis.Networks;

/// <summary>How far the networks move the mood that plain features gave, each −0.25 to 0.25.</summary>
/// <param name="Energy">Up for music to party to, down for music to rest to.</param>
/// <param name="Valence">Up for happy, down for sad, angry or scary.</param>
/// <param name="Tension">Up for hard and angry, down for mellow and tender.</param>
/// <param name="Danceability">Up for dance music, down for what floats or is recited.</param>
internal sealed record MoodNudge(double Energy, double Valence, double Tension, double Danceability)
{
    /// <summary>What moods are told by.</summary>
    public static IReadOnlyList<(Topic More, Topic Less)> Axes { get; } =
    [
        (new("driving", ["party", "dance", "metal", "hard rock", "punk"], ["Exciting music", "Angry music"]),
            new("calm", ["Mellow", "chill", "chillout", "ambient", "easy listening"], ["Tender music", "Lullaby", "New-age music"])),
        (new("bright", ["happy", "party"], ["Happy music"]),
            new("dark", ["sad"], ["Sad music", "Scary music", "Angry music"])),
        (new("tense", ["metal", "heavy metal", "hard rock", "punk"], ["Angry music", "Scary music", "Exciting music"]),
            new("relaxed", ["Mellow", "chill", "easy listening"], ["Tender music", "Lullaby", "New-age music"])),
        (new("danceable", ["dance", "House", "party", "electro", "funk"], ["Dance music", "Electronic dance music", "Disco", "House music"]),
            new("floating", ["ambient", "experimental"], ["Classical music", "Ambient music", "New-age music"])),
    ];

    private const double Most = 0.25;
    private const double Clear = 0.3;

    /// <summary>Weighs what speaks for more against what speaks for less; what hardly stands out from the usual does not count.</summary>
    public static MoodNudge Of(Evidence evidence)
    {
        double[] shifts = [.. Axes.Select(axis => Most * Math.Tanh(Clearly(evidence.For(axis.More)) - Clearly(evidence.For(axis.Less))))];
        return new(shifts[0], shifts[1], shifts[2], shifts[3]);
    }

    /// <summary>Moves a mood; each value stays within 0 to 1.</summary>
    public Mood Apply(Mood mood) => new(
        Math.Clamp(mood.Energy + Energy, 0, 1),
        Math.Clamp(mood.Valence + Valence, 0, 1),
        Math.Clamp(mood.Tension + Tension, 0, 1),
        Math.Clamp(mood.Danceability + Danceability, 0, 1));

    private static double Clearly(double evidence) => Math.Max(0, evidence - Clear);
}
