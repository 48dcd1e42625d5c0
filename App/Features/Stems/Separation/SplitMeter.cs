using System.Diagnostics;
using System.Diagnostics.Metrics;
using Downbeat.Telemetry;

namespace Downbeat.Features.Stems.Separation;

/// <summary>
/// Measures the stages of splitting songs, one piece of work after another, as the histogram <c>downbeat.stems.stage.duration</c>: <c>decode</c> (from a file to samples), <c>make ready</c> (what an engine does
/// once for a song), <c>read</c>, <c>transform</c> (from samples to spectra, with what is struck in them, and back), <c>mask</c> (which stem has what share of a bin, and the filters that follow), <c>model</c> (runs of a network), <c>write</c>,
/// <c>check</c> (reading all back, holding it against the song and listening to it), and <c>code</c> (stems and mixes in the formats that people ask for).
/// </summary>
internal static class SplitMeter
{
    /// <summary>Name of the histogram.</summary>
    public const string InstrumentName = "downbeat.stems.stage.duration";

    /// <summary>What tells the stages apart.</summary>
    public const string StageTag = "stage";

    private static readonly Histogram<double> Durations = StudioMeter.Instance.CreateHistogram<double>(InstrumentName, "s", "Duration of a piece of work at splitting a song.");

    /// <summary>Begins a piece of work; it ends when the result is disposed.</summary>
    public static Piece Begin(string stage) => new(stage, Stopwatch.GetTimestamp());

    /// <summary>A piece of work.</summary>
    internal readonly struct Piece(string stage, long begun) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => Durations.Record(Stopwatch.GetElapsedTime(begun).TotalSeconds, new KeyValuePair<string, object?>(StageTag, stage));
    }
}
