using System.Text.Json;
using Downbeat.Http;
using Downbeat.Jobs;

namespace Downbeat.Features.Compositions;

/// <summary>A composition as pages and programs see it: its own row and its job's, in one.</summary>
public sealed record CompositionView
{
    /// <summary>Identity.</summary>
    public required Guid Id { get; init; }

    /// <summary>The song.</summary>
    public required Guid SongId { get; init; }

    /// <summary>The song's title.</summary>
    public required string SongTitle { get; init; }

    /// <summary>The song's performer.</summary>
    public required string SongArtist { get; init; }

    /// <summary>The job that renders it.</summary>
    public required Guid JobId { get; init; }

    /// <summary>Where it stands.</summary>
    public required JobStatus Status { get; init; }

    /// <summary>What is being done now.</summary>
    public required string Stage { get; init; }

    /// <summary>0 to 1.</summary>
    public required double Progress { get; init; }

    /// <summary>Seconds still to go.</summary>
    public double? EtaSeconds { get; init; }

    /// <summary>What was asked for.</summary>
    public CompositionSettings Settings => JsonSerializer.Deserialize<CompositionSettings>(SettingsJson, ApiJson.Options)!;

    /// <summary>Where the video is; null until it is finished.</summary>
    public string? VideoUrl => Status == JobStatus.Succeeded ? $"/api/v1/compositions/{Id}/video" : null;

    /// <summary>Where the poster is; null until it is finished.</summary>
    public string? PosterUrl => Status == JobStatus.Succeeded ? $"/api/v1/compositions/{Id}/poster" : null;

    /// <summary>True when the song's beats or parts are others by now than those it was planned on: made again, its cuts would follow them.</summary>
    public bool IsOutdated { get; init; }

    /// <summary>Size of the finished file.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>Length of the finished file, measured.</summary>
    public double? DurationSeconds { get; init; }

    /// <summary>How the finished file flashes; null until it is finished, and where it was made before that was checked.</summary>
    public FlashVerdict? Flash => FlashJson is null ? null : JsonSerializer.Deserialize<FlashVerdict>(FlashJson);

    /// <summary>How loud the finished file is, measured, LUFS; null for silence.</summary>
    public double? LoudnessLufs { get; init; }

    /// <summary>Highest peak of its sound, measured between samples, dBTP; null for silence.</summary>
    public double? TruePeakDbtp { get; init; }

    /// <summary>Shots that were found ready.</summary>
    public required int ReusedShots { get; init; }

    /// <summary>Shots that had to be rendered.</summary>
    public required int RenderedShots { get; init; }

    /// <summary>Why it failed.</summary>
    public JobError? Error => ErrorCode is null ? null : new(ErrorCode, ErrorMessage ?? "");

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it came to its end.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    internal string SettingsJson { get; init; } = "{}";

    internal string? FlashJson { get; init; }

    internal string? ErrorCode { get; init; }

    internal string? ErrorMessage { get; init; }

    /// <summary>The attempt that made the finished file; null until then.</summary>
    internal int? PublishedAttempt { get; init; }

    /// <summary>The view with what a newer picture of its job says.</summary>
    public CompositionView With(Job job) => this with
    {
        Status = job.Status,
        Stage = job.Stage,
        Progress = job.Progress,
        EtaSeconds = job.EtaSeconds,
        ErrorCode = job.ErrorCode,
        ErrorMessage = job.ErrorMessage,
        FinishedAt = job.FinishedAt,
    };
}
