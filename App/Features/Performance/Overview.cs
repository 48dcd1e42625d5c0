using Downbeat.Components.Circuits;
using Downbeat.Jobs;
using Downbeat.Media;
using Downbeat.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Downbeat.Features.Performance;

/// <summary>How the studio stands.</summary>
/// <param name="Instance">Name of the machine that answers.</param>
/// <param name="StartedAt">When this process began.</param>
/// <param name="Dependencies">Each dependency, as asked about half a minute ago; null while they are asked for the first time.</param>
/// <param name="Now">Process and machine.</param>
/// <param name="Processors">Processors of the machine.</param>
/// <param name="MemoryLimitBytes">Memory that the process may have.</param>
/// <param name="Queues">Jobs that wait or run, in all instances.</param>
/// <param name="Limits">Jobs of each kind that this instance runs at the same time.</param>
/// <param name="DiskReserveBytes">What must stay free.</param>
/// <param name="DiskLastsHours">When the reserve is reached if the disk goes on filling like this; null when it does not fill or was not watched for an hour yet.</param>
/// <param name="DiskWatchedSince">Since when the disk is watched.</param>
/// <param name="FfmpegVersion">Version of ffmpeg; null when it does not run, or was not asked yet.</param>
/// <param name="FfmpegWeaknesses">What that version is known to do badly here.</param>
/// <param name="Encoders">Encoders, each tried; null while they are being tried.</param>
/// <param name="Admission">What jobs and pages use of what there is, and who was sent away.</param>
internal sealed record OverviewView(
    string Instance,
    DateTimeOffset StartedAt,
    IReadOnlyList<DependencyView>? Dependencies,
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
    IReadOnlyList<EncoderState>? Encoders,
    AdmissionView Admission);

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
    HealthCheckService health, Vitals vitals, Budget budget, CircuitSeats seats, EncoderTrials trials, Ffmpeg ffmpeg, IOptions<JobOptions> jobs, IOptions<StorageOptions> storage, TimeProvider clock)
{
    private static readonly TimeSpan AnswersHold = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly Lock gate = new();
    private Task asking = Task.CompletedTask;
    private Answers? answers;

    /// <summary>Looks. The dependencies are asked at most twice a minute, however many look; nobody but the first waits for their answers, and he only for a moment.</summary>
    public async Task<OverviewView> ReadAsync(CancellationToken stop)
    {
        var known = await KnownAsync(stop);
        return new(
            Environment.MachineName,
            System.Diagnostics.Process.GetCurrentProcess().StartTime,
            known?.Dependencies,
            vitals.Now,
            Environment.ProcessorCount,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            JobMeter.Depths,
            [.. Enum.GetValues<JobKind>().Select(kind => new KindLimit(kind, jobs.Value.LimitOf(kind)))],
            (long)storage.Value.DiskReserveMegabytes << 20,
            vitals.DiskLasts?.TotalHours,
            vitals.DiskWatchedSince,
            known?.Ffmpeg?.Text,
            known?.Ffmpeg is { } version ? FfmpegWeaknesses.Of(version) : [],
            trials.StatesAsync(stop) is { IsCompletedSuccessfully: true } tried ? await tried : null,
            AdmissionView.Of(budget, seats));
    }

    private async Task<Answers?> KnownAsync(CancellationToken stop)
    {
        Task asked;
        lock (gate)
        {
            if (asking.IsCompleted && (answers is null || clock.GetUtcNow() - answers.At > AnswersHold))
            {
                asking = AskAsync();
            }

            asked = asking;
        }

        if (answers is null)
        {
            await Task.WhenAny(asked, Task.Delay(Patience, stop));
        }

        if (asked.IsFaulted)
        {
            await asked;
        }

        return answers;
    }

    private async Task AskAsync()
    {
        var report = await health.CheckHealthAsync();
        answers = new(
            clock.GetUtcNow(),
            [.. report.Entries.Select(entry => new DependencyView(entry.Key, entry.Value.Status, entry.Value.Description, entry.Value.Duration.TotalMilliseconds)).OrderByDescending(entry => entry.Status != HealthStatus.Healthy).ThenBy(entry => entry.Name)],
            report.Entries.TryGetValue("ffmpeg", out var check) && check.Status == HealthStatus.Healthy ? await FfmpegVersion.AskAsync(ffmpeg, CancellationToken.None) : null);
    }

    private sealed record Answers(DateTimeOffset At, IReadOnlyList<DependencyView> Dependencies, FfmpegVersion? Ffmpeg);
}
