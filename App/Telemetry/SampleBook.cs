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
    private readonly ConcurrentDictionary<(SampleCategory Category, string Name), Entry> entries = new();

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
    public IReadOnlyList<SampleSum> Read() => [.. entries.Select(entry => entry.Value.Sum(entry.Key.Category, entry.Key.Name)).Where(sum => sum.Spread.Count > 0)];

    /// <summary>Gives what came since the last time, and begins anew. Whatever is measured meanwhile is in this turn or in the next.</summary>
    public IReadOnlyList<SampleSum> TurnOver()
    {
        List<SampleSum> sums = [];
        foreach (var entry in entries)
        {
            if (entry.Value.Turn(entry.Key.Category, entry.Key.Name) is { } sum)
            {
                sums.Add(sum);
            }
            else
            {
                entries.TryRemove(entry);
            }
        }

        return sums;
    }

    /// <summary>Takes back what <see cref="TurnOver"/> gave: it comes again at the next turn.</summary>
    public void PutBack(IEnumerable<SampleSum> sums)
    {
        foreach (var sum in sums)
        {
            while (!EntryOf((sum.Category, sum.Name)).TryAdd(sum))
            {
                // It has just been let go of; the next is a new one.
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => listener.Dispose();

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

        var (seconds, times) = reader.HasDuration ? (measurement, 1L) : (0, (long)measurement);
        while (!EntryOf((reader.Category, name)).TryAdd(seconds, isFailed, times))
        {
            // It has just been let go of; the next is a new one.
        }
    }

    private Entry EntryOf((SampleCategory Category, string Name) key)
    {
        if (!entries.TryGetValue(key, out var entry))
        {
            key = entries.Count < MostNames ? key : (key.Category, "(others)");
            entry = entries.GetOrAdd(key, _ => new());
        }

        if (entry.IsOver)
        {
            entries.TryRemove(new(key, entry));
        }

        return entry;
    }

    /// <summary>What the tags of a measurement say; no name when it is not to be counted.</summary>
    private delegate (string Name, bool IsFailed) TagReader(ReadOnlySpan<KeyValuePair<string, object?>> tags);

    private sealed record SampleReader(SampleCategory Category, TagReader Read, bool HasDuration = true);

    // One name; nobody but its writers wants its lock, and a turn for a moment once a minute.
    private sealed class Entry
    {
        private readonly Lock gate = new();
        private Spread spread = new();
        private long failed;

        // Nothing came in a whole turn: who still holds it must not write where nobody looks any more.
        public bool IsOver { get; private set; }

        public bool TryAdd(double seconds, bool isFailed, long times)
        {
            lock (gate)
            {
                for (var i = 0; i < times && !IsOver; i++)
                {
                    spread.Add(seconds);
                }

                failed += isFailed ? times : 0;
                return !IsOver;
            }
        }

        public bool TryAdd(SampleSum sum)
        {
            lock (gate)
            {
                if (!IsOver)
                {
                    spread.Add(sum.Spread);
                    failed += sum.Failed;
                }

                return !IsOver;
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

        // What there is, and begins anew; null, and it is over, when there is nothing.
        public SampleSum? Turn(SampleCategory category, string name)
        {
            lock (gate)
            {
                if (spread.Count == 0)
                {
                    IsOver = true;
                    return null;
                }

                var sum = new SampleSum(category, name, spread, failed);
                (spread, failed) = (new(), 0);
                return sum;
            }
        }
    }
}
