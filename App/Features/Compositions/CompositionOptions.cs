using System.ComponentModel.DataAnnotations;

namespace Downbeat.Features.Compositions;

/// <summary>Settings section <c>Compositions</c>.</summary>
internal sealed record CompositionOptions
{
    /// <summary>Room for rendered pieces of videos, in gigabytes (1024³ bytes); those that were not used for longest make room for new ones.</summary>
    [Range(0.01, 1 << 20, ErrorMessage = "Compositions:PieceStoreGigabytes must be a number from 0.01 to 1048576.")]
    public double PieceStoreGigabytes { get; init; } = 10;

    /// <summary>The same in bytes.</summary>
    public long PieceStoreBytes => (long)(PieceStoreGigabytes * (1 << 30));
}
