using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Downbeat.Telemetry;

/// <summary>What is measured; the reports are divided by it.</summary>
public enum SampleCategory
{
    /// <summary>Requests by route; failed are those that the server is to blame for (5xx).</summary>
    Api,

    /// <summary>Database commands by statement; failed are those that ended in an error.</summary>
    Db,

    /// <summary>Cache regions, without durations; failed are the misses.</summary>
    Cache,

    /// <summary>Jobs by kind, their stages, and their waiting; failed are the attempts that did not succeed.</summary>
    Job,

    /// <summary>Runs of ffmpeg and ffprobe by stage and encoder.</summary>
    Ffmpeg,

    /// <summary>Calls to the file store by what was done.</summary>
    Storage,
}

/// <summary>What the samples of one name and one stretch of time come to.</summary>
/// <param name="Category">What was measured.</param>
/// <param name="Name">Of what.</param>
/// <param name="Spread">The durations.</param>
/// <param name="Failed">How many failed, or missed.</param>
internal sealed record SampleSum(SampleCategory Category, string Name, Spread Spread, long Failed);

/// <summary>
/// Listens to the studio's own meters and keeps, for each name, the spread of the durations since the book was last turned over. A sample costs well under a microsecond.
/// </summary>
internal sealed class SampleBook : IDisposable
{
    /// <summary>More names than the studio has; what comes beyond them, in a category, is taken together.</summary>
    private const int MostNames = 4000;

    private static readonly Dictionary<string, SampleReader> Readers = new(StringComparer.Ordinal)
    {
        ["http.server.request.duration"] = new(SampleCategory.Api, ReadRequest),
        ["aspnetcore.components.handle_event.duration"] = new(
            SampleCategory.Api, tags => ($"event {Text(tags, "aspnetcore.components.type").Split('.')[^1]} {Text(tags, "aspnetcore.components.attribute.name")}", Text(tags, "error.type") is not ("" or "Microsoft.AspNetCore.Components.NavigationException"))),
        [QueryCounter.InstrumentName] = new(SampleCategory.Db, (tags) => (Text(tags, "statement"), Text(tags, "failed") == "True")),
        ["downbeat.cache.requests"] = new(SampleCategory.Cache, tags => (Text(tags, "region"), Text(tags, "outcome") != "hit"), HasDuration: false),
        ["downbeat.job.duration"] = new(SampleCategory.Job, tags => (Text(tags, "kind"), Text(tags, "outcome") != "succeeded")),
        ["downbeat.job.stage.duration"] = new(SampleCategory.Job, tags => ($"{Text(tags, "kind")} · {Text(tags, "stage")}", false)),
        ["downbeat.job.waiting"] = new(SampleCategory.Job, tags => ($"{Text(tags, "kind")} · in the queue", false)),
        [ToolRun.InstrumentName] = new(SampleCategory.Ffmpeg, tags => ($"{Text(tags, "tool")} {Text(tags, "encoder")} · {Text(tags, "stage") switch { "" => "outside of jobs", var stage => stage }}".Replace("  ", " ", StringComparison.Ordinal), Text(tags, "ending") != ToolRun.Done)),
        ["downbeat.storage.duration"] = new(SampleCategory.Storage, tags => (Text(tags, "call"), false)),
    };

    private readonly MeterListener listener = new();
    private ConcurrentDictionary<(SampleCategory Category, string Name), Entry> entries = new();

    /// <summary>Begins to listen.</summary>
    public SampleBook()
    {
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (Readers.TryGetValue(instrument.Name, out var reader))
            {
                listening.EnableMeasurementEvents(instrument, reader);
            }
        };
        listener.SetMeasurementEventCallback<double>(Take);
        listener.SetMeasurementEventCallback<long>((instrument, measurement, tags, state) => Take(instrument, measurement, tags, state));
        listener.SetMeasurementEventCallback<int>((instrument, measurement, tags, state) => Take(instrument, measurement, tags, state));
        listener.Start();
    }

    /// <summary>What came since the book was last turned over.</summary>
    public IReadOnlyList<SampleSum> Read() => Sums(entries);

    /// <summary>Gives what came since the last time, and begins anew.</summary>
    public IReadOnlyList<SampleSum> TurnOver() => Sums(Interlocked.Exchange(ref entries, new()));

    /// <inheritdoc/>
    public void Dispose() => listener.Dispose();

    private static List<SampleSum> Sums(ConcurrentDictionary<(SampleCategory Category, string Name), Entry> entries) =>
        [.. entries.Select(entry => entry.Value.Sum(entry.Key.Category, entry.Key.Name))];

    private static (string Name, bool IsFailed) ReadRequest(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string method = "", route = "(no route)";
        var status = 0;
        foreach (var tag in tags)
        {
            switch (tag.Key)
            {
                case "http.request.method": method = tag.Value as string ?? ""; break;
                case "http.route": route = tag.Value as string ?? route; break;
                case "http.response.status_code": status = tag.Value as int? ?? 0; break;
            }
        }

        // What stays open is no request, and files that never change are all alike: their routes alone do not begin with a slash.
        return status == StatusCodes.Status101SwitchingProtocols ? ("", false)
            : route is ['/' or '(', ..] ? ($"{method} {route}", status >= 500)
            : ($"{method} (static files)", status >= 500);
    }

    private static string Text(ReadOnlySpan<KeyValuePair<string, object?>> tags, string name)
    {
        foreach (var tag in tags)
        {
            if (tag.Key == name)
            {
                return tag.Value?.ToString() ?? "";
            }
        }

        return "";
    }

    private void Take(Instrument instrument, double measurement, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var reader = (SampleReader)state!;
        var (name, isFailed) = reader.Read(tags);
        if (name.Length == 0)
        {
            return;
        }

        var book = entries;
        var key = (reader.Category, name);
        if (!book.TryGetValue(key, out var entry))
        {
            entry = book.GetOrAdd(book.Count < MostNames ? key : (reader.Category, "(others)"), _ => new());
        }

        entry.Add(reader.HasDuration ? measurement : null, isFailed, reader.HasDuration ? 1 : (long)measurement);
    }

    /// <summary>What the tags of a measurement say; no name when it is not to be counted.</summary>
    private delegate (string Name, bool IsFailed) TagReader(ReadOnlySpan<KeyValuePair<string, object?>> tags);

    private sealed record SampleReader(SampleCategory Category, TagReader Read, bool HasDuration = true);

    private sealed class Entry
    {
        private readonly Lock gate = new();
        private readonly Spread spread = new();
        private long failed;

        public void Add(double? seconds, bool isFailed, long times)
        {
            lock (gate)
            {
                for (var i = 0; i < times; i++)
                {
                    spread.Add(seconds ?? 0);
                }

                failed += isFailed ? times : 0;
            }
        }

        public SampleSum Sum(SampleCategory category, string name)
        {
            lock (gate)
            {
                var copy = new Spread();
                copy.Add(spread);
                return new(category, name, copy, failed);
            }
        }
    }
}
