namespace Downbeat.Features.Analysis.Dsp;

/// <summary>How strongly something begins at each frame, and how the sound is coloured. All series start at time 0.</summary>
/// <param name="All">Onset strength over all registers, one per frame, not negative.</param>
/// <param name="Low">The same below 160 Hz: kick drum and bass.</param>
/// <param name="Mid">The same from 160 Hz to 2 kHz.</param>
/// <param name="High">The same above 2 kHz: snare, hats, consonants.</param>
/// <param name="Timbre">One row per <see cref="FramesPerRow"/> frames: mean log magnitude of each band.</param>
/// <param name="Loudness">One per row: mean power at the working level, weighted like the ear (IEC 61672 A curve); not negative.</param>
/// <param name="LowShare">One per row: share of the unweighted power that lies below 160 Hz, 0 to 1.</param>
/// <param name="Brightness">One per row: spectral centroid in hertz; 0 in silence.</param>
internal sealed record Onsets(float[] All, float[] Low, float[] Mid, float[] High, float[][] Timbre, float[] Loudness, float[] LowShare, float[] Brightness)
{
    /// <summary>Samples from one frame to the next.</summary>
    public const int HopSamples = 128;

    /// <summary>Frames in a second (172.27).</summary>
    public const double FramesPerSecond = (double)Level.SampleRate / HopSamples;

    /// <summary>Frames that one row of <see cref="Timbre"/> covers.</summary>
    public const int FramesPerRow = 8;

    /// <summary>Rows in a second (21.5).</summary>
    public const double RowsPerSecond = FramesPerSecond / FramesPerRow;

    /// <summary>Frames.</summary>
    public int Count => All.Length;
}
