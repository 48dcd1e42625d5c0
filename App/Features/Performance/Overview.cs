using Downbeat.Jobs;
using Downbeat.Media;
using Downbeat.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Downbeat.Features.Performance;

/// <summary>How the studio stands.</summary>
/// <param name="Instance">Name of the machine that answers.</param>
/// <param name="StartedAt">When this process began.</param>
/// <param name="Dependencies">Each dependency, as asked at most half a minute ago.</param>
/// <param name="Now">Process and machine.</param>
/// <param name="Processors">Processors of the machine.</param>
/// <param name="MemoryLimitBytes">Memory that the process may have.</param>
/// <param name="Queues">Jobs that wait or run, in all instances.</param>
/// <param name="Limits">Jobs of each kind that this instance runs at the same time.</param>
/// <param name="DiskReserveBytes">What must stay free.</param>
/// <param name="DiskLastsHours">When the reserve is reached if the disk goes on filling like this; null when it does not fill or was not watched for an hour yet.</param>
/// <param name="DiskWatchedSince">Since when the disk is watched.</param>
/// <param name="FfmpegVersion">Version of ffmpeg; null when it does not run.</param>
/// <param name="FfmpegWeaknesses">What that version is known to do badly here.</param>
/// <param name="Encoders">Encoders, each tried.</param>
internal sealed record OverviewView(
    string Instance,
    DateTimeOffset StartedAt,
    IReadOnlyList<DependencyView> Dependencies,
    Vital Now,
    int Processors,
    long MemoryLimitBytes,
    IReadOnlyList<QueueDepth> Queues,
    IReadOnlyList<KindLimit> Limits,
    long DiskReserveBytes,
    double? DiskLastsHours,
    DateTimeOffset? DiskWatchedSince,
    string? FfmpegVersion,
    IReadOnlyList<string> FfmpegWeaknesses,
    IReadOnlyList<EncoderState> Encoders);

/// <summary>Something that the studio needs.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Status">Whether it can be used.</param>
/// <param name="Sentence">What it says of itself; may be null.</param>
/// <param name="Milliseconds">How long it took to answer.</param>
internal sealed record DependencyView(string Name, HealthStatus Status, string? Sentence, double Milliseconds);

/// <summary>How many jobs of a kind may run at the same time.</summary>
internal sealed record KindLimit(JobKind Kind, int Most);

/// <summary>Looks at everything the studio stands on.</summary>
internal sealed class Overview(
    HealthCheckService health, Vitals vitals, EncoderTrials trials, MediaTools tools, IOptions<JobOptions> jobs, IOptions<StorageOptions> storage, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan HealthHolds = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim turn = new(1);
    private (DateTimeOffset At, IReadOnlyList<DependencyView> Dependencies, FfmpegVersion? Ffmpeg)? asked;

    /// <summary>Looks. The dependencies are asked at most twice a minute, however many look.</summary>
    public async Task<OverviewView> ReadAsync(CancellationToken stop)
    {
        var (dependencies, ffmpeg) = await AskAsync(stop);
        return new(
            Environment.MachineName,
            System.Diagnostics.Process.GetCurrentProcess().StartTime,
            dependencies,
            vitals.Latest[^1],
            Environment.ProcessorCount,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            JobMeter.Depths,
            [.. Enum.GetValues<JobKind>().Select(kind => new KindLimit(kind, jobs.Value.LimitOf(kind)))],
            (long)storage.Value.DiskReserveMegabytes << 20,
            vitals.DiskLasts?.TotalHours,
            vitals.DiskWatchedSince,
            ffmpeg?.Text,
            ffmpeg is null ? [] : FfmpegWeaknesses.Of(ffmpeg),
            await trials.StatesAsync(stop));
    }

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    private async Task<(IReadOnlyList<DependencyView> Dependencies, FfmpegVersion? Ffmpeg)> AskAsync(CancellationToken stop)
    {
        await turn.WaitAsync(stop);
        try
        {
            if (asked is not { } last || clock.GetUtcNow() - last.At > HealthHolds)
            {
                var report = await health.CheckHealthAsync(stop);
                asked = last = (
                    clock.GetUtcNow(),
                    [.. report.Entries.Select(entry => new DependencyView(entry.Key, entry.Value.Status, entry.Value.Description, entry.Value.Duration.TotalMilliseconds)).OrderByDescending(entry => entry.Status != HealthStatus.Healthy).ThenBy(entry => entry.Name)],
                    report.Entries.TryGetValue("ffmpeg", out var check) && check.Status == HealthStatus.Healthy ? (await tools.FindAsync(stop)).Ffmpeg : null);
            }

            return (last.Dependencies, last.Ffmpeg);
        }
        finally
        {
            turn.Release();
        }
    }
}
