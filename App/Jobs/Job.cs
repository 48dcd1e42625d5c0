using System.Diagnostics;
using System.Linq.Expressions;
using System.Text.Json.Serialization;
using Downbeat.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Downbeat.Jobs;

/// <summary>A piece of work that outlives the request and the process: the row is the truth about it.</summary>
public sealed class Job
{
    /// <summary>Longest <see cref="IdempotencyKey"/>.</summary>
    internal const int IdempotencyKeyLength = 200;

    /// <summary>Priority of what nobody said anything about.</summary>
    internal const int OrdinaryPriority = 5;

    /// <summary>Identity, UUID version 7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Whose work it is.</summary>
    [JsonIgnore]
    public Guid OwnerId { get; init; }

    /// <summary>What kind of work; limits apply per kind.</summary>
    public JobKind Kind { get; init; }

    /// <summary>Queue as programs know it, from the priority: 7–9 high, 3–6 default, 0–2 low.</summary>
    public JobQueueName Queue => QueueOf(Priority);

    /// <summary>0 (last) to 9 (first).</summary>
    public int Priority { get; init; } = OrdinaryPriority;

    /// <summary>Where it stands.</summary>
    public JobStatus Status { get; set; }

    /// <summary>What is being done now, in a word or two.</summary>
    public string Stage { get; set; } = "Waiting";

    /// <summary>0 to 1, never falling within one attempt.</summary>
    public double Progress { get; set; }

    /// <summary>Seconds still to go by the rate so far; null when nothing can be said yet.</summary>
    public double? EtaSeconds { get; set; }

    /// <summary>Attempts begun. It is also the fencing token: only the worker of the newest attempt may publish.</summary>
    public int Attempt { get; set; }

    /// <summary>Attempts allowed.</summary>
    public int MaxAttempts { get; set; } = 3;

    /// <summary>Stable code of the last failure.</summary>
    [JsonIgnore]
    public string? ErrorCode { get; set; }

    /// <summary>Sentence of the last failure.</summary>
    [JsonIgnore]
    public string? ErrorMessage { get; set; }

    /// <summary>The last failure as programs see it; null when there was none.</summary>
    public JobError? Error => ErrorCode is null ? null : new(ErrorCode, ErrorMessage ?? "");

    /// <summary>What it works on: a song, a composition.</summary>
    public Guid SubjectId { get; init; }

    /// <summary>What the subject hangs on and goes with, such as the song of a composition; the subject itself when it hangs on nothing.</summary>
    [JsonIgnore]
    public Guid RootId { get; init; }

    /// <summary>The job that stands for this one and others that were asked for together; null for most.</summary>
    [JsonIgnore]
    public Guid? GroupId { get; init; }

    /// <summary>Whether it stands for others: nobody works on it, and it ends with the last of them.</summary>
    [JsonIgnore]
    public bool IsGroup => StepName.Length == 0;

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the first attempt began.</summary>
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>When it came to its end.</summary>
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>Name of the step that does the work; empty for a group.</summary>
    [JsonIgnore]
    public string StepName { get; init; } = "";

    /// <summary>The step itself, as JSON.</summary>
    [JsonIgnore]
    public string StepJson { get; init; } = "";

    /// <summary>Place in the queue, smaller first: the time of asking, put forward by two minutes for each step of priority. Waiting thus makes up for a low priority.</summary>
    [JsonIgnore]
    public long Rank { get; init; }

    /// <summary>Set when an attempt begins: the place that the owner's other jobs of this kind have from then on at the least, so that owners take turns. Null before the first.</summary>
    [JsonIgnore]
    public long? TurnRank { get; set; }

    /// <summary>Not before this time (back-off between attempts).</summary>
    [JsonIgnore]
    public DateTimeOffset DueAt { get; set; }

    /// <summary>Until when the present worker holds it; renewed while it works.</summary>
    [JsonIgnore]
    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>Somebody asked a running job to stop.</summary>
    [JsonIgnore]
    public bool CancelRequested { get; set; }

    /// <summary>The caller's key: the same key gives the same job.</summary>
    [JsonIgnore]
    public string? IdempotencyKey { get; init; }

    /// <summary>The span that it was asked for in, as W3C writes it (traceparent), so that its work belongs to the same trace; null when nobody traced.</summary>
    [JsonIgnore]
    public string? TraceParent { get; init; }

    /// <summary>What logs and traces call everything that came of the same click or request; null when nobody traced.</summary>
    public string? TraceId => ActivityContext.TryParse(TraceParent, null, out var context) ? context.TraceId.ToHexString() : null;

    /// <summary>What happened, line by line, newest last; at most 32 KB.</summary>
    [JsonIgnore]
    public string Log { get; set; } = "";

    /// <summary>Nothing more will happen to it unless somebody retries it.</summary>
    [JsonIgnore]
    public bool IsFinished => Status is JobStatus.Succeeded or JobStatus.Failed or JobStatus.Cancelled;

