using System.Text.Json;
using Downbeat.Features.Stems.Separation;
using Downbeat.Jobs;

namespace Downbeat.Features.Stems;

/// <summary>A splitting as pages and programs see it: its own row and its job's, in one.</summary>
public sealed record StemSetView
{
    // Read once: pages ask for it at every turn.
    private SplitReport? report;

    /// <summary>Identity.</summary>
    public required Guid Id { get; init; }

    /// <summary>The song; null when it belongs to none.</summary>
    public Guid? SongId { get; init; }

    /// <summary>Into how many stems.</summary>
    public required int Stems { get; init; }

    /// <summary>Who splits, or has split.</summary>
    public required string Engine { get; init; }

    /// <summary>Where it stands.</summary>
    public required JobStatus Status { get; init; }

    /// <summary>What is being done now.</summary>
    public required string Stage { get; init; }

    /// <summary>0 to 1.</summary>
    public required double Progress { get; init; }

    /// <summary>Seconds still to go.</summary>
    public double? EtaSeconds { get; init; }

    /// <summary>The job.</summary>
    public required Guid JobId { get; init; }

    /// <summary>The finished stems; empty until then.</summary>
    public IReadOnlyList<StemFileView> Files => Report is { } report
        ? [.. report.Stems.Select(stem => new StemFileView(stem.Name, SongId is { } song ? $"/api/v1/songs/{song}/stems/{Stems}/{stem.Name}.wav" : null, stem.LevelDb, stem.SilentShare))]
        : [];

    /// <summary>How loud the difference between the song and the sum of its stems is against the song, in dB, measured on the files; −150 when there is none, null until it is finished.</summary>
    public double? ResidualDb => Report is { } report ? Math.Round(report.ResidualDb, 1) : null;

    /// <summary>What the stems cover, all of the song; null until they are finished.</summary>
    public double? CoveredSeconds => Report is { } report ? (double)report.Frames / StereoBlock.SampleRate : null;

    /// <summary>Why it failed.</summary>
    public JobError? Error => ErrorCode is null ? null : new(ErrorCode, ErrorMessage ?? "");

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whose it is.</summary>
    internal Guid OwnerId { get; init; }

    internal string? ErrorCode { get; init; }

    internal string? ErrorMessage { get; init; }

    internal string? ReportJson { get; init; }

    /// <summary>The attempt that made the finished files; null until then.</summary>
    internal int? PublishedAttempt { get; init; }

    /// <summary>What the check measured; null until it is finished.</summary>
    internal SplitReport? Report => report ??= ReportJson is null ? null : JsonSerializer.Deserialize<SplitReport>(ReportJson);

    /// <summary>Folder of the finished files.</summary>
    internal string Folder => StemSet.FolderOf(SongId, Id, PublishedAttempt ?? 0);

    /// <summary>The view with what a newer picture of its job says.</summary>
    public StemSetView With(Job job) => this with
    {
        Status = job.Status,
        Stage = job.Stage,
        Progress = job.Progress,
        EtaSeconds = job.EtaSeconds,
        ErrorCode = job.ErrorCode,
        ErrorMessage = job.ErrorMessage,
    };
}

/// <summary>A finished stem.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Url">Where it is, as WAV; other formats are there under other extensions. Null when it belongs to no song.</param>
/// <param name="LevelDb">Its mean level, dB against full scale; −150 for silence.</param>
/// <param name="SilentShare">Share of the song in which it is quieter than −60 dB, 0 to 1.</param>
public sealed record StemFileView(string Name, string? Url, double LevelDb, double SilentShare);
