using System.ComponentModel.DataAnnotations;

namespace Downbeat.Jobs;

/// <summary>Settings section <c>Jobs</c>.</summary>
internal sealed record JobOptions : IValidatableObject
{
    private static readonly decimal Cores = Environment.ProcessorCount;

    /// <summary>A job whose worker gives no sign of life for this long is taken up by another.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "01:00:00", ErrorMessage = "Jobs:Lease must lie between 00:00:05 and 01:00:00.")]
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a worker gives a sign of life and writes its progress; several times in a lease.</summary>
    [Range(typeof(TimeSpan), "00:00:00.0100000", "00:00:01.5000000", ErrorMessage = "Jobs:Heartbeat must lie between 00:00:00.01 and 00:00:01.5.")]
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often lost jobs and overdue attempts are looked for.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00", ErrorMessage = "Jobs:Sweep must lie between 00:00:01 and 00:10:00.")]
    public TimeSpan Sweep { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Jobs of one kind that run at the same time on this instance; kinds not named here run one at a time.</summary>
    public IReadOnlyDictionary<JobKind, int> Concurrency { get; init; } = new Dictionary<JobKind, int>
    {
        // Listening to a song takes two cores by itself: more at a time would end none of them earlier, and keep everybody else waiting.
        [JobKind.Analysis] = Math.Clamp(Environment.ProcessorCount / 2, 1, 4),
        [JobKind.ClipGeneration] = Math.Clamp(Environment.ProcessorCount, 1, 8),
        [JobKind.ClipImport] = 4,

        // The demo mostly waits for its song and its clips.
        [JobKind.MusicGeneration] = 4,
    };

    /// <summary>What a job of each kind is counted with while it runs; kinds not named here cost nothing.</summary>
    public IReadOnlyDictionary<JobKind, JobCost> Costs { get; init; } = new Dictionary<JobKind, JobCost>
    {
        // Renders and splittings would take all cores. They get three quarters, so that a song can be heard meanwhile; that takes seconds.
        [JobKind.Analysis] = new() { Cores = Math.Min(1, Cores / 4), MemoryMegabytes = 400 },
        [JobKind.Separation] = new() { Cores = Cores * 3 / 4, MemoryMegabytes = 600 },
        [JobKind.ClipGeneration] = new() { Cores = Math.Min(1, Cores / 2), MemoryMegabytes = 300 },
        [JobKind.Composition] = new() { Cores = Cores * 3 / 4, MemoryMegabytes = 1300 },
        [JobKind.Presentation] = new() { Cores = Cores * 3 / 4, MemoryMegabytes = 1300 },

        // An import waits for the other end. The demo waits for jobs that need the room themselves: if it held any, they might wait for each other.
        // Each has an object of its own, as the settings are written into these.
        [JobKind.ClipImport] = new(),
        [JobKind.MusicGeneration] = new(),
    };

    /// <summary>What all jobs together may cost on this instance.</summary>
    public BudgetOptions Budget { get; init; } = new();

    /// <summary>Limit for one kind, at least 1.</summary>
    public int LimitOf(JobKind kind) => Math.Max(1, Concurrency.GetValueOrDefault(kind, 1));

    /// <summary>Cost of one kind.</summary>
    public JobCost CostOf(JobKind kind) => Costs.GetValueOrDefault(kind, JobCost.Nothing);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (kind, cost) in Costs)
        {
            if (cost is not { Cores: >= 0 and <= 1024, MemoryMegabytes: >= 0 and <= 1 << 20 })
            {
                yield return new($"Jobs:Costs:{kind} must have Cores from 0 to 1024 and MemoryMegabytes from 0 to {1 << 20}.");
            }
        }

        if (Budget is not { Cores: >= 0 and <= 1024, MemoryMegabytes: >= 0 and <= 1 << 30 })
        {
            yield return new("Jobs:Budget must have Cores from 0 to 1024 and MemoryMegabytes from 0 up; 0 takes what the machine has.");
        }
    }
}

/// <summary>Settings section <c>Jobs:Budget</c>.</summary>
internal sealed record BudgetOptions
{
    /// <summary>Cores; 0: all that this process may use.</summary>
    public decimal Cores { get; init; }

    /// <summary>Memory; 0: three quarters of what this machine or container has, as the rest of the studio and the system live there too.</summary>
    public int MemoryMegabytes { get; init; }

    /// <summary>All there is to share.</summary>
    public JobCost Total => new()
    {
        Cores = Cores > 0 ? Cores : Environment.ProcessorCount,
        MemoryMegabytes = MemoryMegabytes > 0 ? MemoryMegabytes : (int)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * 3 / 4 >> 20),
    };
}
