using System.ComponentModel.DataAnnotations;

namespace Downbeat.Jobs;

/// <summary>Settings section <c>Jobs</c>.</summary>
internal sealed record JobOptions
{
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
        [JobKind.Analysis] = 2,
        [JobKind.ClipGeneration] = Math.Clamp(Environment.ProcessorCount, 1, 8),
        [JobKind.ClipImport] = 4,

        // The demo mostly waits for its song and its clips.
        [JobKind.MusicGeneration] = 4,
    };

    /// <summary>Limit for one kind, at least 1.</summary>
    public int LimitOf(JobKind kind) => Math.Max(1, Concurrency.GetValueOrDefault(kind, 1));
}