    /// <summary>All of a job but what is long and not shown: its step and its log.</summary>
    internal static Expression<Func<Job, Job>> Shown { get; } = job => new Job
    {
        Id = job.Id,
        OwnerId = job.OwnerId,
        Kind = job.Kind,
        Priority = job.Priority,
        Status = job.Status,
        Stage = job.Stage,
        Progress = job.Progress,
        EtaSeconds = job.EtaSeconds,
        Attempt = job.Attempt,
        MaxAttempts = job.MaxAttempts,
        ErrorCode = job.ErrorCode,
        ErrorMessage = job.ErrorMessage,
        SubjectId = job.SubjectId,
        RootId = job.RootId,
        GroupId = job.GroupId,
        CreatedAt = job.CreatedAt,
        StartedAt = job.StartedAt,
        FinishedAt = job.FinishedAt,
        StepName = job.StepName,
        Rank = job.Rank,
        TurnRank = job.TurnRank,
        DueAt = job.DueAt,
        LeaseUntil = job.LeaseUntil,
        CancelRequested = job.CancelRequested,
        IdempotencyKey = job.IdempotencyKey,
        TraceParent = job.TraceParent,
    };

    /// <summary>Place in the queue of what is asked for at a time with a priority.</summary>
    internal static long RankOf(DateTimeOffset asked, int priority) => asked.UtcTicks - (priority * 2 * TimeSpan.TicksPerMinute);

    /// <summary>The queue of a priority.</summary>
    internal static JobQueueName QueueOf(int priority) => priority >= 7 ? JobQueueName.High : priority <= 2 ? JobQueueName.Low : JobQueueName.Default;

    internal sealed class Table : IEntityTypeConfiguration<Job>
    {
        public void Configure(EntityTypeBuilder<Job> job)
        {
            job.ToTable("Jobs");
            job.Property(j => j.Stage).HasMaxLength(100);
            job.Property(j => j.StepName).HasMaxLength(100);
            job.Property(j => j.ErrorCode).HasMaxLength(100);
            job.Property(j => j.ErrorMessage).HasMaxLength(1000);
            job.Property(j => j.TraceParent).HasMaxLength(55);
            job.Property(j => j.IdempotencyKey).HasMaxLength(IdempotencyKeyLength);

            // The first two answer whose turn it is without a look at the table (see Turns); so the time that is due stands in the index too.
            job.HasIndex(j => new { j.Status, j.Kind, j.OwnerId, j.Rank, j.DueAt });
            job.HasIndex(j => new { j.OwnerId, j.Kind, j.TurnRank });

            // An owner's list: what it can be filtered by stands in the index. By its state it is asked for most, and what is not finished is few of many.
            job.HasIndex(j => new { j.OwnerId, j.CreatedAt, j.Id, j.Kind, j.Priority });
            job.HasIndex(j => new { j.OwnerId, j.Status, j.CreatedAt, j.Id, j.Kind, j.Priority });
            job.HasIndex(j => j.SubjectId);
            job.HasIndex(j => new { j.RootId, j.OwnerId });
            job.HasIndex(j => j.GroupId);
            job.HasIndex(j => new { j.OwnerId, j.IdempotencyKey }).IsUnique();
            job.HasOne<User>().WithMany().HasForeignKey(j => j.OwnerId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>Why a job failed.</summary>
/// <param name="Code">Stable name for programs.</param>
/// <param name="Message">A sentence that says what to do.</param>
public sealed record JobError(string Code, string Message);

/// <summary>Kinds of work.</summary>
public enum JobKind
{
    /// <summary>Listening to a song.</summary>
    Analysis,

    /// <summary>Splitting a song into stems.</summary>
    Separation,

    /// <summary>Drawing clips.</summary>
    ClipGeneration,

    /// <summary>Fetching clips from elsewhere.</summary>
    ClipImport,

    /// <summary>Rendering a video.</summary>
    Composition,

    /// <summary>Making a song.</summary>
    MusicGeneration,

    /// <summary>Rendering narrated slides.</summary>
    Presentation,
}

/// <summary>Where a job stands.</summary>
public enum JobStatus
{
    /// <summary>Waiting for a worker, or for the next attempt.</summary>
    Queued,

    /// <summary>Held by a worker.</summary>
    Running,

    /// <summary>Done; its result is published.</summary>
    Succeeded,

    /// <summary>Given up, with a reason.</summary>
    Failed,

    /// <summary>Stopped because somebody asked.</summary>
    Cancelled,
}

/// <summary>Queues as programs know them.</summary>
public enum JobQueueName
{
    /// <summary>Priority 7 to 9.</summary>
    High,

    /// <summary>Priority 3 to 6.</summary>
    Default,

    /// <summary>Priority 0 to 2.</summary>
    Low,
}

/// <summary>The table, as <c>db.Jobs</c>.</summary>
public static class JobTable
{
    extension(StudioDb db)
    {
        /// <summary>All jobs of all owners.</summary>
        public DbSet<Job> Jobs => db.Set<Job>();
    }
}
