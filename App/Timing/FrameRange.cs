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

    /// <summary>The runs of marked frames, in order, apart from each other; none when no frame is marked.</summary>
    public static IReadOnlyList<FrameRange> Where(IReadOnlyList<bool> isMarked)
    {
        var ranges = new List<FrameRange>();
        for (var frame = 0; frame < isMarked.Count; frame++)
        {
            if (isMarked[frame] && ranges.Count > 0 && ranges[^1].End == frame)
            {
                ranges[^1] = ranges[^1] with { End = frame + 1 };
            }
            else if (isMarked[frame])
            {
                ranges.Add(new(frame, frame + 1));
            }
        }

        return ranges;
    }
}
