using System.Data.Common;
using System.Diagnostics;
using System.Text;
using Downbeat.Data;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Jobs;

/// <summary>
/// Keeps a running job alive: renews its lease, writes its progress, and watches for somebody who wants it stopped. One database command a second at the most.
/// </summary>
internal sealed class Heartbeat : IAsyncDisposable
{
    private const int LogLimit = 32 * 1024;
    private readonly Job job;
    private readonly IDbContextFactory<StudioDb> databases;
    private readonly JobBoard board;
    private readonly JobOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly CancellationTokenSource cancel;
    private readonly CancellationTokenSource beatStop = new();
    private readonly IDisposable subscription;
    private readonly Task beating;
    private readonly StringBuilder log;
    private readonly long startedAt;
    private readonly Lock gate = new();
    private long lastShown;

    public Heartbeat(Job job, IDbContextFactory<StudioDb> databases, JobBoard board, JobOptions options, TimeProvider clock, ILogger logger, CancellationToken stop)
    {
        (this.job, this.databases, this.board, this.options, this.clock, this.logger) = (job, databases, board, options, clock, logger);
        cancel = CancellationTokenSource.CreateLinkedTokenSource(stop);
        log = new StringBuilder(job.Log);
        startedAt = clock.GetTimestamp();
        Log(Activity.Current is { } activity ? $"Attempt {job.Attempt} began; trace {activity.TraceId}." : $"Attempt {job.Attempt} began.");
        subscription = board.Subscribe(job.OwnerId, changed =>
        {
            if (changed.Id == job.Id && changed.CancelRequested)
            {
                RequestCancel();
            }
        });
        beating = BeatAsync();
    }

    /// <summary>Cancelled when the work must end, whatever the reason.</summary>
    public CancellationToken Token => cancel.Token;

    /// <summary>A person asked for the end.</summary>
    public bool CancelRequested { get; private set; }

    /// <summary>The row has gone to another attempt.</summary>
    public bool LostLease { get; private set; }

    /// <summary>Progress so far, 0 to 1.</summary>
    public double Progress { get; private set; }

    /// <summary>Called when another stage begins.</summary>
    public Action<string>? StageBegan { private get; set; }

    private string Stage { get; set; } = "Starting";

    /// <summary>The log so far.</summary>
    public string LogText
    {
        get
        {
            lock (gate)
            {
                return log.ToString();
            }
        }
    }

    /// <summary>Takes note of where the work stands; shows it at most ten times a second.</summary>
    public void Report(string stage, double progress)
    {
        lock (gate)
        {
            var newStage = stage != Stage;
            Stage = stage;
            Progress = Math.Max(Progress, Math.Clamp(progress, 0, 1));
            if (!newStage && clock.GetElapsedTime(lastShown) < TimeSpan.FromMilliseconds(100))
            {
                return;
            }

            lastShown = clock.GetTimestamp();
            if (newStage)
            {
                StageBegan?.Invoke(stage);
            }
        }

        board.Publish(Picture());
    }

    /// <summary>Adds a line to the log; the oldest lines go when it grows too long.</summary>
    public void Log(string line)
    {
        lock (gate)
        {
            log.Append(clock.GetUtcNow().ToString("HH:mm:ss ")).AppendLine(line);
            if (log.Length > LogLimit)
            {
                log.Remove(0, log.Length - LogLimit);
            }
        }
    }

    /// <summary>Ends the beating; after this nothing more is written to the row from here.</summary>
    public async Task StopAsync()
    {
        await beatStop.CancelAsync();
        await beating;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        subscription.Dispose();
        cancel.Dispose();
        beatStop.Dispose();
    }

    private double? EtaSeconds =>
        Progress is > 0.02 and < 1 ? clock.GetElapsedTime(startedAt).TotalSeconds * (1 - Progress) / Progress : null;

    private Job Picture()
    {
        lock (gate)
        {
            return new()
            {
                Id = job.Id,
                OwnerId = job.OwnerId,
                Kind = job.Kind,
                Priority = job.Priority,
                SubjectId = job.SubjectId,
                RootId = job.RootId,
                GroupId = job.GroupId,
                StepName = job.StepName,
                TraceParent = job.TraceParent,
                Status = JobStatus.Running,
                Attempt = job.Attempt,
                MaxAttempts = job.MaxAttempts,
                CreatedAt = job.CreatedAt,
                StartedAt = job.StartedAt,
                Stage = Stage,
                Progress = Progress,
                EtaSeconds = EtaSeconds,
                CancelRequested = CancelRequested,
            };
        }
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(options.Heartbeat, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(beatStop.Token))
            {
                await BeatOnceAsync();
            }
        }
        catch (OperationCanceledException) when (beatStop.IsCancellationRequested)
        {
            return;
        }
    }

    private async Task BeatOnceAsync()
    {
        try
        {
            var picture = Picture();
            var now = clock.GetUtcNow();
            await using var db = await databases.CreateDbContextAsync();
            var kept = await db.Jobs
                .Where(row => row.Id == job.Id && row.Attempt == job.Attempt && row.Status == JobStatus.Running && !row.CancelRequested)
                .ExecuteUpdateAsync(set => set
                    .SetProperty(row => row.Stage, picture.Stage)
                    .SetProperty(row => row.Progress, picture.Progress)
                    .SetProperty(row => row.EtaSeconds, picture.EtaSeconds)
                    .SetProperty(row => row.LeaseUntil, now + options.Lease));
            if (kept == 0)
            {
                await FindOutWhyAsync(db);
            }
        }
        catch (Exception e) when (e is DbException or TimeoutException or InvalidOperationException { InnerException: DbException })
        {
            // The lease is longer than several beats: one that is missed does no harm, and a lost lease is found at the next.
            logger.LogWarning(e, "The heartbeat of job {JobId} could not be written", job.Id);
        }
    }

    private async Task FindOutWhyAsync(StudioDb db)
    {
        if (await db.Jobs.AnyAsync(row => row.Id == job.Id && row.Attempt == job.Attempt && row.Status == JobStatus.Running))
        {
            RequestCancel();
            return;
        }

        LostLease = true;
        await cancel.CancelAsync();
    }

    private void RequestCancel()
    {
        CancelRequested = true;
        try
        {
            cancel.Cancel();
        }
        catch (ObjectDisposedException)
        {
            logger.LogDebug("Job {JobId} ended at the moment it was to be cancelled", job.Id);
        }
    }
}
