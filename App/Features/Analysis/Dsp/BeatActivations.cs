namespace Downbeat.Features.Analysis.Dsp;

/// <summary>How much each moment looks like a beat, and like the first beat of a bar, as beat networks give it.</summary>
/// <param name="Beat">Probability of a beat that begins no bar, 0 to 1, one value per frame of <see cref="FramesPerSecond"/>; frame n stands at n / 50 s.</param>
/// <param name="Downbeat">Probability of the first beat of a bar, 0 to 1; as many values.</param>
internal sealed record BeatActivations(float[] Beat, float[] Downbeat)
{
    /// <summary>Frames in a second.</summary>
    public const double FramesPerSecond = 50;

    /// <summary>Time of the recording, in seconds, that the listener calls 0; may be below 0.</summary>
    public double StartSeconds { get; private init; }

    /// <summary>The same for a listener whose time begins elsewhere.</summary>
    /// <param name="startSeconds">Time of the recording that is 0 from now on.</param>
    public BeatActivations From(double startSeconds) => this with { StartSeconds = startSeconds };

    /// <summary>Frame, with its fraction, that stands at a time of the listener; may lie outside.</summary>
    public double FrameAt(double seconds) => (StartSeconds + seconds) * FramesPerSecond;
}
