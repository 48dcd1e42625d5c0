namespace Downbeat.Features.Clips.Drawing;

/// <summary>What a drawing hears at one moment of the song. Strokes are envelopes: 1 when a strong one falls, then falling.</summary>
internal sealed record Moment
{
    /// <summary>Time since the clip began; below 0 before it, where a loop takes its beginning from.</summary>
    public float Seconds { get; init; }

    /// <summary>Time that runs faster where the song is loud, and makes a step with each stroke; rises, like <see cref="Seconds"/>.</summary>
    public float Flow { get; init; }

    /// <summary>How far the clip has come, 0 to 1.</summary>
    public float Part { get; init; }

    /// <summary>How loud the song is here, smoothed over a beat, 0 to 1.</summary>
    public float Energy { get; init; }

    /// <summary>How loud it is just now, 0 to 1.</summary>
    public float Level { get; init; }

    /// <summary>What a picture shall answer: bass drum, or beat or rise of the sound where there is none; 0 to 1.</summary>
    public float Hit { get; init; }

    /// <summary>The snare drum.</summary>
    public float Snare { get; init; }

    /// <summary>Hi-hats and cymbals.</summary>
    public float Hats { get; init; }

    /// <summary>The bass.</summary>
    public float Bass { get; init; }

    /// <summary>How much a voice is there, 0 to 1.</summary>
    public float Voice { get; init; }

    /// <summary>How many beats there were since the song began, with the part of the present one; seconds times 2 where there are none.</summary>
    public float Beats { get; init; }

    /// <summary>The same of bars.</summary>
    public float Bars { get; init; }

    /// <summary>The last strokes that <see cref="Hit"/> answers, the newest first.</summary>
    public IReadOnlyList<Stroke> Strokes { get; init; } = [];

    /// <summary>Loudness of <see cref="Pulse.BandCount"/> bands from low to high, 0 to 1.</summary>
    public float[] Bands { get; init; } = new float[Pulse.BandCount];

    /// <summary>The bands some seconds ago.</summary>
    public required Func<double, float[]> BandsAgo { get; init; }

    /// <summary>The sound itself around now, <see cref="Pulse.WaveCount"/> values, −1 to 1 for a song at its loudest.</summary>
    public ReadOnlyMemory<float> Wave { get; init; }

    /// <summary>Loudness of a place between low (0) and high (1), between bands.</summary>
    public float Band(float place)
    {
        float at = Math.Clamp(place, 0, 1) * (Bands.Length - 1);
        int below = Math.Min((int)at, Bands.Length - 2);
        return Bands[below] + ((Bands[below + 1] - Bands[below]) * (at - below));
    }
}

/// <summary>A stroke.</summary>
/// <param name="Number">Which it is, counted from the first that the clip hears.</param>
/// <param name="Age">Seconds since.</param>
/// <param name="Strength">0 to 1.</param>
internal readonly record struct Stroke(int Number, float Age, float Strength);
