namespace Downbeat.Features.Stems.Separation;

/// <summary>A stretch of stereo sound at <see cref="SampleRate"/>. A frame is one sample of each channel.</summary>
/// <param name="frames">Its length.</param>
internal sealed class StereoBlock(int frames)
{
    /// <summary>Frames in a second of all sound in this room.</summary>
    public const int SampleRate = 44100;

    /// <summary>Its length.</summary>
    public int Frames => frames;

    /// <summary>Left channel, nominally −1 to 1.</summary>
    public float[] Left { get; } = new float[frames];

    /// <summary>Right channel, as long.</summary>
    public float[] Right { get; } = new float[frames];

    /// <summary>Both, left first.</summary>
    public IReadOnlyList<float[]> Channels => [Left, Right];
}
