namespace Downbeat.Features.Stems.Dsp;

/// <summary>The grid on which songs are taken apart: frames lie at multiples of the hop from the song's start, wherever a block begins.</summary>
internal static class SongGrid
{
    /// <summary>Samples under a window.</summary>
    public const int Window = 4096;

    /// <summary>Samples from frame to frame.</summary>
    public const int Hop = 1024;

    /// <summary>Values in a spectrum.</summary>
    public const int Bins = (Window / 2) + 1;

    /// <summary>How much longer the long window, and shorter the short one, is.</summary>
    public const int Ratio = 4;

    /// <summary>Width of a bin.</summary>
    public const double BinHz = (double)Separation.StereoBlock.SampleRate / Window;
}
