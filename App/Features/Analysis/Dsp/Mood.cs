namespace Downbeat.Features.Analysis.Dsp;

/// <summary>The feel of a song, each 0 to 1; estimates from plain features, the same for any gain.</summary>
/// <param name="Energy">Density of onsets, brightness, and how little the loudness varies.</param>
/// <param name="Valence">Major over minor, helped by tempo and brightness.</param>
/// <param name="Tension">Minor key, many notes at once without a clear key, and density.</param>
/// <param name="Danceability">Clear pulse, tempo near 120, steady low register.</param>
internal sealed record Mood(double Energy, double Valence, double Tension, double Danceability)
{
    /// <summary>Of silence.</summary>
    public static Mood None { get; } = new(0, 0, 0, 0);

    /// <summary>Judges a song.</summary>
    public static Mood Of(Traits traits)
    {
        var density = Scale(traits.OnsetsPerSecond, 1, 8);
        var bright = Scale(traits.BrightnessHz, 800, 3500);
        var even = Scale(traits.Evenness, 0.2, 0.9);
        var fast = Scale(traits.TempoBpm, 70, 170);
        var major = Math.Clamp(0.5 + (2.5 * traits.Majorness), 0, 1);
        var tempoFit = traits.TempoBpm > 0 ? Math.Exp(Tempo.LogPreference(traits.TempoBpm)) : 0;
        return new(
            (0.4 * density) + (0.3 * bright) + (0.3 * even),
            (0.6 * major) + (0.25 * fast) + (0.15 * bright),
            (0.4 * (1 - major)) + (0.3 * (1 - traits.KeyConfidence)) + (0.3 * density),
            (0.5 * traits.PulseConfidence) + (0.3 * tempoFit) + (0.2 * Scale(traits.LowShare, 0.02, 0.4)));
    }

    private static double Scale(double value, double zeroAt, double oneAt) => Math.Clamp((value - zeroAt) / (oneAt - zeroAt), 0, 1);
}
