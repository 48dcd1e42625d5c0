using System.ComponentModel.DataAnnotations;

namespace Downbeat.Storage;

/// <summary>Settings section <c>Storage</c>.</summary>
internal sealed record StorageOptions
{
    /// <summary>Free space that must remain on the disk, in megabytes; work that would eat into it is refused with 507.</summary>
    [Range(0, int.MaxValue, ErrorMessage = "Storage:DiskReserveMegabytes must be 0 or more.")]
    public int DiskReserveMegabytes { get; init; } = 512;
}
