using System.Text.Json;
using Downbeat.Features.Stems;
using Downbeat.Features.Stems.Separation;
using Downbeat.Jobs;

namespace Downbeat.Tests.Features.Stems.Mixer;

/// <summary>Songs that are split, by their rows alone.</summary>
internal static class Stemmed
{
    /// <summary>What a check of a song of 3:24 measured.</summary>
    public static string Report(int stems, double residualDb = -87) =>
        JsonSerializer.Serialize(new SplitReport(204 * StereoBlock.SampleRate, residualDb, [.. StemNames.Of(stems).Select(name => new StemReport(name, -20, 0.1))]));

    /// <summary>Finished stems.</summary>
    public static StemSetView View(int stems, double residualDb = -87) => new()
    {
        Id = Guid.CreateVersion7(),
        SongId = Guid.CreateVersion7(),
        Stems = stems,
        Engine = "Shares 1",
        Status = JobStatus.Succeeded,
        Stage = "",
        Progress = 1,
        JobId = Guid.CreateVersion7(),
        CreatedAt = DateTimeOffset.UnixEpoch,
        ReportJson = Report(stems, residualDb),
        PublishedAttempt = 1,
    };
}
