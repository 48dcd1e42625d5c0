using Downbeat.Data;
using Downbeat.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Downbeat.Features.Performance.Samples;

/// <summary>What the measurements of one name and one stretch of time came to on one instance.</summary>
public sealed class Sample
{
    /// <summary>Longest <see cref="Name"/>.</summary>
    internal const int NameLength = 200;

    /// <summary>Identity, UUID version 7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>When the stretch begins.</summary>
    public DateTimeOffset StartsAt { get; init; }

    /// <summary>How long it is: a minute, later ten minutes, later an hour.</summary>
    public int SpanSeconds { get; init; }

    /// <summary>What was measured.</summary>
    public SampleCategory Category { get; init; }

    /// <summary>Of what: a route, a statement, a cache region, a kind of job.</summary>
    public string Name { get; init; } = "";

    /// <summary>Name of the machine.</summary>
    public string Instance { get; init; } = "";

    /// <summary>How many were measured.</summary>
    public long Count { get; init; }

    /// <summary>How many of them failed, or missed.</summary>
    public long Failed { get; init; }

    /// <summary>Sum of the durations.</summary>
    public double TotalSeconds { get; init; }

    /// <summary>The longest.</summary>
    public double MaxSeconds { get; init; }

    /// <summary>How they were spread, as <see cref="Spread.Pack"/> writes it.</summary>
    public byte[] Buckets { get; init; } = [];

    internal static Sample Of(SampleSum sum, DateTimeOffset startsAt, int spanSeconds, string instance) => new()
    {
        StartsAt = startsAt,
        SpanSeconds = spanSeconds,
        Category = sum.Category,
        Name = sum.Name.Length <= NameLength ? sum.Name : sum.Name[..NameLength],
        Instance = instance,
        Count = sum.Spread.Count,
        Failed = sum.Failed,
        TotalSeconds = sum.Spread.TotalSeconds,
        MaxSeconds = sum.Spread.MaxSeconds,
        Buckets = sum.Spread.Pack(),
    };

    internal sealed class Table : IEntityTypeConfiguration<Sample>
    {
        public void Configure(EntityTypeBuilder<Sample> sample)
        {
            sample.ToTable("Samples");
            sample.Property(s => s.Name).HasMaxLength(NameLength);
            sample.Property(s => s.Instance).HasMaxLength(100);
            sample.HasIndex(s => new { s.Category, s.StartsAt });
            sample.HasIndex(s => new { s.StartsAt, s.SpanSeconds });
        }
    }
}

/// <summary>An SQL statement that was slow at some time, so that its text outlives the process.</summary>
public sealed class SlowStatement
{
    /// <summary>As in <see cref="Statement.Id"/>.</summary>
    public string Id { get; init; } = "";

    /// <summary>The whole of it.</summary>
    public string Text { get; init; } = "";

    /// <summary>When it was last slow.</summary>
    public DateTimeOffset SeenAt { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<SlowStatement>
    {
        public void Configure(EntityTypeBuilder<SlowStatement> statement)
        {
            statement.ToTable("SlowStatements");
            statement.Property(s => s.Id).HasMaxLength(8);
        }
    }
}

/// <summary>The tables, as <c>db.Samples</c> and <c>db.SlowStatements</c>.</summary>
public static class SampleTable
{
    extension(StudioDb db)
    {
        /// <summary>Samples of all instances, of the last week.</summary>
        public DbSet<Sample> Samples => db.Set<Sample>();

        /// <summary>Statements that were slow in the last week.</summary>
        public DbSet<SlowStatement> SlowStatements => db.Set<SlowStatement>();
    }
}
