namespace Downbeat.Timing;

/// <summary>
/// Frames per second as an exact fraction, and the one place where seconds become frames. Every cut is rounded once from its time and never from a sum of lengths, so that nothing drifts.
/// </summary>
/// <param name="Numerator">Frames in <paramref name="Denominator"/> seconds, above 0.</param>
/// <param name="Denominator">Seconds, above 0; 1 for whole rates, 1001 for the television ones.</param>
public readonly record struct FrameRate(int Numerator, int Denominator)
{
    private const double TelevisionTolerance = 0.005;

    /// <summary>Frames per second as a number: 29.97… for 30000/1001.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public double PerSecond => (double)Numerator / Denominator;

    /// <summary>A whole number of frames per second.</summary>
    public static FrameRate Of(int framesPerSecond) => new(framesPerSecond, 1);

    /// <summary>The exact rate meant by a rounded number: 29.97 means 30000/1001, 23.976 means 24000/1001; others are kept to a thousandth.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not above 0, or above 1000.</exception>
    public static FrameRate Nearest(double framesPerSecond)
    {
        if (framesPerSecond is not (> 0 and <= 1000))
        {
            throw new ArgumentOutOfRangeException(nameof(framesPerSecond), framesPerSecond, "A frame rate lies between 0 and 1000.");
        }

        var whole = (int)Math.Round(framesPerSecond);
        var television = (int)Math.Ceiling(framesPerSecond);
        return Math.Abs(framesPerSecond - whole) < 1e-6 ? Of(whole)
            : Math.Abs(framesPerSecond - (television / 1.001)) < TelevisionTolerance ? new(television * 1000, 1001)
            : new((int)Math.Round(framesPerSecond * 1000), 1000);
    }

    /// <summary>Number of the frame whose start lies nearest to a time; halves go up.</summary>
    /// <param name="seconds">Time from frame 0; may be negative.</param>
    public int FrameAt(double seconds) => checked((int)Math.Floor((seconds * Numerator / Denominator) + 0.5));

    /// <summary>Start of a frame, in seconds from frame 0.</summary>
    public double SecondsAt(int frame) => (double)frame * Denominator / Numerator;

    /// <summary>Start of a frame in whole microseconds, rounded; what lists that know no fractions are written with.</summary>
    public long MicrosecondsAt(int frame) => (long)Math.Round((decimal)frame * 1_000_000 * Denominator / Numerator, MidpointRounding.AwayFromZero);

    /// <summary>As ffmpeg writes it: <c>30</c> or <c>30000/1001</c>.</summary>
    public override string ToString() => Denominator == 1
        ? Numerator.ToString(System.Globalization.CultureInfo.InvariantCulture)
        : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Numerator}/{Denominator}");
}
