using System.Globalization;
using Downbeat.Timing;

namespace Downbeat.Media;

/// <summary>Collects the time stamps of decoded frames from ffmpeg's <c>framecrc</c> output, one text line a frame.</summary>
internal sealed class FrameTimes
{
    // Containers round time stamps: Matroska to whole milliseconds, so two steps of an even rate may differ by two ticks.
    private const int RoundingTicks = 2;
    private const double Unevenness = 0.1;

    private Ratio _tick = new(1, 1);
    private long _first, _last, _lastStep, _minStep = long.MaxValue, _maxStep;

    /// <summary>Number of frames so far.</summary>
    public long Count { get; private set; }

    /// <summary>From the first frame to the end of the last one, in seconds; 0 without frames.</summary>
    public double Seconds => Count == 0 ? 0 : (_last - _first + _lastStep) * _tick.Value;

    /// <summary>Frames per second on average; null without frames or time.</summary>
    public FrameRate? Rate => Seconds > 0 ? FrameRate.Nearest(Count / Seconds) : null;

    /// <summary>Whether the steps between frames differ by more than rounding explains.</summary>
    public bool IsVariable => Count > 2 && _maxStep - _minStep > Math.Max(RoundingTicks, Unevenness * _minStep);

    /// <summary>Reads one line: <c>#tb 0: 1/15360</c> or <c>0, dts, pts, duration, size, hash</c>; others are passed over.</summary>
    public void Add(string line)
    {
        if (line.StartsWith("#tb 0:", StringComparison.Ordinal))
        {
            _tick = Ratio.Parse(line[6..].Trim()) ?? _tick;
        }
        else if (!line.StartsWith('#') && line.Split(',') is [_, _, var time, var step, ..]
            && long.TryParse(time, NumberStyles.Integer, CultureInfo.InvariantCulture, out var at)
            && long.TryParse(step, NumberStyles.Integer, CultureInfo.InvariantCulture, out var length))
        {
            Add(at, length);
        }
    }

    private void Add(long at, long length)
    {
        if (Count++ == 0)
        {
            _first = at;
        }
        else
        {
            _minStep = Math.Min(_minStep, at - _last);
            _maxStep = Math.Max(_maxStep, at - _last);
        }

        _last = at;
        _lastStep = Math.Max(length, 0);
    }
}
