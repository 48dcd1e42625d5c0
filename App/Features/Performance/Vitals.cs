using System.Diagnostics.Metrics;
using System.Globalization;
using Downbeat.Components.Circuits;
using Downbeat.Networks;
using Downbeat.Storage;
using Downbeat.Telemetry;

namespace Downbeat.Features.Performance;

/// <summary>How the process and its machine stood at one moment.</summary>
/// <param name="At">The moment.</param>
/// <param name="ProcessorShare">Share of the machine's processors that are busy with anything, 0 to 1; null where the system does not say.</param>
/// <param name="OwnProcessorShare">Share of them that this process keeps busy, without the media tools it started.</param>
/// <param name="MemoryBytes">Memory that the process holds.</param>
/// <param name="HeapBytes">Managed objects, as of the last collection.</param>
/// <param name="GcPauseShare">Share of the time since the last moment that collections stopped the process.</param>
/// <param name="Threads">Threads of the pool.</param>
/// <param name="Waiting">Pieces of work that wait for a thread.</param>
/// <param name="Circuits">Open pages.</param>
/// <param name="RoomBytes">What may still be written before the disk's reserve is touched.</param>
internal sealed record Vital(
    DateTimeOffset At, double? ProcessorShare, double OwnProcessorShare, long MemoryBytes, long HeapBytes, double GcPauseShare, int Threads, long Waiting, int Circuits, long RoomBytes);

/// <summary>Looks at the process every ten seconds, keeps a quarter of an hour of it and a week of the disk's, and beats the pulse of the page.</summary>
internal sealed class Vitals(FileStore files, CircuitSeats seats, ModelShelf shelf, Pulse pulse, TimeProvider clock, ILogger<Vitals> logger) : BackgroundService
{
    private const int KeptVitals = 90;
    private const int KeptRooms = 7 * 24 * 6;
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Room = TimeSpan.FromMinutes(10);

    private static readonly Gauge<long> DiskRoom = StudioMeter.Instance.CreateGauge<long>("downbeat.disk.room", "By", "What may be written before the disk's reserve is touched.");
    private static readonly Gauge<long> Circuits = StudioMeter.Instance.CreateGauge<long>("downbeat.circuits.open", "{circuit}", "Open pages.");
    private static readonly Gauge<long> Models = StudioMeter.Instance.CreateGauge<long>("downbeat.models.memory", "By", "Memory of the neural networks that are loaded.");
    private readonly Lock gate = new();
    private readonly Queue<Vital> vitals = new();
    private readonly Queue<(DateTimeOffset At, long Bytes)> rooms = new();
    private (long Ticks, TimeSpan Own, TimeSpan Paused, long Busy, long All) before = (clock.GetTimestamp(), Environment.CpuUsage.TotalTime, GC.GetTotalPauseDuration(), 0, 0);

    /// <summary>The last quarter of an hour, oldest first.</summary>
    public IReadOnlyList<Vital> Latest
    {
        get
        {
            lock (gate)
            {
                return [.. vitals];
            }
        }
    }

    /// <summary>How it stands, as of at most ten seconds ago.</summary>
    public Vital Now
    {
        get
        {
            Take();
            return Latest[^1];
        }
    }

    /// <summary>
    /// When the disk's reserve will be reached if it fills as it did since it was first watched, at most a week ago (least squares); null when it does not fill, or was not watched for an hour yet.
    /// </summary>
    public TimeSpan? DiskLasts
    {
        get
        {
            lock (gate)
            {
                return rooms.Count >= 7 ? Forecast([.. rooms]) : null;
            }
        }
    }

    /// <summary>Since when the disk is watched; null when it was not yet.</summary>
    public DateTimeOffset? DiskWatchedSince
    {
        get
        {
            lock (gate)
            {
                return rooms.TryPeek(out var first) ? first.At : null;
            }
        }
    }

    /// <summary>Least squares over what was left at each time.</summary>
    internal static TimeSpan? Forecast(IReadOnlyList<(DateTimeOffset At, long Bytes)> rooms)
    {
        var (meanHours, meanBytes) = (rooms.Average(room => Hours(room.At)), rooms.Average(room => (double)room.Bytes));
        var spread = rooms.Sum(room => Math.Pow(Hours(room.At) - meanHours, 2));
        var bytesPerHour = spread == 0 ? 0 : rooms.Sum(room => (Hours(room.At) - meanHours) * (room.Bytes - meanBytes)) / spread;
        return bytesPerHour < 0 && rooms[^1].Bytes / -bytesPerHour < TimeSpan.FromDays(3650).TotalHours ? TimeSpan.FromHours(Math.Max(0, rooms[^1].Bytes) / -bytesPerHour) : null;

        double Hours(DateTimeOffset at) => (at - rooms[0].At).TotalHours;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pulse.Pace, clock);
        do
        {
            TryTake();
            pulse.Beat();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void TryTake()
    {
        try
        {
            Take();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A disk that cannot be asked is no reason to leave the page without its pulse.
            logger.LogWarning(e, "The state of the machine could not be read");
        }
    }

    private void Take()
    {
        var now = clock.GetUtcNow();
        lock (gate)
        {
            if (vitals.Count > 0 && now - vitals.Last().At < Apart - (Pulse.Pace / 2))
            {
                return;
            }

            vitals.Enqueue(Look(now));
            if (vitals.Count > KeptVitals)
            {
                vitals.Dequeue();
            }

            if (rooms.Count == 0 || now - rooms.Last().At >= Room)
            {
                rooms.Enqueue((now, files.RoomBytes));
                if (rooms.Count > KeptRooms)
                {
                    rooms.Dequeue();
                }
            }
        }
    }

    private Vital Look(DateTimeOffset now)
    {
        var (busy, all) = Processors();
        (long Ticks, TimeSpan Own, TimeSpan Paused, long Busy, long All) present = (clock.GetTimestamp(), Environment.CpuUsage.TotalTime, GC.GetTotalPauseDuration(), busy, all);
        var seconds = Math.Max(0.001, clock.GetElapsedTime(before.Ticks, present.Ticks).TotalSeconds);
        var vital = new Vital(
            now,
            present.All > before.All && before.All > 0 ? (double)(present.Busy - before.Busy) / (present.All - before.All) : null,
            (present.Own - before.Own).TotalSeconds / seconds / Environment.ProcessorCount,
            Environment.WorkingSet,
            GC.GetGCMemoryInfo().HeapSizeBytes,
            (present.Paused - before.Paused).TotalSeconds / seconds,
            ThreadPool.ThreadCount,
            ThreadPool.PendingWorkItemCount,
            seats.Open,
            files.RoomBytes);
        before = present;
        DiskRoom.Record(vital.RoomBytes);
        Circuits.Record(vital.Circuits);
        Models.Record(shelf.States.Sum(state => state.MemoryBytes ?? 0));
        return vital;
    }

    /// <summary>Ticks of all processors since the machine began: those in which they were busy, and all. Zeros where the system does not say.</summary>
    private static (long Busy, long All) Processors()
    {
        const string Path = "/proc/stat";
        if (!File.Exists(Path))
        {
            return (0, 0);
        }

        // cpu user nice system idle iowait irq softirq steal
        var ticks = File.ReadLines(Path).First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(field => long.Parse(field, CultureInfo.InvariantCulture)).ToArray();
        return (ticks.Sum() - ticks[3] - ticks[4], ticks.Sum());
    }
}
