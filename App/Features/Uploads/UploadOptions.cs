using System.ComponentModel.DataAnnotations;

namespace Downbeat.Features.Uploads;

/// <summary>Settings section <c>Uploads</c>.</summary>
internal sealed record UploadOptions
{
    /// <summary>How many hours an upload is kept that nothing more comes for.</summary>
    [Range(1, 720, ErrorMessage = "Uploads:KeptHours must be a number from 1 to 720.")]
    public int KeptHours { get; init; } = 24;

    /// <summary>Unfinished uploads that one user may have at the same time.</summary>
    [Range(1, 1000, ErrorMessage = "Uploads:UnfinishedPerUser must be a number from 1 to 1000.")]
    public int UnfinishedPerUser { get; init; } = 20;
}
