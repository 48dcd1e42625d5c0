using System.Text.Json.Serialization;

namespace Downbeat.Timing;

/// <summary>A run of frames.</summary>
/// <param name="Start">First frame, from 0.</param>
/// <param name="End">The frame after the last one; equal to <paramref name="Start"/> when the run is empty.</param>
public readonly record struct FrameRange(int Start, int End)
{
    /// <summary>How many frames; 0 when empty.</summary>
    [JsonIgnore]
    public int Count => End - Start;
}
