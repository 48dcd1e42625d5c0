using System.Text.Json;
using Downbeat.Data;
using Downbeat.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Downbeat.Jobs;

/// <summary>A stretch of an attempt in which one thing was done.</summary>
/// <param name="Stage">What was done, in a word or two.</param>
/// <param name="StartSeconds">From the beginning of the attempt.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Counts">What it asked of database, cache, disk and media tools.</param>
public sealed record StageTrace(string Stage, double StartSeconds, double Seconds, Counts Counts);

/// <summary>Where the time of one attempt at a job went. Kept for a week.</summary>
public sealed class JobTrace
{
    /// <summary>An attempt that failed and is made again.</summary>
    internal const string TriedAgain = "tried again";

    /// <summary>An attempt whose job another worker took over, or that was removed, before its result was kept.</summary>
    internal const string Lost = "lost";

    /// <summary>The job.</summary>
    public Guid JobId { get; init; }

    /// <summary>The attempt, from 1.</summary>
    public int Attempt { get; init; }

    /// <summary>Kind of job.</summary>
    public JobKind Kind { get; init; }

    /// <summary>What logs and traces call everything that came of the same click or request; empty when nobody traced.</summary>
    public string TraceId { get; init; } = "";

    /// <summary>Name of the machine that did the work.</summary>
    public string Instance { get; init; } = "";

    /// <summary>Seconds from when it was due until a worker took it.</summary>
    public double WaitedSeconds { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>How long it took.</summary>
    public double Seconds { get; init; }

    /// <summary>How it ended: succeeded, failed, cancelled, <c>tried again</c>, <c>put back</c> (the studio was going down).</summary>
    public string Outcome { get; set; } = "";

    /// <summary>The stages, as JSON.</summary>
    public string StagesJson { get; init; } = "[]";

    /// <summary>The runs of media tools, as JSON.</summary>
    public string RunsJson { get; init; } = "[]";

    /// <summary>The stages in their order.</summary>
    internal IReadOnlyList<StageTrace> Stages => JsonSerializer.Deserialize<List<StageTrace>>(StagesJson)!;

    /// <summary>The runs of media tools in the order of their beginning, at most a hundred.</summary>
    internal IReadOnlyList<ToolRun> Runs => JsonSerializer.Deserialize<List<ToolRun>>(RunsJson)!;

    internal sealed class Table : IEntityTypeConfiguration<JobTrace>
    {
        public void Configure(EntityTypeBuilder<JobTrace> trace)
        {
            trace.ToTable("JobTraces");
            trace.HasKey(t => new { t.JobId, t.Attempt });
            trace.Property(t => t.TraceId).HasMaxLength(32);
            trace.Property(t => t.Instance).HasMaxLength(100);
            trace.Property(t => t.Outcome).HasMaxLength(24);
            trace.HasIndex(t => new { t.Kind, t.StartedAt });
            trace.HasIndex(t => t.StartedAt);
            trace.HasOne<Job>().WithMany().HasForeignKey(t => t.JobId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>The table, as <c>db.JobTraces</c>.</summary>
public static class JobTraceTable
{
    extension(StudioDb db)
    {
        /// <summary>Traces of all jobs of the last week.</summary>
        public DbSet<JobTrace> JobTraces => db.Set<JobTrace>();
    }
}
